"""Which visits are due in a span of days: every line of every tier's cadence, all its customers at once.

Knows who follows what and puts the lines together; when each kind of line is due is in `crmtool.visits.dues.recurring`,
`.ladder` and `.occasions`. Which day of its window a visit gets is left to `crmtool.visits.levelling`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from crmtool.rules.model import CadenceLine
from crmtool.visits.calendar.days import NO_DAY, Days, Numbers
from crmtool.visits.calendar.span import Span
from crmtool.visits.calendar.workdays import Workdays
from crmtool.visits.dues import occasions
from crmtool.visits.dues.basis import Basis
from crmtool.visits.dues.found import Found
from crmtool.visits.dues.ladder import after_purchase
from crmtool.visits.dues.lines import ANY_LABEL, Line, most_frequent
from crmtool.visits.dues.recurring import recurring
from crmtool.visits.dues.rhythm import Rhythm
from crmtool.visits.dues.rows import People, rows_of
from crmtool.visits.frames import column
from crmtool.visits.keys import spread
from crmtool.visits.model import (
    LADDER_OVER,
    NO_CADENCE,
    NO_FIRST_ORDER,
    UNDECIDED,
    UNDUE_COLUMNS,
    Dues,
    frame_of,
)
from crmtool.visits.reading import facts
from crmtool.visits.reading.contacts import ANY, Contacts


def dues(basis: Basis, first: date, last: date, as_of: date, workdays: Workdays) -> Dues:
    """Return what is due from `first` to `last` as it stands on `as_of`, for every customer of the ledger.

    `workdays` reach at least over those days, better 15 days beyond both ends: what may only be earlier moves to the
    last working day before. Visits that are on record as made are not due again. Raises `UsageError` for a festival
    that nobody knows. The order of the ledger's rows makes no difference to any visit; visits come line by line.
    """
    span = Span(first, last, as_of, workdays)
    contacts = basis.contacts(as_of)
    found, over = found_of(basis, span, contacts) if span.start <= last else ((), {})
    people = people_of(basis, np.isnat(contacts.last()))
    visits = rows_of(found, people, basis.rule_set, contacts.done_ids)
    is_visited = np.zeros(len(basis.keys), bool)
    is_visited[column(visits, "customer").to_numpy(zero_copy_only=False)] = True
    reasons = np.where(is_visited, "", reasons_of(basis, over))
    quiet = int((~is_visited & (reasons == "")).sum())
    return Dues(visits, _undue(basis, people, reasons), basis.findings, quiet)


def found_of(
    basis: Basis, span: Span, contacts: Contacts
) -> tuple[tuple[Found, ...], Mapping[str, NDArray[np.bool_]]]:
    """Return all due visits, and for whom a ladder is over or was never begun, by reason."""
    agreed = basis.agreements(span.as_of)
    frequent = most_frequent(basis.lines, len(basis.keys))
    found = [
        *_recurring(basis, span, contacts, np.where(frequent >= 0, agreed, NO_DAY), frequent),
        *_occasions(basis, span),
    ]
    left = np.where(frequent < 0, agreed, NO_DAY)
    over = {reason: np.zeros(len(basis.keys), bool) for reason in (LADDER_OVER, NO_FIRST_ORDER)}
    for ladder in _ladders(basis.lines):
        whose, field = ladder[0].customers, ladder[0].cadence.after or ""
        purchase = facts.purchase(basis.cases, field, span.first)[whose]
        windows = [basis.window(line) for line in ladder]
        climbed = after_purchase(ladder, purchase, left[whose], contacts, span, windows)
        found += climbed.found
        left[whose[climbed.has_agreed]] = NO_DAY
        over[LADDER_OVER][whose[climbed.is_over]] = True
        over[NO_FIRST_ORDER][whose[np.isnat(purchase)]] = True
    return (*found, *_only_agreed(basis, span, left)), over


def _recurring(
    basis: Basis, span: Span, contacts: Contacts, agreed: Days, frequent: Numbers
) -> Iterator[Found]:
    """Yield the due visits of the recurring lines; what is agreed is one of each customer's most frequent line.

    Only that line counts from a contact of another channel once there was a plan: the others keep the day that they
    were planned for until a visit of theirs is on record, else every call would put off the visit on site.
    """
    spoken = contacts.last()
    ordered = facts.last_order(basis.ledger, basis.cases, span.as_of)
    otherwise = np.where(np.isnat(spoken), ordered, spoken)
    for place, line in enumerate(basis.lines):
        if not line.is_recurring:
            continue
        whose = line.customers
        by_channel = contacts.last_by(line.cadence.channel)[whose]
        anchors = np.where(np.isnat(by_channel), otherwise[whose], by_channel)
        from_anchor = Rhythm.after(
            np.where(np.isnat(anchors), np.datetime64(span.start), anchors), line.months, line.days
        )
        is_frequent = frequent[whose] == place
        settled = np.where(is_frequent, agreed[whose], NO_DAY)
        is_known, was_due = ~np.isnat(anchors), np.full(len(whose), NO_DAY)
        if basis.held is not None:
            oldest, of_month = basis.held.oldest(line)
            is_held = ~np.isnat(oldest) & np.isnat(by_channel) & ~is_frequent
            from_anchor = from_anchor.with_first(is_held, oldest, of_month)
            is_known |= is_held
            put_off_to, due_before = basis.held.agreed(line, span.as_of)
            settled = np.where(np.isnat(settled), put_off_to, settled)
            was_due = np.where(settled == put_off_to, due_before, NO_DAY)
        numbers = spread(basis.keys.take(pa.array(whose)), line.slot)
        yield from recurring(line, from_anchor, is_known, settled, was_due, numbers, span, basis.window(line))


def _occasions(basis: Basis, span: Span) -> Iterator[Found]:
    for line in basis.lines:
        if line.cadence.at == "birthday":
            yield occasions.birthdays(line, basis.birthdays, span)
        elif line.cadence.at == "festival":
            yield occasions.festivals(line, basis.kept_festivals, span)
        elif line.cadence.by_date is not None:
            yield occasions.deadlines(line, line.cadence.by_date, span, basis.window(line))


def _only_agreed(basis: Basis, span: Span, agreed: Days) -> Iterator[Found]:
    """Yield the visits that were agreed with customers for whom no line has a next visit: an agreement holds."""
    rows = np.flatnonzero((agreed >= np.datetime64(span.start)) & (agreed <= np.datetime64(span.last)))
    for tier in np.unique(basis.tiers[rows]).tolist():
        whose = rows[basis.tiers[rows] == tier]
        nothing = np.zeros(len(whose), np.int64)
        line = Line(tier, ANY, CadenceLine(ANY, ANY_LABEL), whose, nothing, nothing)
        yield occasions.agreed(line, agreed[whose])


def _ladders(lines: Sequence[Line]) -> Iterator[tuple[Line, ...]]:
    """Yield the lines of each tier that count from one day together."""
    steps = [line for line in lines if line.cadence.after is not None]
    for tier, after in dict.fromkeys((line.tier, line.cadence.after) for line in steps):
        yield tuple(line for line in steps if (line.tier, line.cadence.after) == (tier, after))


def people_of(basis: Basis, is_never_visited: NDArray[np.bool_]) -> People:
    """Return who the customers of a ledger are."""
    customers = basis.ledger.customers.frame
    return People(
        basis.keys,
        facts.texts(customers, "customer_id"),
        facts.texts(customers, "name"),
        facts.owners(customers),
        is_never_visited,
    )


def reasons_of(basis: Basis, over: Mapping[str, NDArray[np.bool_]]) -> NDArray[np.object_]:
    """Return why nothing can be due for a customer; empty where something can, now or later."""
    lines, others = (np.zeros(len(basis.keys), bool) for _ in range(2))
    for line in basis.lines:
        lines[line.customers] = True
        if line.cadence.after is None:
            others[line.customers] = True
    reasons = np.full(len(basis.keys), "", object)
    reasons[~lines] = NO_CADENCE
    for reason, holds in over.items():
        reasons[holds & ~others] = reason
    reasons[basis.tiers == ""] = UNDECIDED
    return reasons


def _undue(basis: Basis, people: People, reasons: NDArray[np.object_]) -> pd.DataFrame:
    rows = np.flatnonzero(reasons != "")
    places = pa.array(rows)
    cells = {
        "customer": places,
        "customer_key": people.key.take(places),
        "customer_id": people.customer_id.take(places),
        "name": people.name.take(places),
        "tier": column(basis.decisions.frame, "tier").take(places),
        "owner": people.owner.take(places),
        "reason": pa.array(reasons[rows], pa.string()),
    }
    return frame_of(UNDUE_COLUMNS, cells)
