"""Work out how high a row must be for its wrapped texts, from their display widths and the columns' widths.

An estimate that does without fonts: a Chinese character is as wide as its font is high, any other half
that. Which styles wrap is for `styles`, writing the rows for `render`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from crmtool.content import TableColumn
from crmtool.files.xlsx.cleaning import bytes_of
from crmtool.files.xlsx.layout import MarkerRow
from crmtool.files.xlsx.markup import Node
from crmtool.files.xlsx.references import parse_point, parse_range
from crmtool.files.xlsx.styles import CellStyles, WrappedStyle

MAX_POINTS = 409.5
"""The highest row (Excel specifications and limits)."""

LINE_PER_POINT = 1.45
"""Line height over font size: 微软雅黑 sets its lines 1.32 apart, and programs round up to whole pixels."""

MARGIN_POINTS = 4.0
STEP_POINTS = 0.75
"""One pixel at 96 dpi: heights are whole pixels."""

Numbers: TypeAlias = npt.NDArray[np.float64]

_PIXELS_PER_POINT = 96 / 72
_PADDING_PIXELS = 5
_INDENT_PIXELS = 9
_DEFAULT_WIDTH = 9.14
_DEFAULT_HEIGHT = 15.0


@dataclass(frozen=True, slots=True)
class WrappedCell:
    """A cell whose text wraps: `units` fit on its first line, each line is `points` high."""

    value: TableColumn | list[str | TableColumn]
    units: float
    points: float


@dataclass(frozen=True, slots=True)
class RowFit:
    """What decides how high the rows of a marker row are: at least `least` points."""

    cells: Sequence[WrappedCell]
    least: float


class Fitting:
    """How the rows of one template sheet are fitted: the widths of its columns, the styles that wrap.

    Widths are those of the template's columns; a cell that is merged has the width of all it covers.
    """

    def __init__(self, sheet: Node, styles: CellStyles) -> None:
        self._styles = styles
        self._widths = _Widths(sheet, styles.default_points)
        self._default = _number(sheet.child("sheetFormatPr"), "defaultRowHeight", _DEFAULT_HEIGHT)

    def of_marker_row(self, row: MarkerRow) -> RowFit | None:
        """Return how to fit the rows of a marker row, or None where no cell that it fills wraps."""
        cells = []
        for cell in row.cells:
            room = self._room(row.row, cell.node, cell.style)
            if room is not None and cell.value is not None:
                cells.append(WrappedCell(cell.value, *room))
        if not cells or _is_hidden(row.node):
            return None
        return RowFit(cells, self._least(row.node, cells))

    def grow(self, number: int, row: Node, filled: Mapping[int, str]) -> None:
        """Make an ordinary row as high as the texts need that were put into its cells, by column."""
        cells, lines = [], []
        for cell in row.nodes:
            text = filled.get(parse_point(cell.attributes["r"]).column)
            room = self._room(number, cell, cell.attributes.get("s"))
            if text is not None and room is not None:
                cells.append(WrappedCell([text], *room))
                lines.append(line_counts(pa.array([text]), cells[-1].units))
        if not cells or _is_hidden(row):
            return
        points = heights(lines, RowFit(cells, self._least(row, cells)))
        if points is not None:
            row.attributes["ht"] = f"{points[0]:g}"

    def _room(self, row: int, cell: Node, style: str | None) -> tuple[float, float] | None:
        """Return the half characters on a line and the points of a line; None for a cell that does not wrap."""
        wrapping = self._styles.wrapping(style)
        if wrapping is None:
            return None
        units = units_of(self._widths.pixels(row, parse_point(cell.attributes["r"]).column), wrapping)
        return (units, wrapping.points * LINE_PER_POINT) if units else None

    def _least(self, row: Node, cells: Sequence[WrappedCell]) -> float:
        """Return the template's own height, or that of one line, which every program gives a row without one."""
        if "ht" in row.attributes:
            return _number(row, "ht", self._default)
        one_line = max(cell.points for cell in cells) + MARGIN_POINTS
        return max(self._default, math.ceil(one_line / STEP_POINTS) * STEP_POINTS)


def units_of(pixels: float, style: WrappedStyle) -> float:
    """Return how many half characters of a style fit side by side; 0 for a hidden column.

    >>> round(units_of(285, WrappedStyle(9.0, indent=1)), 1)
    45.2
    """
    if not pixels:
        return 0.0
    room = pixels - _PADDING_PIXELS - _INDENT_PIXELS * style.indent
    return max(room / (style.points * _PIXELS_PER_POINT / 2), 2.0)


def _is_hidden(node: Node) -> bool:
    return node.attributes.get("hidden") in ("1", "true")


class _Widths:
    """The widths of a template sheet's columns in pixels."""

    def __init__(self, sheet: Node, default_points: float) -> None:
        self._digit = max(round(default_points * _PIXELS_PER_POINT / 2), 1)
        holder = sheet.child("cols")
        self._columns = holder.nodes if holder else []
        merges = sheet.child("mergeCells")
        self._merged = (
            [parse_range(node.attributes.get("ref", "")) for node in merges.nodes] if merges else []
        )
        self._default = _number(sheet.child("sheetFormatPr"), "defaultColWidth", _DEFAULT_WIDTH)

    def pixels(self, row: int, column: int) -> float:
        """Return the width of the cell at a place, with all that is merged with it; 0 where that is several rows."""
        for first, last in self._merged:
            if (first.row, first.column) == (row, column):
                columns = range(first.column, last.column + 1) if last.row == row else ()
                return sum(self._column(each) for each in columns)
        return self._column(column)

    def _column(self, column: int) -> float:
        for node in self._columns:
            if node.number("min") <= column <= node.number("max"):
                return 0.0 if _is_hidden(node) else _number(node, "width", self._default) * self._digit
        return self._default * self._digit


def _number(node: Node | None, name: str, otherwise: float) -> float:
    try:
        return float(node.attributes[name]) if node is not None else otherwise
    except (KeyError, ValueError):
        return otherwise


def display_units(texts: pa.Array) -> Numbers:
    """Return how wide texts are in half characters: Chinese two, ASCII one; 0 where there is no text.

    A character of three bytes counts as two, one of a single byte as one.

    >>> display_units(pa.array(["客户A", "", None])).tolist()
    [5.0, 0.0, 0.0]
    """
    characters = pc.fill_null(pc.utf8_length(texts), 0).to_numpy()
    return np.asarray((_byte_lengths(texts) + characters) // 2, dtype=np.float64)


def _byte_lengths(texts: pa.Array) -> npt.NDArray[np.int64]:
    lengths = pc.binary_length(texts)
    found = pc.fill_null(lengths, 0) if lengths.null_count else lengths
    return np.asarray(found, dtype=np.int64)


def line_counts(texts: pa.Array, units: float) -> Numbers:
    """Return over how many lines texts are broken where `units` half characters fit on one.

    All lines but one are reckoned half a character shorter, since no Chinese character is cut in two. A line
    break in the text begins a line. 0 where there is no text.

    >>> line_counts(pa.array(["一二三四", "一二三四五", "一二三四" + chr(10) + "一二三四五", None]), 8).tolist()
    [1.0, 2.0, 3.0, 0.0]
    """
    # No text is wider than its bytes are many, so that most columns need not be looked at more closely.
    if _byte_lengths(texts).max(initial=0) <= units:
        lines = np.ones(len(texts))
    else:
        lines = np.maximum(np.ceil((display_units(texts) - 1.0) / max(units - 1.0, 1.0)), 1.0)
    if b"\n" in bytes_of(texts):
        rows = np.flatnonzero(
            pc.fill_null(pc.match_substring(texts, "\n"), False).to_numpy(zero_copy_only=False)
        )
        parts = pc.split_pattern(texts.take(pa.array(rows)), "\n")
        counts = line_counts(pc.list_flatten(parts), units)
        lines[rows] = np.bincount(pc.list_parent_indices(parts).to_numpy(), counts, len(rows))
    if texts.null_count:
        lines[pc.is_null(texts).to_numpy(zero_copy_only=False)] = 0.0
    return lines


def heights(lines: Sequence[Numbers], fit: RowFit) -> Numbers | None:
    """Return the heights of rows in points from the line counts of the fit's cells, in their order.

    None where every row is as high as the template's.
    """
    tallest = lines[0] * fit.cells[0].points
    for counts, cell in zip(lines[1:], fit.cells[1:], strict=True):
        np.maximum(tallest, counts * cell.points, out=tallest)
    steps = np.ceil((tallest + MARGIN_POINTS) / STEP_POINTS)
    fitted = np.minimum(steps * STEP_POINTS, MAX_POINTS)
    return np.maximum(fitted, fit.least) if fitted.max(initial=0.0) > fit.least else None
