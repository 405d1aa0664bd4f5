"""What filled-in sheets change: which reports are new, which were recorded already, and which contradict others.

Whose visits they are was found by `crmtool.visits.reporting.matching`; where they are recorded is for
`crmtool.jobs.collect`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from crmtool.errors import Finding
from crmtool.ledger.rows.masks import Mask, true
from crmtool.visits.frames import column, frame_from, table_of
from crmtool.visits.model import (
    AGREED,
    CALLED_OFF,
    CANCELLED,
    DONE,
    OPEN,
    OUTCOME_DONE,
    OUTCOME_LABELS,
    POSTPONED,
    REPORT_COLUMNS,
    UNREACHED,
)
from crmtool.visits.planning.replanning import with_reports
from crmtool.visits.reading.records import FIELDS
from crmtool.visits.reporting.agreeing import adds, as_one, contents, difference, is_same_attempt, visit_keys
from crmtool.visits.reporting.filled import FILLED_COLUMNS, Filled, reports_frame, shown
from crmtool.visits.reporting.matching import Matched

#: What becomes of a visit by one report of it: its status and day before and after; `before` is null where no plan has
#: the visit. `is_planned` tells whether the report names a visit.
CHANGED_COLUMNS: Final[Mapping[str, pa.DataType]] = {
    **{
        name: REPORT_COLUMNS[name]
        for name in ("visit_id", "customer_id", "name", "owner", "channel", "outcome")
    },
    "done_on": pa.date32(),
    "is_planned": pa.bool_(),
    "status_before": pa.string(),
    "status_after": pa.string(),
    "planned_before": pa.date32(),
    "planned_after": pa.date32(),
    "source": pa.string(),
}
#: Two reports of a visit that contradict each other: where both stand, and in what they differ.
CONFLICT_COLUMNS: Final[Mapping[str, pa.DataType]] = {
    **{name: REPORT_COLUMNS[name] for name in ("visit_id", "customer_id", "name")},
    **dict.fromkeys(("source", "other", "differs_in", "value", "other_value"), pa.string()),
    "is_recorded": pa.bool_(),
}


@dataclass(frozen=True)
class Collected:
    """What came back on sheets.

    `reports` are new and to be recorded, `known` say nothing that is not recorded already (both REPORT_COLUMNS).
    `changes` (CHANGED_COLUMNS) has a row for each new report. `conflicts` (CONFLICT_COLUMNS) were not taken.
    `rows` filled-in rows were read, `blank` are not done yet, `left` were not taken for want of an outcome, a day or
    a customer.
    """

    reports: pd.DataFrame
    known: pd.DataFrame
    changes: pd.DataFrame
    conflicts: pd.DataFrame
    findings: tuple[Finding, ...]
    rows: int
    blank: int
    left: int


def collect(matched: Matched, recorded: pd.DataFrame, plan: pd.DataFrame | None, as_of: date) -> Collected:
    """Tell what the rows of sheets change, given what is recorded (REPORT_COLUMNS) and a plan (PLAN_COLUMNS) or None.

    `as_of` is the day on which they are taken back. A report that contradicts one that is recorded is not taken, and of
    two new ones that contradict each other neither is; the same one twice is one. Cells that an earlier report left blank
    are added. The order of rows and sheets makes no difference.
    """
    filled = matched.filled
    is_whole, findings = _whole(filled, matched.is_usable)
    chosen = np.flatnonzero(is_whole)
    sorting = _Sorting(filled, chosen, table_of(recorded))
    new, known = sorting.new(), sorting.known()
    return Collected(
        reports=reports_frame(new),
        known=reports_frame(known),
        changes=_changes(new, recorded, plan, as_of),
        conflicts=frame_from(
            pa.Table.from_pylist(sorting.conflicts, schema=pa.schema(list(CONFLICT_COLUMNS.items())))
        ),
        findings=(*filled.findings, *matched.findings, *findings, *sorting.findings),
        rows=len(filled.rows),
        blank=sum(filled.blank.values()),
        left=len(filled.rows) - len(chosen),
    )


def _whole(filled: Filled, is_usable: Mask) -> tuple[Mask, list[Finding]]:
    """Return which rows can be taken, with findings on those that do not say what became of the visit, or when."""
    rows = filled.rows
    has_outcome = np.asarray(pc.is_valid(rows["outcome"]))
    is_undated = true(pc.equal(rows["outcome"], OUTCOME_DONE)) & np.asarray(pc.is_null(rows["done_on"]))
    silent = ~has_outcome & ~true(rows["has_status"])
    dayless = is_undated & ~true(rows["has_day"])
    findings = filled.findings_at("report-without-outcome", np.flatnonzero(silent).tolist(), "status", "date")
    findings += filled.findings_at("report-without-day", np.flatnonzero(dayless).tolist(), "date", "status")
    return is_usable & has_outcome & ~is_undated, findings


class _Sorting:
    """Sorts the rows of sheets into new ones, known ones and those at odds, visit by visit."""

    def __init__(self, filled: Filled, chosen: Any, recorded: pa.Table) -> None:
        self._filled, self._recorded = filled, recorded
        self.conflicts: list[dict[str, Any]] = []
        self.findings: list[Finding] = []
        rows = filled.rows.take(pa.array(chosen, pa.int64()))
        self._rows, self._chosen = rows, chosen
        keys, said = visit_keys(rows), contents(rows)
        whole = pc.binary_join_element_wise(keys, said, "\x1e")
        first = ~_repeated(whole)
        recorded_keys = visit_keys(recorded)
        recorded_whole = pc.binary_join_element_wise(recorded_keys, contents(recorded), "\x1e")
        is_known = true(pc.is_in(whole, recorded_whole)) | ~first
        others = self._others(recorded_keys, keys, rows)
        counts = keys.filter(pa.array(~is_known)).value_counts()
        crowded = counts.field("values").filter(pc.greater(counts.field("counts"), 1))
        is_busy = (
            true(pc.is_in(keys, crowded)) | np.array([bool(each) for each in others], bool)
        ) & ~is_known
        self._is_known = is_known
        self._taken: list[dict[str, Any]] = []
        self._alone = np.flatnonzero(~is_known & ~is_busy)
        self._settle(np.flatnonzero(is_busy).tolist(), keys, others)

    def _others(self, recorded_keys: pa.Array, keys: pa.Array, rows: pa.Table) -> list[tuple[int, ...]]:
        """Return for each row the recorded reports of its visit, those without an id by customer, day and channel."""
        nameless = pc.is_null(self._recorded["visit_id"])
        by_day = visit_keys(rows, by_id=False)
        wanted = pc.is_in(recorded_keys, pa.concat_arrays([keys, by_day]))
        places: dict[str, list[int]] = defaultdict(list)
        for place in np.flatnonzero(true(wanted)).tolist():
            places[recorded_keys[place].as_py()].append(place)
        if not places:
            return [()] * len(rows)
        loose = set(np.flatnonzero(true(nameless)).tolist())
        return [
            tuple(dict.fromkeys([*places.get(key, ()), *(p for p in places.get(day, ()) if p in loose)]))
            for key, day in zip(keys.to_pylist(), by_day.to_pylist(), strict=True)
        ]

    def _settle(self, busy: list[int], keys: pa.Array, others: list[tuple[int, ...]]) -> None:
        groups: dict[str, list[int]] = defaultdict(list)
        for at in busy:
            groups[keys[at].as_py()].append(at)
        for members in groups.values():
            known = sorted({place for at in members for place in others[at]})
            self._settle_visit(members, [self._recorded.slice(place, 1).to_pylist()[0] for place in known])

    def _settle_visit(self, members: list[int], recorded: list[dict[str, Any]]) -> None:
        reports = {at: self._rows.slice(at, 1).to_pylist()[0] for at in members}
        at_odds: set[int] = set()
        for turn, (at, report) in enumerate(reports.items()):
            rivals: list[tuple[dict[str, Any], int | None]] = [(each, None) for each in recorded]
            rivals += [(reports[other], other) for other in members[turn + 1 :]]
            for rival, other in rivals:
                column = difference(report, rival)
                if column is not None:
                    self._tell(at, report, rival, column, is_recorded=other is None)
                    at_odds |= {at} if other is None else {at, other}
        apart: list[dict[str, Any]] = []
        for at in sorted(members, key=lambda at: str(reports[at]["source"])):
            if at in at_odds:
                continue
            if not adds(reports[at], recorded) and any(
                is_same_attempt(reports[at], each) for each in recorded
            ):
                self._is_known[at] = True
                continue
            same = next((n for n, each in enumerate(apart) if is_same_attempt(reports[at], each)), None)
            if same is None:
                apart.append(reports[at])
            else:
                apart[same] = as_one([apart[same], reports[at]])
        self._taken += apart

    def _tell(
        self, at: int, report: Mapping[str, Any], rival: Mapping[str, Any], column: str, *, is_recorded: bool
    ) -> None:
        value, other = (shown(each[column]) for each in (report, rival))
        self.conflicts.append(
            {name: report[name] for name in ("visit_id", "customer_id", "name", "source")}
            | {"other": rival["source"], "differs_in": column, "value": value, "other_value": other}
            | {"is_recorded": is_recorded}
        )
        code = "report-differs-from-record" if is_recorded else "report-conflict"
        # Told in the words of the sheet, where a person is going to look.
        if column == "outcome":
            value, other = (OUTCOME_LABELS.get(text, text) for text in (value, other))
        params = {"other": str(rival["source"] or ""), "theirs": other, "name": str(report["name"] or "")}
        field = FIELDS[column]
        self.findings.append(
            self._filled.finding(code, int(self._chosen[at]), field, "date", value=value, params=params)
        )

    def new(self) -> pa.Table:
        """Return the rows that are to be recorded, by customer, day and what they say."""
        taken = pa.Table.from_pylist(self._taken, schema=pa.schema(list(FILLED_COLUMNS.items())))
        rows = pa.concat_tables([self._rows.take(pa.array(self._alone)).cast(taken.schema), taken])
        ranks = pa.table(
            {
                "key": rows["customer_key"],
                "day": rows["done_on"],
                "id": rows["visit_id"],
                "all": contents(rows),
            }
        )
        order = [("key", "ascending"), ("day", "ascending"), ("id", "ascending"), ("all", "ascending")]
        return rows.take(pc.sort_indices(ranks, sort_keys=order)).combine_chunks()

    def known(self) -> pa.Table:
        """Return the rows that are recorded already, or stand on another sheet too."""
        return self._rows.filter(pa.array(self._is_known))


def _repeated(texts: pa.Array) -> Mask:
    """Return which texts stand further up already."""
    codes = np.asarray(texts.dictionary_encode().indices)
    mask = np.ones(len(codes), dtype=bool)
    mask[np.unique(codes, return_index=True)[1]] = False
    return mask


def _changes(new: pa.Table, recorded: pd.DataFrame, plan: pd.DataFrame | None, as_of: date) -> pd.DataFrame:
    """Return what becomes of the visit of each new report."""
    cells = {name: new[name] for name in CHANGED_COLUMNS if name in new.column_names}
    cells["is_planned"] = pc.is_valid(new["visit_id"])
    by_outcome = pa.array([_AFTER[outcome] for outcome in new["outcome"].to_pylist()], pa.string())
    is_put_off = pc.and_(pc.equal(new["outcome"], POSTPONED), pc.is_valid(new["next_contact"]))
    after = {
        "status": pc.if_else(is_put_off, AGREED, by_outcome),
        "planned_on": pc.if_else(is_put_off, new["next_contact"], new["planned_on"]),
    }
    before = {"status": pa.nulls(len(new), pa.string()), "planned_on": new["planned_on"]}
    if plan is not None and len(plan):
        then = with_reports(plan, recorded, as_of)
        now = with_reports(then, reports_frame(new), as_of)
        at = pc.index_in(new["visit_id"], column(then, "visit_id"))
        for name in ("status", "planned_on"):
            before[name] = pc.coalesce(column(then, name).take(at), before[name])
            after[name] = pc.coalesce(column(now, name).take(at), after[name])
    cells |= {"status_before": before["status"], "status_after": after["status"]}
    cells |= {"planned_before": before["planned_on"], "planned_after": after["planned_on"]}
    return frame_from(pa.table({name: cells[name].cast(kind) for name, kind in CHANGED_COLUMNS.items()}))


_AFTER: Final = {OUTCOME_DONE: DONE, CALLED_OFF: CANCELLED, POSTPONED: OPEN, UNREACHED: OPEN}
