"""What due visits follow from, and what is asked of it more than once: keys, tiers, lines, contacts, agreements.

When a line is due is left to `crmtool.visits.dues.due`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
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
from crmtool.visits.calendar.days import NO_DAY, Days
from crmtool.visits.calendar.festivals import Festival, festivals_of
from crmtool.visits.dues.held import Held, held_in
from crmtool.visits.dues.lines import Line, lines_of, wishes_of
from crmtool.visits.frames import column
from crmtool.visits.keys import customer_keys
from crmtool.visits.reading import facts
from crmtool.visits.reading.birthdays import Birthdays, read_birthdays
from crmtool.visits.reading.contacts import Contacts, agreed_in, contacts_of
from crmtool.visits.reading.intervals import OwnRhythms, read_intervals


@dataclass(frozen=True, eq=False)
class Basis:
    """What due visits follow from: a judged ledger, what is on record, and what is set.

    `records` (REPORT_COLUMNS) are all visits on record, from the ledger's own sheet
    (`crmtool.visits.reading.records.records_of`) and elsewhere; `festivals` are the names of those that are kept. `agreed`
    says for each customer whether the ledger's 下次跟进时间 is an agreement (None: all are); what a plan wrote there
    itself is none. `earlier` (PLAN_COLUMNS, in the terms of this ledger, reports applied) is the plan there was, None:
    none. `stretch` is the factor that recurring intervals are stretched by.
    """

    ledger: Ledger
    cases: Cases
    decisions: Decisions
    rule_set: RuleSet
    common: Common
    records: pd.DataFrame
    festivals: Sequence[str] = ()
    agreed: NDArray[np.bool_] | None = None
    earlier: pd.DataFrame | None = None
    stretch: Fraction = Fraction(1)

    @cached_property
    def keys(self) -> pa.Array:
        """Return the customers' keys."""
        return customer_keys(self.ledger.customers.frame)

    @cached_property
    def tiers(self) -> NDArray[np.object_]:
        """Return each customer's tier, empty for an undecided one."""
        tiers = column(self.decisions.frame, "tier").cast(pa.string()).fill_null("")
        return np.array(tiers.to_numpy(zero_copy_only=False), object)

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

    @cached_property
    def held(self) -> Held | None:
        """Return what the earlier plan holds of recurring lines."""
        return None if self.earlier is None else held_in(self.earlier)

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
        """Return the day agreed with each customer from a day on: the ledger's, else the latest report's; else NaT.

        One on which a visit that was put off is to be made is that visit's.
        """
        cells = facts.days(self.ledger.customers.frame, "next_followup")
        holds = cells >= np.datetime64(as_of)
        if self.agreed is not None:
            holds &= self.agreed
        cells = np.where(holds, cells, NO_DAY)
        reported = agreed_in(self.records, self.keys, as_of)
        if self.held is not None:
            cells, reported = self.held.without_put_off(cells), self.held.without_put_off(reported)
        return np.where(np.isnat(cells), reported, cells)
