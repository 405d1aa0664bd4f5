"""Ids, texts, enums, levels and flags; expectations are worked out by hand."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from crmtool.ledger.fields import FieldSpec, LevelNames
from crmtool.ledger.values import read_error, read_moment, read_number, read_text
from crmtool.ledger.values.readings import Exact
from crmtool.ledger.values.words import read_plain

AS_OF = date(2024, 3, 1)
ID = FieldSpec("customer_id", "客户ID", "id")
TEXT = FieldSpec("note", "备注", "text")
STATUS = FieldSpec("status", "客户状态", "enum", values=("潜在客户", "意向客户", "成交客户", "流失客户"))
CYCLE = FieldSpec("cycle", "生命周期", "enum", values=("导入", "成长", "成熟", "衰退"))
TRADE = FieldSpec("industry", "行业", "enum", values=("制造业", "服务业"), open=True)
WISH = FieldSpec("demand_type", "主要需求", "enum", values=("定制化", "标准化"), match="contains")
LEVELS = (LevelNames("high", "高频", ("高频客户",)), LevelNames("mid", "中频"), LevelNames("low", "低频"))
OFTEN = FieldSpec("monthly_freq", "消费频率", "number", dimension="frequency", levels=LEVELS)
PURE = FieldSpec("frequency", "频率", "text", dimension="frequency", levels=LEVELS)


def test_ids_keep_their_zeros_and_numbers_lose_their_point() -> None:
    assert read_text("001", ID, AS_OF).value == "001"
    assert read_number(13800138000.0, ID, AS_OF).value == "13800138000"
    assert read_number(1.5, TEXT, AS_OF).value == "1.5"
    assert read_text("+86 138", TEXT, AS_OF).value == "+86 138"
    assert read_text("-", TEXT, AS_OF).value == "-"
    assert read_text("=cmd|'/c calc'!A1", TEXT, AS_OF).value == "=cmd|'/c calc'!A1"


def test_an_id_with_lost_digits_is_unknown() -> None:
    reading = read_number(110101199001011234.0, ID, AS_OF)
    assert reading.state == 2
    assert reading.problem is not None
    assert reading.problem.code == "digits-lost"
    assert read_text("110101199001011234", ID, AS_OF).value == "110101199001011234"


def test_characters_that_no_workbook_can_hold_are_removed_and_told() -> None:
    reading = read_text("甲\x07公\ud800司\uffff", TEXT, AS_OF)
    assert reading.value == "甲公司"
    assert reading.notes[0].params == {"count": "3"}
    assert read_text("两\n行", TEXT, AS_OF).value == "两\n行"


def test_a_text_is_cut_where_a_cell_ends() -> None:
    plain = read_plain("字" * 32_767)
    assert plain == Exact("字" * 32_767)
    cut = read_text("𠮷" * 20_000, TEXT, AS_OF)
    assert isinstance(cut.value, str)
    assert len(cut.value) == 16_383
    assert cut.notes[0].code == "text-cut"


@pytest.mark.parametrize("text", ["成交客户", "成交", " 成交 客户", "成交期"])
def test_enum_values_match_with_or_without_their_ending(text: str) -> None:
    assert read_text(text, STATUS, AS_OF).value == "成交客户"


@pytest.mark.parametrize("text", ["导入", "导入期", "导入阶段", "导入客户"])
def test_enum_values_may_have_an_ending_more(text: str) -> None:
    assert read_text(text, CYCLE, AS_OF).value == "导入"


def test_an_unknown_value_is_refused_with_the_nearest() -> None:
    reading = read_text("成交户", STATUS, AS_OF)
    assert reading.state == 2
    assert reading.problem is not None
    assert reading.problem.params["nearest"] == "成交客户"


def test_open_and_containing_enums_keep_what_stands_there() -> None:
    assert read_text("零售业", TRADE, AS_OF).value == "零售业"
    assert read_text("定制化生产管理系统", WISH, AS_OF).value == "定制化生产管理系统"
    assert read_text("定制化", WISH, AS_OF).value == "定制化"


def test_a_level_is_taken_as_given_and_anything_else_as_the_value() -> None:
    for text in ("高频", "高频客户", "高频类"):
        reading = read_text(text, OFTEN, AS_OF)
        assert (reading.level, reading.value, reading.state) == ("high", None, 1)
    assert read_text("6", OFTEN, AS_OF).value == 6.0
    assert read_number(6.0, OFTEN, AS_OF).value == 6.0


def test_a_column_of_levels_alone_refuses_other_texts() -> None:
    assert read_text("低频", PURE, AS_OF).level == "low"
    assert read_text("超高频", PURE, AS_OF).state == 2


def test_yes_and_no_have_many_spellings() -> None:
    flag = FieldSpec("joined", "参与", "flag")
    assert [read_text(text, flag, AS_OF).value for text in ("是", "Y", "√", "否", "无", "FALSE")] == [
        "是"
    ] * 3 + ["否"] * 3
    assert read_text("也许", flag, AS_OF).state == 2


def test_error_cells_are_unknown_whatever_the_field() -> None:
    assert read_error("#N/A").state == 2
    missing = read_error("no-value")
    assert missing.problem is not None
    assert missing.problem.code == "formula-without-value"
    assert read_text("#REF!", ID, AS_OF).state == 2
    assert read_text("#12楼", TEXT, AS_OF).value == "#12楼"


def test_a_date_among_texts_is_its_text_and_among_numbers_a_mistake() -> None:
    day = datetime(2024, 1, 2)  # noqa: DTZ001
    assert read_moment(day, TEXT, AS_OF).value == "2024-01-02"
    assert read_moment(day.replace(hour=9), TEXT, AS_OF).value == "2024-01-02 09:00:00"
    assert read_moment(day, FieldSpec("n", "数", "count"), AS_OF).state == 2
