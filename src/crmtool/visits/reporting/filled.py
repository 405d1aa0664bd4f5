"""What was filled into follow-up sheets: each row as a report, with the cells that it stands in.

Sheets are told by their headers and may be anybody's own; which visit a row reports is for
`crmtool.visits.reporting.matching`, what follows from it for `crmtool.visits.reporting.reports`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from crmtool.errors import Finding
from crmtool.ledger.headers.layout import SheetLayout
from crmtool.ledger.ledger import LedgerColumn
from crmtool.ledger.rows.masks import Mask, true
from crmtool.ledger.rows.places import LISTED
from crmtool.ledger.rows.readtable import read_sheets
from crmtool.ledger.standard.outcomes import outcomes_of
from crmtool.sheets import Sheet, cell_name, letters
from crmtool.visits.frames import frame_from
from crmtool.visits.model import REPORT_COLUMNS
from crmtool.visits.reporting.told import Told
from crmtool.visits.reporting.years import with_years

#: Fields of which any one that is filled makes a row a report; the others were there before it was handed out.
INPUTS: Final = (
    *("date", "status", "satisfaction", "recommend", "feedback", "new_demand", "demand_explored"),
    *("complaint", "vas_joined", "converted", "next_step", "next_followup", "content", "result"),
)
#: The lowest and the highest satisfaction that a cell can say.
SATISFACTION: Final = (1.0, 5.0)
#: Beyond all days that anybody writes.
_AHEAD: Final = timedelta(days=36_525)

#: One row a report, as REPORT_COLUMNS has it (`channel` as it stands in the sheet, `customer` and `customer_key` null),
#: where it stands, whether anything at all stands in its cells for the outcome and the day, and what was typed for the day.
FILLED_COLUMNS: Final[Mapping[str, pa.DataType]] = {
    **REPORT_COLUMNS,
    "file": pa.string(),
    "sheet": pa.string(),
    "row": pa.int64(),
    "has_status": pa.bool_(),
    "has_day": pa.bool_(),
    "day_text": pa.string(),
}


@dataclass(frozen=True)
class Filled:
    """The reports of some sheets (FILLED_COLUMNS, an Arrow table).

    `blank` counts for each file and sheet the rows in which nothing is filled in: not yet done. `started` counts those
    of them that name a customer and no visit: somebody began to write there. `columns` says for each
    file and sheet which column is which field. `findings` are of cells that could not be read.
    """

    rows: pa.Table
    columns: Mapping[tuple[str, str], Mapping[str, LedgerColumn]]
    blank: Mapping[tuple[str, str], int] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()
    started: int = 0

    def finding(
        self, code: str, at: int, *fields: str, value: str = "", params: Mapping[str, str] | None = None
    ) -> Finding:
        """Return a finding at a row's cell: that of the first of the fields that its sheet has, else the first cell."""
        file, sheet, row = (self.rows[name][at].as_py() for name in ("file", "sheet", "row"))
        known = self.columns[file, sheet]
        column = next((known[name] for name in fields if name in known), None)
        return Finding(
            code,
            file=file,
            sheet=sheet,
            cell=cell_name(row, column.column if column else 1),
            column=column.header if column else "",
            value=value,
            params=params or {},
        )

    def findings_at(
        self,
        code: str,
        places: Sequence[int],
        *fields: str,
        values: pa.ChunkedArray | pa.Array | None = None,
        params: Callable[[int], Mapping[str, str]] | None = None,
    ) -> list[Finding]:
        """Return findings at some rows: at most `LISTED`, the last of them standing for the rest."""
        made = [
            self.finding(
                code,
                at,
                *fields,
                value="" if values is None else shown(values[at].as_py()),
                params=params(at) if params else None,
            )
            for at in places[:LISTED]
        ]
        if len(places) > len(made) > 0:
            made[-1] = replace(made[-1], count=len(places) - len(made) + 1)
        return made


def is_follow_up(layout: SheetLayout) -> bool:
    """Tell whether a sheet of visits says when they were made: a plan only says when they are due."""
    return layout.column_of("date") is not None


def read_filled(layouts: Sequence[SheetLayout], sheets: Sequence[Sheet], *, as_of: date) -> Filled:
    """Read what was filled into sheets; the layouts and sheets are in the same order.

    A row in which nothing is filled in is not yet done. A cell that cannot be read, or lies outside its scale, is a
    finding and counts as blank; the row's other cells stand. Where a sheet has no column 完成情况, a row with a day is
    done.
    """
    read = [_read(layout, sheet, as_of) for layout, sheet in zip(layouts, sheets, strict=True)]
    tables = [part.rows for part in read]
    empty = pa.schema(list(FILLED_COLUMNS.items())).empty_table()
    return Filled(
        pa.concat_tables([empty, *tables]).combine_chunks(),
        {key: columns for part in read for key, columns in part.columns.items()},
        {key: blank for part in read for key, blank in part.blank.items()},
        tuple(finding for part in read for finding in part.findings),
        sum(part.started for part in read),
    )


def _read(layout: SheetLayout, sheet: Sheet, as_of: date) -> Filled:
    # A day that is yet to come is told with the others that cannot be the visit's: read on its own it would be lost.
    raw = with_years(read_sheets([layout], [sheet], as_of=as_of + _AHEAD, units={}), as_of)
    told = Told(raw.table, raw.columns.keys())
    filled = _filled(told)
    is_named = np.asarray(pc.or_(told.stands("customer_id"), told.stands("customer_name")))
    arrays: dict[str, pa.Array] = {**told.columns(), "row": raw.table["row"], "sheet": raw.table["sheet"]}
    arrays |= {"has_status": told.stands("status"), "has_day": told.stands("date")}
    arrays["day_text"] = told.typed("date")
    arrays["file"] = pa.repeat(pa.scalar(raw.file, pa.string()), raw.table.num_rows)
    table = pa.table({name: arrays[name].cast(kind) for name, kind in FILLED_COLUMNS.items()})
    place = (raw.file, sheet.name)
    blank = {place: int((is_named & ~filled).sum())}
    started = int((is_named & ~filled & ~np.asarray(told.stands("visit_id"))).sum())
    kept = Filled(table.filter(pa.array(filled)), {place: dict(raw.columns)}, blank, raw.findings, started)
    return _within_scale(_with_source(_told_of_outcomes(kept, told, filled)))


def _filled(told: Told) -> Mask:
    """Return the rows in which something was filled in; the word for 'not made yet' is nothing."""
    mask = np.zeros(told.table.num_rows, dtype=bool)
    for field_id in INPUTS:
        here = np.asarray(told.stands(field_id))
        mask |= here & ~told.pending if field_id in ("status", "result") else here
    return mask


def _told_of_outcomes(kept: Filled, told: Told, filled: Mask) -> Filled:
    """Add a finding for each status that is none of the known words."""
    status = told.cells("status").cast(pa.string()).filter(pa.array(filled))
    odd = true(pc.and_(pc.is_valid(status), pc.is_null(outcomes_of(status))))
    found = kept.findings_at("unknown-outcome", np.flatnonzero(odd).tolist(), "status", values=status)
    return replace(kept, findings=(*kept.findings, *found))


def _within_scale(kept: Filled) -> Filled:
    """Take out a satisfaction that is none of 1 to 5, with a finding."""
    scores = kept.rows["satisfaction"]
    low, high = SATISFACTION
    odd = true(pc.or_(pc.less(scores, low), pc.greater(scores, high)))
    if not odd.any():
        return kept
    told = kept.findings_at(
        "satisfaction-off-scale", np.flatnonzero(odd).tolist(), "satisfaction", values=scores
    )
    cells = pc.if_else(pa.array(odd), pa.scalar(None, pa.float64()), scores)
    at = kept.rows.column_names.index("satisfaction")
    return replace(
        kept, rows=kept.rows.set_column(at, "satisfaction", cells), findings=(*kept.findings, *told)
    )


def _with_source(kept: Filled) -> Filled:
    """Say of each row where it stands: the cell of its day, or of what it has first, as `[file]sheet!B4`."""
    rows, (columns,) = kept.rows, kept.columns.values()
    column = letters(next((columns[name].column for name in INPUTS if name in columns), 1))
    row = pc.binary_join_element_wise(column, rows["row"].cast(pa.string()), "")
    source = pc.binary_join_element_wise("[", rows["file"], "]", rows["sheet"], "!", row, "")
    at = rows.column_names.index("source")
    return replace(kept, rows=rows.set_column(at, "source", source))


def shown(value: object) -> str:
    """Return a cell as a person wrote it: a whole number without its decimal point."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return "" if value is None else str(value)


def reports_frame(rows: pa.Table) -> pd.DataFrame:
    """Return reports as a frame (REPORT_COLUMNS), Arrow-backed."""
    return frame_from(rows.select(list(REPORT_COLUMNS)))
