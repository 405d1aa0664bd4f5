"""Knows how to look at many places of a byte string at once: words of eight bytes, digits, spans, repeated spans.

What the bytes mean is left to the modules beside this one.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from crmtool.files.sheetdata.plain import NotPlain

Places = npt.NDArray[np.int64]
Words = npt.NDArray[np.uint64]
Flags = npt.NDArray[np.bool_]

#: A span longer than this is not compared as words.
MAX_SPAN = 160

U = np.uint64
#: The word mask of the first n bytes, for n from 0 to 8.
FIRST_BYTES = np.array([(1 << 8 * n) - 1 for n in range(9)], U)
_LAST_BYTES = ~FIRST_BYTES[::-1]
_ZEROS = U(0x3030303030303030)
#: Digits zero in front of the last n bytes.
_LEADING_ZEROS = _ZEROS & ~_LAST_BYTES
_HIGH_BITS = U(0x8080808080808080)
_ABOVE_NINE = U(0x4646464646464646)
#: Odd constants that spread words over a table (Knuth's multiplicative hashing).
_SPREAD = (U(0x9E3779B97F4A7C15), U(0xC2B2AE3D27D4EB4F), U(0x165667B19E3779F9))
_TABLE_BITS = 12


class Bytes:
    """A piece of XML with a `<` and zeros behind it: single bytes and little-endian words at many places.

    Places count from the piece's first byte; `offset` is added to them without a copy.
    """

    _FRONT, _BACK = 8, MAX_SPAN + 16

    def __init__(self, piece: bytes) -> None:
        self._data = b"".join((bytes(self._FRONT), piece, b"<", bytes(self._BACK)))
        self.length = len(piece)
        self._bytes = np.frombuffer(self._data, np.uint8)
        self._words = np.ndarray((len(self._data) - 7,), "<u8", self._bytes.data, strides=(1,))

    def places_of(self, letter: str) -> Places:
        """Return where a character stands, the end of the piece included for `<`."""
        return np.flatnonzero(self._bytes[self._FRONT :] == ord(letter))

    def at(self, places: Places, offset: int = 0) -> npt.NDArray[np.uint8]:
        """Return the byte at each place."""
        return self._bytes[self._FRONT + offset :][places]

    def words(self, places: Places, offset: int = 0) -> Words:
        """Return the eight bytes from each place on, the first one lowest."""
        return self._words[self._FRONT + offset :][places]

    def span(self, start: int, end: int) -> bytes:
        """Return the bytes between two places."""
        return self._data[self._FRONT + start : self._FRONT + end]


def whole_numbers(piece: Bytes, ends: Places, lengths: Places) -> tuple[Places, Flags]:
    """Return the numbers that 0 to 8 characters before each end spell, and whether all are digits.

    No characters spell 0. The three multiplications join pairs of digits, then pairs of pairs (Lemire's parse
    of eight digits).
    """
    digits = piece.words(ends, -8)
    digits &= _LAST_BYTES[lengths]
    digits |= _LEADING_ZEROS[lengths]
    low = digits - _ZEROS
    digits += _ABOVE_NINE
    digits |= low
    is_digits = digits & _HIGH_BITS == 0
    pairs = low * U(10)
    low >>= U(8)
    pairs += low
    lower = (pairs & U(0x000000FF000000FF)) * U(0x000F424000000064)
    pairs >>= U(16)
    pairs &= U(0x000000FF000000FF)
    pairs *= U(0x0000271000000001)
    lower += pairs
    lower >>= U(32)
    return lower.view(np.int64), is_digits


def texts(piece: Bytes, starts: Places, lengths: Places) -> pa.Array:
    """Return a string array of spans; NotPlain where they are not UTF-8."""
    offsets = np.zeros(len(starts) + 1, np.int64)
    np.cumsum(lengths, out=offsets[1:])
    places = np.repeat(starts - offsets[:-1], lengths)
    places += np.arange(len(places))
    data = pa.py_buffer(piece.at(places))
    array = pa.StringArray.from_buffers(len(starts), pa.py_buffer(offsets.astype(np.int32)), data)
    try:
        array.validate(full=True)
    except pa.ArrowInvalid as problem:
        raise NotPlain("not in UTF-8") from problem
    return array


def repeated(piece: Bytes, starts: Places, lengths: Places) -> tuple[Places, Sequence[bytes]]:
    """Return for each span the index of its text, and the few texts that the spans have.

    Texts are told apart by hashing, and compared whole; no span may be longer than `MAX_SPAN`.
    """
    columns = _span_words(piece, starts, lengths)
    ids = np.zeros(len(starts), np.int64)
    found: list[bytes] = []
    open_places = np.arange(len(starts))
    while len(open_places):
        slots = _slots(columns, len(found))
        chosen = np.full(1 << _TABLE_BITS, -1)
        chosen[slots] = np.arange(len(slots))
        first = chosen[slots]
        same = columns[0] == columns[0][first]
        for words in columns[1:]:
            same &= words == words[first]
        used = np.flatnonzero(chosen >= 0)
        numbers = np.zeros(1 << _TABLE_BITS, np.int64)
        numbers[used] = np.arange(len(found), len(found) + len(used))
        ids[open_places[same]] = numbers[slots[same]]
        spelled = open_places[chosen[used]]
        found += [piece.span(int(starts[at]), int(starts[at] + lengths[at])) for at in spelled]
        open_places = open_places[~same]
        columns = [words[~same] for words in columns]
    return ids, found


def _span_words(piece: Bytes, starts: Places, lengths: Places) -> list[Words]:
    """Return the spans as words, zeros behind their ends, and their lengths as one word more."""
    longest = int(lengths.max(initial=0))
    columns = [
        piece.words(starts, at) & FIRST_BYTES[np.clip(lengths - at, 0, 8) if at or longest > 8 else lengths]
        for at in range(0, max(longest, 1), 8)
    ]
    return [*columns, lengths.view(np.uint64)]


def _slots(columns: list[Words], turn: int) -> Places:
    mixed = columns[0] + U(turn)
    for words in columns[1:]:
        mixed *= _SPREAD[turn % len(_SPREAD)]
        mixed ^= mixed >> U(29)
        mixed ^= words
    mixed *= _SPREAD[0]
    mixed >>= U(64 - _TABLE_BITS)
    return mixed.view(np.int64)
