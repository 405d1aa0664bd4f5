"""Move whatever in a sheet's own part refers to its cells: formats, checks, merges, views, breaks, links.

The list of elements is that of the worksheet schema (ECMA-376 part 1, 18.3) and of Microsoft's extensions
to it; the cells themselves are for `sheet_cells`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from crmtool.files.coded import CHUNK_ROWS
from crmtool.files.xlsx.cleaning import bytes_of
from crmtool.files.xlsx.layout import MarkerRow
from crmtool.files.xlsx.links import add_links
from crmtool.files.xlsx.markers import in_formula, in_header, substitute_runs, text_runs
from crmtool.files.xlsx.markup import Node, Stream, escape_text
from crmtool.files.xlsx.moves import Move
from crmtool.files.xlsx.parts import Parts
from crmtool.files.xlsx.references import (
    Pieces,
    Scope,
    formula_pieces,
    move_areas,
    move_cell,
    move_formula,
    move_range,
    parse_point,
    parse_range,
    pieces_at,
)
from crmtool.files.xlsx.render import join, row_numbers
from crmtool.files.xlsx.sheet_cells import Filling, fill_cells
from crmtool.sheets import letters

_Mover = Callable[[str, Move], str]

_ATTRIBUTES: dict[tuple[str, str], _Mover] = {
    ("dimension", "ref"): move_range,
    ("pane", "topLeftCell"): move_cell,
    ("sheetView", "topLeftCell"): move_cell,
    ("customSheetView", "topLeftCell"): move_cell,
    ("selection", "activeCell"): move_cell,
    ("selection", "sqref"): move_cell,
    ("pivotSelection", "activeRow"): lambda text, move: str(move.first(int(text) + 1) - 1),
    ("protectedRange", "sqref"): move_areas,
    ("scenarios", "sqref"): move_areas,
    ("inputCells", "r"): move_cell,
    ("autoFilter", "ref"): move_range,
    ("sortState", "ref"): move_range,
    ("sortCondition", "ref"): move_range,
    ("hyperlink", "ref"): move_range,
    ("ignoredError", "sqref"): move_areas,
    ("cellWatch", "r"): move_cell,
}
_FORMULAS = frozenset({"formula", "formula1", "formula2", "f"})
_HEADERS = frozenset({"oddHeader", "evenHeader", "firstHeader", "oddFooter", "evenFooter", "firstFooter"})


def fill_sheet(parts: Parts, part: str, filling: Filling) -> None:
    """Rewrite a whole sheet part in its tree; rows and links become streams that run when it is written."""
    sheet = parts.tree(part)
    layout, move = filling.layout, filling.layout.move
    fill_cells(sheet, filling)
    outside = [node for node in sheet.nodes if node.local != "sheetData"]
    for node in [each for top in outside for each in top.walk()]:
        for (local, name), mover in _ATTRIBUTES.items():
            if node.local == local and name in node.attributes:
                node.attributes[name] = mover(node.attributes[name], move)
        if node.local in ("conditionalFormatting", "dataValidation"):
            _move_rule(node, filling.scope)
        elif node.local == "sparklines":
            _move_sparklines(node, filling)
        elif node.local == "mergeCells":
            _move_merges(node, filling)
        elif node.local == "hyperlink" and "location" in node.attributes:
            node.attributes["location"] = move_formula(node.attributes["location"], filling.scope)
        elif node.local == "cfvo" and node.attributes.get("type") == "formula":
            node.attributes["val"] = move_formula(node.attributes.get("val", ""), filling.scope)
        elif node.local == "controlPr":
            _move_control(node, filling.scope)
        elif node.local == "sparklineGroup":
            _move_date_axis(node, filling.scope)
        elif node.local == "brk":
            _move_break(node, node in _breaks(sheet, "colBreaks"), move)
    for node in sheet.each("anchor"):
        move_anchor(node, move)
    _drop_empty_rules(sheet)
    _widen_columns(sheet, filling)
    for node in outside:
        substitute(node, filling)
    for row in layout.marker_rows:
        add_links(parts, part, row, move.first(row.row), filling.notes)


def substitute(top: Node, filling: Filling) -> None:
    """Replace the markers in the texts and attributes of a part, each as its place wants it."""
    words = filling.layout.words
    for node in top.walk():
        for name, value in node.attributes.items():
            if "{{" in value:
                node.attributes[name] = words.substitute(value)
        if node.local in ("p", "si", "is") or (node.local == "text" and node.nodes):
            substitute_runs(text_runs(node), words)
        elif "{{" in node.text:
            formula = node.local in _FORMULAS or node.local.endswith("Formula")
            escape = in_formula if formula else in_header if node.local in _HEADERS else str
            node.text = words.substitute(node.text, escape)


def _breaks(sheet: Node, local: str) -> list[Node]:
    return [node for holder in sheet.each(local) for node in holder.nodes]


def _move_break(node: Node, is_column: bool, move: Move) -> None:
    """A break stands after the row it names: after the last one that is written for it."""
    if not is_column and node.attributes.get("id", "").isdigit():
        node.attributes["id"] = str(move.last(node.number("id")))


def _move_control(node: Node, scope: Scope) -> None:
    for name, is_stretching in (("linkedCell", False), ("listFillRange", True)):
        if name in node.attributes:
            moved = move_formula(node.attributes[name], scope, is_stretching=is_stretching)
            node.attributes[name] = moved


def _move_date_axis(node: Node, scope: Scope) -> None:
    axis = node.child("f")
    if axis is not None:
        axis.text = move_formula(axis.text, scope, is_stretching=True)


def _move_rule(node: Node, scope: Scope) -> None:
    """Move a format or check with its formulas, which are written as for the first cell of its range."""
    holder = node.child("sqref")
    areas = holder.text if holder is not None else node.attributes.get("sqref", "")
    if not areas.strip():
        return
    moved = move_areas(areas, scope.move)
    if holder is not None:
        holder.text = moved
    else:
        node.attributes["sqref"] = moved
    if not moved:
        return
    for formula in node.walk():
        if formula.local in _FORMULAS and formula.text.strip():
            formula.text = move_rule_formula(formula.text, areas, moved, scope)


def move_rule_formula(formula: str, areas: str, moved: str, scope: Scope) -> str:
    """Move a formula that is relative to the first cell of `areas`, which became `moved`.

    Over a marker row it keeps its distances, since every written row repeats them; elsewhere it moves as
    the formula of a cell does.
    """
    first, _ = parse_range(areas.split()[0])
    new_first, _ = parse_range(moved.split()[0])
    covers = any(scope.move.covers(top.row, bottom.row) for top, bottom in map(parse_range, areas.split()))
    pieces = formula_pieces(
        formula,
        scope,
        marker_row=first.row if covers else None,
        column_delta=new_first.column - first.column,
    )
    return pieces_at(pieces, new_first.row)


def _drop_empty_rules(sheet: Node) -> None:
    """Drop formats and checks of samples that no column looks like."""

    def is_empty(node: Node) -> bool:
        if node.local not in ("conditionalFormatting", "dataValidation", "ignoredError", "protectedRange"):
            return False
        holder = node.child("sqref")
        return not (holder.text if holder is not None else node.attributes.get("sqref", "-")).strip()

    sheet.remove(is_empty)
    for holder in sheet.each("dataValidations"):
        if "count" in holder.attributes:
            holder.attributes["count"] = str(len(holder.nodes))
    sheet.remove(lambda node: node.local in ("dataValidations", "ignoredErrors") and not node.nodes)


def _move_merges(holder: Node, filling: Filling) -> None:
    """Move merged cells; those within a marker row are merged again in every row that is written."""
    move = filling.layout.move
    written = {row.row: row for row in filling.layout.marker_rows}
    if move.is_still:
        return
    if "count" in holder.attributes:
        holder.attributes["count"] = str(_merged_count(holder, written))
    children: list[Node | str] = []
    for node in holder.nodes:
        first, last = parse_range(node.attributes.get("ref", ""))
        if first.row == last.row and first.row in written and written[first.row].written > 1:
            left, right = move.columns(first.column, last.column, first.row, last.row)
            start = move.first(first.row)
            stop = start + written[first.row].written
            pieces: Pieces = [f'<{node.name} ref="{letters(left)}', 0, f":{letters(right)}", 0, '"/>']
            children.append(Stream(node.name, _repeat(pieces, start, stop)))
        else:
            node.attributes["ref"] = move_range(node.attributes["ref"], move)
            children.append(node)
    holder.children = children


def _merged_count(holder: Node, written: dict[int, MarkerRow]) -> int:
    spans = [parse_range(node.attributes.get("ref", "")) for node in holder.nodes]
    return sum(
        written[first.row].written if first.row == last.row and first.row in written else 1
        for first, last in spans
    )


def _move_sparklines(holder: Node, filling: Filling) -> None:
    """Move sparklines; one within a marker row is drawn again in every row that is written."""
    move = filling.layout.move
    written: dict[int, MarkerRow] = {row.row: row for row in filling.layout.marker_rows}
    children: list[Node | str] = []
    for node in holder.nodes:
        data, place = node.child("f"), node.child("sqref")
        point = parse_point(place.text.strip()) if place is not None else None
        if place is None or point is None:
            children.append(node)
        elif point.row in written and data is not None:
            start = move.first(point.row)
            formula = formula_pieces(data.text, filling.scope, marker_row=point.row)
            pieces: Pieces = [f"<{node.name}><{data.name}>"]
            pieces += [escape_text(piece) if isinstance(piece, str) else piece for piece in formula]
            pieces += [
                f"</{data.name}><{place.name}>{letters(point.column)}",
                0,
                f"</{place.name}></{node.name}>",
            ]
            children.append(Stream(node.name, _repeat(pieces, start, start + written[point.row].written)))
        else:
            place.text = move_cell(place.text, move)
            if data is not None:
                data.text = move_formula(data.text, filling.scope, is_stretching=True)
            children.append(node)
    holder.children = children


def _repeat(pieces: Pieces, start: int, stop: int) -> Callable[[], Iterator[bytes]]:
    """Return what writes some XML once for each row; numbers in `pieces` are distances from it."""

    def written() -> Iterator[bytes]:
        for low in range(start, stop, CHUNK_ROWS):
            high = min(low + CHUNK_ROWS, stop)
            parts = [p if isinstance(p, str) else row_numbers(low + p, high + p) for p in pieces]
            yield bytes_of(join(parts, high - low))

    return written


def move_anchor(anchor: Node, move: Move) -> None:
    """Move a drawing with the cell that its top left corner stands in; it keeps its size.

    One that starts above or in a marker row stays: stretching it over a thousand rows is never meant. One
    whose `editAs` is `absolute` stays too.
    """
    start = anchor.child("from")
    end = anchor.child("to")
    if start is None or anchor.attributes.get("editAs") == "absolute":
        return
    row, column = start.child("row"), start.child("col")
    shift = move.first(int(row.text) + 1) - int(row.text) - 1 if row is not None else 0
    push = move.anchor_column(int(column.text) + 1) - int(column.text) - 1 if column is not None else 0
    for corner in (start, end):
        for local, by in (("row", shift), ("col", push)):
            node = corner.child(local) if corner is not None else None
            if node is not None and by:
                node.text = str(int(node.text) + by)


def _widen_columns(sheet: Node, filling: Filling) -> None:
    """Give the columns of a block the widths of their samples."""
    if not filling.layout.blocks:
        return
    holder = sheet.child("cols")
    if holder is None:
        return
    widths: dict[int, Node] = {}
    beyond: list[Node] = []
    for node in holder.nodes:
        low, high = node.number("min"), node.number("max")
        if high - low > 200:
            beyond.append(node)
            high = low + 200
        widths |= dict.fromkeys(range(low, high + 1), node)
    new = dict(widths)
    for block, _ in filling.layout.blocks:
        for column in range(block.left, max(block.right, block.last_sample) + 1):
            new.pop(column, None)
        for index, sample in enumerate(block.uses):
            if block.left + sample in widths:
                new[block.left + index] = widths[block.left + sample]
    holder.children = []
    for column in sorted(new):
        attributes = {**new[column].attributes, "min": str(column), "max": str(column)}
        holder.children.append(Node(new[column].name, attributes))
    last = max(new, default=0)
    for node in beyond:
        low = max(last + 1, node.number("min"))
        holder.children.append(Node(node.name, {**node.attributes, "min": str(low)}))
