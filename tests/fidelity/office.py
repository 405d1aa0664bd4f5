"""What LibreOffice sees in workbooks: it opens them all in one call, saves them anew, and those are read.

`convert` is the fixture of that name; where LibreOffice is missing, it skips or fails.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import python_calamine

Convert = Callable[[Sequence[Path], str], list[Path]]


def values_of(
    paths: Sequence[Path], convert: Convert, sheet: str | None = None, last_row: int = 2000
) -> list[list[list[object]]]:
    """Return the rows of a sheet of each workbook as LibreOffice opened it: the first sheet if none is named.

    Cells are what python-calamine makes of the values that LibreOffice saved: str (empty where nothing is), float, bool,
    date or datetime. openpyxl will not do: it refuses filters that LibreOffice writes. The stems of the files must
    differ.
    """
    assert len({path.stem for path in paths}) == len(paths), "two files would be saved as one"
    return [_rows(path, sheet, last_row) for path in convert(paths, "xlsx")]


def _rows(path: Path, sheet: str | None, last_row: int) -> list[list[object]]:
    book = python_calamine.load_workbook(str(path))
    page = book.get_sheet_by_index(0) if sheet is None else book.get_sheet_by_name(sheet)
    return page.to_python(skip_empty_area=False, nrows=last_row)
