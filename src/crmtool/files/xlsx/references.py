"""Find the cell references in formulas and range lists, and move them with their sheets.

Knows how references are spelt (A1 style, sheet prefixes, structured references); where rows and columns go
is for `moves`, which formulas there are for the modules that walk the parts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from crmtool.files.xlsx.moves import MAX_COLUMN, MAX_ROW, Move
from crmtool.sheets import letters

Pieces = list[str | int]
"""A formula in pieces; a number stands for a row, as its distance from the row that the formula is in."""

_CELL = r"\$?[A-Za-z]{1,3}\$?[1-9][0-9]{0,6}"
_TOKEN = re.compile(
    r'(?P<string>"(?:[^"]|"")*")'
    r"|(?P<sheet>'(?:[^']|'')+'!|(?:\[\d+\])?[\w.\\?]+(?::[\w.\\?]+)?!)"
    r"|(?P<brackets>\[(?:[^\[\]]|\[(?:[^\[\]]|'[\[\]])*\])*\])"
    rf"|(?P<cells>{_CELL}(?::{_CELL})?)(?![\w(.!])"
    r"|(?P<columns>\$?[A-Za-z]{1,3}:\$?[A-Za-z]{1,3})(?![\w(.!])"
    r"|(?P<rows>\$?[1-9][0-9]{0,6}:\$?[1-9][0-9]{0,6})(?![\w.!])"
    r"|(?P<word>[\w.\\?]+)"
    r"|(?P<other>.)",
    re.DOTALL,
)
_POINT = re.compile(r"(\$?)([A-Za-z]{1,3})?(\$?)([0-9]+)?$")
_PLAIN_SHEET = re.compile(r"[^\W\d]\w*$")
_LOOKS_LIKE_CELL = re.compile(r"([A-Za-z]{1,3}[0-9]+|[Rr][0-9]*[Cc][0-9]*)$")


@dataclass(frozen=True, slots=True)
class SheetChange:
    """What becomes of a template sheet: its name in the output (None: left out) and how its cells move."""

    name: str | None
    move: Move


@dataclass(frozen=True)
class Scope:
    """What references mean seen from one sheet: `sheets` by case-folded template name, tables renamed."""

    home: str
    sheets: Mapping[str, SheetChange]
    tables: Mapping[str, str] = field(default_factory=dict)

    def change(self, name: str | None = None) -> SheetChange | None:
        """Return what becomes of a sheet of the template; None where it has no such sheet."""
        return self.sheets.get((name if name is not None else self.home).casefold())

    @property
    def move(self) -> Move:
        """Return how the cells of the home sheet move."""
        change = self.change()
        return change.move if change else Move()


@dataclass(frozen=True, slots=True)
class Point:
    """One end of a reference; `row` or `column` is 0 in references to whole columns or rows."""

    column: int
    row: int
    is_column_fixed: bool = False
    is_row_fixed: bool = False

    def spell(self, column: int, row: int | None) -> str:
        """Write the point with another column and row, keeping its dollar signs; row None is left off."""
        text = ("$" if self.is_column_fixed else "") + letters(column) if self.column else ""
        dollar = "$" if self.is_row_fixed else ""
        return text + dollar + (str(row) if row is not None and self.row else "")


def parse_point(text: str) -> Point:
    """Return the point that e.g. `$C$5`, `C5`, `$C` or `5` names.

    >>> parse_point("$C5")
    Point(column=3, row=5, is_column_fixed=True, is_row_fixed=False)
    """
    match = _POINT.match(text)
    if match is None:
        return Point(0, 0)
    first, name, second, digits = match.groups()
    column = 0
    for letter in (name or "").upper():
        column = column * 26 + ord(letter) - 64
    is_row_fixed = bool(second) or (not name and bool(first))
    return Point(column, int(digits or 0), bool(first and name), is_row_fixed)


def parse_range(text: str) -> tuple[Point, Point]:
    """Return both ends of `A1:B2`; they are the same for `A1`."""
    head, _, tail = text.partition(":")
    first = parse_point(head)
    return first, parse_point(tail) if tail else first


def quote_sheet(name: str) -> str:
    """Return a sheet's name as formulas spell it.

    >>> quote_sheet("客户"), quote_sheet("RFM 矩阵"), quote_sheet("Q1")
    ('客户', "'RFM 矩阵'", "'Q1'")
    """
    if _PLAIN_SHEET.match(name) and not _LOOKS_LIKE_CELL.match(name):
        return name
    return "'" + name.replace("'", "''") + "'"


def unquote_sheet(token: str) -> str:
    """Return the sheet's name from a token such as `'RFM 矩阵'!`."""
    name = token.removesuffix("!")
    return name[1:-1].replace("''", "'") if name.startswith("'") else name


def move_range(text: str, move: Move) -> str:
    """Move the range of an attribute such as `ref`: stretched where it covers a marker row or column.

    >>> move_range("A4:C6", Move([(5, 3)]))
    'A4:C8'
    """
    first, last = parse_range(text)
    return _spell(first, last, *_moved(first, last, move), is_range=":" in text)


def move_areas(text: str, move: Move) -> str:
    """Move a list of ranges such as `sqref`; one over a sample cell becomes the columns of that look."""
    spelt = []
    for part in text.split():
        first, last = parse_range(part)
        top, bottom = move.first(first.row), move.last(last.row)
        for left, right in move.areas(first.column, last.column, first.row or 1, last.row or MAX_ROW):
            spelt.append(_spell(first, last, left, top, right, bottom, is_range=":" in part))
    return " ".join(spelt)


def move_cell(text: str, move: Move) -> str:
    """Move one cell, or a range by its corners: shifted, never stretched."""
    return " ".join(
        ":".join(
            point.spell(point.column, move.first(point.row)) for point in map(parse_point, part.split(":"))
        )
        for part in text.split()
    )


def _moved(first: Point, last: Point, move: Move) -> tuple[int, int, int, int]:
    top, bottom = move.first(first.row), move.last(last.row)
    left, right = first.column, last.column
    if left:
        left, right = move.columns(left, right, first.row or 1, last.row or MAX_ROW)
    return left, top, right, bottom


def _spell(first: Point, last: Point, left: int, top: int, right: int, bottom: int, *, is_range: bool) -> str:
    head = first.spell(left, top)
    if not is_range and (left, top) == (right, bottom):
        return head
    return head + ":" + last.spell(right, bottom)


def move_formula(formula: str, scope: Scope, *, is_stretching: bool = False) -> str:
    """Move an ordinary formula: `a:b` stretches, a single cell only shifts.

    With `is_stretching` single absolute cells stretch too, as charts and defined names want it.
    """
    return "".join(str(piece) for piece in formula_pieces(formula, scope, is_stretching=is_stretching))


def formula_pieces(
    formula: str,
    scope: Scope,
    *,
    is_stretching: bool = False,
    marker_row: int | None = None,
    column_delta: int = 0,
) -> Pieces:
    """Move a formula; inside a marker row, rows without a dollar sign become distances from `marker_row`."""
    pieces: Pieces = []
    sheet: str | None = None
    for kind, token in _tokens(formula):
        if kind == "sheet":
            sheet = token
            continue
        if kind in ("cells", "columns", "rows"):
            change = scope.change(unquote_sheet(sheet) if sheet else None)
            if change is not None and change.name is None:
                pieces.append("#REF!")
            elif change is None or not _is_within(token):
                pieces += [sheet or "", token]
            else:
                pieces.append(_respell_sheet(sheet, change.name or ""))
                is_home = sheet is None or unquote_sheet(sheet).casefold() == scope.home.casefold()
                origin = (
                    None if marker_row is None else _Origin(marker_row, scope.move.first(marker_row), is_home)
                )
                pieces += _area(token, change.move, is_stretching, origin, column_delta)
        else:
            change = scope.change(unquote_sheet(sheet)) if sheet else None
            prefix = _respell_sheet(sheet, change.name or "") if change else sheet or ""
            pieces += [prefix, scope.tables.get(token.casefold(), token) if kind == "word" else token]
        sheet = None
    return _joined([*pieces, sheet or ""])


def _tokens(formula: str) -> Iterator[tuple[str, str]]:
    for match in _TOKEN.finditer(formula):
        yield match.lastgroup or "other", match[0]


def _respell_sheet(token: str | None, name: str) -> str:
    if token is None:
        return ""
    return token if unquote_sheet(token).casefold() == name.casefold() else quote_sheet(name) + "!"


def _is_within(token: str) -> bool:
    return all(point.column <= MAX_COLUMN and point.row <= MAX_ROW for point in parse_range(token))


@dataclass(frozen=True, slots=True)
class _Origin:
    """The marker row that a formula stands in, before and after, and whether it looks at its own sheet."""

    row: int
    written: int
    is_home: bool

    def distance(self, row: int, move: Move) -> int:
        if self.is_home and row >= self.row:
            return row - self.row
        return move.first(row) - self.written

    def is_whole_table(self, first: Point, last: Point, move: Move) -> bool:
        """A range over the marker row of another table means that whole table, dollar signs or not."""
        rows = [row for row in move.marker_rows if first.row <= row <= last.row]
        return any(row != self.row or not self.is_home for row in rows)


def _area(token: str, move: Move, is_stretching: bool, origin: _Origin | None, column_delta: int) -> Pieces:
    first, last = parse_range(token)
    is_range = ":" in token
    left, top, right, bottom = _moved(first, last, move)
    if not is_range and not (is_stretching and first.is_row_fixed):
        left, right = first.column, first.column
        bottom = top
    ends: list[Pieces] = []
    if origin is not None and is_range and origin.is_whole_table(first, last, move):
        origin = None
    for point, column, row in ((first, left, top), (last, right, bottom)):
        wanted = column + (0 if point.is_column_fixed or not point.column else column_delta)
        if origin is not None and point.row and not point.is_row_fixed:
            ends.append([point.spell(wanted, None), origin.distance(point.row, move)])
        else:
            ends.append([point.spell(wanted, row)])
    head, tail = ends
    if not is_range and head == tail:
        return head
    return [*head, ":", *tail]


def _joined(pieces: Pieces) -> Pieces:
    joined: Pieces = []
    for piece in pieces:
        if isinstance(piece, str) and joined and isinstance(joined[-1], str):
            joined[-1] += piece
        elif piece != "":
            joined.append(piece)
    return joined


def pieces_at(pieces: Pieces, row: int) -> str:
    """Spell a formula's pieces for the row that it stands in."""
    return "".join(piece if isinstance(piece, str) else str(max(row + piece, 1)) for piece in pieces)


_UNSEEN = frozenset({"INDIRECT", "OFFSET", "CELL"})


def mentions(formula: str) -> tuple[set[str], set[str]]:
    """Return the sheets (case-folded; "" the formula's own) and the words that a formula mentions.

    A 3-D range or a function that builds references at run time gives `*`: any sheet.
    """
    sheets: set[str] = set()
    words: set[str] = set()
    sheet: str | None = None
    for kind, token in _tokens(formula):
        if kind == "sheet":
            sheet = unquote_sheet(token).casefold()
            sheets.add("*" if ":" in sheet else sheet)
            continue
        if kind in ("cells", "columns", "rows") and sheet is None:
            sheets.add("")
        elif kind == "word":
            words.add(token.casefold())
            if token.upper() in _UNSEEN:
                sheets.add("*")
        sheet = None
    return sheets, words


def is_plain_reference(formula: str) -> bool:
    """Return whether a formula is references only: one, or several joined by commas."""
    return all(
        kind in ("sheet", "cells", "columns", "rows") or token in ",() " for kind, token in _tokens(formula)
    )


def shift_shared(formula: str, rows: int, columns: int) -> str:
    """Return a shared formula as it reads in a cell that many rows and columns from its master."""
    text = ""
    for kind, token in _tokens(formula):
        if kind in ("cells", "columns", "rows"):
            text += ":".join(_shifted(parse_point(part), rows, columns) for part in token.split(":"))
        else:
            text += token
    return text


def _shifted(point: Point, rows: int, columns: int) -> str:
    column = point.column if point.is_column_fixed or not point.column else point.column + columns
    return point.spell(column, point.row if point.is_row_fixed else point.row + rows)
