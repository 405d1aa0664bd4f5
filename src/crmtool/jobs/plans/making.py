"""Making a plan from a judged ledger: the calendar, what is on record, the earlier plan, and what is set for all of it.

How a plan is made is for `crmtool.visits`; `plan` and whoever plans on the spot come through here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from difflib import get_close_matches
from fractions import Fraction
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from crmtool.config import Config
from crmtool.errors import Finding, UsageError
from crmtool.jobs.assess import Assessment
from crmtool.jobs.days.workdays import workdays_for
from crmtool.jobs.settings import find_config
from crmtool.jobs.visit_settings import caps_of, festivals_for
from crmtool.jobs.vocabulary import vocabulary
from crmtool.rules.language.common import Common
from crmtool.visits.calendar.days import NO_DAY, day_cells
from crmtool.visits.calendar.workdays import Workdays
from crmtool.visits.dues.basis import Basis
from crmtool.visits.dues.due import dues
from crmtool.visits.frames import column, stacked
from crmtool.visits.keys import customer_keys
from crmtool.visits.model import REPORT_COLUMNS, Caps, Dues, Plan, frame_of
from crmtool.visits.planning.earlier import empty_plan, expected_of, has_own_day, in_ledger, reports_of
from crmtool.visits.planning.plan import Asked, plan
from crmtool.visits.planning.replanning import with_reports
from crmtool.visits.reading.facts import days, owners
from crmtool.visits.reading.records import records_of


@dataclass(frozen=True)
class Ground:
    """What every plan of a judged ledger stands on; `reports` (REPORT_COLUMNS) are those of the history."""

    assessment: Assessment
    reports: pd.DataFrame = field(default_factory=lambda: frame_of(REPORT_COLUMNS, {}))

    @cached_property
    def common(self) -> Common:
        """Return the vocabulary that all rule sets share."""
        return vocabulary()

    @cached_property
    def keys(self) -> pa.Array:
        """Return the keys of the ledger's customers."""
        return customer_keys(self.assessment.read.ledger.customers.frame)

    @cached_property
    def owners(self) -> pa.Array:
        """Return the owners of the ledger's customers, null where it names none."""
        return owners(self.assessment.read.ledger.customers.frame)

    @cached_property
    def records(self) -> pd.DataFrame:
        """Return all visits on record, of the ledger and of the history."""
        own = records_of(self.assessment.read.ledger, self.keys, self.common)
        return stacked(own, self.reports)

    @property
    def config(self) -> Config:
        """Return the settings of the run."""
        return self.assessment.read.config

    @property
    def folder(self) -> Path:
        """Return the folder of crmtool.yaml."""
        request = self.assessment.read.request
        path = find_config(request.config, request.ledger)
        return path.parent if path else Path()

    @cached_property
    def caps(self) -> Caps:
        """Return how much one person can do."""
        return caps_of(self.config)


@dataclass(frozen=True)
class Made:
    """A plan, and the calendar it was made on.

    `agreed_on` is the day of the ledger's 下次跟进时间 that each customer agreed to (date32), null where there is none
    or it has passed.
    """

    plan: Plan
    workdays: Workdays
    agreed_on: pa.Array
    findings: tuple[Finding, ...]


def make_plan(
    ground: Ground,
    first: date,
    last: date,
    *,
    earlier: pd.DataFrame | None = None,
    heirs: Mapping[str, str] | None = None,
    is_stretching: bool = False,
) -> Made:
    """Plan the days `first` to `last`; `earlier` (PLAN_COLUMNS) is a plan as it was recorded or read.

    Where the ledger's 下次跟进时间 is the day of an open visit of the earlier plan it came from there and is no agreement.
    Raises `UsageError` for a mistake in holidays or festivals, and for somebody who leaves and has no customers.
    """
    heirs = heirs or {}
    assessment = ground.assessment
    workdays, findings = workdays_for(first, last, ground.config, ground.folder)
    known = known_of(ground, earlier, first)
    _refuse_unknown(heirs, ground.owners, known.plan)
    basis, earlier = known.basis, known.plan

    def due(factor: Fraction) -> Dues:
        return dues(replace(basis, stretch=factor), first, last, assessment.as_of, workdays)

    asked = Asked(first, last, assessment.as_of, ground.caps, heirs, is_stretching)
    made = plan(asked, due, workdays, earlier)
    return Made(made, workdays, known.agreed_on, (*findings, *made.findings))


@dataclass(frozen=True)
class Known:
    """What due visits follow from, and the earlier plan in the terms of today's ledger (None: there is none).

    `agreed_on` is as in `Made`.
    """

    basis: Basis
    plan: pd.DataFrame | None
    agreed_on: pa.Array


def known_of(ground: Ground, earlier: pd.DataFrame | None, first: date) -> Known:
    """Put together what due visits follow from; `earlier` (PLAN_COLUMNS) is a plan as it was recorded or read.

    Visits that are done in it count as contacts, and so do those that it has from the as-of day on before `first`, the
    first day that is asked about. Where the ledger's 下次跟进时间 is the day of an open visit of it, that
    day came from there and is no agreement.
    """
    assessment, records = ground.assessment, ground.records
    next_on = days(assessment.read.ledger.customers.frame, "next_followup")
    agreed = next_on >= np.datetime64(assessment.as_of)
    if earlier is not None:
        known = in_ledger(earlier, ground.keys, ground.owners)
        earlier = with_reports(known, records, assessment.as_of)
        held = expected_of(earlier, assessment.as_of, first)
        records = stacked(records, reports_of(earlier), held)
        agreed &= ~has_own_day(earlier, day_cells(next_on)).to_numpy(zero_copy_only=False)
    basis = Basis(
        assessment.read.ledger,
        assessment.cases,
        assessment.decisions,
        assessment.rule_set,
        ground.common,
        records,
        festivals_for(ground.config, ground.common),
        agreed,
        earlier,
    )
    return Known(basis, earlier, day_cells(np.where(agreed, next_on, NO_DAY)))


def _refuse_unknown(heirs: Mapping[str, str], owners: pa.Array, earlier: pd.DataFrame | None) -> None:
    """Raise `UsageError` for each who is to hand over and has neither customers nor visits."""
    planned = column(empty_plan() if earlier is None else earlier, "owner")
    names = {*pc.unique(owners).to_pylist(), *pc.unique(planned).to_pylist()}
    known = sorted(name for name in names if name is not None)
    unknown = [_unknown_owner(leaver, known) for leaver in heirs if leaver not in known]
    if unknown:
        raise UsageError(*unknown)


def _unknown_owner(name: str, known: list[str]) -> Finding:
    near = get_close_matches(name, known, n=3, cutoff=0.5) or known[:3]
    return Finding("unknown-owner", value=name, params={"known": "、".join(near) or "-"})
