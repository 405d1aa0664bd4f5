"""What each move is owed to: the customer's own figures, the rules, a lock, a tier that was given; and the reason in words.

Which fields make a move is found in `crmtool.review.moves.causes`, how they are told in `reasons`.
"""

from __future__ import annotations

from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from crmtool.errors import Finding
from crmtool.messages import Lang
from crmtool.review.model import (
    BY_BOTH,
    BY_CUSTOMER,
    BY_GIVEN,
    BY_LOCK,
    BY_RULES,
    BY_UNKNOWN,
    NEW,
    SAME,
    Snapshot,
)
from crmtool.review.moves.causes import smallest_cause
from crmtool.review.moves.judged import Judged
from crmtool.review.moves.jumps import money_jumps
from crmtool.review.moves.known import cases_from
from crmtool.review.moves.reasons import Cause, FieldReasons, between, some_rows, tier_labels, words
from crmtool.review.moves.twodays import Day, TwoDays
from crmtool.rules.cases import Cases
from crmtool.rules.judging.classes import distinct
from crmtool.rules.model import RuleSet
from crmtool.visits.frames import column, one_of, same_text

_NONE = pa.scalar(None, pa.string())


@dataclass(frozen=True)
class Explained:
    """Cause, tier by today's rules, fields and reason of each customer of now; null where nobody moved."""

    cause: pa.Array
    by_rules: pa.Array
    fields: pa.Array
    reason: pa.Array
    rules_changed: bool = False
    is_told_apart: bool = False
    findings: tuple[Finding, ...] = ()


def unexplained(rows: int) -> Explained:
    """Return that nobody moved."""
    none = pa.nulls(rows, pa.string())
    return Explained(none, none, none, none)


def rules_changed(previous: Snapshot, rule_set: RuleSet) -> bool:
    """Say whether other rules judged then, as far as that is known."""
    if previous.rules_sha256:
        return previous.rules_sha256 != rule_set.sha256
    return bool(previous.rules_version) and previous.rules_version != rule_set.version


@dataclass(frozen=True)
class _Sides:
    """Both days on common ground: `rows` are the moves that facts of both days can explain, `then` their places."""

    days: TwoDays
    then_day: Day
    now_day: Day
    then_cases: Cases
    then: pa.Array  # of every customer of now, null where nothing is known of them


def explained(
    judged: Judged,
    previous: Snapshot,
    then: pa.Array,
    kinds: pa.Array,
    rule_set: RuleSet,
    lang: Lang,
) -> Explained:
    """Return why each customer moved; `then` is their place in `previous`, `kinds` the kind of their move."""
    is_other = rules_changed(previous, rule_set)
    facts = column(previous.frame, "facts")
    known = pc.if_else(pc.is_valid(facts.take(then)), then, pa.scalar(None, pa.int64()))
    sides = _sides(judged, previous, facts, known, rule_set) if known.null_count < len(known) else None
    moved = pc.invert(one_of(kinds, (SAME, NEW)))
    told = _by_hand(judged, previous, then)
    by_rules = pa.nulls(len(then), pa.string()) if sides is None or not is_other else _by_rules(sides)
    cause = pc.if_else(moved, pc.coalesce(told, pa.scalar(BY_UNKNOWN)), _NONE)
    fields = changes = pa.nulls(len(then), pa.string())
    findings: tuple[Finding, ...] = ()
    if sides is not None and previous.as_of is not None:
        ours = pc.and_(pc.and_(moved, pc.is_null(told)), pc.is_valid(known))
        cause, fields, changes = _by_facts(judged, previous, sides, ours, cause, is_other, lang)
        findings = tuple(
            money_jumps(judged.cases, sides.then_cases, known, rule_set, judged.customers, previous.as_of)
        )
    reason = _reasons(judged, previous, then, kinds, rule_set, cause, by_rules, changes, lang)
    is_apart = is_other and sides is not None and known.null_count == then.null_count
    return Explained(cause, by_rules, fields, reason, is_other, is_apart, findings)


def _sides(
    judged: Judged, previous: Snapshot, facts: pa.Array, known: pa.Array, rule_set: RuleSet
) -> _Sides | None:
    if previous.as_of is None or judged.snapshot.as_of is None:
        return None
    cases = cases_from(facts, rule_set)
    days = TwoDays(rule_set, previous.as_of, judged.snapshot.as_of)
    return _Sides(days, days.day(cases, is_then=True), days.day(judged.cases, is_then=False), cases, known)


def _by_hand(judged: Judged, previous: Snapshot, then: pa.Array) -> pa.Array:
    """Return lock or given where a tier on one of the days was not found by rules; null elsewhere."""
    origins = (column(judged.snapshot.frame, "origin"), column(previous.frame, "origin").take(then))
    locked, given = (pc.or_(*(same_text(each, word) for each in origins)) for word in ("locked", "given"))
    return pc.if_else(locked, BY_LOCK, pc.if_else(given, BY_GIVEN, _NONE))


def _by_rules(sides: _Sides) -> pa.Array:
    """Return the tier that today's rules give to what was known of each customer; null where undecided or unknown."""
    tiers = [sides.days.tier(parts) or None for parts in sides.then_day.parts]
    return pa.array(tiers, pa.string()).take(sides.then_day.classes.take(sides.then))


def _by_facts(
    judged: Judged,
    previous: Snapshot,
    sides: _Sides,
    ours: pa.Array,
    cause: pa.Array,
    is_other: bool,
    lang: Lang,
) -> tuple[pa.Array, pa.Array, pa.Array]:
    """Return cause, fields and what changed in words, for the customers of `ours` found from facts."""
    rows = pc.indices_nonzero(ours).cast(pa.int64())
    places = sides.then.take(rows)
    tiers = (column(previous.frame, "tier").take(places), column(judged.snapshot.frame, "tier").take(rows))
    classes = (sides.then_day.classes.take(places), sides.now_day.classes.take(rows))
    at, keys = distinct([*classes, *(tier.fill_null("") for tier in tiers)], len(rows))
    found = [_cause_of(sides, first, second, was, now, is_other) for first, second, was, now in keys]
    subjects = sides.days.subjects
    ids = ["|".join(subjects[place] for place in each.places) or None for _, each in found]
    told = FieldReasons(sides.days, some_rows(sides.then_cases, places), some_rows(judged.cases, rows), lang)
    said = told.of([each for _, each in found], at)

    def laid(values: pa.Array, others: pa.Array) -> pa.Array:
        return pc.replace_with_mask(others, ours, values)

    none = pa.nulls(len(ours), pa.string())
    return (
        laid(pa.array([name for name, _ in found], pa.string()).take(at), cause),
        laid(pa.array(ids, pa.string()).take(at), none),
        laid(said, none),
    )


def _cause_of(
    sides: _Sides, first: int, second: int, was: str, now: str, is_other: bool
) -> tuple[str, Cause]:
    """Return the cause of one kind of move, and the fields that make the customer's own part of it."""
    then_parts, now_parts = sides.then_day.parts[first], sides.now_day.parts[second]
    by_rules = sides.days.tier(then_parts)
    nothing = Cause((), then_parts, now_parts)
    is_kept = by_rules or not was or all(part.has_column for part in then_parts[: len(sides.days.fields)])
    if sides.days.tier(now_parts) != now or not (by_rules == was or (is_other and is_kept)):
        return BY_UNKNOWN, nothing
    if by_rules == now:
        return BY_RULES, nothing
    places = smallest_cause(sides.days, then_parts, now_parts)
    return BY_CUSTOMER if by_rules == was else BY_BOTH, Cause(places, then_parts, now_parts)


def _reasons(
    judged: Judged,
    previous: Snapshot,
    then: pa.Array,
    kinds: pa.Array,
    rule_set: RuleSet,
    cause: pa.Array,
    by_rules: pa.Array,
    changes: pa.Array,
    lang: Lang,
) -> pa.Array:
    """Return the whole reason of each move, null where there was none."""
    was, now = column(previous.frame, "tier").take(then), column(judged.snapshot.frame, "tier")
    labels = {"was": tier_labels(was, rule_set), "now": tier_labels(now, rule_set)}
    ruled = between(
        "rules-move", lang, version=rule_set.version, was=labels["was"], now=tier_labels(by_rules, rule_set)
    )
    by_the_rules = pc.if_else(one_of(cause, (BY_RULES, BY_BOTH)), ruled, _NONE)
    because = between("now-because", lang, reason=column(judged.snapshot.frame, "reason"))
    untold = pc.if_else(same_text(cause, BY_UNKNOWN), because, _NONE)
    parts = [_hand_words(judged, previous, then, cause, lang), by_the_rules, changes]
    moved = between("tier-move", lang, **labels)
    said = _joined([*parts, moved, untold], words("semicolon", lang))
    is_new = same_text(kinds, NEW)
    said = pc.if_else(is_new, between("newcomer", lang, now=labels["now"]), said)
    return pc.if_else(pc.or_(is_new, pc.is_valid(cause)), said, _NONE)


def _hand_words(judged: Judged, previous: Snapshot, then: pa.Array, cause: pa.Array, lang: Lang) -> pa.Array:
    now = column(judged.snapshot.frame, "origin")
    said = pa.nulls(len(then), pa.string())
    for why, origin, today, before in (
        (BY_LOCK, "locked", "locked-now", "unlocked-now"),
        (BY_GIVEN, "given", "given-now", "given-before"),
    ):
        text = pc.if_else(same_text(now, origin), words(today, lang), words(before, lang))
        said = pc.if_else(same_text(cause, why), text, said)
    return said


def _joined(parts: list[pa.Array], separator: str) -> pa.Array:
    found = parts[0]
    for part in parts[1:]:
        found = pc.coalesce(pc.binary_join_element_wise(found, part, separator), found, part)
    return found
