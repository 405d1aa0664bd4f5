"""Knows what the cells of a piece hold: each a kind and one number, which for texts and errors is an index.

Where the cells stand is left to `crmtool.files.sheetdata.cells`; how they become columns, to
`crmtool.files.sheetdata.table`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from crmtool.files.scan import NO_VALUE
from crmtool.files.sheetdata import attributes as cell
from crmtool.files.sheetdata.cells import Cells
from crmtool.files.sheetdata.decode import decoded, shown
from crmtool.files.sheetdata.formats import DATE, DURATION
from crmtool.files.sheetdata.formats import PERCENT as SHOWN_AS_PERCENT
from crmtool.files.sheetdata.grammar import FORMULA, FORMULA_END, FORMULA_SELF, INLINE, VALUE, Tags
from crmtool.files.sheetdata.marks import Bytes, Flags, Places, texts, whole_numbers
from crmtool.files.sheetdata.plain import NotPlain
from crmtool.files.sheetdata.pools import ERROR, FLOAT, MOMENT, OWN, PERCENT, SHARED, TRUTH, Kinds, Pools
from crmtool.files.sheetdata.serials import duration, iso_value, moments, time_of_day

_SHORT = 8
_PRESERVES = ord("T")
_LONG_DIGITS = "^-?[1-9][0-9]{15,}$"
_ERROR_NAME = re.compile(r"#[A-Z][A-Z0-9_/]*[!?]?")
_TRUTHS = {"true": 1, "false": 0}


@dataclass(slots=True)
class Values:
    """The kind and number of each cell, and where its text stands in the piece if it has a place for one.

    `is_inline` says that this place is an `<is>`, not a `<v>`.
    """

    kinds: Kinds
    numbers: Places
    has_body: Flags
    starts: Places
    lengths: Places
    is_inline: Flags
    has_formula: Flags


def cell_values(piece: Bytes, tags: Tags, cells: Cells, pools: Pools) -> Values:
    """Return what the cells hold; NotPlain for a value that its type does not allow."""
    values = _located(tags)
    has_text = values.lengths > 0
    _numeric(piece, cells, values, has_text, pools)
    _texts(piece, cells, values, pools)
    _rare(piece, cells, values, has_text, pools)
    valueless = np.flatnonzero(values.has_formula & ~has_text & (cells.kinds != cell.FORMULA_TEXT))
    if len(valueless):
        _set(values, valueless, ERROR, pools.error(NO_VALUE))
    return values


def _located(tags: Tags) -> Values:
    """Find the text of each cell; the grammar says that it has one at most."""
    following = tags.codes[tags.cells + 1]
    has_value = following == VALUE
    bodies = np.where(has_value, tags.cells + 1, -1)
    has_formula = is_inline = np.zeros(len(bodies), np.bool_)
    if not has_value.all():
        has_formula = (following == FORMULA) | (following == FORMULA_SELF)
        formulas = np.flatnonzero(has_formula)
        after = tags.cells[formulas] + 2
        after += tags.codes[after] == FORMULA_END
        bodies[formulas] = np.where(tags.codes[after] == VALUE, after, -1)
        is_inline = following == INLINE
        bodies[is_inline] = tags.cells[is_inline] + 2
    starts = tags.starts[bodies]
    starts += 3
    lengths = tags.starts[bodies + 1] - starts
    lengths[bodies < 0] = 0
    count = len(bodies)
    numbers = np.zeros(count, np.int64)
    return Values(np.zeros(count, np.int8), numbers, bodies >= 0, starts, lengths, is_inline, has_formula)


def _set(values: Values, places: Places, kind: int, numbers: Places | int) -> None:
    values.kinds[places] = kind
    values.numbers[places] = numbers


def _numeric(piece: Bytes, cells: Cells, values: Values, has_text: Flags, pools: Pools) -> None:
    """Fill in numbers, dates and shared texts."""
    wanted = has_text & (cells.kinds <= cell.SHARED_TEXT)
    wanted &= ~values.is_inline
    short = np.flatnonzero(wanted & (values.lengths <= _SHORT))
    lengths = values.lengths[short]
    numbers, is_digits = whole_numbers(piece, values.starts[short] + lengths, lengths)
    is_shared = cells.kinds[short] == cell.SHARED_TEXT
    shared = np.flatnonzero(is_shared)
    spelled = numbers[shared]
    if not is_digits[shared].all() or spelled.max(initial=-1) >= pools.shared_count:
        raise NotPlain("a shared text that is not there")
    _set(values, short[shared], SHARED, spelled)
    whole = np.flatnonzero(~is_shared & is_digits)
    _set_numbers(cells, values, short[whole], numbers[whole].astype(np.float64), pools)
    wanted[short[is_digits]] = False
    other = np.flatnonzero(wanted)
    if (cells.kinds[other] == cell.SHARED_TEXT).any():
        raise NotPlain("a shared text that is not there")
    if len(other):
        _long_numeric(piece, cells, values, other, pools)


def _long_numeric(piece: Bytes, cells: Cells, values: Values, places: Places, pools: Pools) -> None:
    array = texts(piece, values.starts[places], values.lengths[places])
    array = decoded(array, np.ones(len(array), np.bool_))
    try:
        numbers = array.cast(pa.float64()).to_numpy(zero_copy_only=False)
    except pa.ArrowInvalid as problem:
        raise NotPlain("a number that is none") from problem
    _set_numbers(cells, values, places, numbers, pools)
    long = np.flatnonzero(values.lengths[places] > 15)
    if len(long):
        candidates = array.take(pa.array(long))
        is_long = pc.match_substring_regex(candidates, _LONG_DIGITS).to_numpy(zero_copy_only=False)
        kept = candidates.filter(pa.array(is_long))
        _set(values, places[long[is_long]], OWN, pools.add(kept))


def _set_numbers(
    cells: Cells, values: Values, places: Places, numbers: npt.NDArray[np.float64], pools: Pools
) -> None:
    _set(values, places, FLOAT, numbers.view(np.int64))
    kinds = cells.kinds[places]
    if not kinds.any():
        return
    values.kinds[places[kinds == SHOWN_AS_PERCENT]] = PERCENT
    dates = np.flatnonzero(kinds == DATE)
    microseconds, is_date = moments(numbers[dates], pools.date_1904)
    _set(values, places[dates[is_date]], MOMENT, microseconds[is_date])
    times = dates[(numbers[dates] >= 0) & (numbers[dates] < 1)]
    spans = np.flatnonzero((kinds == DURATION) & np.isfinite(numbers) & (np.abs(numbers) < 1e8))
    for chosen, told in ((times, time_of_day), (spans, duration)):
        if len(chosen):
            array = pa.array([told(number) for number in numbers[chosen].tolist()], pa.string())
            _set(values, places[chosen], OWN, pools.add(array))


def _texts(piece: Bytes, cells: Cells, values: Values, pools: Pools) -> None:
    """Fill in texts that stand in the sheet itself."""
    if (values.is_inline & (cells.kinds >= cell.TRUTH)).any():
        raise NotPlain("a text in a cell of another type")
    if (values.is_inline & (cells.kinds == cell.SHARED_TEXT)).any():
        raise NotPlain("a shared text that is not shared")
    if (values.has_body & ~values.is_inline & (cells.kinds == cell.INLINE_TEXT)).any():
        raise NotPlain("an inline text without its element")
    is_formula = values.has_body & (cells.kinds == cell.FORMULA_TEXT)
    places = np.flatnonzero(values.is_inline | is_formula)
    if len(places) == 0:
        return
    starts = values.starts[places]
    array = texts(piece, starts, values.lengths[places])
    trims = values.is_inline[places] & (piece.at(starts, -2) != _PRESERVES)
    _set(values, places, OWN, pools.add(decoded(array, trims)))


def _rare(piece: Bytes, cells: Cells, values: Values, has_text: Flags, pools: Pools) -> None:
    """Fill in truth values, errors and ISO dates."""
    if cells.kinds.max(initial=0) < cell.TRUTH:
        return
    truths = np.flatnonzero((cells.kinds == cell.TRUTH) & has_text)
    digits = piece.at(values.starts[truths]).astype(np.int64) - ord("0")
    is_digit = (values.lengths[truths] == 1) & (digits >= 0) & (digits <= 1)
    _set(values, truths[is_digit], TRUTH, digits[is_digit])
    others = (cells.kinds == cell.ERROR) | ((cells.kinds == cell.ISO_DATE) & has_text)
    others[truths[~is_digit]] = True
    for at in np.flatnonzero(others).tolist():
        start = int(values.starts[at])
        text = _utf8(piece.span(start, start + int(values.lengths[at]))) if has_text[at] else ""
        _set_rare(values, at, int(cells.kinds[at]), text, pools)


def _set_rare(values: Values, at: int, kind: int, text: str, pools: Pools) -> None:
    if kind == cell.TRUTH:
        if text not in _TRUTHS:
            raise NotPlain("a truth value that is none")
        values.kinds[at], values.numbers[at] = TRUTH, _TRUTHS[text]
    elif kind == cell.ERROR:
        if text and not _ERROR_NAME.fullmatch(text):
            raise NotPlain("an error without its name")
        values.kinds[at], values.numbers[at] = ERROR, pools.error(text or NO_VALUE)
    else:
        _set_iso(values, at, text, pools)


def _set_iso(values: Values, at: int, text: str, pools: Pools) -> None:
    value = iso_value(text)
    if isinstance(value, str):
        values.kinds[at], values.numbers[at] = OWN, pools.add(pa.array([value], pa.string()))[0]
    else:
        microseconds = pa.scalar(value, pa.timestamp("us")).cast(pa.int64()).as_py()
        values.kinds[at], values.numbers[at] = MOMENT, microseconds


def _utf8(data: bytes) -> str:
    try:
        return shown(data.decode("utf-8"), trim=False)
    except UnicodeDecodeError as problem:
        raise NotPlain("not in UTF-8") from problem
