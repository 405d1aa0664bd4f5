"""What a customer is called from one run to the next, and what a visit is called: keys, periods and visit ids.

Which visits are due is left to `crmtool.visits.dues.due`; nothing here depends on where a row stands in the ledger.
"""

from __future__ import annotations

import hashlib
from typing import Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from crmtool.ledger.quantities import Duration
from crmtool.visits.calendar.days import Days, weekday_of
from crmtool.visits.frames import one_array

#: Columns that stay as they are while a customer is being looked after: they tell namesakes apart before the others do.
_LASTING: Final = (
    *("customer_id", "company", "credit_code", "founded", "birthday", "gender", "province", "city"),
    *(
        "address",
        "contact",
        "mobile",
        "phone",
        "email",
        "wechat",
        "industry",
        "first_order",
        "first_cooperation",
    ),
)
#: Columns that say where a row stands, not what it says.
_PLACES: Final = ("row", "sheet")
_UNNAMED: Final = "unnamed"


def customer_keys(customers: pd.DataFrame) -> pa.Array:
    """Return the key of each customer (string, unique): its `customer_id` where filled and unique, else its `name`.

    Several customers of one key are told apart by their cells: the first in the order of a digest keeps the key, the
    others get `~2`, `~3` … So the order of the rows makes no difference.

    >>> cells = {"customer_id": ["C1", "C2", "C2"], "name": ["甲", "乙", "乙"], "phone": ["1", "2", "3"]}
    >>> frame = pd.DataFrame({name: pd.array(c, "string[pyarrow]") for name, c in cells.items()})
    >>> sorted(customer_keys(frame).to_pylist())
    ['C1', '乙', '乙~2']
    """
    ids, names = spoken(customers, "customer_id"), spoken(customers, "name")
    keys = pc.coalesce(pc.if_else(_is_single(ids), ids, None), names, ids, pa.scalar(_UNNAMED))
    while len(shared := np.flatnonzero(~_is_single(keys).to_numpy(zero_copy_only=False))):
        keys = _told_apart(keys, shared, customers)
    return keys


def _told_apart(keys: pa.Array, shared: NDArray[np.int64], customers: pd.DataFrame) -> pa.Array:
    """Return the keys with an ordinal for each but the first of the rows that share one."""
    cells = customers.iloc[shared]
    lasting = _digests(cells[[name for name in _LASTING if name in cells]])
    whole = _digests(cells[sorted(name for name in cells.columns if name not in _PLACES)])
    rows = list(zip(keys.take(pa.array(shared)).to_pylist(), lasting, whole, shared.tolist(), strict=True))
    texts, last, ordinal = keys.to_pylist(), "", 0
    for key, _, _, row in sorted(rows):
        ordinal = ordinal + 1 if key == last else 1
        last = key
        texts[row] = key if ordinal == 1 else f"{key}~{ordinal}"
    return pa.array(texts, pa.string())


def _digests(cells: pd.DataFrame) -> list[bytes]:
    columns = [pa.array(cells[name]).cast(pa.string()).to_pylist() for name in cells.columns]
    rows = zip(*columns, strict=True) if columns else [()] * len(cells)
    return [hashlib.blake2b(repr(row).encode(), digest_size=16).digest() for row in rows]


def spoken(customers: pd.DataFrame, name: str) -> pa.Array:
    """Return a column's texts with single blanks inside and none around; null where nothing is left."""
    if name not in customers:
        return pa.nulls(len(customers), pa.string())
    cells = one_array(customers[name]).cast(pa.string())
    plain = pc.utf8_trim_whitespace(pc.replace_substring_regex(cells, r"\s+", " "))
    return pc.if_else(pc.equal(plain, ""), None, plain)


def _is_single(texts: pa.Array) -> pa.Array:
    """Tell which texts stand once only; an empty cell does not."""
    counts = texts.value_counts()
    single = counts.field("values").filter(pc.equal(counts.field("counts"), 1))
    return pc.and_(pc.is_in(texts, single), pc.is_valid(texts))


def spread(keys: pa.Array, salt: str) -> NDArray[np.uint64]:
    """Return a number for each key that is the same in every run and on every machine; `salt` makes it another.

    >>> bool(spread(pa.array(["C001"]), "phone")[0] == spread(pa.array(["C000", "C001"]), "phone")[1])
    True
    """
    salted = pc.binary_join_element_wise(
        *(part.cast(pa.large_string()) for part in (pa.scalar(salt), keys, pa.scalar("\x1f")))
    )
    offsets = np.frombuffer(salted.buffers()[1], np.int64, len(salted) + 1, salted.offset * 8)
    if not len(salted):
        return np.zeros(0, np.uint64)
    data = np.frombuffer(salted.buffers()[2], np.uint8)[offsets[0] : offsets[-1]].astype(np.uint64)
    begin = offsets[:-1] - offsets[0]
    place = np.arange(len(data)) - np.repeat(begin, np.diff(offsets))
    powers = np.cumprod(np.full(int(np.diff(offsets).max()), 0x100000001B3, np.uint64))
    return _mixed(np.add.reduceat((data + np.uint64(1)) * powers[place], begin))


def _mixed(numbers: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Return numbers whose every bit depends on every bit of the given ones (the finisher of splitmix64)."""
    mixed: NDArray[np.uint64] = numbers ^ (numbers >> np.uint64(30))
    mixed = mixed * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    mixed ^= mixed >> np.uint64(31)
    return mixed


def span_id(span: Duration) -> str:
    """Return a span as it stands in a visit's id.

    >>> span_id(Duration(days=7)), span_id(Duration(months=3)), span_id(Duration(months=1, days=15))
    ('1w', '3m', '1m15d')
    """
    months = f"{span.months}m" if span.months else ""
    if span.days == 0:
        return months or "0d"
    is_weeks = not span.months and span.days % 7 == 0
    return months + (f"{span.days // 7}w" if is_weeks else f"{span.days}d")


def month_ids(days: Days) -> list[str]:
    """Return the period of each day where a line counts in months: `202603`."""
    return [text.replace("-", "") for text in days.astype("datetime64[M]").astype(str).tolist()]


def week_ids(days: Days) -> list[str]:
    """Return the period of each day where a line counts in weeks, by ISO 8601.

    >>> week_ids(np.array(["2026-01-01", "2027-01-03"], "datetime64[D]"))
    ['2026W01', '2026W53']
    """
    numbers = days.astype(np.int64)
    thursday = (numbers - weekday_of(days) + 3).astype(
        "datetime64[D]"
    )  # a week is of the year of its Thursday
    year = thursday.astype("datetime64[Y]")
    week = (thursday - year.astype("datetime64[D]")).astype(np.int64) // 7 + 1
    return [f"{y}W{w:02d}" for y, w in zip(year.astype(str).tolist(), week.tolist(), strict=True)]


def day_ids(days: Days) -> list[str]:
    """Return the period of each day where a line comes round within a week: `20260312`."""
    return [text.replace("-", "") for text in days.astype(str).tolist()]
