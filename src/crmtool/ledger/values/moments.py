"""When on its day a dated cell lies: the moments of a whole column, to the second.

The days themselves are read in `crmtool.ledger.values.columns`; what a text says of its time, in
`crmtool.ledger.values.times`.
"""

from __future__ import annotations

import re
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from crmtool.ledger.values.dates import FIRST_SERIAL, LAST_SERIAL
from crmtool.ledger.values.spelling import normalise
from crmtool.ledger.values.times import find_time
from crmtool.sheets import Column

MOMENT: Final = pa.timestamp("s")
_DAY_SECONDS: Final = 86_400
_MICROS: Final = 1_000_000
#: How most texts with a time are written.
_USUAL: Final = (
    r"^\s*[0-9]{4}[-/.年][0-9]{1,2}[-/.月][0-9]{1,2}日?(?: |T|日 ?)(?P<hour>[01]?[0-9]|2[0-3])[:：]"
    r"(?P<minute>[0-5][0-9])(?:[:：](?P<second>[0-5][0-9]))?\s*$"
)
_SERIAL: Final = re.compile(r"[0-9]{5}\.[0-9]+")
_WEEKDAY: Final = re.compile(r"[,\s(]*(?:星期|周|礼拜)[一二三四五六日天]\)?$")
Seconds = npt.NDArray[np.int64]


def times_of(column: Column, days: pa.Array) -> pa.Array | None:
    """Return the moments (timestamp[s]) of cells whose `days` (date32) were read; None where no time is known.

    A cell that says no more than a day is null, and so is one of midnight to the second: systems that know days alone
    write them so, and a spreadsheet cannot tell the two apart.

    >>> cells = Column(3, text=pa.array(["2026-03-01 9:30", "2026-03-01", "2026-3-1 00:00:00"]))
    >>> day = pa.array([20513] * 3, pa.int32()).cast(pa.date32())
    >>> [str(moment) for moment in times_of(cells, day).to_pylist()]
    ['2026-03-01 09:30:00', 'None', 'None']
    """
    known = [
        read(cells.combine_chunks() if isinstance(cells, pa.ChunkedArray) else cells)
        for cells, read in (
            (column.text, _of_texts),
            (column.number, _of_serials),
            (column.moment, _of_moments),
        )
        if cells is not None and cells.null_count < len(cells)
    ]
    if not known:
        return None
    seconds = pc.coalesce(*known)
    seconds = pc.if_else(pc.equal(seconds, 0), pa.scalar(None, pa.int64()), seconds)
    moments = pc.add(days.cast(MOMENT), seconds.cast(pa.duration("s")))
    return None if moments.null_count == len(moments) else moments


def _of_texts(text: pa.Array) -> pa.Array:
    encoded = text.dictionary_encode()
    texts = encoded.dictionary
    parts = pc.extract_regex(texts, _USUAL)
    hours, minutes, seconds = (_whole(parts, name) for name in ("hour", "minute", "second"))
    usual = pc.add(pc.add(pc.multiply(hours, 3600), pc.multiply(minutes, 60)), pc.fill_null(seconds, 0))
    others = pc.if_else(parts.is_valid(), pa.scalar(None, pa.string()), texts).to_pylist()
    rarer = pa.array([None if each is None else _seconds_of(each) for each in others], pa.int64())
    return pc.coalesce(usual, rarer).take(encoded.indices)


def _whole(parts: pa.Array, name: str) -> pa.Array:
    cells = pc.struct_field(parts, name)
    return pc.if_else(pc.equal(cells, ""), pa.scalar(None, pa.string()), cells).cast(pa.int64())


def _seconds_of(text: str) -> int | None:
    body = normalise(text)
    if _SERIAL.fullmatch(body):
        return min(round(float("0" + body[5:]) * _DAY_SECONDS), _DAY_SECONDS - 1)
    weekday = _WEEKDAY.search(body)
    time = find_time(body[: weekday.start()] if weekday and weekday.start() else body)
    return None if time is None else time.seconds


def _of_serials(number: pa.Array) -> pa.Array:
    cells: npt.NDArray[Any] = number.fill_null(0).to_numpy(zero_copy_only=False)
    is_serial = number.is_valid().to_numpy(zero_copy_only=False)
    is_serial &= (cells >= FIRST_SERIAL) & (cells < LAST_SERIAL + 1)
    whole = np.floor(cells)
    seconds = np.where(is_serial, np.rint((cells - whole) * _DAY_SECONDS), 0).astype(np.int64)
    return pa.array(np.minimum(seconds, _DAY_SECONDS - 1), mask=~is_serial)


def _of_moments(moment: pa.Array) -> pa.Array:
    """Return seconds since midnight, rounded, on the same day: half a second before midnight is no next day."""
    micros: Seconds = (
        moment.cast(pa.timestamp("us")).cast(pa.int64()).fill_null(0).to_numpy(zero_copy_only=False)
    )
    seconds = (micros % (_DAY_SECONDS * _MICROS) + _MICROS // 2) // _MICROS
    is_known = moment.is_valid().to_numpy(zero_copy_only=False)
    return pa.array(np.minimum(seconds, _DAY_SECONDS - 1), mask=~is_known)
