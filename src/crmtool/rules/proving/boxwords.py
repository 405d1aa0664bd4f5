"""Boxes and made-up customers in words: `年消费额 ≥ 10万元 且 最近订单距今 > 3个月 且 ≤ 6个月`.

Which boxes there are is left to `crmtool.rules.proving.boxes`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal

from crmtool.ledger.quantities import Duration
from crmtool.messages import Lang
from crmtool.messages.linting import REGIONS
from crmtool.rules.conditions import Bound, Quantity, Range
from crmtool.rules.judging.cells import DATED, Boundary, FieldCells
from crmtool.rules.model import RuleSet
from crmtool.rules.proving.boxes import Box, Boxes
from crmtool.rules.proving.customers import Customer
from crmtool.rules.proving.formulas import Points
from crmtool.rules.proving.prove import Day
from crmtool.rules.proving.space import FILLED, listed
from crmtool.rules.telling.words import label_of, symbol_text, value_text


def said(key: str, lang: Lang, **params: object) -> str:
    """Return a phrase about regions in one language, filled in."""
    zh, en = REGIONS[key]
    return (zh if lang == "zh" else en).format(**params)


def box_text(region: Boxes, box: Box, lang: Lang = "zh") -> str:
    """Return one box in words."""
    parts = [
        text
        for variable, points in in_file_order(region, box)
        if (text := _text(region, variable, points, lang))
    ]
    return said("and", lang).join(parts) or said("anyone", lang)


def in_file_order(region: Boxes, box: Box) -> list[tuple[int, Points]]:
    """Return what a box is held to, in the order in which the file declares dimensions and fields."""
    rule_set, known = region.day.space.rule_set, region.day.space.variables
    order = [*rule_set.dimensions, *rule_set.fields]
    return sorted(box.held.items(), key=lambda held: (order.index(known[held[0]].subject), held[0]))


def customer_text(customer: Customer, rule_set: RuleSet, lang: Lang = "zh") -> str:
    """Return what stands in a customer's cells, of the fields that the question was about, as of a day if it matters."""
    parts = []
    for subject in (*rule_set.fields, *rule_set.dimensions):
        label = label_of(rule_set, subject, lang) if subject in customer.about else ""
        if subject in customer.values and label:
            value = customer.values[subject]
            if value is None:
                parts.append(said("cell-never", lang, label=label))
            else:
                kind = rule_set.fields[subject].spec.kind if subject in rule_set.fields else "text"
                shown = customer.given[subject] if kind == "text" else value_text(value, kind, lang)
                parts.append(said("cell", lang, label=label, value=shown))
        elif label and subject in rule_set.fields:
            parts.append(said("cell-blank", lang, label=label))
    text = said("cells", lang).join(parts)
    is_dated = any(isinstance(customer.values.get(subject), date) for subject in customer.about)
    return text + said("as-of", lang, day=customer.as_of) if is_dated else text


def _text(region: Boxes, variable: int, points: Points, lang: Lang) -> str:
    """Return what a box says of one variable; empty where it leaves out nobody whom there can be."""
    day, may = region.day, region.may[variable]
    known = day.space.variables[variable]
    label = label_of(day.space.rule_set, known.subject, lang)
    if not may & ~points:
        return ""
    if known.aspect == "level":
        options = list(_level_texts(day, known.subject, label, points & may, lang))
    elif known.aspect == "filled":
        options = [said("filled" if points >> FILLED & 1 else "blank", lang, label=label)]
    else:
        options = list(_value_texts(day, known.subject, label, points & may, lang))
    text = said("or", lang).join(options)
    return said("inner", lang, part=text) if len(options) > 1 else text


def _level_texts(day: Day, subject: str, label: str, points: Points, lang: Lang) -> Iterator[str]:
    levels = day.space.rule_set.dimensions[subject].levels
    named = said("values", lang).join(levels[point - 1].label for point in listed(points) if point)
    if named:
        yield said("given" if points & 1 else "word", lang, label=label, values=named)
        if points & 1:
            yield said("not-given", lang, label=label)


def _value_texts(day: Day, subject: str, label: str, points: Points, lang: Lang) -> Iterator[str]:
    cells, values = day.space.outcomes.cells[subject], day.space.values[subject]
    inside = [cell for cell in values if points >> cell & 1]
    has_never = bool(points >> cells.never & 1)
    if len(inside) == len(values):
        is_dated = day.space.is_dated(subject)
        yield said("happened" if is_dated and not has_never else "filled", lang, label=label)
        has_never = False
    elif inside:
        yield from _cells_texts(day, cells, label, inside, lang)
    if has_never:
        yield said("never", lang, label=label)
    if points >> cells.fails & 3:  # taken as failing every test, or as not looked at
        yield said("blank", lang, label=label)


def _cells_texts(day: Day, cells: FieldCells, label: str, inside: Sequence[int], lang: Lang) -> Iterator[str]:
    values = day.space.values[cells.field.id]
    if cells.kind == "ordered":
        known = sorted(values)
        for first, last in runs(inside, known):
            test = range_of(cells, None if first == known[0] else first, None if last == known[-1] else last)
            kind = cells.field.spec.kind
            key = "age" if day.space.is_dated(cells.field.id) else "figure"
            yield said(key, lang, label=label, test=symbol_text(test, kind, lang))
    elif cells.kind == "labelled":
        others = [cell for cell in values if cell not in inside]
        is_open = 0 in inside
        words = [word for cell in (others if is_open else inside) for word in cells.groups[cell]]
        yield said(
            "not-word" if is_open else "word", lang, label=label, values=said("values", lang).join(words)
        )
    else:
        yield said("or", lang).join(
            said("and", lang).join(
                said("has" if cell >> bit & 1 else "has-not", lang, label=label, part=part)
                for bit, part in enumerate(cells.parts)
            )
            for cell in inside
        )


def runs(inside: Sequence[int], known: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Yield the first and last of each stretch of cells between which no other cell is known."""
    places = [known.index(cell) for cell in inside]
    start = places[0]
    for this, after in zip(places, (*places[1:], -1), strict=True):
        if after != this + 1:
            yield known[start], known[this]
            start = after


def range_of(cells: FieldCells, first: int | None, last: int | None) -> Range:
    """Return the test that holds in the cells from one to another; None: no end."""
    low = cells.bounds[first - 1] if first else None
    high = cells.bounds[last] if last is not None and last < len(cells.bounds) else None
    ends = (_bound(low, is_low=True), _bound(high, is_low=False))
    if cells.field.spec.kind in DATED:
        return Range(ends[1], ends[0])
    return (
        Range(*(_whole(end, step) for end, step in zip(ends, (1, -1), strict=True)))
        if (cells.field.spec.kind == "count")
        else Range(*ends)
    )


def _bound(end: Boundary | None, *, is_low: bool) -> Bound | None:
    return None if end is None else Bound(_quantity(end), end.inclusive is is_low)


def _whole(end: Bound | None, step: int) -> Bound | None:
    """Return an end of a range of whole numbers as the first or last of them where it is shorter to say."""
    if end is None or end.inclusive or not isinstance(end.value, Decimal) or end.value % 1:
        return end
    return Bound(end.value + step, inclusive=True)


def _quantity(end: Boundary) -> Quantity:
    if isinstance(end.value, date):
        return end.span or Duration()
    return end.value if isinstance(end.value, int) else Decimal(str(end.value))
