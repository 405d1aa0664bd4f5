"""What fills a template: tables, single values, and which sheets to leave out or to copy.

Made by `crmtool.tables`, consumed by `crmtool.files.xlsx`; it knows neither customers nor files.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

import pyarrow as pa

#: How a column looks: the template has one sample cell for each (`{{name.*|money}}`).
Look = Literal["text", "short", "medium", "wide", "money", "date", "count", "percent", "number"]
Scalar = str | int | float | date | None


@dataclass(frozen=True, slots=True)
class TableColumn:
    """A column of an output table: its header, its look and its cells.

    `cells` is an Arrow array: string, int64, float64, date32 or bool; null is an empty cell. Money is float64
    yuan here (fen / 100). `texts`, where given, is a string array of what stands in a cell instead of its value
    where it is not null: `1000人+` in a column of numbers. `links`, where given, is a string array of in-workbook
    or in-file targets (`#客户!C12`, `customers.xlsx#客户!C12`).
    """

    id: str
    header: str
    cells: pa.Array | pa.ChunkedArray
    look: Look = "text"
    links: pa.Array | None = None
    texts: pa.Array | None = None


@dataclass(frozen=True)
class OutTable:
    """Rows for one marker row of a template. All columns have `rows` cells."""

    name: str
    columns: Sequence[TableColumn]

    @property
    def rows(self) -> int:
        """Return the number of rows."""
        return len(self.columns[0].cells) if self.columns else 0


@dataclass(frozen=True)
class Content:
    """Everything that fills one template.

    `tables` and `scalars` are keyed by the names that markers use (`{{table.column}}`, `{{scalar}}`). `omit`
    names template sheets that are left out. `copies` replaces a template sheet by copies of it, one for each
    entry, with their own tables and scalars in front of the common ones (a follow-up sheet per owner).
    """

    tables: Mapping[str, OutTable]
    scalars: Mapping[str, Scalar] = field(default_factory=dict)
    omit: frozenset[str] = frozenset()
    copies: Mapping[str, Sequence[SheetCopy]] = field(default_factory=dict)


@dataclass(frozen=True)
class SheetCopy:
    """One copy of a template sheet: its name, already unique and clean, and what is its own."""

    name: str
    tables: Mapping[str, OutTable] = field(default_factory=dict)
    scalars: Mapping[str, Scalar] = field(default_factory=dict)
