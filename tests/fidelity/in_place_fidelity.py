"""Columns added in place lose nothing: generated workbooks with every feature, and real ones of many makers.

A workbook gets its columns, with every other part as the same compressed bytes and the sheet the same apart from the
new cells; or it is refused, and then nothing is written.
"""

from __future__ import annotations

import datetime as dt
import io
import struct
import zipfile
import zlib
from collections.abc import Collection
from pathlib import Path
from xml.etree import ElementTree
from xml.parsers import expat

import additions
import openpyxl
import pytest
import python_calamine
from additions import Addition, addition_to
from canonical import package_differences, sheet_differences
from growth import string_differences, style_differences, table_differences
from office import Convert, values_of
from packages import contents_of, related
from xlsxwriter_books import BOOKS, build, suffix

from crmtool.errors import CrmtoolError

WORKBOOKS = Path(__file__).resolve().parents[3] / "shared" / "data" / "workbooks"
REAL = sorted(path for path in WORKBOOKS.glob("*/*") if path.suffix in (".xlsx", ".xlsm"))
#: What is no workbook that anybody can read breaks the comparison's own reader in one of these ways.
UNREADABLE = (
    AssertionError, ElementTree.ParseError, IndexError, KeyError, UnicodeDecodeError, ValueError, expat.ExpatError,
    struct.error, zlib.error,
)  # fmt: skip
#: Generated workbooks that have no room at the right, or must not be touched.
REFUSED = {"book-full-width", "book-macros-signed"}
#: What else may change in a sheet when columns are added at its edge (see `sheet_differences`).
PLACES: Collection[str] = ()
#: A million rows take long to save anew; LibreOffice 7.4 crashes on dates below sparklines, in untouched books too.
NOT_FOR_OFFICE = {"book-last-row", "sparkline-dates"}
#: LibreOffice opens so many at once.
BATCH = 60


def hold(before: bytes, after: bytes, addition: Addition) -> None:
    """Assert that nothing but the addition is different, and that all that may grow has only grown."""
    old, new = contents_of(before), contents_of(after)
    book = related(old, "_rels/.rels", "officeDocument")[0]
    relations = f"{book.rpartition('/')[0]}/_rels/{book.rpartition('/')[2]}.rels"
    sheet_relations = f"{addition.part.rpartition('/')[0]}/_rels/{addition.part.rpartition('/')[2]}.rels"
    growing = {
        **dict.fromkeys(related(old, relations, "styles"), style_differences),
        **dict.fromkeys(related(old, relations, "sharedStrings"), string_differences),
        **dict.fromkeys(related(old, sheet_relations, "table"), table_differences),
    }
    assert package_differences(before, after, changed={addition.part, *growing}) == []
    for part, differences in growing.items():
        if old[part] != new[part]:
            assert differences(old[part], new[part]) == [], part
    assert (
        sheet_differences(old[addition.part], new[addition.part], cells=addition.cells, places=PLACES) == []
    )


def seen(value: object) -> object:
    """Return a cell's value in one form, whoever read it: empty is None, a day is a date, a number a float."""
    if isinstance(value, dt.datetime):
        return value.date()
    if isinstance(value, int | float):
        return float(value)
    return value or None


def hold_values(rows: list[list[object]], first_row: int, addition: Addition) -> None:
    """Assert that the rows of a sheet, the first of which is `first_row`, hold the added columns."""
    start, left = addition.header_row - first_row, addition.column - 1
    for number, expected in enumerate(addition.expected()):
        row = rows[start + number] if start + number < len(rows) else []
        found = [*row, *[None] * (left + len(expected))][left : left + len(expected)]
        assert [seen(value) for value in found] == [seen(value) for value in expected], number


def read_back(data: bytes, addition: Addition) -> None:
    """Assert that python-calamine reads what was added."""
    book = python_calamine.load_workbook(io.BytesIO(data))
    hold_values(book.get_sheet_by_name(addition.sheet).to_python(skip_empty_area=False), 1, addition)


@pytest.mark.parametrize("name", sorted(BOOKS.keys() - REFUSED))
def test_a_workbook_with_any_feature_keeps_it(name: str) -> None:
    before = build(name)
    addition = addition_to(before)
    assert addition is not None
    after = additions.add_columns(before, addition)
    hold(before, after, addition)
    read_back(after, addition)
    assert additions.add_columns(after, addition) == after, "twice is as once"


@pytest.mark.parametrize("name", sorted(BOOKS.keys() - REFUSED)[::8])
def test_openpyxl_reads_what_was_added(name: str) -> None:
    before = build(name)
    addition = addition_to(before)
    assert addition is not None
    book = openpyxl.load_workbook(io.BytesIO(additions.add_columns(before, addition)), read_only=True)
    book[addition.sheet].reset_dimensions()
    last = addition.header_row + addition.rows
    hold_values(
        [list(row) for row in book[addition.sheet].iter_rows(max_row=last, values_only=True)], 1, addition
    )


@pytest.mark.parametrize("name", sorted(REFUSED))
def test_a_workbook_that_cannot_be_kept_is_refused(name: str) -> None:
    before = build(name)
    addition = addition_to(before) or Addition(
        "客户", "xl/worksheets/sheet1.xml", 1, additions.LAST_COLUMN, 6
    )
    with pytest.raises(CrmtoolError):
        additions.add_columns(before, addition)


@pytest.mark.parametrize("path", REAL, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_a_real_workbook_keeps_everything_or_is_refused(path: Path) -> None:
    before = path.read_bytes()
    try:
        addition = addition_to(before)
    except UNREADABLE:
        addition = None
    if addition is None:
        with pytest.raises(CrmtoolError):
            additions.add_columns(before, Addition("Sheet1", "", 1, additions.LAST_COLUMN, 2))
        return
    try:
        after = additions.add_columns(before, addition)
    except CrmtoolError as refusal:
        assert refusal.findings
        return
    hold(before, after, addition)
    read_back(after, addition)
    assert additions.add_columns(after, addition) == after, "twice is as once"


def test_most_real_workbooks_are_not_refused() -> None:
    if not REAL:
        pytest.skip("no folder of real data beside this checkout")
    refused = []
    for path in REAL:
        try:
            addition = addition_to(path.read_bytes())
            if addition is not None:
                additions.add_columns(path.read_bytes(), addition)
        except UNREADABLE:
            continue
        except CrmtoolError as refusal:
            refused.append((path.name, refusal.findings[0].code))
    assert len(refused) <= len(REAL) // 10, refused


@pytest.mark.slow
def test_libreoffice_shows_what_was_added_to_every_workbook(tmp_path: Path, convert: Convert) -> None:
    names = sorted(BOOKS.keys() - REFUSED - NOT_FOR_OFFICE)
    for start in range(0, len(names), BATCH):
        paths, added = [], []
        for number, name in enumerate(names[start : start + BATCH], start=start):
            before = build(name)
            addition = addition_to(before)
            assert addition is not None
            path = tmp_path / f"{number}{suffix(name)}"
            path.write_bytes(additions.add_columns(before, addition))
            assert zipfile.is_zipfile(path)
            paths.append(path)
            added.append(addition)
        for rows, addition in zip(values_of(paths, convert), added, strict=True):
            hold_values(rows, 1, addition)
