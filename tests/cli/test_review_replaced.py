"""A review's workbook is replaced only where its adjustment table still says what crmtool wrote into it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from command_line import Crmtool, Ran
from openpyxl.worksheet.worksheet import Worksheet
from review_books import HISTORY, Q1, Q2, RULES, TABLE, fill_in, later, ledger, table_rows

BOOK = "台账-复盘-2024Q1.xlsx"
NO_HISTORY: tuple[str, ...] = ()
HISTORIES = pytest.mark.parametrize("history", [NO_HISTORY, HISTORY], ids=["no history", "history"])


@pytest.fixture
def office(tmp_path: Path) -> Path:
    return ledger(tmp_path / "台账.xlsx")


def saved(change: Callable[[Worksheet], None]) -> bytes:
    """Save the workbook as a program would that leaves its last author as it was; return its bytes."""
    workbook = openpyxl.load_workbook(BOOK)
    change(workbook[TABLE])
    workbook.save(BOOK)
    return Path(BOOK).read_bytes()


def typed(customer: str, header: str, value: Any) -> bytes:
    """Type into a cell of a customer's row."""
    fill_in(BOOK, {customer: {header: value}})
    return saved(lambda sheet: setattr(sheet.parent.properties, "lastModifiedBy", "crmtool"))


def refused(ran: Ran) -> str:
    """Return the cells for which a run did not replace the workbook."""
    assert ran.code == 4, ran.out
    (told,) = ran.document["findings"]
    assert (told["code"], told["sheet"]) == ("adjustments-filled-in", TABLE)
    return str(told["cell"])


@HISTORIES
@pytest.mark.parametrize(
    ("header", "value", "column"),
    [
        ("备注", "等新品上市", "K"),
        pytest.param("负责人", "王五", "C", marks=pytest.mark.slow),
        pytest.param("策略执行周期", "每周1次", "E", marks=pytest.mark.slow),
        pytest.param("调整原因", "客户要求", "H", marks=pytest.mark.slow),
        ("调整后策略", "派驻工程师", "I"),
        ("调整时间", date(2024, 4, 12), "J"),
        ("审批结果", "暂缓", "M"),
    ],
)
def test_what_somebody_typed_is_not_replaced(
    crmtool: Crmtool, office: Path, history: tuple[str, ...], header: str, value: Any, column: str
) -> None:
    line = ("review", office, *RULES, *history, *Q1, "--json")
    assert crmtool(*line).code == 0
    before = typed("甲公司", header, value)
    assert refused(crmtool(*line)).startswith(f"{column}5:{column}")
    assert Path(BOOK).read_bytes() == before


@HISTORIES
def test_nor_is_it_where_the_ledger_or_the_day_has_changed(
    crmtool: Crmtool, office: Path, history: tuple[str, ...]
) -> None:
    line = ("review", office, *RULES, *history, *Q1, "--json")
    crmtool(*line)
    before = typed("甲公司", "备注", "等新品上市")
    refused(crmtool(*line, "--as-of", "2024-03-20"))
    later(office)
    refused(crmtool(*line))
    assert Path(BOOK).read_bytes() == before


@HISTORIES
def test_a_table_that_nobody_wrote_into_makes_room_for_what_is_known_now(
    crmtool: Crmtool, office: Path, history: tuple[str, ...]
) -> None:
    line = ("review", office, *RULES, *history, *Q1, "--json")
    crmtool(*line)
    assert crmtool(*line, "--as-of", "2024-03-20").code == 0
    saved(lambda sheet: None)
    ledger(office, ("C1", "C2"))
    assert crmtool(*line).code == 0
    assert [row["客户名称"] for row in table_rows(BOOK)] == ["甲公司"]


def test_neither_another_order_nor_a_signature_is_a_change_but_a_row_is(
    crmtool: Crmtool, office: Path
) -> None:
    line = ("review", office, *RULES, *Q1, "--json")
    crmtool(*line)
    written = Path(BOOK).read_bytes()

    def sorted_and_signed(sheet: Worksheet) -> None:
        first, last = 5, next(row for row in range(5, 99) if sheet.cell(row, 1).value is None) - 1
        assert last > first
        rows = [[sheet.cell(row, at).value for at in range(1, 20)] for row in (first, last)]
        for row, cells in zip((last, first), rows, strict=True):
            for at, value in enumerate(cells, start=1):
                sheet.cell(row, at).value = value
        sheet.cell(last + 2, 1).value = "编制人签字：张三"

    saved(sorted_and_signed)
    assert crmtool(*line).code == 0

    for change in (
        lambda sheet: sheet.delete_rows(5),
        lambda sheet: [sheet.cell(7, at, text) for at, text in ((1, "己公司"), (9, "登门致歉"))],
    ):
        Path(BOOK).write_bytes(written)
        saved(change)
        refused(crmtool(*line))


@pytest.mark.slow
def test_a_table_without_a_seal_is_replaced_unless_its_yellow_cells_are_filled_in(
    crmtool: Crmtool, office: Path
) -> None:
    line = ("review", office, *RULES, *Q1, "--json")
    crmtool(*line)
    saved(lambda sheet: setattr(sheet["S1"], "value", None))
    assert crmtool(*line).code == 0
    saved(lambda sheet: setattr(sheet["S1"], "value", None))
    typed("甲公司", "审批人", "王总")
    assert refused(crmtool(*line))[0] == "L"


def test_what_was_carried_over_is_part_of_what_was_written(crmtool: Crmtool, office: Path) -> None:
    crmtool("review", office, *RULES, *Q1)
    typed("甲公司", "备注", "等新品上市")
    later(office)
    line = ("review", office, *RULES, *Q2, "--json")
    assert crmtool(*line).code == 0
    assert crmtool(*line).code == 0
