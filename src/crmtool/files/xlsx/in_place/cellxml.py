"""Spell cells for one sheet: a column of values for rows that may each want another style, and single cells.

How a value is spelt is for `columns_xml` and `cells`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from crmtool.content import Scalar
from crmtool.files.coded import Indices
from crmtool.files.xlsx.cells import set_value
from crmtool.files.xlsx.columns_xml import CellForm, CellNotes, cell_xml
from crmtool.files.xlsx.markup import Node
from crmtool.sheets import cell_name


@dataclass(frozen=True, slots=True)
class CellWriter:
    """What the cells of one sheet have in common: element prefix, date system, and where notes on them go."""

    prefix: str
    is_1904: bool
    notes: CellNotes

    def node(self, value: Scalar, column: int, row: int, style: str) -> Node:
        """Return one cell as an element; None makes it empty."""
        node = Node(f"{self.prefix}c", {"r": cell_name(row, column)} | ({"s": style} if style else {}))
        if value is not None:
            set_value(node, value, self.is_1904)
        return node

    def cells(
        self, values: pa.Array, column: int, rows: Indices, styles: Sequence[str], header: str
    ) -> pa.Array:
        """Return a whole cell for each value (a string array); `header` names the column in notes."""
        made = []
        which = np.empty(len(rows), np.int64)
        start = 0
        names = np.array(styles, dtype=object)
        for style in dict.fromkeys(styles):
            at = np.flatnonzero(names == style)
            form = CellForm(column, style or None, self.notes, header, self.prefix, self.is_1904)
            made.append(cell_xml(values.take(pa.array(at)), rows[at], form))
            which[at] = np.arange(start, start + len(at))
            start += len(at)
        return made[0] if len(made) == 1 else pa.concat_arrays(made).take(pa.array(which))
