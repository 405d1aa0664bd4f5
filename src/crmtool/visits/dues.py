"""Which visits are due in a span of days: every line of every tier's cadence, all its customers at once.

Knows who follows what and puts the lines together; when each kind of line is due is in `crmtool.visits.recurring`,
`.ladder` and `.occasions`. Which day of its window a visit gets is left to `crmtool.visits.levelling`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from crmtool.errors import Finding
from crmtool.ledger.ledger import Ledger
from crmtool.rules.cases import Cases
from crmtool.rules.decisions import Decisions
from crmtool.rules.language.common import Common
from crmtool.rules.model import RuleSet
from crmtool.visits import facts, occasions
from crmtool.visits.birthdays import Birthdays, read_birthdays
from crmtool.visits.contacts import Contacts, agreed_in, contacts_of
from crmtool.visits.festivals import Festival, festivals_of
from crmtool.visits.found import Found
from crmtool.visits.intervals import OwnRhythms, read_intervals
from crmtool.visits.keys import customer_keys, one_array, spread
from crmtool.visits.ladder import after_purchase
from crmtool.visits.lines import Line, lines_of, most_frequent, wishes_of
from crmtool.visits.model import (
    LADDER_OVER,
    NO_CADENCE,
    NO_FIRST_ORDER,
    UNDECIDED,
    UNDUE_COLUMNS,
    Dues,
    frame_of,
)
from crmtool.visits.recurring import recurring
from crmtool.visits.rows import People, rows_of
from crmtool.visits.span import NO_DAY, Span
from crmtool.visits.workdays import Days, Workdays


@dataclass(frozen=True, eq=False)
class Basis:
    """What due visits follow from: a judged ledger, what is on record, and what is set.

    `records` (REPORT_COLUMNS) are all visits on record, from the ledger's own sheet
    (`crmtool.visits.records.records_of`) and elsewhere; `festivals` are the names of those that are kept. `agreed`
    says for each customer whether the ledger's 下次跟进时间 is an agreement (None: all are); what a plan wrote there
    itself is none. `stretch` is the factor that recurring intervals are stretched by.
    """

    ledger: Ledger
    cases: Cases
    decisions: Decisions
    rule_set: RuleSet
    common: Common
    records: pd.DataFrame
    festivals: Sequence[str] = ()
    agreed: NDArray[np.bool_] | None = None
    stretch: float = 1.0

    @cached_property
    def keys(self) -> pa.Array:
        """Return the customers' keys."""
        return customer_keys(self.ledger.customers.frame)

    @cached_property
    def tiers(self) -> NDArray[np.object_]:
        """Return each customer's tier, None for an undecided one."""
        tiers: NDArray[np.object_] = one_array(self.decisions.frame["tier"]).to_numpy(zero_copy_only=False)
        return tiers

    @cached_property
    def birthdays(self) -> Birthdays:
        """Return the customers' birthdays."""
        return read_birthdays(self.ledger.customers)

    @cached_property
    def own_rhythms(self) -> OwnRhythms:
        """Return the customers' own rhythms."""
        return read_intervals(self.ledger.customers, self.common)

    @cached_property
    def kept_festivals(self) -> tuple[Festival, ...]:
        """Return the festivals that are kept."""
        return festivals_of(self.festivals)

    @cached_property
    def lines(self) -> tuple[Line, ...]:
        """Return the lines of the cadences with the customers who follow them."""
        lines = lines_of(self.tiers, self.rule_set, self.common, wishes_of(self.own_rhythms))
        return tuple(line.stretched(self.stretch) for line in lines)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Return what could not be read, as far as a cadence asks for it."""
        asks_birthdays = any(line.cadence.at == "birthday" for line in self.lines)
        return (*self.own_rhythms.findings, *(self.birthdays.findings if asks_birthdays else ()))

    def window(self, line: Line) -> int:
        """Return how many working days a visit of a line may be moved."""
        return self.common.channels[line.cadence.channel].window

    def contacts(self, as_of: date) -> Contacts:
        """Return the contacts up to a day."""
        spoken = facts.days(self.ledger.customers.frame, "last_contact")
        return contacts_of(self.records, self.keys, spoken, as_of)

    def agreements(self, as_of: date) -> Days:
        """Return the day agreed with each customer from a day on: the ledger's, else the latest report's; else NaT."""
        cells = facts.days(self.ledger.customers.frame, "next_followup")
        holds = cells >= np.datetime64(as_of)
        if self.agreed is not None:
            holds &= self.agreed
        return np.where(holds, cells, agreed_in(self.records, self.keys, as_of))


def dues(basis: Basis, first: date, last: date, as_of: date, workdays: Workdays) -> Dues:
    """Return what is due from `first` to `last` as it stands on `as_of`, for every customer of the ledger.

    `workdays` reach at least over those days, better 15 days beyond both ends: what may only be earlier moves to the
    last working day before. Visits that are on record as made are not due again. Raises `UsageError` for a festival
    that nobody knows. The order of the ledger's rows makes no difference to any visit; visits come line by line.
    """
    span = Span(first, last, as_of, workdays)
    contacts = basis.contacts(as_of)
    found, over = _found(basis, span, contacts)
    people = _people(basis, np.isnat(contacts.last()))
    visits = rows_of(found, people, basis.rule_set, contacts.done_ids)
    is_visited = np.zeros(len(basis.keys), bool)
    is_visited[one_array(visits["customer"]).to_numpy(zero_copy_only=False)] = True
    reasons = np.where(is_visited, None, _reasons(basis, over))
    quiet = len(reasons) - int(is_visited.sum()) - int(np.not_equal(reasons, None).sum())
    return Dues(visits, _undue(basis, people, reasons), basis.findings, quiet)


def _found(
    basis: Basis, span: Span, contacts: Contacts
) -> tuple[tuple[Found, ...], Mapping[str, NDArray[np.bool_]]]:
    """Return all due visits, and for whom a ladder is over or was never begun, by reason."""
    anchors_else = np.where(np.isnat(contacts.last()), _orders(basis), contacts.last())
    agreed, frequent = basis.agreements(span.as_of), most_frequent(basis.lines, len(basis.keys))
    found: list[Found] = []
    over = {reason: np.zeros(len(basis.keys), bool) for reason in (LADDER_OVER, NO_FIRST_ORDER)}
    for place, line in enumerate(basis.lines):
        window = basis.window(line)
        if line.is_recurring:
            whose = line.customers
            by_channel = contacts.last_by(line.cadence.channel)[whose]
            anchors = np.where(np.isnat(by_channel), anchors_else[whose], by_channel)
            settled = np.where(frequent[whose] == place, agreed[whose], NO_DAY)
            numbers = spread(basis.keys.take(pa.array(whose)), line.slot)
            found += recurring(line, anchors, settled, numbers, span, window)
        elif line.cadence.at == "birthday":
            found.append(occasions.birthdays(line, basis.birthdays, span))
        elif line.cadence.at == "festival":
            found.append(occasions.festivals(line, basis.kept_festivals, span))
    for ladder in _ladders(basis.lines):
        whose, field = ladder[0].customers, ladder[0].cadence.after or ""
        purchase = facts.purchase(basis.cases, field, span.start)[whose]
        steps, is_over = after_purchase(
            ladder, purchase, contacts, span, [basis.window(line) for line in ladder]
        )
        found += steps
        over[LADDER_OVER][whose[is_over]] = True
        over[NO_FIRST_ORDER][whose[np.isnat(purchase)]] = True
    return tuple(found), over


def _orders(basis: Basis) -> Days:
    return facts.last_order(basis.ledger, basis.cases)


def _ladders(lines: Sequence[Line]) -> Iterator[tuple[Line, ...]]:
    """Yield the lines of each tier that count from one day together."""
    steps = [line for line in lines if line.cadence.after is not None]
    for tier, after in dict.fromkeys((line.tier, line.cadence.after) for line in steps):
        yield tuple(line for line in steps if (line.tier, line.cadence.after) == (tier, after))


def _people(basis: Basis, is_never_visited: NDArray[np.bool_]) -> People:
    customers = basis.ledger.customers.frame
    return People(
        basis.keys,
        facts.texts(customers, "customer_id"),
        facts.texts(customers, "name"),
        facts.texts(customers, "owner", "visit_owner"),
        is_never_visited,
    )


def _reasons(basis: Basis, over: Mapping[str, NDArray[np.bool_]]) -> NDArray[np.object_]:
    """Return why nothing can be due for a customer; None where something can, now or later."""
    lines, others = (np.zeros(len(basis.keys), bool) for _ in range(2))
    for line in basis.lines:
        lines[line.customers] = True
        if line.cadence.after is None:
            others[line.customers] = True
    reasons = np.full(len(basis.keys), None, object)
    reasons[~lines] = NO_CADENCE
    for reason, holds in over.items():
        reasons[holds & ~others] = reason
    reasons[np.equal(basis.tiers, None)] = UNDECIDED
    return reasons


def _undue(basis: Basis, people: People, reasons: NDArray[np.object_]) -> pd.DataFrame:
    rows = np.flatnonzero(np.not_equal(reasons, None))
    places = pa.array(rows)
    cells = {
        "customer": places,
        "customer_key": people.key.take(places),
        "customer_id": people.customer_id.take(places),
        "name": people.name.take(places),
        "tier": pa.array(basis.tiers[rows], pa.string()),
        "owner": people.owner.take(places),
        "reason": pa.array(reasons[rows], pa.string()),
    }
    return frame_of(UNDUE_COLUMNS, cells)
