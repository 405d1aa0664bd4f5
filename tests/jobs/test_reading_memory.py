"""What a run keeps in memory: the ledger, but neither the workbook nor the parser's copy of it."""

import weakref
from pathlib import Path

import xlsxwriter

from crmtool.files.book import Book, open_book
from crmtool.jobs import reading
from crmtool.jobs.request import Request
from crmtool.ledger.build import build_ledger


def test_workbooks_are_let_go_before_the_ledger_is_built(tmp_path: Path, monkeypatch) -> None:
    path = tmp_path / "客户.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("客户")
        sheet.write_row(0, 0, ["客户名称", "年消费额", "最近交易时间", "历史合作时长"])
        sheet.write_row(1, 0, ["甲公司", 150_000, "2024-06-01", "2年"])
    opened: list[weakref.ref] = []
    alive_at_building: list[bool] = []

    def opening(*args, **kwargs) -> Book:
        book = open_book(*args, **kwargs)
        opened.extend(weakref.ref(item) for item in (book, *book.sources))
        return book

    def building(*args, **kwargs):
        alive_at_building.extend(item() is not None for item in opened)
        return build_ledger(*args, **kwargs)

    monkeypatch.setattr(reading, "open_book", opening)
    monkeypatch.setattr(reading, "build_ledger", building)
    read = reading.read(Request(path))
    assert alive_at_building == [False, False]
    assert len(read.ledger.customers.frame) == 1
