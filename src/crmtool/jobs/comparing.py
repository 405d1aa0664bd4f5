"""Sheets that came back, laid beside what is on record: what `collect` records, and what `followup` may replace.

What they say, and which reports contradict each other, is for `crmtool.visits`; nothing is written here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from crmtool.errors import Finding
from crmtool.files.history import History
from crmtool.jobs.delivery import InPlace
from crmtool.jobs.history import recorded_plan, recorded_reports
from crmtool.jobs.plans.sources import known_plan
from crmtool.jobs.reading import Read, password_of
from crmtool.jobs.report_reading import SheetBack, read_back
from crmtool.jobs.vocabulary import vocabulary
from crmtool.ledger.rows.masks import Mask
from crmtool.messages import severity_of
from crmtool.rules.language.common import Common
from crmtool.visits.frames import column, replaced, stacked
from crmtool.visits.keys import customer_keys
from crmtool.visits.planning.earlier import in_ledger
from crmtool.visits.reading.channels import channels_of
from crmtool.visits.reading.facts import owners, texts
from crmtool.visits.reporting.candidates import Customers
from crmtool.visits.reporting.matching import match
from crmtool.visits.reporting.recorded import recorded_visits
from crmtool.visits.reporting.reports import Collected
from crmtool.visits.reporting.reports import collect as sorted_out


@dataclass(frozen=True)
class Asked:
    """Which sheets to collect (files and folders), the plan's workbook where one is named, and whether they correct."""

    places: tuple[Path, ...]
    plan: Path | None = None
    is_correcting: bool = False


@dataclass(frozen=True)
class Compared:
    """What stands on some sheets, beside what is on record: `own` are the ledger's reports, `recorded` all there are."""

    sheets: tuple[SheetBack, ...]
    own: pd.DataFrame
    recorded: pd.DataFrame
    collected: Collected
    common: Common
    odd: Sequence[Finding]

    @property
    def is_all_on_record(self) -> bool:
        """Tell whether nothing was filled in that is not recorded."""
        found = self.collected
        is_odd = any(severity_of(each) != "info" for each in found.findings)
        return not (len(found.reports) or len(found.conflicts) or found.left or found.started or is_odd)


def compared(what: Read, asked: Asked, history: History | None, in_place: InPlace | None = None) -> Compared:
    """Read sheets and lay what they say beside what is recorded; writes nothing. Raises as `collect`."""
    common = vocabulary()
    back = read_back(
        asked.places,
        what.request.ledger,
        as_of=what.as_of,
        channels_of=lambda names: _channels(names, common),
        header_map={**what.config.columns, **what.request.header_map},
        password=password_of(what.request),
    )
    customers = customers_of(what)
    own = recorded_visits(what.ledger, common)
    recorded = _together(own, recorded_reports(history), customers)
    plan, odd = known_plan(recorded_plan(history), asked.plan, what, common)
    plan = None if plan is None else in_ledger(plan, customers.keys, customers.owners)
    collected = sorted_out(
        match(back.filled, customers, plan, recorded),
        recorded,
        plan,
        what.as_of,
        correctable=_correctable(asked, what, own, recorded, in_place),
    )
    return Compared(back.sheets, own, recorded, collected, common, odd)


def customers_of(what: Read) -> Customers:
    """Return who the ledger's customers are, to find them by what a sheet says."""
    frame = what.ledger.customers.frame
    ids, names = (texts(frame, field) for field in ("customer_id", "name"))
    return Customers(customer_keys(frame), ids, names, owners(frame))


def _channels(names: pa.Array, common: Common) -> pa.Array:
    """Return the channel that each text names: as follow-up sheets print it, else by its words."""
    printed = {common.media(key): key for key in common.channels}
    known = pa.array([printed.get(name) for name in names.to_pylist()], pa.string())
    return pc.coalesce(known, channels_of(names.cast(pa.string()), common))


def _together(own: pd.DataFrame, reports: pd.DataFrame, customers: Customers) -> pd.DataFrame:
    """Return the ledger's reports and those of the history."""
    at = pc.index_in(column(reports, "customer_key"), customers.keys)
    return stacked(own, replaced(reports, {"customer": at}))


def _correctable(
    asked: Asked, what: Read, own: pd.DataFrame, recorded: pd.DataFrame, in_place: InPlace | None
) -> Mask:
    """Return which recorded reports may be corrected: those of the ledger (the first) only where it is written into."""
    mask = np.zeros(len(recorded), bool)
    if asked.is_correcting:
        from crmtool.jobs.into_ledger.visits import is_elsewhere

        mask[len(own) :] = True
        mask[: len(own)] = in_place is not None and not is_elsewhere(what)
    return mask
