"""Cut a worksheet's XML into what stands before its rows, whole rows by the block, and what stands behind.

Goes by bytes, so that nothing is rewritten that is not changed; what a row holds is for `rows`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from crmtool.errors import OutputError
from crmtool.files.limits import refuse_document_type
from crmtool.files.xlsx.markup import parse, to_bytes

BLOCK_BYTES = 4 << 20
"""Rows are worked on in blocks of about this size, so that memory does not grow with the sheet."""

_SHEET_DATA = re.compile(rb"<((?:[\w.-]+:)?)sheetData(?:\s[^>]*?)?(/?)>")
_DECLARATION = re.compile(rb"^(?:\xef\xbb\xbf)?<\?xml\s[^>]*\?>")
_ENCODING = re.compile(rb"""^(?:\xef\xbb\xbf)?<\?xml[^>]*encoding\s*=\s*["']([\w-]+)""")
_LOOSE_QUOTES = re.compile(
    rb"<(?:[\w.-]+:)?(?:row|c|f|dimension|col|mergeCells?|autoFilter|sortState|conditionalFormatting)"
    rb"\s[^<>]*?(?:\s=|=\s|=')"
)
_LOOSE_ENDS = re.compile(rb"</[\w:.-]+\s")
#: More than a start tag of a row or cell needs.
_TAG_BYTES = 4096


class RowStream:
    """One pass over a worksheet: `head` at once, then `blocks()`, and `tail` when those are through.

    `prefix` is the XML prefix of the sheet's elements with its colon, as bytes. Raises OutputError
    `update-odd-sheet` where the part has no rows where rows should be.
    """

    def __init__(self, chunks: Iterable[bytes], part: str) -> None:
        self._chunks = iter(chunks)
        self._part = part
        self.tail = b""
        data = b""
        for chunk in self._chunks:
            data += chunk
            found = _SHEET_DATA.search(data)
            if found:
                break
        else:
            raise OutputError.of("update-odd-sheet", part=part)
        self.prefix = found[1]
        self.head, self._rest = data[: found.end()], data[found.end() :]
        self._is_empty = bool(found[2])

    def blocks(self) -> Iterator[bytes]:
        """Yield whole rows, block by block; afterwards `tail` is what follows them, `</sheetData>` included."""
        row_end = b"</" + self.prefix + b"row>"
        data_end = b"</" + self.prefix + b"sheetData>"
        data, searched = self._rest, 0
        if self._is_empty:
            self.tail = data + b"".join(self._chunks)
            return
        while (end := data.find(data_end, searched)) < 0:
            chunk = next(self._chunks, None)
            if chunk is None:
                raise OutputError.of("update-odd-sheet", part=self._part)
            cut = data.rfind(row_end) + len(row_end) if len(data) >= BLOCK_BYTES else 0
            if cut >= len(row_end):
                yield data[:cut]
                data = data[cut:]
            searched = max(0, len(data) - len(data_end))
            data += chunk
        yield data[:end]
        self.tail = data[end:] + b"".join(self._chunks)


class OddSpelling(Exception):
    """Tells `update` that a worksheet must be spelt plainly first."""


def checked(chunks: Iterable[bytes], file: str, part: str) -> Iterator[bytes]:
    """Yield a worksheet's bytes as they are; raise OddSpelling where they cannot be cut so.

    That is where they are not UTF-8, hold comments, CDATA or instructions, or spell the attributes of rows and
    cells with single quotes or blanks around the equals sign; see `plain`. Raises InputError for a document type.
    """
    carry = b""
    for index, chunk in enumerate(chunks):
        data = carry + chunk
        if index == 0:
            refuse_document_type(chunk, file, part)
            if not _is_utf8(chunk):
                raise OddSpelling
            data = _DECLARATION.sub(b"", chunk)
        # Single bytes are looked for first: that is many times as fast as any pair with `<`.
        if (b"!" in data and b"<!" in data) or (b"?" in data and b"<?" in data):
            raise OddSpelling
        is_loose = (b"'" in data and b"='" in data) or index == 0
        if is_loose and (_LOOSE_QUOTES.search(data) or _LOOSE_ENDS.search(data)):
            raise OddSpelling
        # A tag that is cut in two is looked at with what follows.
        carry = data[max(data.rfind(b"<"), len(data) - _TAG_BYTES, 0) :]
        yield chunk


def _is_utf8(head: bytes) -> bool:
    if head[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\0" in head[:64]:
        return False
    encoding = _ENCODING.match(head)
    return encoding is None or encoding[1].lower() in (b"utf-8", b"us-ascii", b"ascii")


def plain(content: bytes, part: str) -> bytes:
    """Return the same XML in the plain spelling that can be cut; comments and instructions are lost."""
    return to_bytes(parse(content, part))


class Patterns:
    """How rows and cells are spelt under one namespace prefix."""

    def __init__(self, prefix: bytes) -> None:
        self._name = p = re.escape(prefix)
        self.cell_open = b"<" + prefix + b"c"
        self._formulas = tuple(b"<" + prefix + b"f" + end for end in (b">", b" ", b"/"))
        self.row_start = b"<" + prefix + b"row"
        self.row_end = b"</" + prefix + b"row>"
        self.numbered_row = b"<" + prefix + b'row r="'
        self.cell_start = b"<" + prefix + b'c r="'
        self.cell_closings = (b"</" + prefix + b"c>", b"/>")
        self.cell_name = re.compile(rb'<%bc r="([A-Z]{1,3})[0-9]+"([^>]*)>' % p)
        self.row_tag = re.compile(rb"<%brow(?=[\s>/])[^>]*>" % p)
        self.cell = re.compile(rb"<%bc(?=[\s>/])([^>]*?)(?:/>|>(.*?)</%bc>)" % (p, p), re.DOTALL)

    def is_regular(self, rows: bytes) -> bool:
        """Tell whether every cell of some rows spells its place first, in capital letters as all programs do."""
        cells = rows.count(self.cell_open)
        if cells != rows.count(self.cell_start):
            return False
        return not cells or rows[rows.find(self.cell_start) + len(self.cell_start) :][:1].isupper()

    def has_formula(self, xml: bytes) -> bool:
        """Tell whether there is a formula in some rows or cells."""
        return self._formulas[0][:-1] in xml and any(start in xml for start in self._formulas)

    def tag_of(self, column: str) -> re.Pattern[bytes]:
        """Return the search for the start tags of a column's cells: row number, other attributes."""
        return re.compile(rb'<%bc r="%b([0-9]{1,9})"([^>]*)>' % (self._name, column.encode()))

    def cell_of(self, column: str) -> re.Pattern[bytes]:
        """Return the search for whole cells of a column: row number, other attributes."""
        whole = rb'<%bc r="%b([0-9]{1,9})"([^>]*?)(?:/>|>.*?</%bc>)'
        return re.compile(whole % (self._name, column.encode(), self._name), re.DOTALL)
