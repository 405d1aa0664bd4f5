"""What tests of the fast reader share: a worksheet from its rows, and its cells as one value each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

import pyarrow as pa
from small_packages import MAIN

from crmtool.files.sheetdata.worksheet import Worksheet, read_worksheet
from crmtool.sheets import Column

#: The kinds of number formats of the styles 0, 1 and 2: a number, a date, a length of time.
STYLE_KINDS = (0, 1, 2)
SHARED = ("零", "one", " two ", "")


def sheet_xml(rows: str, *, prefix: str = "", tail: str = "") -> bytes:
    """Return a worksheet part around its rows."""
    namespace = f'xmlns:{prefix[:-1]}="{MAIN}"' if prefix else f'xmlns="{MAIN}"'
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<{prefix}worksheet {namespace}><{prefix}sheetData>{rows}'
        f"</{prefix}sheetData>{tail}</{prefix}worksheet>"
    ).encode()


def chunks_of(data: bytes, size: int) -> Iterator[bytes]:
    """Yield bytes in chunks."""
    for at in range(0, len(data), size):
        yield data[at : at + size]


def read_xml(
    data: bytes | Iterable[bytes], shared: Sequence[str] = SHARED, date_1904: bool = False
) -> Worksheet:
    """Return a worksheet part as the fast reader reads it; NotPlain where it does not."""
    chunks = [data] if isinstance(data, bytes) else data
    texts = pa.array(list(shared), pa.string())
    return read_worksheet(chunks, texts, STYLE_KINDS, date_1904, "a.xlsx", "sheet1.xml")


def shown(column: Column, index: int) -> object:
    """Return the one thing that a cell holds; an error as the name of its kind and it."""
    arrays = {"error": column.error, "": column.text, "number": column.number, "moment": column.moment}
    found = {
        name: array[index].as_py()
        for name, array in arrays.items()
        if array is not None and array[index].is_valid
    }
    assert len(found) <= 1
    return ("error", found["error"]) if "error" in found else next(iter(found.values()), None)


def cells_of(worksheet: Worksheet) -> dict[tuple[int, int], object]:
    """Return the cells that hold something, by row and column."""
    table = worksheet.table
    columns = {number: table.column(number, 1, table.rows) for number in range(1, table.columns + 1)}
    return {
        (row, number): value
        for number, column in columns.items()
        for row in range(1, table.rows + 1)
        if (value := shown(column, row - 1)) is not None
    }


def moment(text: str) -> datetime:
    """Return a date-time from its ISO spelling."""
    return datetime.fromisoformat(text)
