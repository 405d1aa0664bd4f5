"""Knows what python-calamine loses of a worksheet: how far it reaches, error cells, formulas without a value, hidden
rows, merged areas.

One pass over the bytes, chunk by chunk, with searches that run in C; the values are left to
`crmtool.files.calamine_sheets`, which alone needs this.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache

from crmtool.files.limits import refuse_document_type
from crmtool.files.places import area, column_number
from crmtool.sheets import Area

#: What a person sees where a formula has no cached value: nothing, so the cell has a name of its own.
NO_VALUE = "no-value"


@dataclass(slots=True)
class Scan:
    """What one pass over a worksheet found; rows and columns are 1-based.

    `rows` and `columns` are bounds of the used range, `is_plain` is false where some row or cell does not
    spell its own place, so that the bounds cannot be trusted. `errors` maps a place to what Excel shows there.
    """

    rows: int = 0
    columns: int = 0
    size: int = 0
    is_plain: bool = True
    hidden_rows: set[int] = field(default_factory=set)
    errors: dict[tuple[int, int], str] = field(default_factory=dict)
    merged: list[Area] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Patterns:
    """The searches for one namespace prefix (`<x:row` instead of `<row`)."""

    row_start: bytes
    formula_start: bytes
    row_tags: re.Pattern[bytes]
    error_cells: re.Pattern[bytes]
    valueless_formulas: re.Pattern[bytes]
    placeless_cell: re.Pattern[bytes]
    long_digits_start: re.Pattern[bytes]
    long_digits: re.Pattern[bytes]
    merged: re.Pattern[bytes]

    def cell_beyond(self, row_digits: int) -> re.Pattern[bytes]:
        """Return the search for a cell outside A to Z, or whose row has more digits, or without a place."""
        return _cell_beyond(self.row_start[1:-3], row_digits)


@cache
def _patterns(prefix: bytes) -> _Patterns:
    p = re.escape(prefix)
    return _Patterns(
        row_start=b"<" + prefix + b"row",
        formula_start=b"<" + prefix + b"f",
        row_tags=re.compile(rb"<%brow(?=[\s>/])[^>]*>" % p),
        error_cells=re.compile(rb'<%bc\s([^>]*?\bt="e"[^>]*)>(.*?)</%bc>' % (p, p), re.DOTALL),
        valueless_formulas=re.compile(
            rb"<%bc\s([^<>]*)><%bf(?:[^<>]*/>|[^<>]*>[^<]*</%bf>)\s*(?:<%bv\s*/>|<%bv></%bv>)?\s*</%bc>"
            % ((p,) * 7)
        ),
        placeless_cell=re.compile(rb'<%bc(?=[\s>/])(?! r="[A-Za-z]{1,3}[0-9]{1,7}")' % p),
        long_digits_start=re.compile(rb"<%bv>-?[0-9]{16}" % p),
        long_digits=re.compile(
            rb"<%bc\s([^<>]*)>(?:<%bf[^<]*(?:</%bf>)?)?<%bv>(-?[0-9]{16,})</%bv>" % ((p,) * 5)
        ),
        merged=re.compile(rb'<%bmergeCell\s[^>]*?ref="([^"]+)"' % p),
    )


@cache
def _cell_beyond(prefix: bytes, row_digits: int) -> re.Pattern[bytes]:
    return re.compile(rb'<%bc(?=[\s>/])(?! r="[A-Z][0-9]{1,%d}")' % (re.escape(prefix), row_digits))


@cache
def _row_beyond(row_digits: int) -> re.Pattern[bytes]:
    # Cells are placed by their own reference: one with more digits than its row has is somewhere else.
    return re.compile(rb' r="[A-Za-z]+[0-9]{%d,}"' % (row_digits + 1))


_ROW_NUMBER = re.compile(rb'\sr="([0-9]{1,7})"')
_HIDDEN = re.compile(rb'\shidden="(?:1|true)"')
_PREFIXED = re.compile(rb":(?:row|c)[\s>/]")
_WIDE_COLUMN = re.compile(rb' r="([A-Za-z]{2,3})[0-9]')
_ROOT = re.compile(rb"<([A-Za-z0-9_.-]+:)?worksheet[\s>]")


def scan_sheet(chunks: Iterable[bytes], file: str, part: str) -> Scan:
    """Return what a worksheet's XML says beside its values; see `Scan`.

    `file` and `part` are named in the InputError for a part that declares a document type.
    """
    found = Scan()
    patterns: _Patterns | None = None
    for piece in _pieces(chunks):
        found.size += len(piece)
        if patterns is None:
            refuse_document_type(piece, file, part)
            root = _ROOT.search(piece)
            if root is None:
                found.is_plain = False
                continue
            patterns = _patterns(root[1] or b"")
        _measure(piece, patterns, found)
        _look_closer(piece, patterns, found)
    return found


def _pieces(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Cut the chunks so that no row is divided between two pieces."""
    carry = b""
    for chunk in chunks:
        data = carry + chunk if carry else chunk
        # A prefixed row (`<x:row`) is never cut at: such a sheet comes in one piece, right but slower.
        cut = data.rfind(b"<row")
        if cut <= 0:
            carry = data
            continue
        yield data[:cut]
        carry = data[cut:]
    if carry:
        yield carry


def _measure(piece: bytes, patterns: _Patterns, found: Scan) -> None:
    """Widen the bounds of the used range by one piece, without looking at every cell."""
    # The reader goes by local names: rows and cells under a prefix of their own count for it.
    if _PREFIXED.search(piece):
        found.is_plain = False
    tags = patterns.row_tags.findall(piece)
    if not tags:
        return
    joined = b"".join(tags)
    numbers = list(map(int, _ROW_NUMBER.findall(joined)))
    if len(numbers) != len(tags):
        found.is_plain = False
    last = max(numbers, default=0)
    found.rows = max(found.rows, last)
    found.columns = max(found.columns, 26)
    if patterns.cell_beyond(len(str(last))).search(piece):
        if patterns.placeless_cell.search(piece) or _row_beyond(len(str(last))).search(piece):
            found.is_plain = False
        wide = set(_WIDE_COLUMN.findall(piece))
        found.columns = max(found.columns, *map(column_number, wide), 26)
    if b"hidden=" in joined:
        found.hidden_rows.update(
            int(number[1])
            for tag in tags
            if _HIDDEN.search(tag) and (number := _ROW_NUMBER.search(tag)) is not None
        )


def _look_closer(piece: bytes, patterns: _Patterns, found: Scan) -> None:
    if b't="e"' in piece:
        for attributes, body in patterns.error_cells.findall(piece):
            place = _place(attributes)
            if place is not None:
                found.errors[place] = _value_of(body) or NO_VALUE
    if patterns.formula_start in piece:
        for attributes in patterns.valueless_formulas.findall(piece):
            place = _place(attributes)
            # A text formula may give the empty text, which is a value; some writers then leave out <v>.
            if place is not None and b't="str"' not in attributes:
                found.errors.setdefault(place, NO_VALUE)
    if b"mergeCell " in piece:
        found.merged += [
            found_area for ref in patterns.merged.findall(piece) if (found_area := area(ref)) is not None
        ]


def long_digits(chunks: Iterable[bytes]) -> dict[tuple[int, int], str]:
    """Return the cells whose number the file spells out with 16 digits or more, as written.

    A reader that makes floats of them changes the last digits of an identity number.
    """
    found: dict[tuple[int, int], str] = {}
    patterns: _Patterns | None = None
    for piece in _pieces(chunks):
        if patterns is None:
            root = _ROOT.search(piece)
            patterns = _patterns((root[1] or b"") if root else b"")
        if patterns.long_digits_start.search(piece) is None:
            continue
        for attributes, digits in patterns.long_digits.findall(piece):
            place = _place(attributes)
            if place is not None:
                found[place] = digits.decode("ascii")
    return found


def _place(attributes: bytes) -> tuple[int, int] | None:
    reference = re.search(rb'\br="([A-Za-z]{1,3})([0-9]{1,7})"', attributes)
    return (int(reference[2]), column_number(reference[1])) if reference else None


def _value_of(body: bytes) -> str:
    value = re.search(rb"<(?:\w+:)?v>([^<]*)</", body)
    return value[1].decode("utf-8", "replace").strip() if value else ""
