"""Which points can stand together: what an empty cell means, and which of two ages is never the longer one.

The points alone are in `crmtool.rules.proving.space`; what is asked about them in `crmtool.rules.proving.terms`.
"""

from __future__ import annotations

from collections.abc import Iterable

from crmtool.rules.conditions import atoms
from crmtool.rules.model import Policy
from crmtool.rules.proving.formulas import TRUE, Formula, both, either, no
from crmtool.rules.proving.space import BLANK, BLANK_IGNORED, FILLED
from crmtool.rules.proving.terms import Terms

_UNKNOWN = Policy("unknown")


def possible(terms: Terms) -> Formula:
    """Return that the points of all variables together are those of one customer."""
    space = terms.space
    subjects = dict.fromkeys(variable.subject for variable in space.variables if variable.aspect != "level")
    cells = [_of_cell(terms, subject) for subject in subjects]
    return both(*cells, *(_in_order(terms, lower, upper) for lower, upper in terms.rule_set.assume))


def _of_cell(terms: Terms, subject: str) -> Formula:
    """Return that a field's cell is filled, or empty and taken for what its policy says."""
    filled = stands(terms, subject, None)
    policy = terms.rule_set.fields[subject].missing
    taken = (*branches(terms, policy), *open_branches(terms, policy))
    blank = [both(guard, stands(terms, subject, branch)) for guard, branch in taken]
    return either(filled, *blank)


def stands(terms: Terms, subject: str, blank: Policy | None) -> Formula:
    """Return that a field's cell is filled (None), or empty and taken for what a policy that is not conditional says."""
    space = terms.space
    value, filled = terms.variable(subject, "value"), terms.variable(subject, "filled")
    found: Formula = TRUE
    if value is not None:
        points = space.filled_points(subject) if blank is None else space.blank_points(subject, blank)
        found = space.at(value, points)
    if filled is not None:
        empty = BLANK_IGNORED if blank is not None and blank.kind == "ignore" else BLANK
        found = both(found, space.at(filled, (FILLED if blank is None else empty,)))
    return found


def branches(terms: Terms, policy: Policy) -> Iterable[tuple[Formula, Policy]]:
    """Yield what an empty cell is taken for, and where: each branch of a conditional policy."""
    if policy.kind != "cases":
        yield TRUE, policy
        return
    before: Formula = TRUE
    for condition, branch in policy.cases:
        holds = terms.holds(condition)
        yield both(before, holds), branch
        before = both(before, no(holds))
    for guard, branch in branches(terms, policy.otherwise or _UNKNOWN):
        yield both(before, guard), branch


def open_branches(terms: Terms, policy: Policy) -> Iterable[tuple[Formula, Policy]]:
    """Yield where a conditional policy leaves a value unknown, because its condition hangs on another empty cell."""
    before: Formula = TRUE
    for condition, _ in policy.cases:
        for subject in dict.fromkeys(atom.subject for atom in atoms(condition)):
            if can_be_unknown(terms, subject):
                filled = terms.variable(subject, "filled")
                is_blank = TRUE if filled is None else terms.space.at(filled, (BLANK,))
                yield both(before, is_blank), _UNKNOWN
        before = both(before, no(terms.holds(condition)))


def can_be_unknown(terms: Terms, subject: str) -> bool:
    """Say whether a field's empty cell can leave its value open."""
    field = terms.rule_set.fields.get(subject)
    if field is None:
        return False
    return any(branch.kind in ("unknown", "error") for _, branch in branches(terms, field.missing))


def _in_order(terms: Terms, lower: str, upper: str) -> Formula:
    """Return that one age is at most another: its day lies in the same cell, or in a later one."""
    space = terms.space
    short, long = terms.variable(lower, "value"), terms.variable(upper, "value")
    if short is None or long is None:
        return TRUE
    count = space.outcomes.cells[lower].count
    no_day = [(v, range(count, space.sizes[v])) for v in (short, long)]
    steps = []
    for cell in range(1, count):
        before = space.at(long, (*range(cell), *no_day[1][1]))
        since = space.at(short, (*range(cell, count), *no_day[0][1]))
        steps.append(either(before, since))
    return both(*steps)
