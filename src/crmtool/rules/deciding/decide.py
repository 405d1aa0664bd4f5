"""Deciding: verdicts, given tiers, locks and what to print for the undecided become one decision a customer.

The verdicts are made in `crmtool.rules.judging.judge`; sheets are built from the decisions in `crmtool.tables`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date
from typing import Any, Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from crmtool.errors import Finding, InputError
from crmtool.ledger.ledger import EMPTY, STATE, Table
from crmtool.messages import Lang
from crmtool.rules.cases import Cases
from crmtool.rules.deciding.assumptions import assumptions
from crmtool.rules.deciding.labels import Locks, finding_at, locks_in_force, previous_tiers
from crmtool.rules.deciding.unruled import unruled_findings
from crmtool.rules.decisions import Decisions
from crmtool.rules.judging.fitting import has_no_column, judged_fields
from crmtool.rules.judging.judge import CustomerClass, Judgement, Verdict
from crmtool.rules.judging.outcomes import policy_of
from crmtool.rules.model import RuleSet
from crmtool.rules.telling.advice import advise
from crmtool.rules.telling.celltexts import CellTexts
from crmtool.rules.telling.reasons import reasons
from crmtool.rules.telling.words import phrase

#: What is said of sheets that do not tell fields for anybody.
_WHY_UNTOLD: Final = ("records-begin-late", "records-too-short", "records-without-day")


def decide(
    cases: Cases, rule_set: RuleSet, judgement: Judgement, customers: Table, *, as_of: date, lang: Lang
) -> Decisions:
    """Decide every customer; the rows are those of `cases` and of `customers`.

    A tier locked by hand wins; then the tier that the ledger already names, if it has none of the columns
    that the rules need (origin `given`); then the rules'. Undecided customers are printed as the rule set's
    `on_unknown` says. Raises InputError (`cannot-judge`; `cannot-judge-from-records` where there is a sheet that
    should tell) where nobody is decided for want of columns.
    """
    previous, label_findings = previous_tiers(customers, rule_set)
    locks, lock_findings = locks_in_force(customers, rule_set, as_of)
    is_given = has_no_column(rule_set, cases)
    gather = _Gather(judgement, rule_set)
    computed = gather.texts(lambda verdict: verdict.tier)
    if is_given:
        computed = pc.coalesce(previous, computed)
    _refuse_if_nobody(cases, rule_set, judgement, pc.coalesce(locks.tier, computed))
    texts = CellTexts(cases, rule_set, customers, lang)
    next_tier, lacking = advise(judgement, texts, as_of, lang)
    printed = computed if is_given else pc.coalesce(computed, gather.texts(gather.fallback))
    reason = reasons(judgement, texts, lang)
    if is_given:
        reason = _given_reasons(reason, previous, customers, rule_set, lang)
    reason = _fallback_reasons(reason, computed, printed, rule_set, lang)
    is_locked, is_told = pc.is_valid(locks.tier), pc.and_(is_given, pc.is_valid(previous))
    tier = pc.coalesce(locks.tier, printed)
    unproved = pc.or_(is_locked, pc.is_valid(computed))

    def unless(mask: Any, values: pa.Array) -> pa.Array:
        return pc.if_else(mask, pa.scalar(None, values.type), values)

    by_hand = pc.or_(is_locked, is_told)
    columns: dict[str, pa.Array] = {
        "tier": tier,
        "label": _labels(tier, rule_set, rule_set.unknown_label),
        "rank": _mapped(tier, {t.id: t.rank for t in rule_set.tiers.values()}, pa.int64()),
        "rule": unless(
            by_hand, gather.texts(lambda verdict: "|".join(verdict.rules) if verdict.tier else "")
        ),
        "rule_origin": unless(by_hand, gather.texts(gather.origin)),
        "origin": pc.if_else(is_locked, "locked", pc.if_else(is_told, "given", "computed")),
        "computed_tier": gather.texts(lambda verdict: verdict.tier),
        "previous": previous,
        "flag": unless(by_hand, gather.texts(lambda verdict: verdict.flag)),
        "reason": _locked_reasons(reason, locks, computed, rule_set, lang),
        "possible": unless(unproved, gather.texts(lambda v: "" if v.tier else "|".join(v.possible))),
        "missing": unless(unproved, gather.texts(gather.missing)),
        "next_tier": unless(by_hand, next_tier),
        "next": unless(by_hand, lacking),
        "tags": _tags(judgement, rule_set),
        "score": gather.array([_first_score(verdict) for verdict in judgement.verdicts], pa.float64()),
        "class": judgement.classes,
    }
    for dimension in rule_set.dimensions:
        columns[f"level:{dimension}"] = gather.levels(dimension)
    frame = pa.table(columns).to_pandas(types_mapper=pd.ArrowDtype)
    refused = _refused_cells(cases, rule_set, customers)
    unruled = () if is_given else unruled_findings(judgement, texts, customers, tier, lang)
    findings = (*cases.findings, *label_findings, *lock_findings, *refused, *unruled)
    made = () if is_given else assumptions(judgement, lang)
    return Decisions(frame, made, _counts(tier, rule_set), findings)


def printed_tier(rule_set: RuleSet, possible: Iterable[str]) -> str:
    """Return the tier that stands for an undecided customer, empty for 待补资料.

    `possible` are the tiers of all completions, in the rule set's order.
    """
    policy = rule_set.on_unknown
    if policy == "review":
        return ""
    if policy == "default":
        return rule_set.default_tier or ""
    ranked = sorted(possible, key=lambda tier: rule_set.tiers[tier].rank)
    return (ranked[-1] if policy == "worst" else ranked[0]) if ranked else ""


class _Gather:
    """Values of each verdict, laid out over the customers."""

    def __init__(self, judgement: Judgement, rule_set: RuleSet) -> None:
        self.judgement, self.rule_set = judgement, rule_set

    def array(self, values: list[Any], kind: pa.DataType) -> pa.Array:
        return pa.array(values, kind).take(self.judgement.classes)

    def texts(self, told: Callable[[Verdict], str]) -> pa.Array:
        """Return a text of each customer's verdict; an empty one is null."""
        return self.array([told(verdict) or None for verdict in self.judgement.verdicts], pa.string())

    def levels(self, dimension: str) -> pa.Array:
        """Return the level of a dimension where it is known."""
        return self.texts(lambda verdict: _only(verdict.levels[dimension]))

    def fallback(self, verdict: Verdict) -> str:
        """Return the tier that is printed for an undecided customer, empty for 待补资料."""
        return "" if verdict.tier else printed_tier(self.rule_set, verdict.possible)

    def origin(self, verdict: Verdict) -> str:
        """Return whether the rules that decided stand in the source document, or one of them is ours."""
        origins = {rule.id: rule.origin for rule in self.rule_set.rules}
        if not verdict.tier or not verdict.rules:
            return ""
        ours = any(origins.get(rule, self._cell_origin(rule)) == "resolution" for rule in verdict.rules)
        return "resolution" if ours else "source"

    def _cell_origin(self, rule: str) -> str:
        matrix = self.rule_set.matrix
        row, _, column = rule.partition(".")
        if matrix is None:
            return "source"
        parts = [self.rule_set.tiers[matrix.cells[row, column]].origin]
        for dimension, level in ((matrix.rows, row), (matrix.cols, column)):
            parts += [x.origin for x in self.rule_set.dimensions[dimension].levels if x.id == level]
        return "resolution" if "resolution" in parts else "source"

    def missing(self, verdict: Verdict) -> str:
        asked = (self.judgement.judging.asked_for(field) for field in verdict.missing)
        return "|".join(dict.fromkeys(asked))


def _only(levels: tuple[str, ...]) -> str:
    return levels[0] if len(levels) == 1 else ""


def _first_score(verdict: Verdict) -> float | None:
    score = next(iter(verdict.scores.values()), None)
    return None if score is None else float(score)


def _mapped(keys: pa.Array, values: dict[str, Any], kind: pa.DataType) -> pa.Array:
    coded = keys.dictionary_encode()
    return pa.array([values[key] for key in coded.dictionary.to_pylist()], kind).take(coded.indices)


def _labels(tiers: pa.Array, rule_set: RuleSet, otherwise: str) -> pa.Array:
    labels = _mapped(tiers, {tier.id: tier.label for tier in rule_set.tiers.values()}, pa.string())
    return pc.fill_null(labels, otherwise)


def _tags(judgement: Judgement, rule_set: RuleSet) -> pa.Array:
    """Return the ids of the tags that hold, joined by `|`, null where none does."""
    code = np.zeros(len(judgement.classes), dtype=np.int64)
    for bit, tag in enumerate(rule_set.tags):
        holds = judgement.tags[tag.id].fill_null(0).to_numpy(zero_copy_only=False)
        code += holds.astype(np.int64) << bit
    coded = pa.array(code).dictionary_encode()
    ids = [tag.id for tag in rule_set.tags]
    held = [[tag for bit, tag in enumerate(ids) if mask >> bit & 1] for mask in coded.dictionary.to_pylist()]
    names = ["|".join(tags) or None for tags in held]
    return pa.array(names, pa.string()).take(coded.indices)


def _counts(tiers: pa.Array, rule_set: RuleSet) -> dict[str, int]:
    found = {entry["values"]: entry["counts"] for entry in pc.value_counts(tiers).to_pylist()}
    return {**{tier: found.get(tier, 0) for tier in rule_set.tiers}, "": found.get(None, 0)}


def _refuse_if_nobody(cases: Cases, rule_set: RuleSet, judgement: Judgement, tiers: pa.Array) -> None:
    """Raise where nobody has a tier and every customer lacks something that no column tells."""
    if not len(tiers) or tiers.null_count < len(tiers):
        return
    present = set(judgement.classes.unique().to_pylist())
    wants = [set(judgement.verdicts[number].missing) & cases.absent for number in present]
    if not all(wants):
        return
    named = set().union(*wants)
    wanted = [field for field in judged_fields(rule_set) if field in named]
    params = {"rule_set": rule_set.id, "columns": _labels_of(wanted, rule_set)}
    untold = {field: cases.untold[field] for field in wanted if field in cases.untold}
    if not untold:
        raise InputError.of("cannot-judge", **params)
    sheets = set(untold.values())
    params |= {
        "fields": _labels_of(untold, rule_set),
        "sheet": "、".join(sorted({each.sheet for each in sheets})),
        "rows": str(sum(each.rows for each in sheets)),
        "undated": str(sum(each.undated for each in sheets)),
        "left_out": str(sum(each.left_out for each in sheets)),
    }
    why = (each for each in cases.findings if each.code in _WHY_UNTOLD)
    raise InputError(Finding("cannot-judge-from-records", params=params), *why)


def _labels_of(fields: Iterable[str], rule_set: RuleSet) -> str:
    return "、".join(rule_set.fields[field].label for field in fields)


def _refused_cells(cases: Cases, rule_set: RuleSet, customers: Table) -> Iterable[Finding]:
    """Yield a finding for each field whose empty cells the rule set does not allow (`error`)."""
    texts: CellTexts | None = None
    for field in rule_set.fields.values():
        if policy_of(field, cases.absent).kind != "error":
            continue
        texts = texts or CellTexts(cases, rule_set, None, "zh")
        states = texts.column(field.id + STATE)
        empty = pa.repeat(True, texts.rows) if states is None else pc.equal(states, EMPTY)
        rows = pc.indices_nonzero(empty).to_pylist()
        if rows:
            found = finding_at(customers, field.id, rows, "empty-cell-refused", rule_set=rule_set.id)
            yield found if found.column else replace(found, column=field.label)


# -- reasons of what the rules did not decide --------------------------------------------------------------


def _given_reasons(
    said: pa.Array, given: pa.Array, customers: Table, rule_set: RuleSet, lang: Lang
) -> pa.Array:
    place = customers.columns.get("tier")
    header = place.header if place else rule_set.tier_column
    words = {t.id: phrase("given", lang, column=header, label=t.label) for t in rule_set.tiers.values()}
    return pc.coalesce(_mapped(given, words, pa.string()), said)


def _fallback_reasons(
    said: pa.Array, computed: pa.Array, printed: pa.Array, rule_set: RuleSet, lang: Lang
) -> pa.Array:
    if rule_set.on_unknown == "review":
        return said
    key = f"resolved-{rule_set.on_unknown}"
    words = {t.id: phrase(key, lang, label=t.label) for t in rule_set.tiers.values()}
    used = pc.if_else(pc.is_valid(computed), pa.scalar(None, pa.string()), printed)
    return pc.binary_join_element_wise(said, pc.fill_null(_mapped(used, words, pa.string()), ""), "")


def _locked_reasons(
    said: pa.Array, locks: Locks, computed: pa.Array, rule_set: RuleSet, lang: Lang
) -> pa.Array:
    """Put the lock in front where there is one, and say what the rules would have decided."""
    is_locked = pc.is_valid(locks.tier)
    words = []
    for row in pc.indices_nonzero(is_locked).to_pylist():
        tier, reason, until, own = (a[row].as_py() for a in (locks.tier, locks.reason, locks.until, computed))
        details = [phrase("lock-reason", lang, reason=reason)] if reason else []
        details += [phrase("lock-until", lang, until=until)] if until else []
        text = phrase("locked", lang, label=rule_set.tiers[tier].label)
        if details:
            text += phrase("lock-details", lang, details=phrase("comma-lock", lang).join(details))
        label = rule_set.tiers[own].label if own else rule_set.unknown_label
        words.append(text + phrase("lock-computed", lang, label=label))
    return pc.replace_with_mask(said, is_locked, pa.array(words, pa.string())) if words else said


def class_of(judgement: Judgement, row: int) -> CustomerClass:
    """Return the class of one customer, by its position."""
    number: int = judgement.classes[row].as_py()
    return judgement.kinds[number]
