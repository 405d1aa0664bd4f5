"""Where reports go in the ledger's own 回访记录: below its last row, by its headers, or into a new sheet.

What is written into the customers' rows is for `crmtool.tables.contact_columns`; how, for `crmtool.files.xlsx`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from crmtool.content import Look, OutTable, TableColumn
from crmtool.errors import Finding, UsageError
from crmtool.files.book import open_book
from crmtool.files.names import numbered
from crmtool.files.xlsx import NewSheet, UpdateColumn
from crmtool.jobs.into_ledger.columns import LedgerChange, SheetAsked, column_under, sheet_update
from crmtool.jobs.reading import Read
from crmtool.ledger.headers.layout import SheetLayout
from crmtool.ledger.rows.sifting import filled
from crmtool.ledger.standard.dictionary import Role
from crmtool.visits.frames import table_of
from crmtool.visits.model import OUTCOME_LABELS
from crmtool.visits.reading.facts import texts
from crmtool.visits.reading.records import FIELDS
from crmtool.visits.reporting.agreeing import CONTENT, adds, is_same_attempt, visit_keys
from crmtool.visits.reporting.reports import Collected

SHEET: Final = "回访记录"
_ROLE: Final[Role] = "visits"
_CAPTION: Final = "每次回访一行，由 crmtool collect 从收回的跟进表追加；可以修改，列可以移动"


@dataclass(frozen=True, slots=True)
class _Column:
    """A column of a report: the header that it gets where 回访记录 has none for it, its look, whether it must be there.

    `also` is a field that may hold it where its own is missing.
    """

    name: str
    header: str
    look: Look = "text"
    is_needed: bool = False
    also: str | None = None

    @property
    def fields(self) -> tuple[str, ...]:
        """Return the fields of 回访记录 that may hold the column, the first one first."""
        return (FIELDS[self.name], *([self.also] if self.also else []))


_COLUMNS: Final = (
    _Column("visit_id", "回访编号", is_needed=True),
    _Column("customer_id", "客户编号", "short"),
    _Column("name", "客户名称"),
    _Column("planned_on", "计划日期", "date"),
    _Column("done_on", "回访日期", "date", is_needed=True),
    _Column("channel", "回访方式", "short"),
    _Column("owner", "回访人员", "short"),
    _Column("outcome", "完成情况", "short", is_needed=True),
    _Column("satisfaction", "满意度", "short"),
    _Column("recommend", "推荐意愿", "short"),
    _Column("feedback", "客户反馈", "wide", also="content"),
    _Column("demand", "新增需求"),
    _Column("demand_explored", "需求挖掘程度"),
    _Column("complaint", "投诉"),
    _Column("joined_services", "参与增值服务"),
    _Column("converted", "是否转化", "short"),
    _Column("next_step", "下一步"),
    _Column("next_contact", "下次跟进时间", "date"),
)
#: Who a row is of: added to a sheet that has the other of both, they would change how all of its rows are joined.
_IDENTITY: Final = ("customer_id", "name")


def refuse_elsewhere(what: Read) -> None:
    """Raise `UsageError` where the visits stand in another file: rows added to the ledger would not be read again."""
    for layout in what.layout.of(_ROLE):
        if layout.file != what.request.ledger.name:
            raise UsageError.of("visits-elsewhere", file=layout.file)


def is_elsewhere(what: Read) -> bool:
    """Tell whether the visits stand in another file than the ledger's."""
    return any(layout.file != what.request.ledger.name for layout in what.layout.of(_ROLE))


def visit_rows(
    what: Read, collected: Collected, recorded: pd.DataFrame, labels: Mapping[str, str], *, appends: bool
) -> LedgerChange:
    """Return what writes new reports into the ledger's 回访记录, cells that they add to rows of it, and rows they correct.

    `recorded` is that 回访记录 as reports, `labels` what channels are called. Where another place keeps the reports
    (`appends` is false) only rows that are corrected are written. Without reports nothing is.
    """
    rows = table_of(collected.reports)
    gone = _corrected_rows(collected.replaced, recorded)
    if not appends:
        rows = rows.filter(pc.is_in(rows["source"], pa.array(list(gone), pa.string()))).combine_chunks()
    if not rows.num_rows:
        return LedgerChange([])
    layout = next((each for each in what.layout.of(_ROLE)), None)
    rows, findings = _attributable(rows, what, layout)
    if not rows.num_rows:
        return LedgerChange([], findings=findings)
    if layout is None:
        return LedgerChange([], [_new_sheet(what, _worded(rows, labels))], findings)
    known = table_of(recorded)
    places = _completes(rows, known)
    is_corrected = np.array([source in gone for source in rows["source"].to_pylist()], bool)
    is_more = np.array([place is None for place in places], bool) & ~is_corrected
    sheet = _Sheet(what, layout)
    more = _worded(rows.filter(pa.array(is_more)), labels)
    places = [None if at else place for at, place in zip(is_corrected, places, strict=True)]
    written = _additions(rows, known, places, labels) | _rewritten(rows, gone, labels)
    asked = sheet.asked(more, written, _worded(known, labels))
    return LedgerChange([] if asked is None else [asked], findings=findings)


def _attributable(rows: pa.Table, what: Read, layout: SheetLayout | None) -> tuple[pa.Table, list[Finding]]:
    """Return the reports whose customer can be told again from a row of the sheet, and findings on the others."""
    names = texts(what.ledger.customers.frame, "name").value_counts()
    shared = names.field("values").filter(pc.greater(names.field("counts"), 1))
    has_ids = layout is None or layout.column_of("customer_id") is not None
    nameless = pc.is_null(rows["customer_id"]) if has_ids else pa.array(np.ones(rows.num_rows, bool))
    lost = pc.and_(pc.is_in(rows["name"], shared), nameless)
    findings = [
        Finding(
            "report-not-appended",
            file=what.request.ledger.name,
            sheet=layout.sheet if layout else "",
            value=str(name),
        )
        for name in pc.unique(rows["name"].filter(lost)).to_pylist()
    ]
    return rows.filter(pc.invert(lost)), findings


def _worded(rows: pa.Table, labels: Mapping[str, str]) -> pa.Table:
    """Return reports with channels and outcomes as people read them."""
    for name, words in (("channel", labels), ("outcome", OUTCOME_LABELS)):
        cells = [None if each is None else words.get(each, each) for each in rows[name].to_pylist()]
        rows = rows.set_column(rows.column_names.index(name), name, pa.array(cells, pa.string()))
    return rows.combine_chunks()


def _completes(rows: pa.Table, known: pa.Table) -> list[int | None]:
    """Return for each report the recorded one that it only adds to, if there is one."""
    keys, by_day = visit_keys(rows), visit_keys(rows, by_id=False)
    there: dict[str, list[int]] = {}
    wanted = pa.concat_arrays([keys, by_day])
    recorded_keys = visit_keys(known)
    for place in np.flatnonzero(np.asarray(pc.is_in(recorded_keys, wanted))).tolist():
        there.setdefault(recorded_keys[place].as_py(), []).append(place)
    found: list[int | None] = []
    for at, (key, day) in enumerate(zip(keys.to_pylist(), by_day.to_pylist(), strict=True)):
        report = rows.slice(at, 1).to_pylist()[0] if there else {}
        candidates = dict.fromkeys([*there.get(key, ()), *there.get(day, ())])
        same = (
            place for place in candidates if is_same_attempt(report, known.slice(place, 1).to_pylist()[0])
        )
        found.append(next(same, None))
    return found


def _additions(
    rows: pa.Table, known: pa.Table, places: Sequence[int | None], labels: Mapping[str, str]
) -> dict[int, dict[str, Any]]:
    """Return by sheet row the cells that reports add to recorded ones."""
    worded = _worded(rows, labels)
    found: dict[int, dict[str, Any]] = {}
    for at, place in enumerate(places):
        if place is None:
            continue
        recorded = known.slice(place, 1).to_pylist()[0]
        names = adds(rows.slice(at, 1).to_pylist()[0], [recorded])
        row = _row_of(recorded["source"])
        found.setdefault(row, {}).update({name: worded[name][at].as_py() for name in names})
    return found


def _corrected_rows(replaced: pd.DataFrame, recorded: pd.DataFrame) -> dict[str, list[int]]:
    """Return by where each new report stands the sheet rows in whose place it comes."""
    own = set(recorded["source"].dropna())
    found: dict[str, list[int]] = {}
    for by, source in zip(replaced["replaced_by"], replaced["source"], strict=True):
        if source in own:
            found.setdefault(by, []).append(_row_of(source))
    return found


def _rewritten(
    rows: pa.Table, gone: Mapping[str, Sequence[int]], labels: Mapping[str, str]
) -> dict[int, dict[str, Any]]:
    """Return by sheet row what corrected rows are to say, empty cells too; whose they are stays."""
    told = {
        row["source"]: {name: row[name] for name in CONTENT}
        for row in _worded(rows, labels).to_pylist()
        if row["source"] in gone
    }
    return {at: told[source] for source, places in gone.items() if source in told for at in places}


def _row_of(source: str) -> int:
    return int(source.rpartition("!")[2])


def _new_sheet(what: Read, rows: pa.Table) -> NewSheet:
    name = numbered(SHEET.__add__, [peek.sheet for peek in what.peeks])
    columns = [
        TableColumn(each.name, each.header, rows[each.name].combine_chunks(), each.look) for each in _COLUMNS
    ]
    return NewSheet(name, SHEET, _CAPTION, OutTable("visits", columns))


class _Sheet:
    """The sheet of visits as it stands, to add rows to."""

    def __init__(self, what: Read, layout: SheetLayout) -> None:
        self._layout = layout
        self._peek = next(peek for peek in what.peeks if peek.sheet == layout.sheet)
        sheet = open_book(what.request.ledger).read(layout.sheet, None, layout.first_row)
        masks = [filled(column) for column in sheet.columns.values()]
        some = np.flatnonzero(np.logical_or.reduce(masks)) if masks else np.array([], int)
        numbers = np.asarray(sheet.row_numbers)
        self._last = int(numbers[some[-1]]) if len(some) else layout.header_rows[-1]

    def asked(
        self, more: pa.Table, additions: Mapping[int, Mapping[str, Any]], known: pa.Table
    ) -> SheetAsked | None:
        """Return what is to be written: rows below the last one, and cells of rows that are there; None for nothing.

        `known` is what the rows say now.
        """
        held = {_row_of(row["source"]): row for row in known.to_pylist()} if additions else {}
        old = sorted(row for row, cells in additions.items() if cells)
        rows = [*old, *range(self._last + 1, self._last + 1 + more.num_rows)]
        if not rows:
            return None
        columns, before = [], []
        for each in _COLUMNS:
            was = [held.get(row, {}).get(each.name) for row in old]
            added = [additions[row].get(each.name) for row in old]
            cells = pa.concat_arrays(
                [pa.array(added, more.schema.field(each.name).type), more[each.name].combine_chunks()]
            )
            is_old = [
                each.name in additions[row] and additions[row][each.name] != now
                for row, now in zip(old, was, strict=True)
            ]
            mask = pa.concat_arrays([pa.array(is_old, pa.bool_()), pc.is_valid(cells[len(old) :])])
            column = self._column(each, cells, mask)
            if column is not None:
                columns.append(column)
                texts = pa.array([None if now is None else str(now) for now in was], pa.string())
                before.append(pa.concat_arrays([texts, pa.nulls(more.num_rows, pa.string())]))
        places = pa.array(rows, pa.int32())
        update = sheet_update(self._layout, self._peek, places, columns, model_row=self._last)
        return SheetAsked(update, before)

    def _column(self, each: _Column, cells: pa.Array, changes: pa.Array) -> UpdateColumn | None:
        """Return the column of the sheet that takes some cells, or a new one, or None where it may have none."""
        number = self._number(each)
        if number is None:
            others = [other for other in _COLUMNS if other.name in _IDENTITY and other is not each]
            is_joined_otherwise = each.name in _IDENTITY and any(self._number(o) is not None for o in others)
            if is_joined_otherwise or not (each.is_needed or cells.null_count < len(cells)):
                return None
        mask = changes if number is not None else None
        header = each.header if number is None else self._layout.headers.get(number, each.header)
        return UpdateColumn(header, cells, number, each.look, mask, is_own=False)

    def _number(self, each: _Column) -> int | None:
        placed = next((p for f in each.fields if (p := self._layout.column_of(f)) is not None), None)
        if placed is not None:
            return placed.number
        return column_under(self._layout, each.header)
