"""Numbers as people spell them; expectations are worked out by hand."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmtool.ledger.values.numerals import decimal_comma, is_approximate, parse_number

_DIGITS, _UNITS = "零一二三四五六七八九", ("", "十", "百", "千")
_FORMAL = str.maketrans("零一二三四五六七八九十百千", "零壹贰叁肆伍陆柒捌玖拾佰仟")


def spelled_section(number: int) -> str:
    """Spell 1 to 9,999 as schoolbooks do, with every unit and one 零 for each gap."""
    text, has_gap = "", False
    for place in (3, 2, 1, 0):
        digit = number // 10**place % 10
        if digit == 0:
            has_gap = bool(text)
            continue
        text += ("零" if has_gap else "") + _DIGITS[digit] + _UNITS[place]
        has_gap = False
    return text


def spelled(number: int) -> str:
    """Spell a whole number below 10**12 in Chinese."""
    if number == 0:
        return "零"
    text, is_first = "", True
    for scale, unit in ((10**8, "亿"), (10**4, "万"), (1, "")):
        section = number // scale % 10_000
        if section:
            text += ("" if is_first or section >= 1_000 else "零") + spelled_section(section) + unit
            is_first = False
        elif text and number % scale:
            text += "零" if not text.endswith("零") and number % scale >= scale // 10 else ""
    return text.replace("零零", "零")


@given(st.integers(0, 10**12 - 1))
def test_every_spelled_number_is_read_back(number: int) -> None:
    assert parse_number(spelled(number)) == number
    assert parse_number(spelled(number).translate(_FORMAL)) == number
    assert parse_number("负" + spelled(number)) == -number


@given(st.integers(0, 10**12), st.integers(0, 10**6))
def test_numbers_are_read_back_with_commas_scales_and_full_width(whole: int, millionths: int) -> None:
    exact = Decimal(whole) + Decimal(millionths) / 10**6
    written = f"{exact:,f}"
    assert parse_number(written) == exact
    assert parse_number(written.translate(str.maketrans("0123456789,.", "０１２３４５６７８９，．"))) == exact
    assert parse_number(f"({written})") == -exact
    assert parse_number(f"{exact:f}万") == exact * 10**4
    assert parse_number(f"{exact:f} 亿") == exact * 10**8


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1,200", "1200"),
        ("（1,200）", "-1200"),
        ("82，225.00", "82225"),
        ("3万5", "35000"),
        ("十三万五", "135000"),
        ("一百二", "120"),
        ("一百二十万三", "1203000"),
        ("兩千六", "2600"),
        ("3万4000", "34000"),
        ("25万6千", "256000"),
        ("200亿零四千230", "20000004230"),
        ("1千零20", "1020"),
        ("2千零30万", "20300000"),
        ("4.78万亿", "4780000000000"),
        ("10万万", "1000000000"),
        ("三点五万", "35000"),
        ("零点零五", "0.05"),
        ("一百一十六点三", "116.3"),
        ("40k", "40000"),
        ("5w", "50000"),
        ("2e5", "200000"),
        (".5", "0.5"),
        ("1 200 000", "1200000"),
        ("7 万5 千4 百", "75400"),
        ("０", "0"),
    ],
)
def test_customary_forms_are_read(text: str, expected: str) -> None:
    assert parse_number(text) == Decimal(expected)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "-",
        "万",
        "万万",
        "百万",
        "五兆",
        "3万50",
        "10²",
        "2½",
        "①",
        "1 2",
        "1,20",
        "1,2345",
        "1.234,5",
        "٣",
        "--5",
        "十几",
        "几十万",
        "四五千",
        "十七八",
        "三五",
        "两两",
        "二十零",
        "一千零",
        "1.2.3",
        "nan",
        "inf",
        "1e999",
        "9" * 80,
        "5%",
    ],
)
def test_what_is_no_single_number_is_refused(text: str) -> None:
    assert parse_number(text) is None


@pytest.mark.parametrize(
    "text", ["约5", "近700万", "不到1.9万", "15k左右", "数十亿", "十几块", "十多", "八九亿", "500余万"]
)
def test_words_of_doubt_are_seen(text: str) -> None:
    assert is_approximate(text)


@pytest.mark.parametrize(
    "text", ["5万", "不多于5", "最多5", "至多3", "二〇二三", "多于3", "一一", "一百二十三"]
)
def test_words_that_only_look_doubtful_are_not(text: str) -> None:
    assert not is_approximate(text)


def test_a_decimal_comma_has_two_readings() -> None:
    assert decimal_comma("1,5万") == ("1.5万", "15万")
    assert decimal_comma("1,500") is None
