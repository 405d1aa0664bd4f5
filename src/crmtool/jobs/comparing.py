"""Sheets that came back, laid beside what is on record: what `collect` records, and what `followup` may replace.

What they say, and which reports contradict each other, is for `crmtool.visits`; nothing is written here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from crmtool.errors import Finding
from crmtool.files.history import History
from crmtool.files.resources import read_rules
from crmtool.jobs.delivery import InPlace
from crmtool.jobs.reading import Read, password_of
from crmtool.jobs.report_reading import SheetBack, read_back
from crmtool.ledger.rows.masks import Mask
from crmtool.messages import severity_of
from crmtool.rules.language.common import Common
from crmtool.rules.language.load import load_common
from crmtool.visits.frames import column, frame_from, table_of
from crmtool.visits.keys import customer_keys
from crmtool.visits.model import PLAN_COLUMNS, REPORT_COLUMNS, frame_of
from crmtool.visits.planning.earlier import in_ledger, overlaid
from crmtool.visits.reading.channels import channels_of
from crmtool.visits.reading.facts import texts
from crmtool.visits.reporting.candidates import Customers
from crmtool.visits.reporting.matching import match
from crmtool.visits.reporting.recorded import recorded_visits
from crmtool.visits.reporting.reports import Collected
from crmtool.visits.reporting.reports import collect as sorted_out

if TYPE_CHECKING:
    pass


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
    common = load_common(*read_rules("common"))
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
    recorded = _together(own, _reports(history), customers)
    plan, odd = _plan(history, asked.plan, what, common, customers)
    collected = sorted_out(
        match(back.filled, customers, plan, recorded),
        recorded,
        plan,
        as_of=what.as_of,
        correctable=_correctable(asked, what, own, recorded, in_place),
    )
    return Compared(back.sheets, own, recorded, collected, common, odd)


def customers_of(what: Read) -> Customers:
    """Return who the ledger's customers are, to find them by what a sheet says."""
    frame = what.ledger.customers.frame
    ids, names, owners = (texts(frame, field) for field in ("customer_id", "name", "owner"))
    return Customers(customer_keys(frame), ids, names, owners)


def _channels(names: pa.Array, common: Common) -> pa.Array:
    """Return the channel that each text names: as follow-up sheets print it, else by its words."""
    printed = {common.media(key): key for key in common.channels}
    known = pa.array([printed.get(name) for name in names.to_pylist()], pa.string())
    return pc.coalesce(known, channels_of(names.cast(pa.string()), common))


def _reports(history: History | None) -> pd.DataFrame:
    """Return the reports (REPORT_COLUMNS) of the history; empty where there is none."""
    if history is None:
        return frame_of(REPORT_COLUMNS, {"visit_id": []})
    table = history.reports()
    return frame_of(REPORT_COLUMNS, {name: table[name] for name in table.column_names})


def _together(own: pd.DataFrame, reports: pd.DataFrame, customers: Customers) -> pd.DataFrame:
    """Return the ledger's reports and those of the history."""
    at = pc.index_in(column(reports, "customer_key"), customers.keys)
    reports = frame_of(REPORT_COLUMNS, {**_cells(reports), "customer": at.cast(pa.int64())})
    return frame_from(pa.concat_tables([table_of(own), table_of(reports)]).combine_chunks())


def _cells(frame: pd.DataFrame) -> dict[str, pa.Array]:
    return {name: column(frame, name) for name in REPORT_COLUMNS}


def _plan(
    history: History | None, workbook: Path | None, what: Read, common: Common, customers: Customers
) -> tuple[pd.DataFrame | None, Sequence[Finding]]:
    """Return the plan that visits are looked up in: the history's with what `workbook` says, or either; or None."""
    recorded = recorded_plan(history)
    plan = recorded
    findings: Sequence[Finding] = ()
    if workbook is not None:
        from crmtool.jobs.plans.reading import read_plan

        typed, findings = read_plan(workbook, what.rule_set, common, as_of=what.as_of)
        plan = typed if recorded is None else overlaid(recorded, typed)
    return None if plan is None else in_ledger(plan, customers.keys, customers.owners), findings


def recorded_plan(history: History | None) -> pd.DataFrame | None:
    """Return the plan (PLAN_COLUMNS) of the history, None where it has none."""
    table = history.visits() if history is not None else None
    if table is None or not len(table):
        return None
    return frame_of(PLAN_COLUMNS, {name: table[name] for name in table.column_names})


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
