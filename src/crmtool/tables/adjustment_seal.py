"""The seal of an adjustment table: a digest of each column, by which a later run knows whether somebody has written there.

Where the seal stands in a workbook is for the template to say; what a broken one means, for `crmtool.jobs.reviews`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from crmtool.visits.frames import one_array

_MARK: Final = "crmtool-seal"
_DIGITS: Final = 12
#: What programs may change by saving a file: blanks, line ends, characters that nobody sees.
_UNSEEN: Final = r"[\s\p{C}\x{FFFE}\x{FFFF}]+"
#: So much of a text counts: a cell holds no more than 32,767 UTF-16 units.
_COUNTS: Final = 16_000
_BATCH: Final = 1 << 16


def seal(columns: Mapping[str, Any]) -> str:
    """Return the seal of a table whose columns (texts or days) are given by their ids, with cells as they are written.

    The order of rows makes no difference. What stands below the table (signatures) is no row: a row has a key, or a name
    and a strategy or verdict.

    >>> table = {"customer_key": pa.array(["甲"]), "remark": pa.array(["等\\n新品"])}
    >>> broken(seal(table), table | {"remark": pa.array(["等新品 "])})
    []
    >>> broken(seal(table), table | {"remark": pa.array(["不等了"])})
    ['remark']
    """
    return " ".join([_MARK, *(f"{name}:{digest}" for name, digest in _digests(columns).items())])


def is_seal(text: object) -> bool:
    """Tell whether a cell's text is a seal."""
    return isinstance(text, str) and text.startswith(_MARK + " ")


def broken(sealed: str, columns: Mapping[str, Any]) -> list[str]:
    """Return the ids of the columns that do not say what they said when the seal was made.

    A column that is not there any more, or that the seal does not know, is not among them.
    """
    known = dict(each.partition(":")[::2] for each in sealed.split()[1:])
    return [name for name, digest in _digests(columns).items() if known.get(name, digest) != digest]


def _digests(columns: Mapping[str, Any]) -> dict[str, str]:
    cells = {name: _plain(one_array(each)) for name, each in columns.items()}
    empty = pa.repeat(pa.scalar(""), len(next(iter(cells.values()), ())))
    has = {
        name: pc.not_equal(cells.get(name, empty), "")
        for name in ("customer_key", "name", "new_strategy", "verdict")
    }
    is_row = pc.or_(has["customer_key"], pc.and_(has["name"], pc.or_(has["new_strategy"], has["verdict"])))
    keys = pc.coalesce(
        pc.if_else(has["customer_key"], cells.get("customer_key", empty), None), cells.get("name", empty)
    )
    return {
        name: _digest(
            pc.binary_join_element_wise(keys, each, "\x1f").filter(pc.and_(is_row, pc.not_equal(each, "")))
        )
        for name, each in cells.items()
    }


def _plain(cells: pa.Array) -> pa.Array:
    """Return cells as texts without what does not count; "" where they are empty."""
    texts = pc.strftime(cells, "%Y-%m-%d") if pa.types.is_temporal(cells.type) else cells.cast(pa.string())
    texts = pc.replace_substring_regex(texts, _UNSEEN, "")
    return pc.fill_null(pc.utf8_slice_codeunits(texts, 0, _COUNTS), "")


def _digest(rows: pa.Array) -> str:
    digest = hashlib.sha256()
    rows = rows.take(pc.array_sort_indices(rows))
    for start in range(0, len(rows), _BATCH):
        digest.update("".join(f"{row}\x1e" for row in rows.slice(start, _BATCH).to_pylist()).encode())
    return digest.hexdigest()[:_DIGITS]
