"""Move whatever refers to cells from outside the sheets: tables, charts, drawings, comments, names, pivots.

Knows in which parts and elements such references stand; how a reference moves is for `references`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from crmtool.files.xlsx.layout import SheetLayout
from crmtool.files.xlsx.markup import Node
from crmtool.files.xlsx.moves import Move
from crmtool.files.xlsx.references import (
    Scope,
    is_plain_reference,
    mentions,
    move_cell,
    move_formula,
    move_range,
    parse_range,
)
from crmtool.files.xlsx.sheet_cells import column_headers
from crmtool.files.xlsx.sheet_parts import move_anchor
from crmtool.sheets import cell_name

IsStale = Callable[[str], bool]
_WHOLE_COLUMNS = re.compile(r"(?<=!)\$?[A-Z]{1,3}:\$?[A-Z]{1,3}\b")


def move_table(
    table: Node, scope: Scope, layout: SheetLayout, headers: Mapping[tuple[int, int], str]
) -> None:
    """Move a table; its column names become what its header cells now say.

    The filter of a table with a totals row ends above that row, also where a program that saved the template
    let it grow. `headers` are the texts of header cells that were rewritten, by template row and column.
    """
    move = scope.move
    first, last = parse_range(table.attributes.get("ref", "A1"))
    totals = table.number("totalsRowCount", 0)
    header_rows = table.number("headerRowCount", 1)
    table.attributes["ref"] = move_range(table.attributes.get("ref", "A1"), move)
    for node in table.walk():
        if node.local == "autoFilter" and totals:
            start, end = parse_range(node.attributes.get("ref", "A1"))
            bottom = min(end.row, last.row - totals)
            node.attributes["ref"] = f"{cell_name(start.row, start.column)}:{cell_name(bottom, end.column)}"
        if node.local in ("autoFilter", "sortState", "sortCondition") and "ref" in node.attributes:
            node.attributes["ref"] = move_range(node.attributes["ref"], move)
        if node.local in ("calculatedColumnFormula", "totalsRowFormula"):
            node.text = move_formula(node.text, scope)
    holder = table.child("tableColumns")
    if holder is None:
        return
    if header_rows:
        for offset, column in enumerate(holder.nodes):
            text = headers.get((first.row, first.column + offset))
            if text is not None:
                column.attributes["name"] = _column_name(text)
    _expand_columns(holder, first.row, first.column, last.column, layout)


def _column_name(header: str) -> str:
    """Spell a header as a table's column name, where a line feed is a code."""
    return header.replace("\n", "_x000a_")


def _expand_columns(holder: Node, top: int, left: int, right: int, layout: SheetLayout) -> None:
    """Replace the table's columns over a block by one for each column that is written."""
    for block, table in layout.blocks:
        if not (left <= block.left <= right and block.top <= top <= block.bottom):
            continue
        columns = holder.nodes
        before, samples = columns[: block.left - left], columns[block.left - left :][: block.samples]
        after = columns[len(before) + len(samples) :]
        made: list[Node] = []
        names = column_headers([column.header for column in table.columns])
        for name, sample in zip(names, block.uses, strict=True):
            node = samples[min(sample, len(samples) - 1)].copy()
            node.attributes["name"] = _column_name(name)
            node.attributes.pop("xr3:uid", None)
            made.append(node)
        holder.children = [*before, *(made or samples[:1]), *after]
        for number, node in enumerate(holder.nodes, 1):
            node.attributes["id"] = str(number)
        holder.attributes["count"] = str(len(holder.nodes))


def move_chart(chart: Node, scope: Scope, is_stale: IsStale) -> bool:
    """Move a chart's references and drop what it remembers of cells that are no longer those.

    Return False where the chart had series and all of them showed sheets that are left out.
    """
    before = len(chart.each("ser", "series"))
    chart.remove(lambda node: node.local in ("ser", "series") and _shows_omitted(node, scope))
    for node in chart.walk():
        for child in node.nodes:
            if child.local not in ("f", "sqref") or not child.text.strip():
                continue
            stale = is_stale(child.text)
            child.text = move_formula(child.text, scope, is_stretching=is_plain_reference(child.text))
            if stale:
                node.children = [
                    each
                    for each in node.children
                    if not isinstance(each, Node) or not (each.local.endswith("Cache") or each.local == "lvl")
                ]
    return not before or bool(chart.each("ser", "series"))


def _shows_omitted(series: Node, scope: Scope) -> bool:
    for node in series.each("f"):
        for sheet in mentions(node.text)[0]:
            change = scope.change(sheet) if sheet else None
            if change is not None and change.name is None:
                return True
    return False


def move_drawing(drawing: Node, scope: Scope) -> None:
    """Move the drawings of a sheet with the cells they stand in, and the cells whose text they show."""
    for anchor in drawing.each("twoCellAnchor", "oneCellAnchor"):
        move_anchor(anchor, scope.move)
    for node in drawing.walk():
        if node.attributes.get("textlink"):
            node.attributes["textlink"] = move_formula(node.attributes["textlink"], scope)


def drop_frames(drawing: Node, relation_ids: set[str]) -> None:
    """Remove the frames of charts that are left out from a drawing."""

    def is_dropped(node: Node) -> bool:
        if node.local not in ("twoCellAnchor", "oneCellAnchor", "absoluteAnchor"):
            return False
        return any(
            value in relation_ids
            for each in node.each("chart")
            for key, value in each.attributes.items()
            if key.endswith(":id")
        )

    drawing.remove(is_dropped)


def move_comments(comments: Node, move: Move) -> None:
    """Move comments, old and threaded, with their cells."""
    for node in comments.each("comment", "threadedComment"):
        if "ref" in node.attributes:
            node.attributes["ref"] = move_cell(node.attributes["ref"], move)


_SHAPE = re.compile(r"<v:shape\b.*?</v:shape>", re.DOTALL)
_ANCHOR = re.compile(r"(<x:Anchor>)([^<]*)(</x:Anchor>)")
_NOTE_ROW = re.compile(r"(<x:Row>)\s*(\d+)\s*(</x:Row>)")
_LINKED = re.compile(r"(<x:Fmla(Link|Range)>)([^<]*)(</x:Fmla(?:Link|Range)>)")


def move_vml(text: str, scope: Scope) -> str:
    """Move the boxes of comments and form controls; such parts are often no well-formed XML."""
    return _SHAPE.sub(lambda match: _move_shape(match[0], scope), text)


def _move_shape(shape: str, scope: Scope) -> str:
    move = scope.move
    note = _NOTE_ROW.search(shape)
    anchor = _ANCHOR.search(shape)
    fields = [int(each) for each in anchor[2].split(",")] if anchor else []
    own_row = int(note[2]) if note else fields[2] if len(fields) == 8 else 0
    shift = move.first(own_row + 1) - own_row - 1
    if anchor and len(fields) == 8 and shift:
        fields[2] += shift
        fields[6] += shift
        shape = _ANCHOR.sub(rf"\g<1>{', '.join(map(str, fields))}\g<3>", shape)
    if note and shift:
        shape = _NOTE_ROW.sub(rf"\g<1>{own_row + shift}\g<3>", shape)
    return _LINKED.sub(
        lambda m: m[1] + move_formula(m[3], scope, is_stretching=m[2] == "Range") + m[4], shape
    )


def move_control(control: Node, scope: Scope) -> None:
    """Move the cell that a form control is linked to and the range that it lists."""
    for name, is_stretching in (("fmlaLink", False), ("fmlaRange", True), ("fmlaTxbx", False)):
        if name in control.attributes:
            control.attributes[name] = move_formula(
                control.attributes[name], scope, is_stretching=is_stretching
            )


def move_pivot(pivot: Node, move: Move) -> None:
    """Move the place of a pivot table."""
    for node in pivot.each("location"):
        node.attributes["ref"] = move_range(node.attributes["ref"], move)


def move_pivot_source(cache: Node, scope: Scope, is_stale: IsStale) -> None:
    """Move the range that a pivot table is made from; it is made anew when the workbook is opened."""
    for node in cache.each("worksheetSource"):
        sheet, reference, name = (node.attributes.get(key, "") for key in ("sheet", "ref", "name"))
        change = scope.change(sheet) if sheet else None
        if change is not None and change.name is not None:
            node.attributes["sheet"] = change.name
            if reference:
                node.attributes["ref"] = move_range(reference, change.move)
        quoted = "'" + sheet.replace("'", "''") + "'!A1"
        if is_stale(quoted if sheet else name):
            cache.attributes["refreshOnLoad"] = "1"


def move_name(name: Node, scope: Scope) -> bool:
    """Move a defined name; return False where it names cells of a sheet that is left out."""
    text = name.text
    for sheet in mentions(text)[0]:
        change = scope.change(sheet) if sheet else None
        if change is not None and change.name is None:
            return False
    name.text = move_formula(text, scope, is_stretching=is_plain_reference(text))
    if name.attributes.get("name") == "_xlnm.Print_Titles":
        # Columns repeated on paper stay those they are, though a block of columns may begin in them.
        columns = iter(_WHOLE_COLUMNS.findall(text))
        name.text = _WHOLE_COLUMNS.sub(lambda _: next(columns), name.text)
    return True
