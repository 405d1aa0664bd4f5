"""Knows the order in which tags may follow each other among rows and among shared texts, and checks it.

Every tag is looked at, so a lost, doubled or misspelled one ends in `NotPlain`. Attributes of cells and rows are
checked in `crmtool.files.sheetdata.attributes`; those of formulas, and what stands in a formula, are not.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from crmtool.files.sheetdata.marks import FIRST_BYTES, Bytes, Flags, Places, U
from crmtool.files.sheetdata.plain import NotPlain

Codes = npt.NDArray[np.uint8]

# A tag's code. `_SELF` ends in `/>`.
(UNKNOWN, ROW, ROW_SELF, ROW_END, CELL, CELL_SELF, CELL_END, VALUE, VALUE_END, FORMULA, FORMULA_SELF, FORMULA_END,
 INLINE, INLINE_END, TEXT, TEXT_END, END) = range(17)  # fmt: skip

_WIDTH = 32
_SPACES = b" \t\r\n"
_BY_TWO_LETTERS = {
    **{bytes((letter, space)): code for letter, code in zip(b"cf", (CELL, FORMULA), strict=True) for space in _SPACES},
    b"ro": ROW, b"/r": ROW_END, b"c>": CELL, b"c/": CELL, b"/c": CELL_END,
    b"v>": VALUE, b"/v": VALUE_END, b"f>": FORMULA, b"f/": FORMULA, b"/f": FORMULA_END,
    b"is": INLINE, b"/i": INLINE_END, b"t>": TEXT, b"T>": TEXT, b"/t": TEXT_END,
}  # fmt: skip
#: How long a tag is that has no attributes.
_LENGTHS = {ROW_END: 6, CELL_END: 4, VALUE_END: 4, FORMULA_END: 4, INLINE: 4, INLINE_END: 5, TEXT_END: 4}  # fmt: skip
#: Tags that text may follow.
_TEXTUAL = (VALUE, FORMULA, TEXT)
_AFTER = {
    ROW: (CELL, CELL_SELF, ROW_END),
    ROW_SELF: (ROW, ROW_SELF, END),
    ROW_END: (ROW, ROW_SELF, END),
    CELL: (VALUE, FORMULA, FORMULA_SELF, INLINE, CELL_END),
    CELL_SELF: (CELL, CELL_SELF, ROW_END),
    CELL_END: (CELL, CELL_SELF, ROW_END),
    VALUE: (VALUE_END,),
    VALUE_END: (CELL_END,),
    FORMULA: (FORMULA_END,),
    FORMULA_SELF: (VALUE, CELL_END),
    FORMULA_END: (VALUE, CELL_END),
    INLINE: (TEXT,),
    TEXT: (TEXT_END,),
    TEXT_END: (INLINE_END,),
    INLINE_END: (CELL_END,),
}


def _code_table() -> Codes:
    table = np.zeros(1 << 16, np.uint8)
    for (first, second), code in _BY_TWO_LETTERS.items():
        table[first << 8 | second] = code
    return table


def _follow_table(after: dict[int, tuple[int, ...]]) -> Flags:
    table = np.zeros(_WIDTH * _WIDTH, np.bool_)
    for code, followers in after.items():
        table[[code * _WIDTH + follower for follower in followers]] = True
    return table


def _per_code(values: dict[int, int]) -> npt.NDArray[np.int64]:
    return np.array([values.get(code, 0) for code in range(_WIDTH)])


_CODES = _code_table()
_FOLLOWS = _follow_table(_AFTER)
_LENGTH = _per_code(_LENGTHS)
_HAS_LENGTH = _LENGTH > 0
_IS_TEXTUAL = _per_code(dict.fromkeys(_TEXTUAL, 1)) > 0
#: The letters of a tag from its third character on, where the first two do not tell it from others.
_THIRD_LETTERS = {ROW: b"w", ROW_SELF: b"w", ROW_END: b"ow", INLINE_END: b"s"}
_VALUE_AND_CELL_END = U(int.from_bytes(b"</v></c>", "little"))
_TRIMMED_TEXT, _KEPT_TEXT = (U(int.from_bytes(head, "little")) for head in (b"<si><t>", b"<si><T>"))
_TEXT_END = U(int.from_bytes(b"</t></si", "little"))
_GREATER, _SLASH = ord(">"), ord("/")


@dataclass(frozen=True, slots=True)
class Tags:
    """The tags of a piece: where each begins (one more place stands for the end) and its code.

    `rows` and `cells` are the indices of the tags that begin one, in order.
    """

    starts: Places
    codes: Codes
    rows: Places
    cells: Places


def row_tags(piece: Bytes) -> Tags:
    """Return the tags of whole rows; NotPlain where they do not follow each other as they must."""
    starts, codes = _told(piece)
    cells, rows = (np.flatnonzero(codes == code) for code in (CELL, ROW))
    for tags in (cells, rows):
        ends = starts[tags + 1]
        if not (piece.at(ends, -1) == _GREATER).all():
            raise NotPlain("something stands behind a tag")
        alone = tags[piece.at(ends, -2) == _SLASH]
        codes[alone] += 1
    unchecked = _beside_values(piece, starts, codes)
    unchecked[cells] = False
    _check_tags(piece, starts, codes, np.flatnonzero(unchecked))
    if codes[0] not in (ROW, ROW_SELF):
        raise NotPlain("a row does not begin where it should")
    _check_order(codes)
    return Tags(starts, codes, rows, cells)


def shared_texts_in(piece: Bytes) -> tuple[Places, Places]:
    """Return where each shared text begins and ends; NotPlain where its tags are not as they must be.

    A text is `<si><t>…</t></si>` and nothing stands between two of them, so every fourth tag begins one.
    """
    starts = piece.places_of("<")
    if starts[0] != 0 or len(starts) % 4 != 1:
        raise NotPlain("a text does not begin where it should")
    before, ends, nexts = starts[:-1:4], starts[2::4], starts[4::4]
    heads = piece.words(before) & FIRST_BYTES[7]
    is_whole = (heads == _TRIMMED_TEXT) | (heads == _KEPT_TEXT)
    is_whole &= (starts[1::4] - before == 4) & (starts[3::4] - ends == 4) & (nexts - ends == 9)
    is_whole &= (piece.words(ends) == _TEXT_END) & (piece.at(nexts, -1) == _GREATER)
    if not is_whole.all():
        raise NotPlain("an unknown element among the texts")
    return before + 7, ends


def _told(piece: Bytes) -> tuple[Places, Codes]:
    """Return the tags, told by their first two letters."""
    starts = piece.places_of("<")
    if starts[0] != 0:
        raise NotPlain("something stands before the first element")
    places = starts[:-1]
    letters = piece.at(places, 1).astype(np.uint16)
    letters <<= 8
    letters |= piece.at(places, 2)
    codes = np.empty(len(starts), np.uint8)
    np.take(_CODES, letters, out=codes[:-1])
    codes[-1] = END
    return starts, codes


def _beside_values(piece: Bytes, starts: Places, codes: Codes) -> Flags:
    """Check every `<v>…</v></c>` in one step, and return which tags are not part of one."""
    values = np.flatnonzero(codes == VALUE)
    if len(values) and values[-1] + 3 >= len(codes):
        raise NotPlain("a cell does not end")
    endings = starts[values + 1]
    is_whole = (piece.words(endings) == _VALUE_AND_CELL_END) & (starts[values + 3] - endings == 8)
    if not is_whole.all():
        raise NotPlain("a value does not end its cell")
    others = np.ones(len(codes), np.bool_)
    others[-1] = False
    for step in range(3):
        others[values + step] = False
    return others


def _check_tags(piece: Bytes, starts: Places, codes: Codes, tags: Places) -> None:
    """Check that tags are spelled to their ends, and that no text stands where none may; tell `<f …/>`."""
    told, places, ends = codes[tags], starts[tags], starts[tags + 1]
    _tell_formulas(piece, codes, tags[told == FORMULA], ends[told == FORMULA])
    is_length = (ends - places == _LENGTH[told]) | ~_HAS_LENGTH[told]
    is_closed = (piece.at(ends, -1) == _GREATER) | _IS_TEXTUAL[told]
    if not (is_length & is_closed).all():
        raise NotPlain("something stands where nothing should")
    for code, letters in _THIRD_LETTERS.items():
        chosen = places[told == code]
        for offset, letter in enumerate(letters, start=3):
            if not (piece.at(chosen, offset) == letter).all():
                raise NotPlain("an unknown element")


def _tell_formulas(piece: Bytes, codes: Codes, formulas: Places, ends: Places) -> None:
    is_alone = codes[formulas + 1] != FORMULA_END
    ends = ends[is_alone]
    if not ((piece.at(ends, -1) == _GREATER) & (piece.at(ends, -2) == _SLASH)).all():
        raise NotPlain("a formula does not end")
    codes[formulas[is_alone]] = FORMULA_SELF


def _check_order(codes: Codes) -> None:
    pairs = codes[:-1].astype(np.uint16)
    pairs *= _WIDTH
    pairs += codes[1:]
    if not np.take(_FOLLOWS, pairs).all():
        raise NotPlain("an element in a place where it cannot be")
