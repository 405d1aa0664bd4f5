"""Real texts collected by other projects: what is in scope is read right, the rest is refused, none read wrong."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

from crmtool.ledger.values import (
    Exact,
    Interval,
    Refusal,
    parse_date,
    parse_duration,
    parse_money,
    parse_number,
    parse_percent,
)

#: 兆 is refused; these whole cells hold other things that are no single plain number.
_FORMS_OUT_OF_SCOPE = (
    "几",
    "幾",
    "多",
    "余",
    "分之",
    "兆",
    "^",
    "又",
    "/",
    "打",
    "半百",
    "倆",
    "两千三点一",
    "百三",
    "千三",
    "零十",
)
_LUNAR_OR_ERA = ("农历", "初", "正月", "大年", "神龙", "雍正")
_CNY = "元"


def rows(folder: Path, name: str) -> Iterator[dict[str, str]]:
    with (folder / "values" / name).open(encoding="utf-8", newline="") as lines:
        yield from csv.DictReader(lines)


def is_whole_cell(row: dict[str, str]) -> bool:
    return row["input"].replace("，", ",").translate(_WIDE) == row["text"].replace("，", ",").translate(_WIDE)


_WIDE = str.maketrans("０１２３４５６７８９．％", "0123456789.%")


def test_all_strict_and_normal_chinese_numerals_are_read(shared_data: Path) -> None:
    seen = {"strict": 0, "normal": 0}
    for row in rows(shared_data, "cn2an_numbers.csv"):
        if row["mode"] in seen:
            amount = row["input"][-1] in "整正角圆"
            reading = parse_money(row["input"]) if amount else parse_number(row["input"])
            value = Decimal(reading.value) / 100 if isinstance(reading, Exact) else reading
            assert value == Decimal(row["expected"]), row
            seen[row["mode"]] += 1
        else:
            assert parse_number(row["input"]) in (None, Decimal(row["expected"])), row
    assert seen == {"strict": 45, "normal": 15}


def test_all_accurate_yuan_amounts_are_read_and_the_rest_is_refused(shared_data: Path) -> None:
    accurate = 0
    for row in rows(shared_data, "jionlp_money.csv"):
        reading = parse_money(row["input"])
        if row["currency"] != _CNY:
            assert isinstance(reading, Refusal), row
            assert reading.code == "foreign-currency", row
        elif row["definition"] == "accurate":
            assert isinstance(reading, Exact), row
            assert abs(Decimal(reading.value) / 100 - Decimal(row["num_lo"])) < Decimal("0.005"), row
            accurate += 1
        elif isinstance(reading, Interval):
            assert_range(row, reading)
        else:
            assert isinstance(reading, Refusal), row
            assert reading.code in ("approximate-value", "two-readings"), row
    assert accurate == 8


def assert_range(row: dict[str, str], reading: Interval[int]) -> None:
    """Compare with the file, which gives a one-sided range its number twice."""
    low, high = (None if end is None else Decimal(end) / 100 for end in (reading.low, reading.high))
    expected = (Decimal(row["num_lo"]), Decimal(row["num_hi"]))
    assert {low, high} - {None} == set(expected), row
    if row["definition"] == "blur+":
        assert high is None, row


def test_ranges_of_amounts_are_ranges(shared_data: Path) -> None:
    inputs = [row["input"] for row in rows(shared_data, "jionlp_money.csv")]
    for text, ends in (("1万-5万元", (10**6, 5 * 10**6)), ("1万元--5万元", (10**6, 5 * 10**6))):
        assert text in inputs
        assert parse_money(text) == Interval(*ends)


def test_amounts_in_yuan_are_read_and_others_refused(shared_data: Path) -> None:
    for row in rows(shared_data, "recognizers_currency.csv"):
        if not row["text"] or not row["value"]:
            continue
        reading = parse_money(row["text"])
        if row["iso"] == "CNY" and "兆" not in row["text"]:
            assert reading == Exact(int(Decimal(row["value"]) * 100)), row
        else:
            assert isinstance(reading, Refusal), row


def test_every_complete_gregorian_date_is_read_and_no_other_is_read_wrong(shared_data: Path) -> None:
    complete = 0
    for row in rows(shared_data, "recognizers_date.csv"):
        if not is_whole_cell(row):
            continue
        reading = parse_date(row["input"])
        spelled_out = not row["timex"].startswith("XXXX") and row["past"] != "0001-01-01"
        is_year_first = row["timex"][:4] in row["input"] and not row["input"].endswith(row["timex"][:4])
        is_chinese = any(year in row["input"] for year in ("两千零四年", "两千年", "二零零四年", "三六七年"))
        if (
            spelled_out
            and (is_year_first or is_chinese)
            and not any(word in row["input"] for word in _LUNAR_OR_ERA)
        ):
            assert reading == Exact(date.fromisoformat(row["past"])), row
            complete += 1
        else:
            assert isinstance(reading, Refusal), row
    assert complete == 14


def test_numbers_are_read_right_or_not_at_all(shared_data: Path) -> None:
    read = 0
    for row in rows(shared_data, "recognizers_number.csv"):
        if not row["text"]:
            assert parse_number(row["input"]) is None, row
            continue
        if not is_whole_cell(row):
            continue
        number = parse_number(row["input"])
        if number is None:
            assert any(form in row["input"].replace(" ", "") for form in _FORMS_OUT_OF_SCOPE), row
        else:
            assert abs(number - Decimal(row["value"])) <= abs(number) * Decimal("1e-12"), row
            read += 1
    assert read > 150


def test_percentages_are_read_right_and_discounts_never(shared_data: Path) -> None:
    read = 0
    for row in rows(shared_data, "recognizers_percent.csv"):
        if not row["text"] or not is_whole_cell(row):
            continue
        reading = parse_percent(row["input"])
        if any(word in row["input"].replace(" ", "") for word in ("折", "成", "百分点", "百分點")):
            assert isinstance(reading, Refusal), row
        elif isinstance(reading, Exact):
            assert reading.value == Decimal(row["value"].removesuffix("%")) / 100, row
            read += 1
    assert read >= 20


def test_spans_are_read_right_or_not_at_all(shared_data: Path) -> None:
    read = 0
    for row in rows(shared_data, "recognizers_duration.csv"):
        reading = parse_duration(row["text"])
        if "T" in row["timex"] or "多" in row["text"]:
            assert isinstance(reading, Refusal), row
            continue
        assert isinstance(reading, Exact), row
        # The file counts 365 days a year and 30 a month.
        years, months = divmod(reading.value.months, 12)
        assert years * 365 + months * 30 + reading.value.days == days_of(row), row
        read += 1
    assert read == 9


def days_of(row: dict[str, str]) -> float:
    """Return the file's length in days; it counts half a year as half of 365 days."""
    days = int(row["seconds"]) / 86_400
    return days - 2.5 if row["timex"].endswith(".5Y") else days
