"""Columns added to workbooks of every make and feature: nothing is lost, nothing else is changed, all of it opens."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable, Sequence
from pathlib import Path

import openpyxl
import pytest
from added_columns import Added, add_columns, values
from outcomes import REAL, Outcome, of_feature, of_real
from python_calamine import load_workbook
from xlsxwriter_books import BOOKS, build, suffix

FEATURES = sorted(BOOKS)


def seen(rows: Sequence[Sequence[object]], added: Added) -> list[tuple[object, ...]]:
    """Return the three new columns below their headers, as somebody else reads them."""
    first = added.column - 1
    return [tuple(rows[number - 1][first : first + 3]) for number in added.rows]


@pytest.mark.parametrize("name", FEATURES)
def test_nothing_is_lost_of_any_feature(name: str) -> None:
    assert of_feature(name) == Outcome()


@pytest.mark.parametrize("name", FEATURES[::9])
def test_what_was_written_is_what_openpyxl_and_calamine_read(name: str) -> None:
    added = add_columns(build(name))
    assert added is not None
    texts, days, numbers = values(len(added.rows))
    book = openpyxl.load_workbook(io.BytesIO(added.data))
    found = seen(list(book[added.sheet].iter_rows(values_only=True)), added)
    assert [row[0] for row in found] == texts
    assert [row[1].date() if isinstance(row[1], dt.datetime) else row[1] for row in found] == days
    assert [row[2] for row in found] == numbers
    rows = (
        load_workbook(io.BytesIO(added.data)).get_sheet_by_name(added.sheet).to_python(skip_empty_area=False)
    )
    assert [text or None for text, _, _ in seen(rows, added)] == texts


def test_libreoffice_opens_them_with_the_new_values(
    convert: Callable[[Sequence[Path], str], list[Path]], tmp_path: Path
) -> None:
    names = FEATURES[::6]
    made = []
    for name in names:
        added = add_columns(build(name))
        assert added is not None
        path = tmp_path / f"{name}{suffix(name)}"
        path.write_bytes(added.data)
        made.append((path, added))
    for saved, (path, added) in zip(convert([path for path, _ in made], "xlsx"), made, strict=True):
        rows = load_workbook(str(saved)).get_sheet_by_name(added.sheet).to_python(skip_empty_area=False)
        # calamine shows an empty cell as an empty text; LibreOffice may have dropped the last row of empty ones.
        found = seen([[cell if cell != "" else None for cell in row] for row in rows], added)
        assert found == list(zip(*values(len(added.rows)), strict=True)), path.name


@pytest.mark.parametrize("name", FEATURES[::5])
def test_twice_is_once(name: str) -> None:
    added = add_columns(build(name))
    assert added is not None
    again = _written_again(added)
    assert again == added.data


def _written_again(added: Added) -> bytes:
    import pyarrow as pa

    from crmtool.files.xlsx import SheetUpdate, UpdateColumn, update

    rows = added.rows
    texts, days, numbers = values(len(rows))
    columns = [
        UpdateColumn("分级结果", pa.array(texts, pa.string()), added.column, "wide"),
        UpdateColumn("分级日期", pa.array(days, pa.date32()), added.column + 1, "date"),
        UpdateColumn("得分", pa.array(numbers, pa.float64()), added.column + 2, "money"),
    ]
    asked = SheetUpdate(added.sheet, (added.top,), 1, added.column + 2, pa.array(rows, pa.int32()), columns)
    out = io.BytesIO()
    update(added.data, [asked], out, created=dt.date(2024, 6, 30))
    return out.getvalue()


@pytest.mark.parametrize("path", REAL, ids=[f"{path.parent.name}/{path.name}" for path in REAL])
def test_real_workbooks_keep_everything_or_are_refused(path: Path) -> None:
    outcome = of_real(path)
    if outcome.is_foreign:
        pytest.skip("a package that no independent reader here can take apart")
    assert outcome.lost == ()
