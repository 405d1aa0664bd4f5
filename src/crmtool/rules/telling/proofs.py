"""Which tests prove or refute a condition for a class of customers, whatever its unknown fields may be.

Putting them into words is left to `crmtool.rules.telling.reasons` and `crmtool.rules.telling.trace`.
"""

from __future__ import annotations

from dataclasses import dataclass

from crmtool.rules.conditions import All, Atom, Condition, Not
from crmtool.rules.judging.judge import Judging
from crmtool.rules.judging.meanings import Meaning


@dataclass(frozen=True, slots=True)
class Fact:
    """One test and what it came to: true, false, or None (open: it depends on something unknown)."""

    atom: Atom
    holds: bool | None
    is_ignored: bool = False


def fact_of(judging: Judging, atom: Atom, meaning: Meaning) -> Fact:
    """Return what one test came to, over every completion of what is unknown."""
    node = judging.held(judging.atom(atom), meaning)
    found = judging.outcomes.diagrams.values(node, meaning.points)
    only = next(iter(found)) if len(found) == 1 else None
    return Fact(atom, only if isinstance(only, bool) else None, found == {None})


def proof(judging: Judging, condition: Condition, meaning: Meaning, *, of: bool = True) -> list[Fact] | None:
    """Return tests that together make a condition true (`of`: or false), or None where no one set does.

    None also where the condition is proved only by cases: true either way, but by different tests.
    Ignored tests prove nothing and are left out.
    """
    if isinstance(condition, Atom):
        fact = fact_of(judging, condition, meaning)
        return [] if fact.is_ignored else [fact] if fact.holds is of else None
    if isinstance(condition, Not):
        return proof(judging, condition.part, meaning, of=not of)
    parts = [proof(judging, part, meaning, of=of) for part in condition.parts]
    if isinstance(condition, All) is of:  # every part is needed
        return (
            None if any(part is None for part in parts) else [fact for part in parts for fact in part or ()]
        )
    found = [part for part in parts if part]
    return min(found, key=len) if found else None
