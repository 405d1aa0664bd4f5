"""Days of a follow-up sheet that were written without a year: they get the one that the visit's planned day tells.

How a day without a year is read is in `crmtool.visits.reporting.days`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from crmtool.errors import Finding
from crmtool.ledger.ledger import READ, STATE, TEXT, UNREAD, LedgerColumn
from crmtool.ledger.rows.masks import true
from crmtool.ledger.rows.places import LISTED
from crmtool.ledger.rows.readtable import Raw
from crmtool.sheets import cell_name
from crmtool.visits.reporting.days import without_year

#: The fields, each with those that tell its year, the first filled one, and whether it lies after that day.
_FIELDS: Final = (("date", ("planned_date",), False), ("next_followup", ("date", "planned_date"), True))


def with_years(raw: Raw, as_of: date) -> Raw:
    """Return a table of visits in which days without a year are days, each told by a finding.

    The day of a visit is the one nearest to its planned day, or to `as_of` where that is not known; the
    next contact is the first such day from the visit on.
    """
    for field_id, near, is_later in _FIELDS:
        raw = _completed(raw, field_id, near, as_of, is_later=is_later)
    return raw


def _completed(raw: Raw, field_id: str, near: tuple[str, ...], as_of: date, *, is_later: bool) -> Raw:
    names = raw.table.column_names
    if not {field_id, field_id + STATE, field_id + TEXT} <= set(names):
        return raw
    is_unread = true(pc.equal(raw.table[field_id + STATE], UNREAD)) & np.asarray(
        pc.is_valid(raw.table[field_id + TEXT])
    )
    found: dict[int, date] = {}
    for at in np.flatnonzero(is_unread).tolist():
        known = (raw.table[name][at].as_py() for name in near if name in names)
        text = raw.table[field_id + TEXT][at].as_py()
        day = without_year(text, next((each for each in known if each), as_of), is_later=is_later)
        if day is not None:
            found[at] = day
    return _with_days(raw, field_id, found) if found else raw


def _with_days(raw: Raw, field_id: str, found: dict[int, date]) -> Raw:
    table = raw.table
    days = pa.array([found.get(at) for at in range(len(table))], table.schema.field(field_id).type)
    states = pc.if_else(pc.is_valid(days), pa.scalar(READ, pa.int8()), table[field_id + STATE])
    table = table.set_column(
        table.column_names.index(field_id), field_id, pc.coalesce(days, table[field_id].combine_chunks())
    )
    table = table.set_column(table.column_names.index(field_id + STATE), field_id + STATE, states)
    told = _told(raw, field_id, found)
    others = _without(raw.findings, {raw.row_at(at) for at in found}, raw.columns[field_id])
    return replace(raw, table=table, findings=(*others, *told))


def _told(raw: Raw, field_id: str, found: dict[int, date]) -> list[Finding]:
    column = raw.columns[field_id]
    told = [
        Finding(
            "day-without-year",
            file=raw.file,
            sheet=raw.sheet_at(at),
            cell=cell_name(raw.row_at(at), column.column),
            column=column.header,
            value=raw.table[field_id + TEXT][at].as_py(),
            params={"day": day.isoformat()},
        )
        for at, day in list(found.items())[:LISTED]
    ]
    if len(found) > len(told):
        told[-1] = replace(told[-1], count=len(found) - len(told) + 1)
    return told


def _without(findings: Sequence[Finding], rows: set[int], column: LedgerColumn) -> list[Finding]:
    """Return findings without those that some rows have no year in a column; the others keep their number."""
    of_column = [
        each for each in findings if (each.code, each.column) == ("date-without-year", column.header)
    ]
    cells = {cell_name(row, column.column) for row in rows}
    kept = [each for each in of_column if each.cell not in cells]
    left = sum(each.count for each in of_column) - len(rows)
    if left > len(kept):
        kept[-1:] = [replace((kept or of_column)[-1], count=left - max(len(kept) - 1, 0))]
    return [*(each for each in findings if each not in of_column), *kept]
