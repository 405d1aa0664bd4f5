"""Write the hyperlinks of a table's columns into a sheet, as many as Excel allows.

Knows locations inside the workbook and targets in other files; which column has links says `TableColumn`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import quote

import pyarrow as pa
import pyarrow.compute as pc

from crmtool.content import TableColumn
from crmtool.files.coded import CHUNK_ROWS
from crmtool.files.xlsx.cleaning import bytes_of, clean_text
from crmtool.files.xlsx.columns_xml import CellNotes
from crmtool.files.xlsx.layout import MarkerRow
from crmtool.files.xlsx.markup import Node, Stream, escape_attribute
from crmtool.files.xlsx.parts import Parts
from crmtool.files.xlsx.references import quote_sheet, unquote_sheet
from crmtool.files.xlsx.render import join, row_numbers
from crmtool.sheets import cell_name, letters

MAX_LINKS = 65_530
"""Most hyperlinks on one sheet (Excel specifications and limits)."""

_KIND = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink"
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_LINK = re.compile(r"(.*?)#((?:'(?:[^']|'')*'!)?[^'#]*)", re.DOTALL)
_AFTER_LINKS = re.compile(
    "printOptions|page|headerFooter|(row|col)Breaks|customProperties|cellWatches|ignoredErrors|smartTags"
    "|drawing|legacyDrawing|picture|oleObjects|controls|webPublishItems|tableParts|extLst"
)


def add_links(parts: Parts, part: str, row: MarkerRow, first: int, notes: CellNotes) -> None:
    """Add the links of a marker row's columns, written from sheet row `first` on.

    Beyond Excel's limit for one sheet the remaining rows have none, with a finding `links-capped`.
    """
    columns = [(cell.column, cell.value) for cell in row.cells if isinstance(cell.value, TableColumn)]
    linked = [(at, column, column.links) for at, column in columns if column.links is not None]
    if not linked or not row.table.rows:
        return
    sheet = parts.tree(part)
    holder = _holder(sheet)
    rows = min(row.table.rows, _room(holder) // len(linked))
    if rows < row.table.rows:
        notes.note(
            "links-capped", linked[0][1].header, cell_name(first + rows, linked[0][0]), row.table.rows - rows
        )
    targets: dict[str, str] = {}
    for at, _, every in linked:
        links = every.slice(0, rows)
        if isinstance(links, pa.ChunkedArray):
            links = links.combine_chunks()
        attributes = _link_attributes(links, parts, part, targets)
        holder.children.append(_LinkStream(f"{sheet.prefix}hyperlink", at, first, attributes))


class _LinkStream(Stream):
    """The links of one column."""

    __slots__ = ("count",)

    def __init__(self, name: str, column: int, first: int, attributes: pa.Array) -> None:
        self.count = len(attributes)

        def pieces() -> Iterator[bytes]:
            for start in range(0, len(attributes), CHUNK_ROWS):
                chunk = attributes.slice(start, CHUNK_ROWS)
                numbers = row_numbers(first + start, first + start + len(chunk))
                opening = f'<{name} ref="{letters(column)}'
                yield bytes_of(pc.fill_null(join([opening, numbers, '"', chunk, "/>"], len(chunk)), ""))

        super().__init__(name, pieces)


def _room(holder: Node) -> int:
    taken = sum(node.count if isinstance(node, _LinkStream) else 1 for node in holder.nodes)
    return max(MAX_LINKS - taken, 0)


def _holder(sheet: Node) -> Node:
    found = sheet.child("hyperlinks")
    if found is not None:
        return found
    holder = Node(f"{sheet.prefix}hyperlinks")
    at = next(
        (
            index
            for index, child in enumerate(sheet.children)
            if isinstance(child, Node) and _AFTER_LINKS.match(child.local)
        ),
        len(sheet.children),
    )
    sheet.children.insert(at, holder)
    return holder


def _link_attributes(links: pa.Array, parts: Parts, part: str, targets: dict[str, str]) -> pa.Array:
    """Return, for each link, the attributes that say where it leads; null stays null."""
    coded = links.cast(pa.string()).dictionary_encode()
    spelt: list[str] = []
    sheets: dict[str, str] = {}
    for link in coded.dictionary.to_pylist():
        file, location = split_link(link if link.isprintable() else clean_text(link))
        text = ""
        if file:
            if file not in targets:
                targets[file] = parts.relate(part, _KIND, address(file), is_external=True)
            text += f' {_id_prefix(parts.tree(part))}id="{targets[file]}"'
        if location:
            sheet, mark, cell = location.rpartition("!")
            if sheet not in sheets:
                sheets[sheet] = escape_attribute(quote_sheet(unquote_sheet(sheet)) + mark) if mark else ""
            text += f' location="{sheets[sheet]}{cell if cell.isalnum() else escape_attribute(cell)}"'
        spelt.append(text)
    return (
        pc.take(pa.array(spelt, pa.string()), coded.indices) if spelt else pa.nulls(len(links), pa.string())
    )


def split_link(link: str) -> tuple[str, str]:
    """Return the file and the place in it that a link names; the names of both may have a `#` of their own.

    >>> split_link("1#.xlsx#'a#b'!C12"), split_link("#客户!A1"), split_link("b.xlsx")
    (('1#.xlsx', "'a#b'!C12"), ('', '客户!A1'), ('b.xlsx', ''))
    """
    match = _LINK.fullmatch(link)
    return (match[1], match[2]) if match else (link, "")


def _id_prefix(sheet: Node) -> str:
    """Return the prefix of relationship ids in a sheet; one is declared where there is none."""
    for name, value in sheet.attributes.items():
        if name.startswith("xmlns:") and value == _RELATIONS:
            return name.removeprefix("xmlns:") + ":"
    sheet.attributes["xmlns:r"] = _RELATIONS
    return "r:"


def address(file: str) -> str:
    """Return a relative file name as an address: only what an address cannot hold is escaped."""
    slashed = file.replace("\\", "/")
    return "".join(
        quote(character, safe="/:?=&;@,+~") if character.isascii() else character for character in slashed
    )
