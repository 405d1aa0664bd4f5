"""How far back the tests of a rule set look at a date: the longest span that any of them names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from crmtool.ledger.quantities import Duration
from crmtool.rules.conditions import Condition, Range, Within, atoms
from crmtool.rules.measuring.windows import longest
from crmtool.rules.model import RuleSet


def asked_spans(rule_set: RuleSet, as_of: date) -> Mapping[str, Duration]:
    """Return, for each field whose date some rule, level or tag tests, the longest span that is asked.

    Orders that reach back less far cannot tell a customer who never ordered from one whose orders are older.
    """
    spans: dict[str, list[Duration]] = {}
    for condition in _conditions(rule_set):
        for atom in atoms(condition):
            if isinstance(atom.test, Within):
                spans.setdefault(atom.subject, []).append(atom.test.span)
            elif isinstance(atom.test, Range):
                bounds = [bound.value for bound in (atom.test.low, atom.test.high) if bound is not None]
                spans.setdefault(atom.subject, []).extend(v for v in bounds if isinstance(v, Duration))
    found = {subject: longest(named, as_of) for subject, named in spans.items()}
    return {subject: span for subject, span in found.items() if span is not None}


def _conditions(rule_set: RuleSet) -> Iterator[Condition]:
    yield from (rule.when for rule in rule_set.rules)
    yield from (tag.when for tag in rule_set.tags)
    for dimension in rule_set.dimensions.values():
        yield from (level.when for level in dimension.levels)
