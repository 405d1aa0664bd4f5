"""What a merged cell below the header says for the rows that it covers.

A name or a date holds for all of them; an amount is one amount, and whose it is cannot be known.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from crmtool.errors import Finding
from crmtool.ledger.fields import Kind
from crmtool.ledger.headers.layout import SheetLayout
from crmtool.ledger.rows.masks import Mask
from crmtool.ledger.rows.sifting import taken
from crmtool.sheets import Area, Column, Sheet, cell_name

_SHARED_BY_ALL: frozenset[Kind] = frozenset(("id", "text", "enum", "date", "age", "flag"))


@dataclass(frozen=True)
class Spread:
    """Columns with merged cells resolved; `unclear` marks the rows whose number is one of several rows together."""

    columns: dict[int, Column]
    unclear: dict[int, Mask]
    findings: tuple[Finding, ...]


def spread(sheet: Sheet, layout: SheetLayout) -> Spread:
    """Repeat names and dates of merged cells in every row they cover.

    Numbers are not repeated: the first row's is taken away too, since it belongs to all of them together.
    """
    columns = dict(sheet.columns)
    unclear: dict[int, Mask] = {}
    kinds = {column.number: column.placed.field.kind for column in layout.columns}
    findings: list[Finding] = []
    areas: dict[int, list[Area]] = {}
    for area in sheet.merged:
        if area.bottom > area.top >= layout.first_row and area.left in columns:
            areas.setdefault(area.left, []).append(area)
    for number, here in areas.items():
        is_shared = kinds.get(number, "text") in _SHARED_BY_ALL
        covered, source = _covered(columns[number], sheet, here)
        if is_shared:
            columns[number] = taken(columns[number], pa.array(source))
        else:
            columns[number] = taken(columns[number], pa.array(source, mask=covered))
            unclear[number] = covered
        findings.append(
            Finding(
                "merged-cells-repeated" if is_shared else "merged-number",
                file=sheet.file,
                sheet=sheet.name,
                cell=cell_name(here[0].top, number),
                column=next((c.placed.header for c in layout.columns if c.number == number), ""),
                count=len(here),
            )
        )
    return Spread(columns, unclear, tuple(findings))


def _covered(column: Column, sheet: Sheet, areas: list[Area]) -> tuple[Mask, np.ndarray]:
    """Return which rows lie in a merged area, and for each row the position where its value stands."""
    rows = np.asarray(sheet.row_numbers)
    source = np.arange(column.length)
    covered = np.zeros(column.length, dtype=bool)
    for area in areas:
        start, stop = np.searchsorted(rows, [area.top, area.bottom + 1])
        source[start:stop] = start
        covered[start:stop] = True
    return covered, source
