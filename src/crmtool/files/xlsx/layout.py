"""Read a template sheet: which rows and cells hold markers, and so how the sheet will grow.

Leaves the tree as it is but for the numbering of rows and cells; writing is for `sheet_parts`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from crmtool.content import OutTable, TableColumn
from crmtool.files.xlsx.markers import LOOKS, MARKER, Marker, Words, nearest, parse_marker, text_runs
from crmtool.files.xlsx.markup import Node
from crmtool.files.xlsx.moves import MAX_COLUMN, Block, Move
from crmtool.files.xlsx.references import parse_point
from crmtool.sheets import cell_name

Value = TableColumn | list[str | TableColumn] | None


@dataclass(frozen=True, slots=True)
class RowCell:
    """A cell of a marker row as it is written in every row: its column, style and value.

    `value` is a column of the table, text with columns inside, or None for the template's own cell `node`.
    """

    column: int
    style: str | None
    value: Value
    node: Node


@dataclass
class MarkerRow:
    """A row of the template that stands for the rows of a table."""

    row: int
    node: Node
    table: OutTable
    cells: list[RowCell]

    @property
    def written(self) -> int:
        """Return how many rows are written: at least one, for a table without a row breaks in Excel."""
        return max(self.table.rows, 1)


@dataclass
class SheetLayout:
    """What the markers of one sheet ask for."""

    words: Words
    rows: dict[int, Node] = field(default_factory=dict)
    marker_rows: list[MarkerRow] = field(default_factory=list)
    blocks: list[tuple[Block, OutTable]] = field(default_factory=list)
    texts: dict[tuple[int, int], Node] = field(default_factory=dict)
    headers: dict[tuple[int, int], Block] = field(default_factory=dict)

    @property
    def move(self) -> Move:
        """Return how the sheet's cells move."""
        rows = [(each.row, each.written) for each in self.marker_rows]
        return Move(rows, [block for block, _ in self.blocks])

    @property
    def has_markers(self) -> bool:
        """Return whether any cell holds a marker, in its text or in the text of its formula."""
        cells = (cell for row in self.rows.values() for cell in row.nodes)
        return bool(self.texts) or any("{{" in node.text for cell in cells for node in cell.nodes)


@dataclass(frozen=True, slots=True)
class FoundText:
    """A cell that holds text: its place and its text node (`si` or `is`)."""

    row: int
    column: int
    cell: Node
    node: Node

    @property
    def name(self) -> str:
        """Return the cell's name."""
        return cell_name(self.row, self.column)

    @property
    def text(self) -> str:
        """Return the cell's text."""
        return "".join(run.text for run in text_runs(self.node))

    def markers(self, sheet: str = "") -> list[Marker]:
        """Return the markers in the text, in order."""
        return [parse_marker(match[1], sheet, self.name) for match in MARKER.finditer(self.text)]

    @property
    def is_alone(self) -> bool:
        """Return whether the text is one marker and nothing else."""
        return MARKER.fullmatch(self.text.strip()) is not None


def number_cells(sheet: Node) -> dict[int, Node]:
    """Give every row and cell of a sheet its explicit `r` and return the rows by number."""
    data = sheet.child("sheetData")
    rows: dict[int, Node] = {}
    row_number = 0
    for row in data.nodes if data else []:
        row_number = row.number("r", row_number + 1)
        row.attributes.setdefault("r", str(row_number))
        rows[row_number] = row
        column = 0
        for cell in row.nodes:
            given = cell.attributes.get("r")
            column = parse_point(given).column if given else column + 1
            cell.attributes.setdefault("r", cell_name(row_number, column))
    return rows


def cell_texts(rows: dict[int, Node], shared: Sequence[Node]) -> Iterator[FoundText]:
    """Yield the cells that hold text, in order."""
    for number, row in rows.items():
        for cell in row.nodes:
            node = _text_node(cell, shared)
            if node is not None:
                yield FoundText(number, parse_point(cell.attributes["r"]).column, cell, node)


def find_texts(rows: dict[int, Node], shared: Sequence[Node]) -> list[FoundText]:
    """Return the cells whose text holds a marker, in order."""
    return [each for each in cell_texts(rows, shared) if MARKER.search(each.text)]


def _text_node(cell: Node, shared: Sequence[Node]) -> Node | None:
    kind = cell.attributes.get("t")
    if kind == "inlineStr":
        return cell.child("is")
    value = cell.child("v")
    if kind != "s" or value is None or not value.text.strip().isdigit():
        return None
    index = int(value.text)
    return shared[index] if index < len(shared) else None


def lay_out(sheet: Node, shared: Sequence[Node], words: Words) -> SheetLayout:
    """Return what the markers of a sheet ask for; mistakes are noted in `words`."""
    layout = SheetLayout(words, number_cells(sheet))
    found = find_texts(layout.rows, shared)
    layout.texts = {(each.row, each.column): each.node for each in found}
    for row in dict.fromkeys(each.row for each in found):
        _lay_out_row(layout, row, [each for each in found if each.row == row])
    _lay_out_headers(layout, found)
    return layout


def _lay_out_row(layout: SheetLayout, row: int, found: Sequence[FoundText]) -> None:
    words = layout.words
    named = [(each, marker) for each in found for marker in each.markers() if marker.table is not None]
    named = [(each, marker) for each, marker in named if not _is_scalar(marker, words)]
    cells = [(each, marker) for each, marker in named if marker.kind != "header"]
    if not cells:
        return
    name = cells[0][1].table or ""
    if name not in words.tables:
        for each, other in cells:
            _complain_table(words, each, other)
        return
    for each, other in cells:
        if other.table != name:
            words.complain("two-tables-on-one-row", each.name, first=name, second=other.table or "")
            return
    for each, marker in cells:
        if marker.kind == "all" and not each.is_alone:
            words.complain("misplaced-marker", each.name, marker=f"{{{{{marker.table}.*}}}}")
            return
    table = words.tables[name]
    block = _block(layout, row, table, cells)
    layout.marker_rows.append(_marker_row(layout, row, name, found, block))


def _is_scalar(marker: Marker, words: Words) -> bool:
    """A name with a dot may be a single value's, where no table has that name."""
    return (
        marker.kind == "column"
        and marker.table not in words.tables
        and f"{marker.table}.{marker.column}" in words.scalars
    )


def _complain_table(words: Words, each: FoundText, marker: Marker) -> None:
    name = f"{marker.table}.{marker.column}"
    words.complain("unknown-marker", each.name, marker=name, nearest=nearest(name, words.names()))


def _block(
    layout: SheetLayout, row: int, table: OutTable, cells: Sequence[tuple[FoundText, Marker]]
) -> Block | None:
    alls = [(each, marker) for each, marker in cells if marker.kind == "all"]
    if not alls:
        return None
    start = next((each for each, marker in alls if marker.look is None), alls[0][0])
    samples = {0: ""}
    for each, marker in alls:
        offset = each.column - start.column
        if marker.look is not None and marker.look not in LOOKS:
            layout.words.complain("unknown-look", each.name, look=marker.look, known=" ".join(LOOKS))
        elif each is not start and (offset != len(samples) or marker.look is None):
            layout.words.complain("samples-apart", each.name, table=table.name)
        elif each is not start:
            samples[offset] = marker.look or ""
        else:
            samples[0] = marker.look or ""
    last = start.column + len(samples) - 1
    for cell in layout.rows[row].nodes:
        if parse_point(cell.attributes["r"]).column > last and cell.nodes:
            layout.words.complain("columns-not-last", cell.attributes["r"], table=table.name)
    uses = tuple(_sample_of(column.look, samples) for column in table.columns)
    if start.column + len(uses) - 1 > MAX_COLUMN:
        layout.words.complain("too-many-columns", start.name, table=table.name, columns=str(len(uses)))
    block = Block(row, row, start.column, len(samples), uses)
    layout.blocks.append((block, table))
    return block


def _sample_of(look: str, samples: dict[int, str]) -> int:
    return next((offset for offset, sample in samples.items() if sample == look), 0)


def _marker_row(
    layout: SheetLayout, row: int, name: str, found: Sequence[FoundText], block: Block | None
) -> MarkerRow:
    table = layout.words.tables[name]
    texts = {each.column: each for each in found}
    cells: list[RowCell] = []
    styles: dict[int, tuple[str | None, Node]] = {}
    for cell in layout.rows[row].nodes:
        column = parse_point(cell.attributes["r"]).column
        style = cell.attributes.get("s")
        if block is not None and block.left <= column <= block.last_sample:
            styles[column - block.left] = (style, cell)
        elif block is None or column < block.left or column > block.right:
            value = _row_value(layout.words, name, texts[column]) if column in texts else None
            cells.append(RowCell(column, style, value, cell))
    if block is not None:
        for index, sample in enumerate(block.uses):
            style, node = styles[sample]
            cells.append(RowCell(block.left + index, style, table.columns[index], node))
    cells.sort(key=lambda cell: cell.column)
    return MarkerRow(row, layout.rows[row], table, cells)


def _row_value(words: Words, table: str, found: FoundText) -> Value:
    """Return what a cell of a marker row shows: a column, or text with columns and single values in it."""
    by_id = {column.id: column for column in words.tables[table].columns}
    text, position = found.text, 0
    value: list[str | TableColumn] = []
    for match in MARKER.finditer(text):
        marker = parse_marker(match[1])
        value.append(text[position : match.start()])
        position = match.end()
        if marker.kind == "column" and marker.table == table:
            if marker.column not in by_id:
                name = f"{table}.{marker.column}"
                close = nearest(name, [f"{table}.{each}" for each in by_id] or words.names())
                words.complain("unknown-marker", found.name, marker=name, nearest=close)
                continue
            value.append(by_id[marker.column])
        elif marker.kind in ("all", "header"):
            words.complain("misplaced-marker", found.name, marker=match[0])
        else:
            value.append(words.substitute(match[0], cell=found.name))
    value.append(text[position:])
    columns = [each for each in value if isinstance(each, TableColumn)]
    return columns[0] if found.is_alone and columns else [each for each in value if each != ""]


def _lay_out_headers(layout: SheetLayout, found: Sequence[FoundText]) -> None:
    """Join each `{{columns:table}}` to the `{{table.*}}` below it."""
    for each in found:
        for marker in each.markers():
            if marker.kind != "header":
                continue
            at = _block_below(layout, each, marker.table or "")
            if at is None or not each.is_alone:
                layout.words.complain("header-without-columns", each.name, table=marker.table or "")
                continue
            block, table = layout.blocks[at]
            grown = Block(min(block.top, each.row), block.bottom, block.left, block.samples, block.uses)
            layout.blocks[at] = (grown, table)
            layout.headers[each.row, each.column] = grown
            _refuse_right_of(layout, each, grown, table)


def _block_below(layout: SheetLayout, found: FoundText, table: str) -> int | None:
    tables = layout.words.tables
    for index, (block, own) in enumerate(layout.blocks):
        if own is tables.get(table) and block.left == found.column and found.row < block.bottom:
            return index
    return None


def _refuse_right_of(layout: SheetLayout, found: FoundText, block: Block, table: OutTable) -> None:
    for cell in layout.rows[found.row].nodes:
        if parse_point(cell.attributes["r"]).column > block.last_sample and cell.nodes:
            layout.words.complain("columns-not-last", cell.attributes["r"], table=table.name)
