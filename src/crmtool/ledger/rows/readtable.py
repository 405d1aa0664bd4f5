"""One kind of sheet, read into one Arrow table: a row each, a column for each field, and what was odd.

Knows rows and places; what a cell says is left to `crmtool.ledger.values`, what orders or customers mean to the
modules that use the table.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from crmtool.errors import Finding
from crmtool.ledger.fields import FieldSpec
from crmtool.ledger.headers.layout import SheetLayout
from crmtool.ledger.headers.vocabulary import fold_name
from crmtool.ledger.ledger import (
    EMPTY,
    HIGH,
    LATER,
    LEVEL,
    READ,
    STATE,
    TEXT,
    TIME,
    UNREAD,
    LedgerColumn,
)
from crmtool.ledger.rows.masks import Mask
from crmtool.ledger.rows.merged import spread
from crmtool.ledger.rows.places import Spot, listed
from crmtool.ledger.rows.sifting import sift, taken
from crmtool.ledger.values import ReadColumn, read_column
from crmtool.sheets import Column, Sheet

OTHER = "other:"


@dataclass(frozen=True)
class Raw:
    """A table as read: `row`, `sheet`, then the fields' columns as `crmtool.ledger.ledger.Table` has them."""

    table: pa.Table
    columns: Mapping[str, LedgerColumn]
    unmapped: tuple[str, ...]
    layouts: tuple[SheetLayout, ...]
    findings: tuple[Finding, ...] = ()
    counts: Mapping[str, int] = field(default_factory=dict)

    @property
    def file(self) -> str:
        """Return the file's name as the user gave it."""
        return self.layouts[0].file

    def sheet_at(self, position: int) -> str:
        """Return the sheet of a row."""
        return str(self.table["sheet"][position].as_py())

    def row_at(self, position: int) -> int:
        """Return the 1-based sheet row of a row."""
        return int(self.table["row"][position].as_py())

    def spots(
        self, code: str, field_id: str, positions: Sequence[int], *, total: int | None = None
    ) -> list[Finding]:
        """Return findings at the cells of a field in some rows, listed as `crmtool.ledger.rows.places` says."""
        placed = self.columns.get(field_id)
        number = placed.column if placed else 1
        if not positions:
            return []
        values = (
            self.table[field_id].take(pa.array(positions)).to_pylist() if placed else [None] * len(positions)
        )
        spots = [
            Spot(
                self.row_at(position),
                "" if value is None else str(value),
                {"sheet_of_row": self.sheet_at(position)},
            )
            for position, value in zip(positions, values, strict=True)
        ]
        found = listed(
            code,
            spots,
            file=self.file,
            sheet="",
            column=number,
            header=placed.header if placed else "",
            total=total,
        )
        return [f.at(sheet=f.params["sheet_of_row"]) for f in found]


def read_sheets(
    layouts: Sequence[SheetLayout], sheets: Sequence[Sheet], *, as_of: date, units: Mapping[str, str]
) -> Raw:
    """Read the sheets of one role as one table; a layout without its sheet is a mistake of the caller.

    `units` maps a folded header to a unit that goes before the header's own.
    """
    by_name = {(sheet.file, sheet.name): sheet for sheet in sheets} | {
        ("", sheet.name): sheet for sheet in sheets
    }
    parts = [_read_sheet(layout, by_name[layout.file, layout.sheet], as_of, units) for layout in layouts]
    columns: dict[str, LedgerColumn] = {}
    unmapped: dict[str, None] = {}
    counts: Counter[str] = Counter()
    for layout, part in zip(layouts, parts, strict=True):
        for placed in layout.columns:
            columns.setdefault(placed.field_id, placed.placed)
        unmapped |= dict.fromkeys(layout.unmapped.values())
        counts.update(part.counts)
    table = pa.concat_tables([part.table for part in parts], promote_options="default").combine_chunks()
    findings = tuple(finding for part in parts for finding in part.findings)
    return Raw(table, columns, tuple(unmapped), tuple(part.layouts[0] for part in parts), findings, counts)


def _read_sheet(layout: SheetLayout, sheet: Sheet, as_of: date, units: Mapping[str, str]) -> Raw:
    sifted = sift(sheet, layout)
    merged = spread(sheet, layout)
    arrays: dict[str, pa.Array] = {
        "row": sifted.rows,
        "sheet": pa.repeat(pa.scalar(sheet.name, pa.string()), len(sifted.rows)),
    }
    findings = [*sifted.findings, *merged.findings]
    for number, spec, header, unit in _fields(layout):
        whole = merged.columns.get(number, Column(sheet.length))
        column = whole if len(sifted.keep) == whole.length else taken(whole, sifted.keep)
        unit = units.get(fold_name(header), unit)
        read = read_column(column, spec, as_of=as_of, unit=unit, date_1904=sheet.date_1904)
        unclear = merged.unclear.get(number)
        arrays |= _arrays(spec, read, None if unclear is None else unclear[np.asarray(sifted.keep)])
        findings += _problems(read, sifted.rows, sheet, number, header)
    return Raw(pa.table(arrays), {}, (), (replace(layout, file=sheet.file),), tuple(findings), sifted.counts)


def _fields(layout: SheetLayout) -> Iterator[tuple[int, FieldSpec, str, str | None]]:
    for placed in layout.columns:
        yield placed.number, placed.placed.field, placed.placed.header, placed.unit
    for number, header in layout.unmapped.items():
        yield number, FieldSpec(OTHER + header, header, "text"), header, None


def _arrays(spec: FieldSpec, read: ReadColumn, unclear: Mask | None) -> dict[str, pa.Array]:
    """Return the field's column and, of those that may stand beside it, the ones that say more than it does."""
    arrays = {spec.id: read.value}
    state = (
        read.state
        if unclear is None
        else pc.if_else(pa.array(unclear), pa.scalar(UNREAD, pa.int8()), read.state)
    )
    told_by_value = pc.if_else(
        pc.is_null(read.value), pa.scalar(EMPTY, pa.int8()), pa.scalar(READ, pa.int8())
    )
    if not pc.all(pc.equal(state, told_by_value), min_count=0).as_py():
        arrays[spec.id + STATE] = state
    typed = read.text if _shows_typed(spec) else None
    beside = {HIGH: read.high, LEVEL: read.level, TEXT: typed, TIME: read.time, LATER: read.later}
    arrays |= {
        spec.id + end: array
        for end, array in beside.items()
        if array is not None and array.null_count < len(array)
    }
    return arrays


def _shows_typed(spec: FieldSpec) -> bool:
    """Tell whether what was typed is kept beside the value: not where the value is just that text."""
    return spec.kind not in ("id", "text") or bool(spec.levels)


def _problems(read: ReadColumn, rows: pa.Array, sheet: Sheet, number: int, header: str) -> list[Finding]:
    by_code: dict[str, list[Spot]] = {}
    for problem in read.problems:
        row = int(rows[problem.index].as_py())
        by_code.setdefault(problem.code, []).append(Spot(row, problem.value, problem.params))
    findings: list[Finding] = []
    for code, spots in by_code.items():
        total = read.problem_counts.get(code, len(spots))
        findings += listed(
            code, spots, file=sheet.file, sheet=sheet.name, column=number, header=header, total=total
        )
    return findings
