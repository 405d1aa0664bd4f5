"""How the cells of an exported history become values again, each a text, a day, a number or a yes.

Which columns a sheet has is told in `crmtool.tables.history_sheets`.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import date, datetime
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from crmtool.sheets import Column

_TRUTHS: Final = {"是": True, "否": False, "TRUE": True, "FALSE": False, "1": True, "0": False}


class Unfit(ValueError):
    """A cell holds what its column cannot: `position` is its row among those that were read."""

    def __init__(self, position: int, value: object) -> None:
        super().__init__(str(value))
        self.position = position
        self.value = str(value)


def values_of(column: Column | None, kind: pa.DataType, rows: int) -> pa.Array:
    """Return the cells of a column as values of a kind, null where they are empty; raises `Unfit` at the first odd one.

    Whole columns are taken as they are; only cells that are spelt in another way than they were written are looked at
    one by one.
    """
    if column is None:
        return pa.nulls(rows, kind)
    own, others = _own(column, kind)
    whole = pa.nulls(rows, kind) if own is None else own
    for cells, read in others:
        places = np.flatnonzero(np.asarray(pc.is_valid(cells)))
        if len(places):
            whole = _with(whole, cells, places, read, kind)
    return whole


_Read = Callable[[Any], Any]


def _own(column: Column, kind: pa.DataType) -> tuple[pa.Array | None, list[tuple[pa.Array, _Read]]]:
    """Return the cells that are of the kind already, and the others with how each of them is read."""
    own: pa.Array | None = None
    rest: dict[str, _Read | None] = {"error": None}
    if kind == pa.string():
        own, rest = column.text, rest | {"number": _number_text, "moment": _moment_text}
    elif kind == pa.float64():
        own, rest = column.number, rest | {"text": float, "moment": None}
    elif kind == pa.date32():
        own, rest = _days(column.moment), rest | {"text": date.fromisoformat, "number": None}
        if own is None and column.moment is not None:
            rest["moment"] = None
    else:
        read = _truth if kind == pa.bool_() else _whole_number
        rest |= {"text": read, "number": read, "moment": None}
    if kind == pa.int64() and column.number is not None and _are_whole(column.number):
        own, rest = column.number.cast(pa.int64()), {n: r for n, r in rest.items() if n != "number"}
    found = ((getattr(column, name), read) for name, read in rest.items())
    return own, [(cells, read or _refuse) for cells, read in found if cells is not None]


def _with(whole: pa.Array, cells: pa.Array, places: Any, read: _Read, kind: pa.DataType) -> pa.Array:
    news = []
    for place, cell in zip(places.tolist(), cells.take(pa.array(places)).to_pylist(), strict=True):
        try:
            news.append(read(cell))
        except (ValueError, OverflowError) as problem:
            raise Unfit(place, cell) from problem
    mask = np.zeros(len(whole), np.bool_)
    mask[places] = True
    try:
        return pc.replace_with_mask(whole, pa.array(mask), pa.array(news, kind))
    except pa.ArrowInvalid as problem:
        raise Unfit(int(places[0]), news[0]) from problem


def _refuse(cell: object) -> None:
    raise ValueError(cell)


def _days(moments: pa.Array | None) -> pa.Array | None:
    """Return moments as days, None where one of them is not at midnight."""
    if moments is None:
        return None
    days = moments.cast(pa.date32(), safe=False)
    same = pc.equal(days.cast(pa.timestamp("us")), moments)
    return days if pc.all(pc.fill_null(same, True)).as_py() is not False else None


def _are_whole(numbers: pa.Array) -> bool:
    is_whole = pc.and_(pc.equal(pc.floor(numbers), numbers), pc.less(pc.abs(numbers), 2.0**53))
    return pc.all(pc.fill_null(is_whole, True)).as_py() is not False


def _whole_number(cell: str | float) -> int:
    if isinstance(cell, float) and not (math.isfinite(cell) and cell.is_integer()):
        raise ValueError(cell)
    return int(cell)


def _truth(cell: str | float) -> bool:
    text = f"{cell:g}" if isinstance(cell, float) else cell.strip().upper()
    if text not in _TRUTHS:
        raise ValueError(cell)
    return _TRUTHS[text]


def _number_text(number: float) -> str:
    return repr(number).removesuffix(".0")


def _moment_text(moment: datetime) -> str:
    return moment.isoformat(" ").removesuffix(" 00:00:00")
