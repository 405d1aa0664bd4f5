"""A made-up customer: what stands in which cell, as a person would type it in the ledger.

Which customer it is, and what is proved by it, is left to `crmtool.rules.proving.prove`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from crmtool.ledger.fields import YES
from crmtool.rules.conditions import atoms
from crmtool.rules.examples import NEVER_WORD
from crmtool.rules.judging.cells import Value
from crmtool.rules.proving.formulas import both, either, holds_at
from crmtool.rules.proving.possible import branches, can_be_unknown, stands
from crmtool.rules.proving.space import FILLED, listed
from crmtool.rules.proving.terms import Terms
from crmtool.rules.telling.words import value_text


@dataclass(frozen=True, slots=True)
class Customer:
    """One customer on an as-of date.

    `given` has the text of each cell, by field or (where the ledger gives a level) by dimension; a field that is
    not in it is an empty cell, `never` a date that has not happened. `values` has what the texts are read to:
    fen, a float, a day, a word, or a level's id; None for never. `about` are the fields and dimensions that the
    question was about: the others could be anything.
    """

    as_of: date
    given: Mapping[str, str]
    values: Mapping[str, Value | str | None]
    about: frozenset[str] = frozenset()


def customer_at(terms: Terms, points: Sequence[int], about: frozenset[str]) -> Customer:
    """Return the customer whose variables stand at these points."""
    space = terms.space
    given: dict[str, str] = {}
    values: dict[str, Value | str | None] = {}
    for variable, point in zip(space.variables, points, strict=False):
        subject = variable.subject
        if variable.aspect == "level":
            if point:
                level = terms.rule_set.dimensions[subject].levels[point - 1]
                given[subject], values[subject] = level.label, level.id
        elif variable.aspect == "value" and _is_filled(terms, subject, points):
            cells = space.outcomes.cells[subject]
            values[subject] = None if point == cells.never else space.values[subject][point]
            given[subject] = _text(terms, subject, values[subject])
    for subject in _only_filled(terms, points):
        values[subject] = _anything(terms, subject, values)
        given[subject] = _text(terms, subject, values[subject])
    for subject in _left_open(terms, points):
        given.pop(subject, None)
        values.pop(subject, None)
    return Customer(space.as_of, given, values, about)


def _text(terms: Terms, subject: str, value: Value | str | None) -> str:
    if value is None:
        return NEVER_WORD
    return value_text(value, terms.rule_set.fields[subject].spec.kind)


def _is_filled(terms: Terms, subject: str, points: Sequence[int]) -> bool:
    space = terms.space
    filled, value = space.variable(subject, "filled"), space.variable(subject, "value")
    if filled is not None:
        return points[filled] == FILLED
    assert value is not None
    return points[value] in space.filled_points(subject)


def _only_filled(terms: Terms, points: Sequence[int]) -> Iterator[str]:
    """Yield the fields of which nothing but their presence is asked, and that are there."""
    for variable, point in zip(terms.space.variables, points, strict=False):
        has_value = terms.space.variable(variable.subject, "value") is not None
        if variable.aspect == "filled" and point == FILLED and not has_value:
            yield variable.subject


def _anything(terms: Terms, subject: str, values: Mapping[str, Value | str | None]) -> Value | str:
    """Return some value of a field; a day keeps the order in which it has to stand."""
    spec = terms.rule_set.fields[subject].spec
    if spec.kind in ("date", "age"):
        longer = [values.get(upper) for lower, upper in terms.rule_set.assume if lower == subject]
        shorter = [values.get(lower) for lower, upper in terms.rule_set.assume if upper == subject]
        days = [day for day in (*longer, *shorter) if isinstance(day, date)]
        return days[0] if days else terms.space.as_of
    if spec.kind in ("money", "count"):
        return int(spec.minimum or 0)
    if spec.kind in ("number", "percent"):
        return float(spec.minimum or 0)
    if spec.kind == "flag":
        return YES
    return spec.values[0] if spec.values else "有"


def _left_open(terms: Terms, points: Sequence[int]) -> list[str]:
    """Return the fields that are empty so that a conditional policy leaves another one unknown."""
    found: list[str] = []
    for field in terms.rule_set.fields.values():
        filled = terms.space.variable(field.id, "filled")
        if field.missing.kind != "cases" or filled is None or points[filled] == FILLED:
            continue
        settled = (
            both(guard, stands(terms, field.id, branch)) for guard, branch in branches(terms, field.missing)
        )
        if not holds_at(either(*settled), points):
            asked = [atom.subject for when, _ in field.missing.cases for atom in atoms(when)]
            found += [
                s for s in asked if can_be_unknown(terms, s) and terms.space.variable(s, "filled") is None
            ]
    return found


def a_point(terms: Terms, box: Sequence[int]) -> list[int]:
    """Return one point of a box: cells that are filled, in the middle of the figures left, levels not given."""
    chosen = []
    for variable, points in zip(terms.space.variables, box, strict=False):
        options = listed(points)
        if variable.aspect == "level":
            chosen.append(options[0])
        elif variable.aspect == "filled":
            chosen.append(FILLED if FILLED in options else options[0])
        else:
            cells = [p for p in options if p in terms.space.values[variable.subject]] or list(options)
            ordered = terms.space.outcomes.cells[variable.subject].kind == "ordered"
            chosen.append(cells[len(cells) // 2] if ordered else cells[-1])
    return chosen
