"""A history goes into a workbook and comes back as it was, with whatever its cells hold."""

from __future__ import annotations

import dataclasses
import io
import string
from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from crmtool.config import Config
from crmtool.errors import CrmtoolError, Finding
from crmtool.files.book import open_book
from crmtool.files.history import History, Run, RunInput, RunOutput
from crmtool.files.history.tables import STORED
from crmtool.files.history.whole import Whole, kinds_of
from crmtool.files.resources import read_template
from crmtool.files.xlsx import fill, planning
from crmtool.jobs.delivery import Delivery
from crmtool.jobs.histories.book_reading import read_tables
from crmtool.jobs.histories.exporting import export, told_of
from crmtool.jobs.histories.opening import HistoryPlace
from crmtool.jobs.histories.rebuilding import rebuilt
from crmtool.jobs.histories.taking_in import take_in
from crmtool.jobs.request import Request
from crmtool.jobs.samples.history import sample_whole
from crmtool.tables.history import content
from crmtool.tables.history_sheets import LONG_TEXTS, RUNS, SHEETS

_CHARACTERS = string.ascii_letters + "0甲乙丙 　\u00a0'\"=+@%_\n\r\t\x00\x07\x1b\x7f\x85\ufffe\uffff\ufeff𠮷é"
_TEXTS = st.text(st.sampled_from(_CHARACTERS), max_size=8) | st.sampled_from(
    ["001", "1e5", "2026-03-31", "TRUE", "是", "json:", 'json:"a"', "json:1", "_x000D_", "null", " ", "=1+1"]
)
_CELLS: dict[pa.DataType, st.SearchStrategy[Any]] = {
    pa.string(): _TEXTS,
    pa.int64(): st.integers(-(2**63), 2**63 - 1) | st.integers(-9, 9),
    # A negative zero is zero in the history.
    pa.float64(): st.floats(allow_nan=False).map(lambda number: number + 0.0) | st.just(0.1),
    pa.bool_(): st.booleans(),
    pa.date32(): st.integers(-30_000, 90_000).map(lambda days: date(1970, 1, 1) + timedelta(days)),
}
#: What tells rows of a table apart.
_KEYS = {"classifications": "customer_key", "visits": "visit_id"}


def place_of(path: Path) -> HistoryPlace:
    return HistoryPlace(path, Config(), path.parent)


def run(number: int, **more: Any) -> Run:
    return Run(
        *(f"key {number}", "review", date(2026, 3, 31), "value_risk", "2024.1", "", "0.1.0", "2026-04-01"),
        id=number,
        turn=number,
        **more,
    )


def whole(rows: Mapping[str, list[dict[str, Any]]], *runs: Run) -> Whole:
    tables = {each.name: pa.Table.from_pylist(rows.get(each.name, []), kinds_of(each)) for each in STORED}
    return Whole(runs or (run(1), run(2)), tables)


def through_a_workbook(told: Whole, path: Path) -> Whole:
    out = io.BytesIO()
    fill(read_template("history"), content(told_of(told)), out, created=date(2026, 3, 31))
    path.write_bytes(out.getvalue())
    book = open_book(path)
    assert book.findings == ()
    return rebuilt(read_tables(book), book.file)


def assert_same(found: Whole, told: Whole) -> None:
    assert found.runs == told.runs
    for name, table in told.tables.items():
        assert found.tables[name].schema == table.schema
        assert found.tables[name].to_pylist() == table.to_pylist(), name


@settings(max_examples=15, phases=[Phase.generate])
@given(data=st.data())
def test_whatever_cells_hold_comes_back(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    rows = {}
    for stored in STORED:
        row = {name: st.none() | _CELLS[kind] for name, kind in stored.columns.items()}
        own = {"run": st.integers(1, 2)}
        if stored.name == "reports":
            own["replaced_in"] = st.none() | st.integers(1, 2)
        if stored.name in _KEYS:
            own[_KEYS[stored.name]] = _TEXTS
        key = _KEYS.get(stored.name)
        rows[stored.name] = data.draw(
            st.lists(
                st.fixed_dictionaries(row | own), max_size=5, unique_by=(lambda each, key=key: each[key]) if key else None
            )
        )  # fmt: skip
    told = whole(rows)
    assert_same(through_a_workbook(told, tmp_path_factory.mktemp("book") / "历史.xlsx"), told)


@settings(max_examples=10, phases=[Phase.generate])
@given(texts=st.lists(_TEXTS, min_size=5, max_size=5), number=st.integers(-(2**60), 2**60))
def test_what_is_said_of_a_run_comes_back(
    tmp_path_factory: pytest.TempPathFactory, texts: list[str], number: int
) -> None:
    options = {texts[0]: [texts[1], None, {"a": number}], "period": texts[2], "is_it": True}
    note = Finding(
        "control-characters", texts[0], texts[1], "B2", texts[3], texts[4], {texts[2]: texts[1]}, 3
    )
    inputs = (RunInput(texts[0], texts[1], texts[2], None), RunInput(texts[3], "d", "e", number))
    outputs = (RunOutput(texts[4], texts[3], texts[2]),)
    more = {"options": options, "counts": {texts[1]: number}, "notes": (note,), "inputs": inputs}
    told = whole({}, run(1, outputs=outputs, **more))
    assert_same(through_a_workbook(told, tmp_path_factory.mktemp("book") / "历史.xlsx"), told)


def test_texts_that_no_cell_can_hold_come_back_from_their_pieces(tmp_path: Path) -> None:
    reports = [
        {"run": 1, "feedback": "长" * 40_000, "demand": "\x00" * 10_000, "complaint": "短"},
        {"run": 1, "feedback": " " * 33_000, "complaint": "𠮷" * 16_384},
    ]
    told = whole({"reports": reports})
    assert_same(through_a_workbook(told, tmp_path / "历史.xlsx"), told)
    assert "长文本" in openpyxl.load_workbook(tmp_path / "历史.xlsx", read_only=True).sheetnames


def test_what_is_longer_than_a_sheet_goes_on_on_others_and_comes_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(planning, "MAX_ROW", 30)
    decided = [{"run": 1 + number % 2, "customer_key": f"C{number:03}", "tier": "A"} for number in range(100)]
    told = whole({"classifications": decided})
    assert_same(through_a_workbook(told, tmp_path / "历史.xlsx"), told)
    names = openpyxl.load_workbook(tmp_path / "历史.xlsx", read_only=True).sheetnames
    # 26 rows below the header of each.
    assert [name for name in names if name.startswith("分级记录")] == [
        "分级记录",
        "分级记录 (2)",
        "分级记录 (3)",
        "分级记录 (4)",
    ]


def test_export_import_and_export_again_are_the_same_bytes(tmp_path: Path) -> None:
    first, other = tmp_path / "a" / "h.db", tmp_path / "b" / "another name.db"
    for folder in (first.parent, other.parent):
        folder.mkdir()
    told = sample_whole()
    odd = pa.Table.from_pylist(
        [
            {"run": 4, "customer_key": "001", "customer_id": "001", "name": " 空格 ", "tier": "A", "score": 1 / 3},
            {"run": 4, "customer_key": "a\x07b", "facts": '{"name":"x\\ny"}', "reason": "=HYPERLINK(1)\r\n"},
        ],
        told.tables["classifications"].schema,
    )  # fmt: skip
    tables = {**told.tables, "classifications": pa.concat_tables([told.tables["classifications"], odd])}
    with History.open(first) as history:
        history.take_over(dataclasses.replace(told, tables=tables))
        history.record(run(9), classifications=odd.drop_columns(["run"]))
    books = [tmp_path / f"{name}.xlsx" for name in "abc"]
    export(place_of(first), Delivery(books[0]))
    taken = take_in(place_of(other), Request(books[0]), Delivery())
    assert (len(taken.added), taken.known, taken.kind) == (5, (), "history")
    exported = export(place_of(other), Delivery(books[1]))
    assert books[0].read_bytes() == books[1].read_bytes()
    assert exported.rows == {
        RUNS: 5,
        "classifications": 8,
        "visits": 1,
        "reports": 2,
        "kpis": 2,
        "adjustments": 1,
    }
    # Once more into the same history: everything is there, and not a byte changes.
    before = other.read_bytes()
    again = take_in(place_of(other), Request(books[1]), Delivery())
    assert (again.added, len(again.known)) == ((), 5)
    assert other.read_bytes() == before


def test_a_rehearsal_tells_what_would_come_in_and_writes_nothing(tmp_path: Path) -> None:
    book, path = tmp_path / "历史.xlsx", tmp_path / "h.db"
    through_a_workbook(sample_whole(), book)
    taken = take_in(place_of(path), Request(book), Delivery(dry_run=True))
    assert (len(taken.added), taken.is_rehearsal) == (4, True)
    assert not path.exists()


def test_a_plan_that_is_there_stays_and_that_is_said(tmp_path: Path) -> None:
    book, path = tmp_path / "历史.xlsx", tmp_path / "h.db"
    through_a_workbook(sample_whole(), book)
    own = pa.table({"visit_id": ["C9-phone-202607"], "customer_key": ["C9"]})
    with History.open(path) as history:
        history.record(run(1), visits=own, is_whole_plan=True)
    taken = take_in(place_of(path), Request(book), Delivery())
    assert [finding.code for finding in taken.findings] == ["history-plan-kept"]
    with History.open(path, is_read_only=True) as history:
        assert history.visits()["visit_id"].to_pylist() == ["C9-phone-202607"]
        assert len(history.runs()) == 5


def changed(path: Path, sheet: str, cell: str, value: object) -> None:
    book = openpyxl.load_workbook(path)
    if cell:
        book[sheet][cell] = value
    else:
        del book[sheet]
    book.save(path)


@pytest.mark.parametrize(
    ("sheet", "cell", "value", "code", "place"),
    [
        ("KPI", "", None, "history-book-sheet", ("KPI", "")),
        ("回访计划", "A4", "编号", "history-book-columns", ("回访计划", "")),
        ("运行记录", "D5", "去年", "history-book-cell", ("运行记录", "D5")),
        ("运行记录", "O6", "{", "history-book-cell", ("运行记录", "O6")),
        ("运行记录", "P6", '{"a":"b"}', "history-book-cell", ("运行记录", "P6")),
        ("分级记录", "A5", 99, "history-book-cell", ("分级记录", "A5")),
        ("分级记录", "A6", None, "history-book-cell", ("分级记录", "A6")),
        ("分级记录", "A5", 1.5, "history-book-cell", ("分级记录", "A5")),
        ("分级记录", "C6", "json:7", "history-book-cell", ("分级记录", "C6")),
        ("KPI", "H5", "也许", "history-book-cell", ("KPI", "H5")),
        ("KPI", "J5", "很多", "history-book-cell", ("KPI", "J5")),
        ("回访报告", "S5", 9, "history-book-cell", ("回访报告", "S5")),
        ("运行记录", "M6", f"{1:064}", "history-book-twice", ("运行记录", "M6")),
        # What people see and is made from other cells: the period, the KPI's figure, a former tier.
        ("运行记录", "E8", "2024Q1", "history-book-shown", ("运行记录", "E8")),
        ("KPI", "G5", "50.0%", "history-book-shown", ("KPI", "G5")),
        ("KPI", "I5", 0.5, "history-book-shown", ("KPI", "I5")),
        # What is read back: another label of the same tier, a word of feedback.
        ("分级记录", "E5", "低价值风险型", "history-book-edited", ("分级记录", "")),
        ("回访报告", "J5", "没说什么", "history-book-edited", ("回访报告", "")),
    ],
)
def test_what_cannot_be_read_back_is_named_at_its_cell_and_nothing_comes_in(
    tmp_path: Path, sheet: str, cell: str, value: object, code: str, place: tuple[str, str]
) -> None:
    book, path = tmp_path / "历史.xlsx", tmp_path / "h.db"
    through_a_workbook(sample_whole(), book)
    changed(book, sheet, cell, value)
    with pytest.raises(CrmtoolError) as raised:
        take_in(place_of(path), Request(book), Delivery())
    (finding,) = raised.value.findings
    assert (finding.code, finding.file, finding.sheet, finding.cell) == (code, "历史.xlsx", *place)
    assert not path.exists()


@pytest.mark.parametrize("sheet", ["分级记录", "策略调整"])
def test_a_row_that_was_deleted_is_missed(tmp_path: Path, sheet: str) -> None:
    book, path = tmp_path / "历史.xlsx", tmp_path / "h.db"
    through_a_workbook(sample_whole(), book)
    saved = openpyxl.load_workbook(book)
    saved[sheet].delete_rows(5)
    saved.save(book)
    with pytest.raises(CrmtoolError) as raised:
        take_in(place_of(path), Request(book), Delivery())
    assert [(each.code, each.sheet) for each in raised.value.findings] == [("history-book-edited", sheet)]
    assert not path.exists()


def test_a_sheet_sorted_with_a_column_for_people_deleted_comes_in(tmp_path: Path) -> None:
    book, path = tmp_path / "历史.xlsx", tmp_path / "h.db"
    through_a_workbook(sample_whole(), book)
    saved = openpyxl.load_workbook(book)
    sheet = saved["KPI"]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=5)]
    sheet.delete_rows(5, sheet.max_row)
    for row in reversed(rows):
        sheet.append(row)
    sheet.delete_cols(2)
    saved.save(book)
    assert len(take_in(place_of(path), Request(book), Delivery()).added) == 4


def test_a_workbook_that_was_saved_sorted_and_with_moved_columns_is_read_back_all_the_same(
    tmp_path: Path,
) -> None:
    told, path = sample_whole(), tmp_path / "历史.xlsx"
    through_a_workbook(told, path)
    book = openpyxl.load_workbook(path)
    sheet = book["分级记录"]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=4)]
    sheet.delete_rows(4, sheet.max_row)
    sheet["A2"] = "请在周五前看完"
    sheet.append([])
    for row in (rows[0], *reversed(rows[1:])):
        sheet.append(row[::-1])
    book.save(path)
    found = rebuilt(read_tables(open_book(path)), "历史.xlsx")
    rows_of = [sorted(map(repr, each.tables["classifications"].to_pylist())) for each in (found, told)]
    assert rows_of[0] == rows_of[1]
    assert found.runs == told.runs


def test_the_sheets_hold_every_column_of_the_history_once() -> None:
    for sheet in SHEETS:
        headers = [column.header for column in sheet.columns]
        assert len(set(headers)) == len(headers), sheet.name
    kept = {sheet.table: {column.id for column in sheet.kept} for sheet in SHEETS}
    assert kept.pop(LONG_TEXTS) == {"number", "part", "text"}
    kept.pop(RUNS)
    assert kept == {each.name: set(kinds_of(each).names) for each in STORED}


def test_people_read_labels_dates_and_figures(tmp_path: Path) -> None:
    path = tmp_path / "历史.xlsx"
    through_a_workbook(sample_whole(), path)
    book = openpyxl.load_workbook(path)
    names = ["说明", "运行记录", "分级记录", "回访计划", "回访报告", "KPI", "策略调整", "长文本"]
    assert book.sheetnames == names
    runs = [[cell.value for cell in row[:9]] for row in book["运行记录"].iter_rows(min_row=5)]
    assert runs[3][4] == "2024Q2"
    assert runs[3][7:] == [2, "潜力客户 1、待补资料 1"]
    kpis = [[cell.value for cell in row[:9]] for row in book["KPI"].iter_rows(min_row=5)]
    assert kpis[0][3:8] == ["复购率", "高价值客户", ">= 80%", "85.0%", "是"]
    assert kpis[1][3:8] == ["转化周期", "全部", "<= 30天", "36 天", "否"]
    for sheet in book.worksheets[1:]:
        assert sheet.freeze_panes is not None
        assert sheet.auto_filter.ref.startswith("A4:")
    assert [str(book["回访计划"]["B5"].value)[:10], book["回访计划"]["K5"].value] == ["2024-06-18", "已完成"]
