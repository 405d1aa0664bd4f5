"""Add a sheet of crmtool's own to somebody's workbook, or renew it: a title, a caption and one table.

Looks come from `looks`; which sheet of the workbook gives way is decided by the caller.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence

import pyarrow as pa

from crmtool.content import Look, TableColumn
from crmtool.errors import OutputError
from crmtool.files.xlsx.heights import (
    LINE_PER_POINT,
    MARGIN_POINTS,
    STEP_POINTS,
    RowFit,
    WrappedCell,
    line_counts,
    units_of,
)
from crmtool.files.xlsx.heights import heights as fitted_heights
from crmtool.files.xlsx.in_place.asked import NewSheet
from crmtool.files.xlsx.in_place.cellxml import CellWriter
from crmtool.files.xlsx.in_place.formulas import settle_chain_without
from crmtool.files.xlsx.in_place.looks import TITLE_POINTS, Looks
from crmtool.files.xlsx.markup import Node, to_bytes
from crmtool.files.xlsx.styles import WrappedStyle
from crmtool.files.xlsx.workbook import OutSheet, Workbook
from crmtool.sheets import cell_name

HEADER_ROW = 3
#: Widths in characters by look, and of columns of links.
_WIDTHS: Mapping[Look, float] = {"wide": 44, "date": 13.7, "money": 14.7, "short": 10.7, "count": 8.7}
_WIDTH, _LINK_WIDTH = 18.7, 24.7
#: The width of a digit in pixels where the workbook's own font is of the usual size.
_DIGIT_PIXELS = 7
_CODE_NAME = re.compile(rb'\bcodeName="([^"]+)"')
_A4 = "9"


def put_sheet(workbook: Workbook, sheet: NewSheet, looks: Looks, writer: CellWriter) -> None:
    """Add the sheet, or put it in the place of the one that has its name; all that hangs on that one goes."""
    known = next((each for each in workbook.sheets if each.name.casefold() == sheet.name.casefold()), None)
    namespace = workbook.namespace
    if known is None:
        workbook.add(sheet.name, to_bytes(_tree(sheet, looks, writer, namespace, "")))
        return
    if known.kind != "worksheet":
        raise OutputError.of("update-odd-sheet", part=known.part)
    code_name = _CODE_NAME.search(workbook.parts.content(known.part)[:4096])
    _forget_own_parts(workbook, known)
    settle_chain_without(workbook, known.node.attributes.get("sheetId", ""))
    tree = _tree(
        sheet, looks, writer, namespace, code_name[1].decode("utf-8", "replace") if code_name else ""
    )
    workbook.parts.put(known.part, to_bytes(tree))


def _forget_own_parts(workbook: Workbook, sheet: OutSheet) -> None:
    for part, _ in list(workbook.own_parts(sheet)):
        workbook.parts.remove(part)
    workbook.parts.remove_relationships(sheet.part)


def _tree(sheet: NewSheet, looks: Looks, writer: CellWriter, namespace: str, code_name: str) -> Node:
    columns = sheet.table.columns
    last_row = HEADER_ROW + sheet.table.rows
    properties = Node(
        "sheetPr", {"codeName": code_name} if code_name else {}, [Node("pageSetUpPr", {"fitToPage": "1"})]
    )
    pane = Node(
        "pane",
        {
            "ySplit": str(HEADER_ROW),
            "topLeftCell": cell_name(HEADER_ROW + 1, 1),
            "activePane": "bottomLeft",
            "state": "frozen",
        },
    )
    view = Node("sheetView", {"showGridLines": "0", "workbookViewId": "0"}, [pane])
    widths = [
        Node("col", {"min": str(at), "max": str(at), "width": f"{_width(column):g}", "customWidth": "1"})
        for at, column in enumerate(columns, start=1)
    ]
    children = [
        properties,
        Node("dimension", {"ref": f"A1:{cell_name(last_row, len(columns))}"}),
        Node("sheetViews", {}, [view]),
        Node("cols", {}, widths),
        Node("sheetData", {}, list(_rows(sheet, looks, writer))),
        *_links(columns),
        Node(
            "pageMargins",
            dict.fromkeys(("left", "right", "top", "bottom"), "0.5") | {"header": "0.3", "footer": "0.3"},
        ),
        Node("pageSetup", {"paperSize": _A4, "orientation": "landscape", "fitToHeight": "0"}),
    ]
    return Node("worksheet", {"xmlns": namespace}, children)


def _width(column: TableColumn) -> float:
    return _LINK_WIDTH if column.links is not None else _WIDTHS.get(column.look, _WIDTH)


def _heights(columns: Sequence[TableColumn], points: float) -> list[float]:
    """Return how high each row of a table must be for its wrapped texts, in points."""
    texts = [column for column in columns if pa.types.is_string(column.cells.type)]
    style = WrappedStyle(points)
    room = [units_of(_width(column) * _DIGIT_PIXELS, style) for column in texts]
    line = points * LINE_PER_POINT
    cells = [WrappedCell(column, units, line) for column, units in zip(texts, room, strict=True)]
    lines = [line_counts(column.cells, units) for column, units in zip(texts, room, strict=True)]
    found = fitted_heights(lines, RowFit(cells, _one_line(points))) if lines else None
    return [_one_line(points)] * len(columns[0].cells) if found is None else found.tolist()


def _one_line(points: float) -> float:
    """Return how high a row of one line must be."""
    return math.ceil((points * LINE_PER_POINT + MARGIN_POINTS) / STEP_POINTS) * STEP_POINTS


def _rows(sheet: NewSheet, looks: Looks, writer: CellWriter) -> Iterator[Node]:
    one_line = _one_line(looks.points)
    yield _row(1, [writer.node(sheet.title, 1, 1, looks.title())], _one_line(TITLE_POINTS))
    yield _row(2, [writer.node(sheet.caption, 1, 2, "")], one_line)
    columns = sheet.table.columns
    heads = [
        writer.node(each.header, at, HEADER_ROW, looks.header()) for at, each in enumerate(columns, start=1)
    ]
    yield _row(HEADER_ROW, heads, one_line)
    values = [column.cells.to_pylist() for column in columns]
    styles = [looks.body(column.look, is_link=column.links is not None) for column in columns]
    heights = _heights(columns, looks.points)
    for index in range(sheet.table.rows):
        row = HEADER_ROW + 1 + index
        cells = [
            writer.node(column[index], at, row, style)
            for at, (column, style) in enumerate(zip(values, styles, strict=True), start=1)
        ]
        yield _row(row, cells, heights[index])


def _row(number: int, cells: Sequence[Node], points: float) -> Node:
    return Node("row", {"r": str(number), "ht": f"{points:g}", "customHeight": "1"}, cells)


def _links(columns: Sequence[TableColumn]) -> list[Node]:
    """Return the links to places of this workbook."""
    links = [
        Node(
            "hyperlink", {"ref": cell_name(HEADER_ROW + 1 + index, at), "location": target.removeprefix("#")}
        )
        for at, column in enumerate(columns, start=1)
        if column.links is not None
        for index, target in enumerate(column.links.to_pylist())
        if target is not None and target.startswith("#")
    ]
    return [Node("hyperlinks", {}, links)] if links else []
