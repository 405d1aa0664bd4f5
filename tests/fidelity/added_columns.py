"""Adds three columns to the first sheet of any workbook, and says what may differ then.

The rows and the edge of the sheet are worked out apart from crmtool's own code.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import pyarrow as pa
from canonical import cells_of, column_of, extent_of, letters_of, rows_of
from packages import contents_of, related, sheets_of
from xml_trees import tree

from crmtool.files.xlsx import SheetUpdate, UpdateColumn, UpdateReport, update

CREATED = date(2024, 6, 30)
#: Rows below the last one that may look on like it, such as totals.
_BELOW = 2000
HEADERS = ("分级结果", "分级日期", "得分")


@dataclass(frozen=True)
class Added:
    """A workbook with the columns, and where they are: sheet, its part, first new column, header row, rows."""

    data: bytes
    report: UpdateReport
    sheet: str
    part: str
    column: int
    top: int
    rows: list[int]

    @property
    def cells(self) -> set[str]:
        """Return the names of the new cells, and of those that carry on the looks of rows between and below."""
        rows = range(self.top, max(self.rows, default=self.top) + _BELOW)
        return {f"{letters_of(self.column + offset)}{row}" for offset in range(3) for row in rows}


def values(rows: int) -> tuple[list[str | None], list[date | None], list[float | None]]:
    """Return the cells of the three columns: some texts that need care, some empty, dates from 1900-03-01 on."""
    texts = ["甲 & 乙", "<高>", " 有空格 ", None, "]]>", '"引号"\n换行']
    return (
        [texts[row % len(texts)] for row in range(rows)],
        [
            None if row % 5 == 4 else date(1995, 3, 1) + timedelta(days=400 * (row % 28))
            for row in range(rows)
        ],
        [None if row % 7 == 6 else row * 1.5 - 3 for row in range(rows)],
    )


def add_columns(data: bytes) -> Added | None:
    """Return the workbook with three columns at the edge of its first sheet that has rows; None where none has."""
    contents = contents_of(data)
    for name, part in sheets_of(contents).items():  # noqa: B007 - the name is used below
        if "worksheets/" not in part.lower() or part not in contents:
            continue
        top, bottom, last = extent_of(contents[part])
        if last:
            break
    else:
        return None
    last = _edge(contents[part], top)
    rows = range(top + 1, bottom + 1)
    used = _rows_with_cells(contents[part], rows)
    texts, days, numbers = values(len(used))
    columns = [
        UpdateColumn(HEADERS[0], pa.array(texts, pa.string()), look="wide"),
        UpdateColumn(HEADERS[1], pa.array(days, pa.date32()), look="date"),
        UpdateColumn(HEADERS[2], pa.array(numbers, pa.float64()), look="money"),
    ]
    asked = SheetUpdate(name, (top,), 1, last, pa.array(used, pa.int32()), columns)
    out = io.BytesIO()
    report = update(data, [asked], out, created=CREATED)
    return Added(out.getvalue(), report, name, part, report.columns[name][HEADERS[0]], top, used)


def _edge(sheet: bytes, top: int) -> int:
    """Return where the first row's filled cells end that stand side by side."""
    row = next(row for number, row in rows_of(tree(sheet)) if number == top)
    filled = [column_of(name) for name, cell in cells_of(top, row) if cell.elements()]
    return next(column for column in filled if column + 1 not in filled)


def _rows_with_cells(sheet: bytes, rows: range) -> list[int]:
    return sorted({number for number, row in rows_of(tree(sheet)) if number in rows and row.elements("c")})


def may_change(contents: Mapping[str, bytes], part: str) -> set[str]:
    """Return the parts that may differ once columns are added to a sheet: it, its tables, styles, names."""
    folder, _, file = part.rpartition("/")
    book = related(contents, "_rels/.rels", "officeDocument")[0]
    book_folder, _, book_file = book.rpartition("/")
    relations = f"{book_folder}/_rels/{book_file}.rels"
    tables = related(contents, f"{folder}/_rels/{file}.rels", "table")
    return {part, book, *tables, *related(contents, relations, "styles")}
