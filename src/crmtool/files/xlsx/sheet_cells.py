"""Rewrite the cells of one template sheet: single markers, headers of columns, formulas, rows shifted.

Leaves whatever refers to cells from outside `sheetData` to `sheet_parts`.
"""

from __future__ import annotations

from dataclasses import dataclass

from crmtool.files.xlsx.cells import set_rich, set_text, set_value
from crmtool.files.xlsx.cleaning import is_unfit
from crmtool.files.xlsx.columns_xml import CellNotes
from crmtool.files.xlsx.heights import Fitting
from crmtool.files.xlsx.layout import MarkerRow, SheetLayout
from crmtool.files.xlsx.markers import MARKER, in_formula, substitute_runs, text_runs
from crmtool.files.xlsx.markup import Node, Stream
from crmtool.files.xlsx.moves import Block
from crmtool.files.xlsx.references import (
    Pieces,
    Scope,
    formula_pieces,
    move_cell,
    move_formula,
    move_range,
    parse_point,
    parse_range,
    shift_shared,
)
from crmtool.files.xlsx.render import RowWriter, Step
from crmtool.files.xlsx.styles import CellStyles
from crmtool.sheets import cell_name


@dataclass(frozen=True, slots=True)
class Filling:
    """What the rewriting of one sheet needs to know beside its layout.

    `is_stale` says whether values cached for the sheet's formulas may no longer be true; `text_cells` are
    the cells that must hold text (headers of tables).
    """

    layout: SheetLayout
    scope: Scope
    is_stale: bool
    is_1904: bool
    text_cells: frozenset[tuple[int, int]]
    notes: CellNotes
    step: Step | None
    styles: CellStyles


def unshare_formulas(filling: Filling) -> None:
    """Write out shared formulas whose cells or references move, for each cell its own."""
    masters: dict[str, tuple[int, int, str]] = {}
    for row, node in filling.layout.rows.items():
        for cell in node.nodes:
            formula = cell.child("f")
            if formula is None or formula.attributes.get("t") != "shared":
                continue
            index = formula.attributes.get("si", "")
            column = parse_point(cell.attributes["r"]).column
            if formula.text:
                masters[index] = (row, column, formula.text)
            if index not in masters:
                continue
            top, left, text = masters[index]
            if filling.layout.move.is_still and move_formula(text, filling.scope) == text:
                continue
            formula.attributes = {}
            formula.text = shift_shared(text, row - top, column - left)


def fill_cells(sheet: Node, filling: Filling) -> None:
    """Replace the markers of a sheet's cells and move its rows; marker rows become streams."""
    layout = filling.layout
    unshare_formulas(filling)
    if filling.is_stale:
        _forget_array_values(layout)
    fitting = Fitting(sheet, filling.styles)
    writers = {each.row: _writer(each, filling, sheet.prefix, fitting) for each in layout.marker_rows}
    for row, node in layout.rows.items():
        if row in writers:
            continue
        for cell in node.nodes:
            _fill_cell(cell, row, filling)
        fitting.grow(row, node, _filled_texts(node, row, layout))
    for (row, _), block in layout.headers.items():
        if row not in writers:
            _write_headers(layout.rows[row], row, block, filling)
    data = sheet.child("sheetData")
    if data is None:
        return
    if not layout.move.is_still:
        for row, node in layout.rows.items():
            _shift_row(node, layout.move.first(row))
    streams = {id(layout.rows[row]): Stream(f"{sheet.prefix}row", writers[row].pieces) for row in writers}
    data.children = [streams.get(id(child), child) for child in data.children]


def _fill_cell(cell: Node, row: int, filling: Filling) -> None:
    formula = cell.child("f")
    if formula is not None:
        _move_cell_formula(cell, formula, filling)
    column = parse_point(cell.attributes["r"]).column
    text = filling.layout.texts.get((row, column))
    if text is None or (row, column) in filling.layout.headers:
        return
    words, place = filling.layout.words, cell.attributes["r"]
    whole = "".join(run.text for run in text_runs(text))
    alone = MARKER.fullmatch(whole.strip())
    if alone and (row, column) not in filling.text_cells:
        value = words.scalar(alone[1], place)
        if isinstance(value, str) and is_unfit(value):
            filling.notes.note("text-cleaned", alone[1], move_cell(place, filling.layout.move), 1)
        set_value(cell, value, filling.is_1904)
    elif alone or len(text_runs(text)) < 2:
        set_text(cell, words.substitute(whole, cell=place))
    else:
        rich = text.copy()
        substitute_runs(text_runs(rich), words, place)
        set_rich(cell, rich)


def _filled_texts(row: Node, number: int, layout: SheetLayout) -> dict[int, str]:
    """Return the texts that stand where the row's single markers stood, by column."""
    texts = {}
    for cell in row.nodes:
        column = parse_point(cell.attributes["r"]).column
        inline = cell.child("is")
        if (number, column) in layout.texts and inline is not None:
            texts[column] = "".join(run.text for run in text_runs(inline))
    return texts


def _forget_array_values(layout: SheetLayout) -> None:
    """Drop the values of cells that show a part of another cell's array formula."""
    areas = [
        parse_range(formula.attributes["ref"])
        for row in layout.rows.values()
        for cell in row.nodes
        for formula in cell.nodes
        if formula.local == "f" and formula.attributes.get("t") == "array" and "ref" in formula.attributes
    ]
    for first, last in areas:
        for number in range(first.row, last.row + 1):
            for cell in layout.rows[number].nodes if number in layout.rows else []:
                column = parse_point(cell.attributes["r"]).column
                if first.column <= column <= last.column and cell.child("f") is None:
                    cell.children = []
                    cell.attributes.pop("t", None)


def _move_cell_formula(cell: Node, formula: Node, filling: Filling) -> None:
    place = cell.attributes["r"]
    moved = move_formula(formula.text, filling.scope) if formula.text else ""
    if moved:
        formula.text = filling.layout.words.substitute(moved, in_formula, place)
    for name in ("ref", "r1", "r2"):
        if name in formula.attributes:
            mover = move_range if name == "ref" else move_cell
            formula.attributes[name] = mover(formula.attributes[name], filling.layout.move)
    if filling.is_stale:
        cell.children = [child for child in cell.nodes if child.local != "v"]
        cell.attributes.pop("t", None)


def _writer(row: MarkerRow, filling: Filling, prefix: str, fitting: Fitting) -> RowWriter:
    formulas: dict[int, Pieces] = {}
    for cell in row.cells:
        formula = cell.node.child("f")
        if cell.value is None and formula is not None and formula.text:
            text = filling.layout.words.substitute(formula.text, in_formula, cell.node.attributes["r"])
            formulas[cell.column] = formula_pieces(text, filling.scope, marker_row=row.row)
    first = filling.layout.move.first(row.row)
    fit = fitting.of_marker_row(row)
    return RowWriter(row, first, formulas, filling.is_1904, filling.notes, prefix, filling.step, fit)


def _write_headers(row: Node, number: int, block: Block, filling: Filling) -> None:
    """Put the header of every column where the sheet has `{{columns:table}}`, each in that cell's style."""
    table = next(table for own, table in filling.layout.blocks if own == block)
    kept: list[Node | str] = []
    styled = Node(f"{row.prefix}c")
    for cell in row.nodes:
        column = parse_point(cell.attributes["r"]).column
        if column == block.left:
            styled = cell
        if column < block.left or column > max(block.right, block.last_sample):
            kept.append(cell)
    names = column_headers([column.header for column in table.columns])
    for index, header in enumerate(names):
        attributes = {"r": cell_name(number, block.left + index)}
        if "s" in styled.attributes:
            attributes["s"] = styled.attributes["s"]
        cell = Node(styled.name, attributes)
        set_text(cell, header)
        kept.append(cell)
    row.children = sorted(kept, key=lambda cell: _column_of(cell))


def _column_of(cell: Node | str) -> int:
    return parse_point(cell.attributes["r"]).column if isinstance(cell, Node) else 0


def column_headers(headers: list[str]) -> list[str]:
    """Return headers as Excel's tables want them: none empty, none twice whatever the case.

    >>> column_headers(["金额", "", "金额"])
    ['金额', '列2', '金额2']
    """
    taken: set[str] = set()
    made = []
    for position, header in enumerate(headers, 1):
        base = header or f"列{position}"
        name, number = base, 1
        while name.casefold() in taken:
            number += 1
            name = f"{base}{number}"
        taken.add(name.casefold())
        made.append(name)
    return made


def _shift_row(row: Node, number: int) -> None:
    row.attributes.pop("spans", None)
    row.attributes["r"] = str(number)
    for cell in row.nodes:
        cell.attributes["r"] = cell_name(number, parse_point(cell.attributes["r"]).column)
