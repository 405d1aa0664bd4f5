"""What a rule set says about a review's grades and adjustments, as values: `grading:` and `adjustment:`.

Mistakes in these sections are told by `crmtool.rules.language`; who is graded and adjusted is for `crmtool.review`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import Any, Final

from crmtool.ledger.values import Exact, parse_percent
from crmtool.rules.language.common import Common
from crmtool.rules.model import RuleSet

#: For what a customer can be listed in the adjustment table, by the words of `suggest_when:`.
KPI_SHORT, TIER_CHANGED, MARKED = "kpi_short", "tier_changed", "marked"
_TEST: Final = re.compile(r"(>=|<=|>|<)\s*(\S+%)")


@dataclass(frozen=True, slots=True)
class Grade:
    """A word for how far a target was reached: attainments (fractions of one) that pass the test have it."""

    label: str
    sign: str
    line: Decimal

    def holds(self, attainment: Decimal) -> bool:
        """Tell whether an attainment has this grade."""
        return {
            ">=": attainment >= self.line,
            "<=": attainment <= self.line,
            ">": attainment > self.line,
            "<": attainment < self.line,
        }[self.sign]


@dataclass(frozen=True, slots=True)
class AdjustedStrategy:
    """What is done for a tier's customers who fall short of any of some KPIs (ids)."""

    tier: str
    short: tuple[str, ...]
    then: tuple[str, ...]


@dataclass(frozen=True)
class Adjustment:
    """Who is listed in the adjustment table (`suggest_when`), who approves ("": nobody has to), and what is done then."""

    suggest_when: frozenset[str]
    approver: str
    strategies: tuple[AdjustedStrategy, ...] = ()


def grading_of(rule_set: RuleSet, common: Common) -> tuple[Grade, ...]:
    """Return the grades of a rule set, tried in order; those of the common vocabulary where it has none."""
    levels: Mapping[str, str] = (rule_set.plain.get("grading") or common.grading).get("levels", {})
    read = (read_grade(label, test) for label, test in levels.items())
    return tuple(grade for grade in read if grade is not None)


def adjustment_of(rule_set: RuleSet, common: Common) -> Adjustment:
    """Return how a rule set adjusts strategies; as the common vocabulary says where it does not."""
    section: Mapping[str, Any] = rule_set.plain.get("adjustment") or common.adjustment
    asked = (name for entry in section.get("suggest_when", ()) for name, wanted in entry.items() if wanted)
    strategies = tuple(
        AdjustedStrategy(each["tier"], tuple(each["short"]), tuple(map(_text, each["then"])))
        for each in section.get("strategies", ())
    )
    return Adjustment(frozenset(asked), _text(section.get("approver", "")).strip(), strategies)


def read_grade(label: str, test: str) -> Grade | None:
    """Return the grade that a test of attainments in percent gives; None where it is no such test.

    >>> read_grade("优", ">= 100%"), read_grade("优", "全部达标")
    (Grade(label='优', sign='>=', line=Decimal('1.00')), None)
    """
    match = _TEST.fullmatch(test.strip())
    read = parse_percent(match[2]) if match else None
    return Grade(label, match[1], read.value) if match and isinstance(read, Exact) else None


def gap_in(grades: Sequence[Grade]) -> Decimal | None:
    """Return an attainment that has no grade, or None where every one has.

    >>> gap_in([Grade("好", ">=", Decimal(1)), Grade("差", "<", Decimal("0.9"))])
    Decimal('0.9')
    """
    cuts = sorted({Decimal(0), *(grade.line for grade in grades)})
    between = [(low + high) / 2 for low, high in pairwise(cuts)]
    tried = sorted([*cuts, *between, cuts[-1] + 1])
    return next((each for each in tried if not any(grade.holds(each) for grade in grades)), None)


def _text(entry: object) -> str:
    """Return a text, written plainly or with its origin."""
    return str(entry["text"]) if isinstance(entry, Mapping) else str(entry)
