"""A company's own file of days off and days worked, with every mistake told at its cell.

It is a small table in any format that a ledger may have; what is made of it is in `crmtool.jobs.days.workdays`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

from crmtool.errors import CrmtoolError, Finding, UsageError
from crmtool.files.book import Book, open_book
from crmtool.ledger.fields import Kind, spec
from crmtool.ledger.headers.texts import fold, normalise
from crmtool.ledger.values import read_column
from crmtool.sheets import Column, Peek, cell_name

#: The columns by their folded headers; the header is the first row that has both a day and a kind.
_HEADERS: Final[Mapping[str, str]] = {
    **dict.fromkeys(("日期", "开始日期", "起", "起始日期", "date", "from", "start", "firstday"), "first"),
    **dict.fromkeys(("至", "到", "止", "结束日期", "截止日期", "to", "until", "end", "lastday"), "last"),
    **dict.fromkeys(("类型", "类别", "安排", "type", "kind"), "kind"),
    **dict.fromkeys(("说明", "名称", "节日", "假期", "备注", "note", "name", "holiday"), "name"),
}
_COLUMNS: Final[Mapping[str, Kind]] = {"first": "date", "last": "date", "kind": "text", "name": "text"}
_KINDS: Final[Mapping[str, bool]] = {
    **dict.fromkeys(("休", "休息", "放假", "假", "节假日", "off", "holiday"), False),
    **dict.fromkeys(("班", "上班", "补班", "调休上班", "工作", "工作日", "work", "workday"), True),
}
_HEADER_WITHIN: Final = 20
#: Nobody is off or at work for longer in one stretch: a mistyped year would be.
_LONGEST_DAYS: Final = 366


@dataclass(frozen=True, slots=True)
class HolidayEntry:
    """The days from `first` to `last`, both included, are worked or off, whatever is published; `name` says what for."""

    first: date
    last: date
    is_worked: bool
    name: str = ""


@dataclass(frozen=True, slots=True)
class _Header:
    """Where the table is: its sheet, its header's row, and its columns, both 1-based."""

    sheet: str
    row: int
    columns: Mapping[str, int]


def read_holidays(path: Path, shown: str) -> tuple[HolidayEntry, ...]:
    """Return the entries of a company's file in its order; of several for one day the last holds.

    Columns: 日期 (a day, or the first of several) · 至 (their last day, may be missing) · 类型 (休 or 班) · 说明 (what
    the days off are called, may be missing); others are left alone. `shown` is the file's name in messages. Raises
    `UsageError` with a finding for each mistake.
    """
    book = _opened(path, shown)
    header = next(filter(None, map(_header_of, book.peeks)), None)
    if header is None:
        raise UsageError(Finding("holidays-columns", file=shown))
    entries: list[HolidayEntry] = []
    mistakes: list[Finding] = []
    for row, cells in _rows(book, header):
        read = _entry(row, cells)
        if isinstance(read, HolidayEntry):
            entries.append(read)
        elif read is not None:
            code, column, value = read
            cell = cell_name(row, header.columns[column])
            mistakes.append(Finding(code, file=shown, sheet=header.sheet, cell=cell, value=value))
    if mistakes:
        raise UsageError(*mistakes)
    return tuple(entries)


def _opened(path: Path, shown: str) -> Book:
    try:
        return open_book(path)
    except CrmtoolError as error:
        raise UsageError(Finding("holidays-unreadable", file=shown), *error.findings) from None


def _header_of(peek: Peek) -> _Header | None:
    for row, cells in enumerate(peek.cells[:_HEADER_WITHIN], start=1):
        named = [
            (_HEADERS.get(normalise(str(cell)).key), column)
            for column, cell in enumerate(cells, start=1)
            if cell
        ]
        columns = {name: column for name, column in reversed(named) if name is not None}
        if {"first", "kind"} <= set(columns):
            return _Header(peek.sheet, row, columns)
    return None


#: A cell as it is read: its value, None where there is none to be had, and what stands there.
_Cell = tuple[Any, str]


def _rows(book: Book, header: _Header) -> list[tuple[int, dict[str, _Cell]]]:
    """Return each row below the header with its 1-based number."""
    sheet = book.read(header.sheet, sorted(header.columns.values()), header.row + 1)
    read = {
        name: _cells(sheet.columns[column], _COLUMNS[name], is_1904=sheet.date_1904)
        for name, column in header.columns.items()
    }
    numbers = sheet.row_numbers.to_pylist()
    return [(row, {name: cells[i] for name, cells in read.items()}) for i, row in enumerate(numbers)]


def _cells(column: Column, kind: Kind, *, is_1904: bool) -> list[_Cell]:
    days = read_column(column, spec("day", kind, "日期", "", future=True), as_of=date.min, date_1904=is_1904)
    typed = read_column(column, spec("typed", "text", "日期", ""), as_of=date.min).value.to_pylist()
    errors = [None] * column.length if column.error is None else column.error.to_pylist()
    values = days.value.to_pylist()
    if days.high is not None:  # a month or a year alone is no day
        values = [
            None if high is not None else day for day, high in zip(values, days.high.to_pylist(), strict=True)
        ]
    shown = [text or error or "" for text, error in zip(typed, errors, strict=True)]
    return list(zip(values, shown, strict=True))


def _entry(row: int, cells: Mapping[str, _Cell]) -> HolidayEntry | tuple[str, str, str] | None:
    """Return what a row says, None where it is empty, or what is wrong: a code, its column and what stands there."""
    first, shown_first = cells["first"]
    last, shown_last = cells.get("last", (None, ""))
    _, shown_kind = cells["kind"]
    _, name = cells.get("name", (None, ""))
    if not (shown_first or shown_last or shown_kind):
        return None
    is_worked = _KINDS.get(fold(shown_kind))
    if first is None:
        return "holidays-date", "first", shown_first
    if is_worked is None:
        return "holidays-kind", "kind", shown_kind
    if last is None:
        return (
            ("holidays-date", "last", shown_last)
            if shown_last
            else HolidayEntry(first, first, is_worked, name)
        )
    if not 0 <= (last - first).days < _LONGEST_DAYS:
        return "holidays-span", "last", shown_last
    return HolidayEntry(first, last, is_worked, name)
