"""Conditions and values in words, Chinese and English: exact, short, and with what a boundary includes.

Used for reasons, for the standards table and for linting; which test decided a customer is left to
`crmtool.rules.telling.reasons`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction

from crmtool.ledger.fields import FieldSpec, Kind
from crmtool.ledger.quantities import FEN_PER_YUAN, Duration
from crmtool.messages import Lang
from crmtool.messages.judging import PHRASES
from crmtool.rules.conditions import (
    All,
    Atom,
    Bound,
    Condition,
    Not,
    OneOf,
    Present,
    Quantity,
    Range,
    Test,
    Within,
)
from crmtool.rules.judging.cells import DATED
from crmtool.rules.model import Policy, RuleSet

_WAN, _YI = 10_000 * FEN_PER_YUAN, 100_000_000 * FEN_PER_YUAN


def phrase(key: str, lang: Lang, **params: object) -> str:
    """Return a phrase of judging in one language, filled in."""
    zh, en = PHRASES[key]
    return (zh if lang == "zh" else en).format(**params)


def money_text(fen: int, lang: Lang = "zh") -> str:
    """Return an exact amount as people write it, from whole fen.

    万 and 亿 are used where two decimals are enough.

    >>> money_text(15_000_000), money_text(1_234_567), money_text(-300_000), money_text(12_550_000)
    ('15万元', '12,345.67元', '-3,000元', '12.55万元')
    """
    if lang == "en":
        return f"CNY {_plain(fen, FEN_PER_YUAN)}"
    for unit, name in ((_YI, "亿元"), (_WAN, "万元")):
        if abs(fen) >= unit and fen % (unit // 100) == 0:
            return f"{number_text(Decimal(fen) / unit)}{name}"
    return f"{_plain(fen, FEN_PER_YUAN)}元"


def _plain(fen: int, unit: int) -> str:
    whole, rest = divmod(abs(fen), unit)
    return f"{'-' if fen < 0 else ''}{whole:,}" + (f".{rest:02d}" if rest else "")


def number_text(value: float | Decimal | Fraction) -> str:
    """Return a number without trailing zeros; a fraction that never ends is cut to two decimals.

    A float with more than four decimals, as division leaves it, is rounded to four; one that would vanish keeps
    four digits.

    >>> number_text(4.0), number_text(Decimal("4.50")), number_text(Fraction(11, 4))
    ('4', '4.5', '2.75')
    >>> number_text(Fraction(7, 3))
    '2.33'
    >>> number_text(1 / 3), number_text(0.00001234567)
    ('0.3333', '0.00001235')
    """
    if isinstance(value, Fraction):
        exact = Decimal(value.numerator) / Decimal(value.denominator)
        value = exact if Fraction(exact) == value else round(exact, 2)
    text = format(_rounded(value) if isinstance(value, float) else Decimal(str(value)), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def percent_text(value: float | Decimal) -> str:
    """Return a share as percent; a float to four decimals.

    >>> percent_text(0.05), percent_text(Decimal("-0.125")), percent_text(1 / 3)
    ('5%', '-12.5%', '33.3333%')
    """
    share = Decimal(str(value)) * 100
    return f"{number_text(_rounded(share) if isinstance(value, float) else share)}%"


def _rounded(value: float | Decimal) -> Decimal:
    exact = Decimal(str(value))
    if not exact.is_finite() or exact == round(exact, 4):
        return exact
    return round(exact, 4) or Decimal(f"{exact:.3e}")


def span_text(span: Duration, lang: Lang = "zh") -> str:
    """Return a calendar span in words.

    >>> span_text(Duration(months=12)), span_text(Duration(months=3), "en")
    ('1年', '3 months')
    """
    if lang == "zh":
        return span.text()
    parts = []
    if span.months:
        years = span.months % 12 == 0
        parts.append(_counted(span.months // 12, "year") if years else _counted(span.months, "month"))
    if span.days or not parts:
        parts.append(_counted(span.days, "day"))
    return " ".join(parts)


def _counted(number: int, unit: str) -> str:
    return f"{number} {unit}" if number == 1 else f"{number} {unit}s"


def quantity_text(quantity: Quantity | float | Fraction, kind: Kind, lang: Lang = "zh") -> str:
    """Return a quantity of a kind of field: money is whole fen, a percent 0.05 is 5 %."""
    if isinstance(quantity, Duration):
        return span_text(quantity, lang)
    if kind == "money":
        return money_text(int(quantity), lang)
    if kind == "percent":
        return percent_text(quantity if isinstance(quantity, float) else Decimal(str(quantity)))
    return number_text(quantity)


def value_text(value: int | float | str | date, kind: Kind, lang: Lang = "zh") -> str:
    """Return a cell's value as a person would write it."""
    if isinstance(value, str):
        return value
    if isinstance(value, date):
        return value.isoformat()
    return quantity_text(value, kind, lang)


def criterion_text(
    test: Test, kind: Kind, lang: Lang = "zh", names: Sequence[str] = (), *, marks_ends: bool = False
) -> str:
    """Return a test in words that say what its boundaries include (民法典 art. 1259).

    `names` replaces the ids of a OneOf, e.g. by the labels of levels. With `marks_ends` each figure is followed by
    含 or 不含, also where the word before it says so already.

    >>> criterion_text(Range(Bound(10_000_000, True), None), "money")
    '10万元以上（含）'
    >>> criterion_text(Range(Bound(5_000_000, True), Bound(10_000_000, False)), "money")
    '5万元以上（含）、不满10万元'
    >>> criterion_text(Within(Duration(months=6), negated=True), "age")
    '近6个月以外'
    >>> criterion_text(Range(None, Bound(10_000_000, False)), "money", marks_ends=True)
    '不满10万元（不含）'
    """
    if isinstance(test, Range):
        return _range_text(test, kind, lang, marks_ends=marks_ends)
    if isinstance(test, Within):
        said = phrase("not-within" if test.negated else "within", lang, span=span_text(test.span, lang))
        return _marked(said, lang, is_in=not test.negated) if marks_ends else said
    return _named_text(test, lang, names)


def _marked(said: str, lang: Lang, *, is_in: bool) -> str:
    mark = phrase("end-in" if is_in else "end-out", lang)
    return said if said.endswith(mark) else said + mark


def _range_text(test: Range, kind: Kind, lang: Lang, *, marks_ends: bool) -> str:
    if test.low and test.high and test.low == test.high:
        return phrase("exactly", lang, value=quantity_text(test.low.value, kind, lang))
    age = "age-" if kind in DATED else ""
    parts = [
        phrase(
            f"{age}{'at' if bound.inclusive else 'not-at'}-{end}",
            lang,
            value=quantity_text(bound.value, kind, lang),
        )
        for end, bound in (("least", test.low), ("most", test.high))
        if bound is not None
    ]
    if marks_ends:
        ends = [bound for bound in (test.low, test.high) if bound is not None]
        parts = [_marked(part, lang, is_in=end.inclusive) for part, end in zip(parts, ends, strict=True)]
    return phrase("and-range", lang).join(parts)


def _named_text(test: Test, lang: Lang, names: Sequence[str]) -> str:
    if isinstance(test, Present):
        return phrase("present", lang)
    assert isinstance(test, OneOf)
    return phrase("one-of", lang, values=phrase("or-value", lang).join(names or test.values))


def symbol_text(test: Test, kind: Kind, lang: Lang = "zh", names: Sequence[str] = ()) -> str:
    """Return a test in its shortest form, as reasons use it after a value.

    >>> symbol_text(Range(Bound(10_000_000, True), None), "money")
    '≥ 10万元'
    >>> symbol_text(Within(Duration(months=3)), "age")
    '在近3个月内'
    """
    if isinstance(test, Range):
        if test.low and test.high and test.low == test.high:
            return f"= {quantity_text(test.low.value, kind, lang)}"
        signs = ((test.low, "≥", ">"), (test.high, "≤", "<"))
        parts = [_symbol(bound, exact, strict, kind, lang) for bound, exact, strict in signs if bound]
        return phrase("and-symbols", lang).join(parts)
    if isinstance(test, Within):
        return phrase("is-not-within" if test.negated else "is-within", lang, span=span_text(test.span, lang))
    return _named_text(test, lang, names)


def _symbol(bound: Bound, exact: str, strict: str, kind: Kind, lang: Lang) -> str:
    return f"{exact if bound.inclusive else strict} {quantity_text(bound.value, kind, lang)}"


def assumed_text(policy: Policy, kind: Kind, lang: Lang = "zh") -> str:
    """Return what an empty cell was taken as: `视为未挖掘`."""
    if policy.kind == "as" and kind in DATED:
        return phrase("taken-as-day", lang, value=policy.text or value_text(policy.value, kind, lang))
    if policy.kind in ("as", "zero"):
        value = value_text(0 if policy.kind == "zero" else policy.value, kind, lang)
        return phrase("taken-as", lang, value=value)
    key = {"never": "taken-as-never", "ignore": "taken-as-ignored", "fails": "taken-as-failed"}
    return phrase(key.get(policy.kind, "value-empty"), lang)


def label_of(rule_set: RuleSet, subject: str, lang: Lang = "zh") -> str:
    """Return the name of a field, dimension or score as people know it."""
    if subject in rule_set.dimensions:
        return rule_set.dimensions[subject].label
    if subject in rule_set.scores:
        return rule_set.scores[subject].label
    spec = rule_set.fields[subject].spec
    return (spec.label_en or spec.label) if lang == "en" else spec.label


def level_labels(rule_set: RuleSet, dimension: str, levels: Iterable[str]) -> list[str]:
    """Return the labels of a dimension's levels."""
    labels = {level.id: level.label for level in rule_set.dimensions[dimension].levels}
    return [labels[level] for level in levels]


def tier_labels(rule_set: RuleSet, tiers: Iterable[str]) -> list[str]:
    """Return the labels of tiers."""
    return [rule_set.tiers[tier].label for tier in tiers]


def kind_of(rule_set: RuleSet, subject: str) -> Kind:
    """Return the kind of a field; a score is a number, a dimension's level a text."""
    spec: FieldSpec | None = rule_set.fields[subject].spec if subject in rule_set.fields else None
    return spec.kind if spec else "number" if subject in rule_set.scores else "enum"


def atom_names(rule_set: RuleSet, atom: Atom) -> list[str]:
    """Return the labels of the levels that a test on a dimension names; empty for other tests."""
    if atom.subject in rule_set.dimensions and isinstance(atom.test, OneOf):
        return level_labels(rule_set, atom.subject, atom.test.values)
    return []


def atom_text(atom: Atom, rule_set: RuleSet, lang: Lang = "zh", *, marks_ends: bool = False) -> str:
    """Return one test with its subject: `年消费额 10万元以上（含）`."""
    kind, names = kind_of(rule_set, atom.subject), atom_names(rule_set, atom)
    words = criterion_text(atom.test, kind, lang, names, marks_ends=marks_ends)
    return f"{label_of(rule_set, atom.subject, lang)} {words}"


def condition_text(
    condition: Condition, rule_set: RuleSet, lang: Lang = "zh", *, marks_ends: bool = False
) -> str:
    """Return a condition in words, with brackets around an alternative within a conjunction.

    The outermost `all` and `any` stand without brackets. `marks_ends` as for `criterion_text`.
    """
    return _condition_text(condition, rule_set, lang, is_inner=False, marks_ends=marks_ends)


def _condition_text(
    condition: Condition, rule_set: RuleSet, lang: Lang, *, is_inner: bool, marks_ends: bool
) -> str:
    def said(part: Condition, *, is_inner: bool) -> str:
        return _condition_text(part, rule_set, lang, is_inner=is_inner, marks_ends=marks_ends)

    if isinstance(condition, Atom):
        return atom_text(condition, rule_set, lang, marks_ends=marks_ends)
    if isinstance(condition, Not):
        return phrase("not", lang, part=said(condition.part, is_inner=False))
    parts = [said(part, is_inner=len(condition.parts) > 1) for part in condition.parts]
    joined = phrase("all" if isinstance(condition, All) else "any", lang).join(parts)
    return phrase("inner", lang, part=joined) if is_inner and len(parts) > 1 else joined
