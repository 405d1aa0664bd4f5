"""What LibreOffice sees in workbooks: it opens them all in one call, saves them anew, and those are read.

`convert` is the fixture of that name; where LibreOffice is missing, it skips or fails.
"""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path

import openpyxl

Convert = Callable[[Sequence[Path], str], list[Path]]


def values_of(
    paths: Sequence[Path], convert: Convert, sheet: str | None = None, last_row: int = 2000
) -> list[list[list[object]]]:
    """Return the rows of a sheet of each workbook as LibreOffice opened it: the first sheet if none is named.

    Cells are what openpyxl makes of the values that LibreOffice saved: str, int, float, bool, datetime, None; a row
    has all columns up to the last one used. The stems of the files must differ.
    """
    assert len({path.stem for path in paths}) == len(paths), "two files would be saved as one"
    return [_rows(path, sheet, last_row) for path in convert(paths, "xlsx")]


def _rows(path: Path, sheet: str | None, last_row: int) -> list[list[object]]:
    assert zipfile.is_zipfile(path)
    book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    page = book.worksheets[0] if sheet is None else book[sheet]
    page.reset_dimensions()
    rows = [list(row) for row in page.iter_rows(max_row=last_row, values_only=True)]
    book.close()
    return rows
