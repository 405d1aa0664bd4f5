"""Conditions and values in words."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pyarrow as pa
import pytest
from case_frames import shipped
from hypothesis import given
from hypothesis import strategies as st

from crmtool.ledger.quantities import Duration
from crmtool.messages.judging import JUDGING, PHRASES
from crmtool.rules.conditions import All, Any, Atom, Bound, Not, OneOf, Present, Range, Within
from crmtool.rules.telling.amounts import money_texts
from crmtool.rules.telling.words import (
    condition_text,
    criterion_text,
    money_text,
    number_text,
    percent_text,
    span_text,
    symbol_text,
    value_text,
)


@pytest.mark.parametrize(
    ("fen", "zh", "en"),
    [
        (15_000_000, "15万元", "CNY 150,000"),
        (1_234_567, "12,345.67元", "CNY 12,345.67"),
        (800_000, "8,000元", "CNY 8,000"),
        (12_550_000, "12.55万元", "CNY 125,500"),
        (12_345_000, "123,450元", "CNY 123,450"),
        (0, "0元", "CNY 0"),
        (1, "0.01元", "CNY 0.01"),
        (-2_000_000, "-2万元", "CNY -20,000"),
        (12_000_000_000, "1.2亿元", "CNY 120,000,000"),
    ],
)
def test_money_is_exact_and_short(fen: int, zh: str, en: str) -> None:
    assert (money_text(fen), money_text(fen, "en")) == (zh, en)
    column = pa.array([fen, None], pa.int64())
    assert money_texts(column).to_pylist() == [zh, None]
    assert money_texts(column, "en").to_pylist() == [en, None]


@given(st.lists(st.integers(-(10**14), 10**14) | st.integers(-(10**7), 10**7) | st.none()))
def test_columns_of_money_read_as_single_amounts_do(column: list[int | None]) -> None:
    cells = pa.array(column, pa.int64())
    for lang in ("zh", "en"):
        said = [None if fen is None else money_text(fen, lang) for fen in column]
        assert money_texts(cells, lang).to_pylist() == said


@given(st.integers(-(10**14), 10**14))
def test_money_words_lose_no_fen(fen: int) -> None:
    for text in (money_text(fen), *money_texts(pa.array([fen], pa.int64())).to_pylist()):
        figure = text.removesuffix("元")
        scale = {"亿": 10**8, "万": 10**4}.get(figure[-1], 1)
        assert Decimal(figure.rstrip("亿万").replace(",", "")) * scale * 100 == fen


def test_numbers_and_shares_have_no_binary_tails() -> None:
    assert [number_text(x) for x in (4.0, 4.5, 0.1 + 0.2, Decimal("10.00"), Fraction(1, 3))] == [
        "4", "4.5", "0.3", "10", "0.33",
    ]  # fmt: skip
    assert [percent_text(x) for x in (0.07, 0.29, -0.4, 1)] == ["7%", "29%", "-40%", "100%"]


def test_every_kind_of_test_says_what_its_boundary_includes() -> None:
    money = 10_000_000
    said = {
        Range(Bound(money, True)): ("10万元以上（含）", "≥ 10万元"),
        Range(Bound(money, False)): ("超过10万元", "> 10万元"),
        Range(None, Bound(money, True)): ("10万元以下（含）", "≤ 10万元"),
        Range(None, Bound(money, False)): ("不满10万元", "< 10万元"),
        Range(Bound(money, True), Bound(money, True)): ("恰为10万元", "= 10万元"),
        Range(Bound(2_000_000, True), Bound(money, False)): (
            "2万元以上（含）、不满10万元",
            "≥ 2万元 且 < 10万元",
        ),
    }
    assert {test: (criterion_text(test, "money"), symbol_text(test, "money")) for test in said} == said
    year = Duration(months=12)
    assert criterion_text(Range(Bound(year, True)), "age") == "满1年"
    assert criterion_text(Range(None, Bound(year, False)), "age", "en") == "for less than 1 year"
    assert criterion_text(Within(Duration(months=3)), "age") == "近3个月内"
    assert symbol_text(Within(Duration(months=3), negated=True), "age") == "不在近3个月内"
    assert criterion_text(OneOf(("甲", "乙")), "enum") == "为 甲/乙"
    assert criterion_text(Present(), "text", "en") == "filled in"


def test_spans_and_values_read_as_people_write_them() -> None:
    assert [span_text(Duration(months=m), "en") for m in (1, 3, 12, 24)] == [
        "1 month",
        "3 months",
        "1 year",
        "2 years",
    ]
    assert span_text(Duration(days=14)) == "2周"
    assert value_text(date(2023, 10, 15), "age") == "2023-10-15"
    assert value_text("制造业", "enum") == "制造业"


def test_an_alternative_inside_a_conjunction_stands_in_brackets() -> None:
    rules = shipped("annual_value")
    spent, new = Range(Bound(5_000_000, True)), Range(None, Bound(Duration(months=12), False))
    when = All(
        (
            Atom("annual_amount", spent),
            Any((Atom("tenure", new), Atom("demand_explored", OneOf(("未挖掘",))))),
        )
    )
    assert (
        condition_text(when, rules)
        == "年消费额 5万元以上（含） 且 （合作时长 不满1年 或 需求挖掘程度 为 未挖掘）"
    )
    assert condition_text(Not(Atom("annual_amount", spent)), rules) == "不符合（年消费额 5万元以上（含））"


def test_levels_are_called_by_their_labels() -> None:
    rules = shipped("four_dimensions")
    when = rules.dimensions["potential"].levels[0].when
    assert condition_text(when, rules) == "消费潜力评估 为 大 且 消费频率 为 高频/中频"


def test_every_phrase_and_message_can_be_printed_on_a_gbk_console() -> None:
    for zh, en in PHRASES.values():
        assert zh.encode("gbk") and en.encode("gbk")
    for message in JUDGING.values():
        assert (message.zh + message.help_zh).encode("gbk")
        assert (message.en + message.help_en).isascii()
