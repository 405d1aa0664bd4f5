"""As-of days that stand for all others: on each of them the spans of a rule set lie in another order.

One month before 31 March is 31 days back, before 1 March 28: whether `within 30天` says more than `within 1个月`
depends on the day. What the spans cut is left to `crmtool.rules.judging.cells`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from itertools import pairwise

from crmtool.ledger.quantities import Duration
from crmtool.rules.conditions import Condition, Range, Within, atoms
from crmtool.rules.judging.cells import DATED
from crmtool.rules.model import Policy, RuleSet

#: The day that stands for all where it makes no difference.
COMMON_DAY = date(2024, 6, 30)
#: The days of four years with one leap day repeat, but for the turn of a century.
_FIRST, _DAYS = date(2023, 1, 1), 1461


def typical_days(rule_set: RuleSet) -> tuple[date, ...]:
    """Return one as-of day for each order in which the rule set's spans can lie, the most common first.

    Nearly every rule set counts its spans in months alone, or in days alone: then one day stands for all.
    """
    groups = [spans for spans in _linked_spans(rule_set) if not _is_uniform(spans)]
    if not groups:
        return (COMMON_DAY,)
    found: dict[tuple[tuple[int, ...], ...], list[date]] = {}
    for day in [COMMON_DAY, *(_FIRST + timedelta(days=n) for n in range(_DAYS))]:
        found.setdefault(tuple(_order(spans, day) for spans in groups), []).append(day)
    return tuple(days[0] for days in sorted(found.values(), key=lambda days: (-len(days), days[0])))


def _order(spans: Sequence[Duration], day: date) -> tuple[int, ...]:
    """Return the distance between neighbours, as far as it matters: 0 the same day, 1 the day before, 2 more."""
    back = [(day - span.before(day)).days for span in spans]
    ranked = sorted(range(len(back)), key=lambda i: (back[i], i))
    gaps = [min(back[b] - back[a], 2) for a, b in pairwise(ranked)]
    return (*ranked, *gaps)


def _is_uniform(spans: Sequence[Duration]) -> bool:
    used = [span for span in spans if span.months or span.days]
    return all(not span.days for span in used) or all(not span.months for span in used)


def _linked_spans(rule_set: RuleSet) -> Iterable[tuple[Duration, ...]]:
    """Yield the spans that are laid back on one field, or on fields that an `assume` joins."""
    own: dict[str, dict[Duration, None]] = {}
    for condition in conditions_of(rule_set):
        for atom in atoms(condition):
            field = rule_set.fields.get(atom.subject)
            if field is not None and field.spec.kind in DATED:
                own.setdefault(atom.subject, {Duration(): None}).update(dict.fromkeys(_spans(atom.test)))
    for subject, spans in own.items():
        spans.update(dict.fromkeys(_assumed(rule_set.fields[subject].missing)))
    joined: dict[str, set[str]] = {subject: {subject} for subject in own}
    for pair in rule_set.assume:
        group = set().union(*(joined.get(subject, set()) for subject in pair))
        joined |= dict.fromkeys(group, group)
    for names in dict.fromkeys(frozenset(group) for group in joined.values()):
        yield tuple(dict.fromkeys(span for subject in own if subject in names for span in own[subject]))


def _spans(test: object) -> Iterable[Duration]:
    if isinstance(test, Within):
        yield test.span
    elif isinstance(test, Range):
        for bound in (test.low, test.high):
            if bound is not None and isinstance(bound.value, Duration):
                yield bound.value


def _assumed(policy: Policy) -> Iterable[Duration]:
    if isinstance(policy.value, Duration):
        yield policy.value
    for _, branch in policy.cases:
        yield from _assumed(branch)
    if policy.otherwise is not None:
        yield from _assumed(policy.otherwise)


def conditions_of(rule_set: RuleSet) -> tuple[Condition, ...]:
    """Return every condition of a rule set: of rules, levels, tags, and of what an empty cell means."""
    found = [rule.when for rule in rule_set.rules]
    found += [level.when for dimension in rule_set.dimensions.values() for level in dimension.levels]
    found += [tag.when for tag in rule_set.tags]
    found += [when for field in rule_set.fields.values() for when, _ in field.missing.cases]
    return tuple(found)
