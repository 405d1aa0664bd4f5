"""Which number and date cells can be read in bulk, without a look at each.

What is left over is read one distinct cell at a time in `crmtool.ledger.values.cells`, with the same meaning.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from crmtool.ledger.fields import FieldSpec, Kind
from crmtool.ledger.quantities import EARLIEST_DAY, FEN_PER_YUAN, LATEST_DAY, MONEY_UNITS
from crmtool.ledger.values.dates import FIRST_SERIAL, LAST_SERIAL
from crmtool.ledger.values.money import unit_in_fen
from crmtool.ledger.values.percents import Bare
from crmtool.ledger.values.spans import unit_span

#: The Arrow type of each kind's values.
TYPES: dict[Kind, pa.DataType] = {
    "money": pa.int64(),
    "count": pa.float64(),
    "number": pa.float64(),
    "percent": pa.float64(),
    "date": pa.date32(),
    "age": pa.date32(),
    "id": pa.string(),
    "text": pa.string(),
    "enum": pa.string(),
    "flag": pa.string(),
}
Floats = npt.NDArray[np.float64]
_EPOCH = date(1970, 1, 1)
_SERIAL_OF_EPOCH, _SHIFT_1904 = 25_569, 1_462
#: Relative error that multiplying a 15-digit decimal in binary can have, and less than its own 15th digit.
_NOISE = 4.5e-16
_LARGEST_EXACT = 1e15
_MICRO = 1e6
_SMALL = 1e9
#: At most fifteen digits: exact in floating point.
_NUMBER = r"-?(?:[0-9]{1,3}(?:,[0-9]{3}){1,2}|[0-9]{1,9})(?:\.[0-9]{1,6})?"
_PLAIN = r"^-?[0-9]{1,9}(\.[0-9]{1,6})?$"
_WITH_UNIT = {
    "money": rf"^(?P<mark>[¥￥]?)(?P<number>{_NUMBER})(?P<unit>万元|亿元|元|万|亿|)$",
    "percent": rf"^(?P<mark>)(?P<number>{_NUMBER})(?P<unit>[%％])$",
    "count": rf"^(?P<mark>)(?P<number>{_NUMBER})(?P<unit>[人次单名位笔件台家个分]?)$",
}
_PLAIN_DATE = r"^([0-9]{5}|[0-9]{8})$"
_DATED = r"^\s*([0-9]{4}[-/.][0-9]{1,2}[-/.][0-9]{1,2})[ T]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9])?\s*$"
_QUANTITIES = frozenset({"money", "count", "number", "percent"})


def plain_numbers(text: pa.Array, kind: Kind) -> tuple[pa.Array, pa.Array | None]:
    """Split texts into those that need reading and the numbers that the others plainly are (or None)."""
    pattern = _PLAIN if kind in _QUANTITIES else _PLAIN_DATE if kind in ("date", "age") else None
    if pattern is None:
        return text, None
    encoded = text.dictionary_encode()
    is_plain = pc.match_substring_regex(encoded.dictionary, pattern)
    if not pc.any(is_plain).as_py():
        return text, None
    numbers = pc.if_else(is_plain, encoded.dictionary, pa.scalar(None, pa.string())).cast(pa.float64())
    others = pc.if_else(is_plain, pa.scalar(None, pa.string()), encoded.dictionary)
    return others.take(encoded.indices), numbers.take(encoded.indices)


def bulk_texts(text: pa.Array, spec: FieldSpec, unit: str | None) -> tuple[pa.Array | None, pa.Array]:
    """Split texts into values read in bulk (`1,200.50元`, `3.5万`, `200人`, `80%`) and texts that need a look."""
    pattern = _WITH_UNIT.get("count" if spec.kind == "number" else spec.kind)
    if pattern is None or (unit and spec.kind in ("count", "number")):
        return None, text
    encoded = text.dictionary_encode()
    parts = pc.extract_regex(encoded.dictionary, pattern)
    is_done = parts.is_valid().to_numpy(zero_copy_only=False)
    if not is_done.any():
        return None, text
    words = pc.replace_substring(pc.struct_field(parts, "number"), ",", "")
    cells: Floats = words.cast(pa.float64()).fill_null(0).to_numpy(zero_copy_only=False)
    if spec.kind == "money":
        values, is_read = _fen_of_units(cells, parts, unit)
        values = np.where(is_read, values, 0).astype(np.int64)
    else:
        values, is_read = np.rint(cells * _MICRO) / (_MICRO * (100 if spec.kind == "percent" else 1)), is_done
        is_read &= (spec.kind != "count") | (np.floor(values) == values)
    is_done &= is_read & _is_within(values, spec)
    others = pc.if_else(pa.array(is_done), pa.scalar(None, pa.string()), encoded.dictionary)
    read = pa.array(values, TYPES[spec.kind], mask=~is_done)
    return read.take(encoded.indices), others.take(encoded.indices)


def _fen_of_units(
    cells: Floats, parts: pa.Array, unit: str | None
) -> tuple[npt.NDArray[Any], npt.NDArray[np.bool_]]:
    """Return amounts in fen, and which of them are whole and in no conflict with the header's unit."""
    header = unit_in_fen(unit)
    own = pc.struct_field(parts, "unit").fill_null("").dictionary_encode()
    factors = np.array(
        [MONEY_UNITS.get(name, FEN_PER_YUAN) for name in own.dictionary.to_pylist()], dtype=float
    )
    factor = factors[own.indices.to_numpy()]
    is_marked = pc.not_equal(pc.struct_field(parts, "mark").fill_null(""), "").to_numpy(zero_copy_only=False)
    if header != FEN_PER_YUAN:
        is_said = pc.not_equal(pc.struct_field(parts, "unit").fill_null(""), "").to_numpy(
            zero_copy_only=False
        )
        is_fit = is_said & (factor == (header or 0)) & ~is_marked
    else:
        is_fit = np.ones(len(cells), dtype=bool)
    exact = cells * factor
    fen = np.floor(exact + 0.5)
    is_whole = (np.abs(exact - fen) <= _NOISE * np.abs(exact)) & (np.abs(fen) < _LARGEST_EXACT)
    return fen, is_fit & is_whole


def without_times(text: pa.Array) -> pa.Array:
    """Return texts without the time of day, so that fewer are distinct."""
    return pc.replace_substring_regex(text, _DATED, r"\1")


def moment_words(moment: pa.Array) -> pa.Array:
    """Return dates as people write them, for findings; the time of day only where there is one.

    >>> from datetime import datetime
    >>> moment_words(pa.array([datetime(2030, 10, 1), None], pa.timestamp("us"))).to_pylist()
    ['2030-10-01', None]
    """
    if moment.null_count == len(moment):
        return pa.nulls(len(moment), pa.string())
    whole = pc.strftime(moment.cast(pa.timestamp("s"), safe=False), "%Y-%m-%d %H:%M:%S")
    return pc.replace_substring_regex(whole, " 00:00:00$", "")


def number_words(number: pa.Array) -> pa.Array:
    """Return numbers as people write them, for findings."""
    shown = (
        [None if value is None else f"{value:.15g}" for value in number.to_pylist()]
        if number.null_count < len(number)
        else None
    )
    return pa.nulls(len(number), pa.string()) if shown is None else pa.array(shown, pa.string())


def bulk_numbers(
    number: pa.Array, spec: FieldSpec, as_of: date, *, unit: str | None, date_1904: bool, bare: Bare | None
) -> tuple[pa.Array, pa.Array]:
    """Split number cells into values read in bulk and cells that need a look (null each in the other)."""
    cells: Floats = number.to_numpy(zero_copy_only=False)
    is_filled = number.is_valid().to_numpy(zero_copy_only=False)
    with np.errstate(all="ignore"):
        values, is_done, kind = _values(cells, spec, as_of, unit, date_1904, bare)
    is_done &= is_filled
    if spec.kind in ("id", "text", "enum", "flag"):
        fast = pa.array(values, pa.int64(), mask=~is_done).cast(pa.string())
    else:
        fast = pa.array(values, mask=~is_done).cast(kind)
    return fast, pa.array(cells, pa.float64(), mask=~(is_filled & ~is_done))


def _values(
    cells: Floats, spec: FieldSpec, as_of: date, unit: str | None, date_1904: bool, bare: Bare | None
) -> tuple[npt.NDArray[Any], npt.NDArray[np.bool_], pa.DataType]:
    if spec.kind == "money":
        fen, is_whole = _fen(cells, unit)
        is_done = is_whole | (_is_clearly_rounded(cells, unit) & (unit_in_fen(unit) is not None))
        return np.where(is_done, fen, 0).astype(np.int64), is_done & _is_within(fen, spec), pa.int64()
    if spec.kind in ("id", "text"):
        is_done = (np.floor(cells) == cells) & (np.abs(cells) < _LARGEST_EXACT) & (not spec.levels)
        return np.where(is_done, cells, 0).astype(np.int64), is_done, pa.string()
    if spec.kind in ("date", "age"):
        days = np.floor(cells) - _SERIAL_OF_EPOCH + (_SHIFT_1904 if date_1904 else 0)
        is_serial = (
            (cells >= FIRST_SERIAL)
            & (cells < LAST_SERIAL + 1)
            & (unit_span(unit) is None or spec.kind == "date")
        )
        return (
            np.where(is_serial, days, 0).astype(np.int32),
            is_serial & _is_dated(days, spec, as_of),
            pa.date32(),
        )
    if spec.kind in ("count", "number", "percent"):
        return _ratios(cells, spec, unit, bare)
    return np.zeros(len(cells), dtype=np.int64), np.zeros(len(cells), dtype=bool), pa.string()


def _fen(cells: Floats, unit: str | None) -> tuple[Floats, npt.NDArray[np.bool_]]:
    """Return the amounts that are whole fen to fifteen digits; what must be rounded needs a look."""
    factor = unit_in_fen(unit)
    exact = cells * float(factor or 0)
    fen = np.floor(exact + 0.5)
    is_whole = (np.abs(exact - fen) <= _NOISE * np.abs(exact)) & (np.abs(fen) < _LARGEST_EXACT)
    return fen, is_whole & (np.abs(cells) < _LARGEST_EXACT) & (factor is not None)


def _is_clearly_rounded(cells: Floats, unit: str | None) -> npt.NDArray[np.bool_]:
    """Tell which amounts are so far from half a fen that binary noise cannot change how they are rounded."""
    exact = cells * float(unit_in_fen(unit) or 0)
    return (np.abs(exact) < _SMALL) & (np.abs(exact - np.floor(exact) - 0.5) > 1 / _MICRO)


def rounded_rows(number: pa.Array, fen: pa.Array, unit: str | None) -> npt.NDArray[np.intp]:
    """Return the rows of number cells that were read in bulk as amounts and had to be rounded to the fen."""
    cells: Floats = number.to_numpy(zero_copy_only=False)
    with np.errstate(all="ignore"):
        _, is_whole = _fen(cells, unit)
    rows: npt.NDArray[np.intp] = np.flatnonzero(fen.is_valid().to_numpy(zero_copy_only=False) & ~is_whole)
    return rows


def _ratios(
    cells: Floats, spec: FieldSpec, unit: str | None, bare: Bare | None
) -> tuple[Floats, npt.NDArray[np.bool_], pa.DataType]:
    """Return plain numbers; what is a decimal of up to six places but for binary noise becomes just that."""
    is_done = np.abs(cells) * _MICRO < _LARGEST_EXACT
    nearest = np.rint(cells * _MICRO) / _MICRO
    values = np.where(np.abs(cells - nearest) <= _NOISE * 4 * np.abs(cells), nearest, cells)
    if spec.kind == "percent":
        is_done &= (bare == "fraction") | ((np.abs(cells) <= 1) & (bare != "unclear") & (not unit))
    elif unit:
        is_done &= False
    if spec.kind == "count":
        is_done &= np.floor(values) == values
    return values, is_done & _is_within(values, spec), pa.float64()


def _is_within(values: Floats, spec: FieldSpec) -> npt.NDArray[np.bool_]:
    least = 0 if spec.minimum is None and spec.kind == "count" else spec.minimum
    low = -np.inf if least is None else least
    high = np.inf if spec.maximum is None else spec.maximum
    return (values >= low) & (values <= high)


def _is_dated(days: npt.NDArray[Any], spec: FieldSpec, as_of: date) -> npt.NDArray[np.bool_]:
    last = LATEST_DAY if spec.future else as_of
    return (days >= (EARLIEST_DAY - _EPOCH).days) & (days <= (last - _EPOCH).days)


def bulk_moments(moment: pa.Array, spec: FieldSpec, as_of: date) -> tuple[pa.Array, pa.Array]:
    """Split date cells into dates read in bulk and cells that need a look (null each in the other)."""
    nothing = pa.scalar(None, moment.type)
    if spec.kind not in ("date", "age"):
        return pa.nulls(len(moment), TYPES[spec.kind]), moment
    days = pc.floor_temporal(moment, unit="day").cast(pa.date32())
    numbers = days.cast(pa.int32()).fill_null(0).to_numpy(zero_copy_only=False)
    is_good = pa.array(_is_dated(numbers, spec, as_of))
    return pc.if_else(is_good, days, pa.scalar(None, pa.date32())), pc.if_else(is_good, nothing, moment)
