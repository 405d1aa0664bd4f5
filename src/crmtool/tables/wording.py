"""Puts conditions and levels of a rule set into the words of output tables."""

from __future__ import annotations

from crmtool.rules.conditions import Atom, Condition
from crmtool.rules.model import Level, RuleSet


def in_words(condition: Condition, rule_set: RuleSet) -> str:
    return repr(condition)


def level_in_short(level: Level, rule_set: RuleSet) -> str:
    """Return a level as its test where that is a single one, else as its label."""
    return in_words(level.when, rule_set) if isinstance(level.when, Atom) else level.label
