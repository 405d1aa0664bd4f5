"""Three columns that are added to the first sheet of any workbook: where they go, what they hold, which cells they are.

Knows where a sheet ends, from its bytes; how columns get into a workbook is only in `add_columns`.
"""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterator
from dataclasses import dataclass

from canonical import extent_of, letters_of
from packages import contents_of, sheets_of
from xml_trees import tree

HEADERS = ("分级结果", "年消费额（核）", "分级日期")
MOST_ROWS = 200
LAST_COLUMN = 16_384


@dataclass(frozen=True)
class Addition:
    """What is added: three columns from `column` on, headers in `header_row`, `rows` rows below; all 1-based."""

    sheet: str
    part: str
    header_row: int
    column: int
    rows: int

    @property
    def texts(self) -> list[str | None]:
        """Return the texts of the first column; every fourth is empty, one needs escaping, one keeps its spaces."""
        return [(None, " 潜力 & <客户> ", "高价值客户", "=1+1")[row % 4] for row in range(1, self.rows + 1)]

    @property
    def amounts(self) -> list[float | None]:
        """Return the amounts of the second column in yuan."""
        return [None if row % 5 == 4 else row * 1000 + 0.25 for row in range(self.rows)]

    @property
    def days(self) -> list[dt.date | None]:
        """Return the dates of the third column."""
        return [
            None if row % 6 == 5 else dt.date(2024, 1, 31) + dt.timedelta(days=row)
            for row in range(self.rows)
        ]

    @property
    def cells(self) -> set[str]:
        """Return the names of all cells of the three columns."""
        columns = [letters_of(self.column + place) for place in range(len(HEADERS))]
        return {
            f"{c}{row}" for c in columns for row in range(self.header_row, self.header_row + self.rows + 1)
        }

    def expected(self) -> Iterator[tuple[object, ...]]:
        """Yield what has to stand in the three columns, from the header down."""
        yield HEADERS
        yield from zip(self.texts, self.amounts, self.days, strict=True)


def addition_to(data: bytes) -> Addition | None:
    """Return what is to be added right of the first worksheet; None where there is no worksheet or no room.

    The header goes beside the first row that has something in it.
    """
    contents = contents_of(data)
    for sheet, part in sheets_of(contents).items():
        if part in contents and tree(contents[part]).local == "worksheet":
            first, last, edge = extent_of(contents[part])
            if first == 0 or edge + len(HEADERS) > LAST_COLUMN:
                return None
            return Addition(sheet, part, first, edge + 1, min(last - first, MOST_ROWS))
    return None


def add_columns(data: bytes, addition: Addition) -> bytes:
    """Return the workbook with the columns added by crmtool: the one place to adapt where it is called otherwise.

    Raises CrmtoolError where the workbook is refused.
    """
    import pyarrow as pa

    from crmtool.content import TableColumn
    from crmtool.files import xlsx

    cells = (
        pa.array(addition.texts, pa.string()),
        pa.array(addition.amounts, pa.float64()),
        pa.array(addition.days, pa.date32()),
    )
    looks = ("text", "money", "date")
    columns = [
        TableColumn(header, header, values, look)
        for header, values, look in zip(HEADERS, cells, looks, strict=True)
    ]
    out = io.BytesIO()
    update = xlsx.SheetUpdate(addition.sheet, addition.header_row, columns)
    xlsx.update(data, [update], out, created=dt.date(2024, 6, 30))
    return out.getvalue()
