"""A table with more rows than a sheet holds goes on on further sheets: whole, in order, and the run says so."""

from __future__ import annotations

import io
from datetime import date
from pathlib import Path

import openpyxl
import pyarrow as pa
import pytest
from openpyxl.workbook import Workbook as Book
from xlsxwriter.workbook import Workbook

from crmtool.content import Content, OutTable, TableColumn
from crmtool.errors import Finding
from crmtool.files.xlsx import check_workbook, fill
from crmtool.jobs.classify import classify
from crmtool.jobs.delivery import Delivery
from crmtool.jobs.request import Request
from crmtool.messages import text_of

DAY = date(2024, 6, 30)


def template() -> bytes:
    """Rows 1–3 stand above the marker row; a table, a filter, names, a format and a print area refer to it."""
    out = io.BytesIO()
    book = Workbook(out, {"in_memory": True})
    listed, filtered = book.add_worksheet("明细"), book.add_worksheet("得分")
    for sheet in (listed, filtered):
        sheet.write_string(0, 0, "标题")
        sheet.write_row(2, 0, ["编号", "金额"])
        sheet.write_row(3, 0, ["{{t.id}}", "{{t.amount}}"])
        sheet.print_area(0, 0, 3, 1)
        sheet.repeat_rows(2)
        sheet.conditional_format(3, 1, 3, 1, {"type": "cell", "criteria": ">", "value": 5, "format": None})
        sheet.data_validation(3, 0, 3, 0, {"validate": "list", "source": ["a"]})
    listed.add_table(2, 0, 3, 1, {"name": "客户表", "columns": [{"header": "编号"}, {"header": "金额"}]})
    filtered.autofilter(2, 0, 3, 1)
    book.define_name("全部编号", "=明细!$A$4:$A$4")
    book.define_name("明细!本页金额", "=明细!$B$4:$B$4")
    book.close()
    return out.getvalue()


def filled(rows: int, tmp_path: Path) -> tuple[Book, tuple[Finding, ...]]:
    columns = [
        TableColumn("id", "编号", pa.array([f"K{n}" for n in range(rows)])),
        TableColumn("amount", "金额", pa.array([float(n) for n in range(rows)])),
    ]
    path = tmp_path / "out.xlsx"
    with path.open("wb") as out:
        report = fill(template(), Content({"t": OutTable("t", columns)}), out, created=DAY)
    check_workbook(path, report.sheet_rows)
    return openpyxl.load_workbook(path), report.findings


@pytest.fixture
def low(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a sheet hold ten rows, of which three stand above the table."""
    monkeypatch.setattr("crmtool.files.xlsx.planning.MAX_ROW", 10)


@pytest.mark.usefixtures("low")
def test_every_row_lands_exactly_once_and_in_order(tmp_path: Path) -> None:
    book, _ = filled(16, tmp_path)
    assert book.sheetnames == ["明细", "明细 (2)", "明细 (3)", "得分", "得分 (2)", "得分 (3)"]
    for names in (book.sheetnames[:3], book.sheetnames[3:]):
        rows = [[cell.value for cell in row] for name in names for row in book[name].iter_rows(min_row=4)]
        assert rows == [[f"K{n}", n] for n in range(16)]
        assert [book[name].max_row for name in names] == [10, 10, 5]
        assert all(book[name]["A1"].value == "标题" and book[name]["A3"].value == "编号" for name in names)


@pytest.mark.usefixtures("low")
def test_what_refers_to_the_rows_fits_each_sheet(tmp_path: Path) -> None:
    book, _ = filled(16, tmp_path)
    last = {"": 10, " (2)": 10, " (3)": 5}
    for suffix, row in last.items():
        listed, filtered = book["明细" + suffix], book["得分" + suffix]
        (table,) = listed.tables.values()
        assert (table.ref, table.autoFilter.ref) == (f"A3:B{row}", f"A3:B{row}")
        assert filtered.auto_filter.ref == f"A3:B{row}"
        for sheet in (listed, filtered):
            assert sheet.print_area == f"'{sheet.title}'!$A$1:$B${row}"
            assert sheet.print_title_rows == "$3:$3"
            assert [str(each.sqref) for each in sheet.conditional_formatting] == [
                f"B4:B{row}" if row > 4 else "B4"
            ]
            assert [str(each.sqref) for each in sheet.data_validations.dataValidation] == [f"A4:A{row}"]
        own = listed.defined_names["本页金额"].attr_text
        assert own.replace("'", "") == f"明细{suffix}!$B$4:$B${row}"
    names = [table.displayName for sheet in book for table in sheet.tables.values()]
    ids = [table.id for sheet in book for table in sheet.tables.values()]
    assert names == ["客户表", "客户表_2", "客户表_3"]
    assert len(set(ids)) == 3
    # A name of the whole workbook can mean one place only: the first sheet's.
    assert book.defined_names["全部编号"].attr_text == "明细!$A$4:$A$10"


@pytest.mark.usefixtures("low")
def test_the_run_says_on_which_sheets_the_rows_stand(tmp_path: Path) -> None:
    _, findings = filled(16, tmp_path)
    assert [(f.code, f.sheet) for f in findings] == [
        ("continued-on-sheets", "明细"),
        ("continued-on-sheets", "得分"),
    ]
    assert text_of(findings[0], "zh") == (
        "共 16 行，一张工作表放不下，分写在 3 张工作表：明细、明细 (2)、明细 (3)"
    )
    assert "stand on 3 sheets: 得分、得分 (2)、得分 (3)" in text_of(findings[1], "en")


@pytest.mark.usefixtures("low")
@pytest.mark.parametrize(("rows", "sheets"), [(7, 2), (8, 4)])
def test_a_sheet_is_filled_to_its_last_row_before_another_begins(
    rows: int, sheets: int, tmp_path: Path
) -> None:
    book, findings = filled(rows, tmp_path)
    assert (len(book.sheetnames), len(findings)) == (sheets, sheets - 2)


@pytest.mark.filterwarnings("ignore:.*extension is not supported:UserWarning")
def test_a_long_ledger_is_classified_on_several_sheets(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("crmtool.files.xlsx.planning.MAX_ROW", 60)
    ledger = openpyxl.Workbook()
    sheet = ledger.worksheets[0]
    sheet.append(["客户编号", "客户名称", "年消费额", "最近交易时间", "合作时长", "近1年订单次数"])
    for n in range(130):
        sheet.append([f"K{n:03}", f"客户{n:03}", 1000.0 * n, date(2024, 1, 1 + n % 28), "2年", n % 9])
    ledger.save(tmp_path / "长.xlsx")
    outcome = classify(Request(tmp_path / "长.xlsx", as_of=DAY), Delivery(tmp_path / "出.xlsx"))
    told = {f.sheet: f.params["sheets"] for f in outcome.findings if f.code == "continued-on-sheets"}
    assert told == {
        "客户分级表": "客户分级表、客户分级表 (2)、客户分级表 (3)",
        "RFM明细": "RFM明细、RFM明细 (2)、RFM明细 (3)",
    }
    book = openpyxl.load_workbook(tmp_path / "出.xlsx")
    for names in told.values():
        ids = [
            cell.value for name in names.split("、") for cell in book[name]["A"] if str(cell.value)[:1] == "K"
        ]
        assert ids == [f"K{n:03}" for n in range(130)]
