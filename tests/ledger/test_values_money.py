"""Amounts of money as people type them; expectations in fen, worked out by hand."""

from __future__ import annotations

from datetime import date
from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmtool.ledger.fields import FieldSpec
from crmtool.ledger.quantities import UNBOUNDED_FEN
from crmtool.ledger.values import Exact, Interval, Refusal, parse_money, read_number, read_text

AS_OF = date(2024, 3, 1)
AMOUNT = FieldSpec("amount", "年消费额", "money", minimum=0)
ANY = FieldSpec("amount", "净额", "money")


@pytest.mark.parametrize(
    ("text", "fen"),
    [
        ("15万元", 15_000_000),
        ("3.5万", 3_500_000),
        ("￥12,000.50", 1_200_050),
        ("¥5", 500),
        ("RMB 5", 500),
        ("人民币  50元", 5_000),
        ("8亿元人民币", 80_000_000_000),
        ("1,200", 120_000),
        ("（1,200）", -120_000),
        ("(1,200)", -120_000),
        ("-¥1,200", -120_000),
        ("伍万元整", 5_000_000),
        ("壹佰贰拾叁万肆仟伍佰陆拾柒元捌角玖分", 123_456_789),
        ("十块三毛", 1_030),
        ("五毛", 50),
        ("123元1角1分", 12_311),
        ("82，225.00元", 8_222_500),
        ("三百万", 300_000_000),
        ("合作30万", 30_000_000),
        ("15万元（含税）", 15_000_000),
        ("１５万元", 15_000_000),
        ("十五", 1_500),
    ],
)
def test_amounts_are_read_to_the_fen(text: str, fen: int) -> None:
    assert parse_money(text) == Exact(fen)


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("5-10万元", 5_000_000, 10_000_000),
        ("1万-5万元", 1_000_000, 5_000_000),
        ("1万元--5万元", 1_000_000, 5_000_000),
        ("5~10万", 5_000_000, 10_000_000),
        ("五到十万元", 5_000_000, 10_000_000),
        ("5000-1万元", 500_000, 1_000_000),
        ("2-3千万", 2_000_000_000, 3_000_000_000),
        ("五到二十万", 5_000_000, 20_000_000),
        ("二到二十万", 2_000_000, 20_000_000),
        ("一到十万", 1_000_000, 10_000_000),
        ("≥10万元", 10_000_000, None),
        ("10万元以上", 10_000_000, None),
        ("50万元（含）以上", 50_000_000, None),
        ("10万+", 10_000_000, None),
        ("不超过3万", None, 3_000_000),
        ("5万元以内", None, 5_000_000),
    ],
)
def test_ranges_keep_their_ends_and_carry_the_unit_back(text: str, low: int | None, high: int | None) -> None:
    assert parse_money(text) == Interval(low, high)


def test_an_excluded_end_is_moved_by_one_fen() -> None:
    below = read_text("低于5万元", AMOUNT, AS_OF)
    assert (below.value, below.high) == (0, 4_999_999)
    above = read_text("超过5万元", AMOUNT, AS_OF)
    assert (above.value, above.high) == (5_000_001, UNBOUNDED_FEN)
    assert read_text("低于5万元", ANY, AS_OF).value == -UNBOUNDED_FEN


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("25481港元", "foreign-currency"),
        ("$20", "foreign-currency"),
        ("两美元又三美分", "foreign-currency"),
        ("USD 300", "foreign-currency"),
        ("20个比特币", "foreign-currency"),
        ("约5万", "approximate-value"),
        ("几十万块", "approximate-value"),
        ("15k左右", "approximate-value"),
        ("不到5万", "approximate-value"),
        ("四五千块钱", "approximate-value"),
        ("一千到两千万元", "two-readings"),
        ("三到五十万", "two-readings"),
        ("五百到一千万", "two-readings"),
        ("1,5万", "two-readings"),
        ("10-5万", "unreadable-range"),
        ("15万/月", "unreadable-money"),
        ("2022年", "unreadable-money"),
        ("abc", "unreadable-money"),
        ("10²", "unreadable-money"),
        ("4人民币5美元", "foreign-currency"),
        ("2022年合作30万，2023年合作50万", "unreadable-money"),
        ("9" * 30 + "万", "number-too-large"),
        ("10万亿元", "number-too-large"),
    ],
)
def test_what_is_no_single_amount_in_yuan_is_refused(text: str, code: str) -> None:
    reading = parse_money(text)
    assert isinstance(reading, Refusal)
    assert reading.code == code


def test_the_headers_unit_holds_for_bare_numbers_only() -> None:
    assert parse_money("1.5", "万元") == Exact(1_500_000)
    assert parse_money("5-10", "万元") == Interval(5_000_000, 10_000_000)
    assert parse_money("30万元", "万元") == Exact(30_000_000)
    own = parse_money("3000元", "万元")
    assert isinstance(own, Exact)
    assert own.value == 300_000
    assert [note.code for note in own.notes] == ["cell-unit-wins"]


@pytest.mark.parametrize("text", ["¥15", "三百"])
def test_a_yuan_sign_below_another_unit_has_two_readings(text: str) -> None:
    reading = parse_money(text, "万元")
    assert isinstance(reading, Refusal)
    assert reading.code == "two-readings"


def test_a_header_in_another_currency_or_unit_gives_no_amount() -> None:
    for unit, code in (("万美元", "foreign-currency"), ("吨", "unknown-unit")):
        reading = parse_money("15", unit)
        assert isinstance(reading, Refusal)
        assert reading.code == code


@pytest.mark.parametrize(("year", "codes"), [(2022, ["amount-of-other-year"]), (2023, []), (2024, [])])
def test_an_amounts_year_is_told_unless_it_is_this_or_the_last(year: int, codes: list[str]) -> None:
    reading = parse_money(f"{year}年合作30万", "万元", as_of=AS_OF)
    assert isinstance(reading, Exact)
    assert (reading.value, [note.code for note in reading.notes]) == (30_000_000, codes)


def test_half_a_fen_is_rounded_up_and_told() -> None:
    reading = parse_money("233,333，333,434.345元")
    assert isinstance(reading, Exact)
    assert (reading.value, [note.code for note in reading.notes]) == (23_333_333_343_435, ["rounded-to-fen"])


def test_a_negative_amount_is_refused_where_the_field_has_none() -> None:
    reading = read_text("(1,200)", AMOUNT, AS_OF)
    assert reading.state == 2
    assert reading.value is None
    assert reading.problem is not None
    assert reading.problem.code == "below-minimum"
    assert read_text("(1,200)", ANY, AS_OF).value == -120_000


@pytest.mark.parametrize("text", ["-", "——", "/", "无", "暂无", "N/A", "", "　"])
def test_placeholders_are_empty_cells(text: str) -> None:
    assert read_text(text, AMOUNT, AS_OF).state == 0


@pytest.mark.parametrize("text", ["#N/A", "#DIV/0!", "NaN", "inf", "-Infinity", "未知", "待定"])
def test_errors_and_not_knowing_are_no_empty_cells(text: str) -> None:
    reading = read_text(text, AMOUNT, AS_OF)
    assert (reading.state, reading.value) == (2, None)


@given(st.integers(0, 10**13))
def test_any_amount_is_read_back_in_every_spelling(fen: int) -> None:
    yuan = Decimal(fen) / 100
    for text in (
        f"{yuan:.2f}",
        f"{yuan:,.2f}元",
        f"￥{yuan:.2f}",
        f"{yuan / 10_000:f}万元",
        f"{yuan / 10**8:f}亿",
    ):
        assert parse_money(text) == Exact(fen), text
    assert parse_money(f"{yuan / 10_000:f}", "万元") == Exact(fen)


@given(
    st.integers(-(10**13) + 1, 10**13 - 1), st.sampled_from([("元", 100), ("万元", 10**6), ("千元", 10**5)])
)
def test_number_cells_are_taken_to_fifteen_digits(units: int, header: tuple[str, int]) -> None:
    cell = units / 10**4
    expected = (Decimal(units).scaleb(-4) * header[1]).quantize(Decimal(1), rounding=ROUND_HALF_UP)
    assert read_number(cell, ANY, AS_OF, unit=header[0]).value == int(expected)
