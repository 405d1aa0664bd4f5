"""A box as a rule that could be written: `- {id: gap_1, tier: ..., origin: resolution, when: {annual_amount: ">= 10万元"}}`.

Words for people are in `crmtool.rules.proving.boxwords`.
"""

from __future__ import annotations

from crmtool.ledger.fields import YES
from crmtool.rules.conditions import Bound, Range
from crmtool.rules.judging.cells import FieldCells
from crmtool.rules.proving.boxes import Box, Boxes
from crmtool.rules.proving.boxwords import in_file_order, range_of, runs
from crmtool.rules.proving.formulas import Points
from crmtool.rules.proving.prove import Day
from crmtool.rules.proving.space import FILLED, listed
from crmtool.rules.telling.words import quantity_text


def rules_for(region: Boxes) -> str:
    """Return a rule for each box of a gap, to be given a tier; empty where one cannot be said in the language."""
    if not region.is_whole:
        return ""
    lines = []
    for number, box in enumerate(region.boxes, start=1):
        when = _when(region, box)
        if not when:
            return ""
        lines.append(f"- {{id: gap_{number}, tier: ..., origin: resolution, when: {when}}}")
    return "\n".join(lines)


def _when(region: Boxes, box: Box) -> str:
    day = region.day
    tests, others = list[str](), list[str]()
    for variable, points in in_file_order(region, box):
        known, may = day.space.variables[variable], region.may[variable]
        if not may & ~points:
            continue
        if known.aspect == "level":
            test = _levels(day, known.subject, points & may)
        elif known.aspect == "filled":
            test = "present" if listed(points & may) == (FILLED,) else ""
        else:
            test = _values(day, known.subject, points & may)
        if not test:
            return ""
        (others if test.startswith("{") else tests).append(
            test if test.startswith("{") else f"{known.subject}: {test}"
        )
    if not others:
        return "{" + ", ".join(tests) + "}" if tests else ""
    return "{all: [" + ", ".join([*(f"{{{test}}}" for test in tests), *others]) + "]}"


def _levels(day: Day, subject: str, points: Points) -> str:
    levels = day.space.rule_set.dimensions[subject].levels
    if points & 1:
        return ""
    return "[" + ", ".join(levels[point - 1].id for point in listed(points)) + "]"


def _values(day: Day, subject: str, points: Points) -> str:
    """Return the test, or a condition in braces where it takes two; empty where there is none."""
    cells, values = day.space.outcomes.cells[subject], day.space.values[subject]
    inside = [cell for cell in values if points >> cell & 1]
    if cells.kind == "contained" or points >> cells.fails & 3:  # a blank cell cannot be asked for
        return ""
    if cells.kind == "labelled":
        return _words(subject, cells, inside, list(values)) if inside else ""
    return _figures(day, subject, inside, has_never=bool(points >> cells.never & 1))


def _words(subject: str, cells: FieldCells, inside: list[int], known: list[int]) -> str:
    is_open = 0 in inside
    chosen = [cell for cell in known if (cell in inside) is not is_open]
    words = [word for cell in chosen for word in cells.groups[cell]]
    if cells.field.spec.kind == "flag":
        return "true" if words == [YES] else "false"
    test = "[" + ", ".join(words) + "]"
    return f"{{not: {{{subject}: {test}}}}}" if is_open else test


def _figures(day: Day, subject: str, inside: list[int], *, has_never: bool) -> str:
    cells, known = day.space.outcomes.cells[subject], sorted(day.space.values[subject])
    stretches = list(runs(inside, known)) if inside else []
    if len(stretches) != 1:
        return ""
    first, last = stretches[0]
    test = range_of(cells, None if first == known[0] else first, None if last == known[-1] else last)
    kind = cells.field.spec.kind
    if kind not in ("age", "date"):
        return f'"{_range_text(test, kind)}"'
    if has_never is (test.low is None):  # a date that never happened is younger than every span
        return f'"{_range_text(test, kind)}"'
    if has_never and test.high is None and test.low is not None and not test.low.inclusive:
        return f'"not within {_quantity(test.low, kind)}"'
    if not has_never and test.low is None and test.high is not None and test.high.inclusive:
        return f'"within {_quantity(test.high, kind)}"'
    return ""


def _quantity(bound: Bound, kind: object) -> str:
    text = quantity_text(bound.value, kind)  # type: ignore[arg-type]
    return text.replace(",", "")


def _range_text(test: Range, kind: object) -> str:
    low, high = test.low, test.high
    if low is not None and high is not None:
        if low == high:
            return f"= {_quantity(low, kind)}"
        ends = _quantity(low, kind), _quantity(high, kind)
        return f"{'[' if low.inclusive else '('}{ends[0]}, {ends[1]}{']' if high.inclusive else ')'}"
    if low is not None:
        return f"{'>=' if low.inclusive else '>'} {_quantity(low, kind)}"
    assert high is not None
    return f"{'<=' if high.inclusive else '<'} {_quantity(high, kind)}"
