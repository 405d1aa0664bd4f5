"""Counts, numbers, rates and percentages as people type them; expectations are worked out by hand."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmtool.ledger.fields import FieldSpec
from crmtool.ledger.quantities import UNBOUNDED, Duration
from crmtool.ledger.values import Exact, Interval, Refusal, parse_count, parse_percent, read_number, read_text

AS_OF = date(2024, 3, 1)
PEOPLE = FieldSpec("employees", "人数", "count", minimum=0)
MARK = FieldSpec("satisfaction", "满意度", "number", minimum=0, maximum=5)
RATE = FieldSpec("growth", "增长率", "percent")
SHARE = FieldSpec("share", "复购率", "percent", minimum=0, maximum=1)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("200人", 200),
        ("4次", 4),
        ("12单", 12),
        ("3万人", 30_000),
        ("两次", 2),
        ("三百", 300),
        ("1,200 人", 1200),
        ("4.5分", 4.5),
    ],
)
def test_counts_are_read_with_their_unit(text: str, value: float) -> None:
    reading = parse_count(text)
    assert isinstance(reading, Exact)
    assert float(reading.value) == value


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("1000人+", 1000, UNBOUNDED),
        ("1000+人", 1000, UNBOUNDED),
        ("500人以上", 500, UNBOUNDED),
        ("不少于500人", 500, UNBOUNDED),
        ("超过500人", 501, UNBOUNDED),
        ("500-1000", 500, 1000),
        ("100～200人", 100, 200),
        ("1千-2千人", 1000, 2000),
        ("10人以下", 0, 10),
        ("少于10人", 0, 9),
    ],
)
def test_ranges_of_counts_have_inclusive_ends(text: str, low: float, high: float) -> None:
    reading = read_text(text, PEOPLE, AS_OF)
    assert (reading.value, reading.high) == (low, high)


@pytest.mark.parametrize(
    ("text", "per_month"),
    [
        ("每月6次", 6),
        ("6次/月", 6),
        ("月均6次", 6),
        ("每季度1次", Fraction(1, 3)),
        ("每半年1次", Fraction(1, 6)),
        ("每2个月1次", Fraction(1, 2)),
        ("2次/年", Fraction(1, 6)),
        ("每两周1次", Fraction(146097, 4800 * 14)),
    ],
)
def test_rates_are_turned_into_the_fields_span(text: str, per_month: Fraction) -> None:
    reading = parse_count(text, per=Duration(months=1))
    assert isinstance(reading, Exact)
    assert float(reading.value) == pytest.approx(float(per_month), rel=1e-15)


def test_a_rate_is_refused_where_the_field_has_no_span() -> None:
    assert parse_count("每月6次") == Refusal("rate-without-period")
    assert parse_count("每月2-3次", per=Duration(months=12)) == Interval(Decimal(24), Decimal(36))


def test_a_weekday_is_no_number_of_times() -> None:
    assert parse_count("每周三", per=Duration(months=1)) == Refusal("unreadable-number")


def test_headers_units_scale_bare_numbers() -> None:
    assert parse_count("1.2", "万人") == Exact(Decimal(12_000))
    assert parse_count("200人", "万人") == Exact(Decimal(200))
    assert parse_count("6", "次/年", per=Duration(months=1)) == Exact(Decimal("0.5"))


def test_marks_are_read_out_of_the_fields_total_only() -> None:
    assert read_text("4.5分（5分制）", MARK, AS_OF).value == 4.5
    other = read_text("90分（100分制）", MARK, AS_OF)
    assert other.problem is not None
    assert other.problem.code == "other-scale"
    above = read_text("6", MARK, AS_OF)
    assert above.problem is not None
    assert above.problem.code == "above-maximum"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("约200", "approximate-value"),
        ("十几", "approximate-value"),
        ("200左右", "approximate-value"),
        ("1,2", "two-readings"),
        ("每周", "unreadable-number"),
        ("80%", "unreadable-number"),
        ("4/5", "unreadable-number"),
    ],
)
def test_what_is_no_single_number_is_refused(text: str, code: str) -> None:
    reading = parse_count(text)
    assert isinstance(reading, Refusal)
    assert reading.code == code


def test_numbers_that_have_lost_digits_are_told() -> None:
    reading = read_number(12345678901234567.0, FieldSpec("n", "数", "number"), AS_OF)
    assert "digits-lost" in [note.code for note in reading.notes]
    assert read_text("4.5", PEOPLE, AS_OF).notes[0].code == "fractional-count"


def test_binary_noise_of_a_formula_is_not_above_its_value() -> None:
    assert read_number(0.1 + 0.2, FieldSpec("n", "数", "number"), AS_OF).value == 0.3


@given(st.integers(-(10**6), 10**6))
def test_percentages_are_read_in_every_spelling(basis_points: int) -> None:
    percent, fraction = Decimal(basis_points) / 100, Decimal(basis_points) / 10_000
    for text in (f"{percent}%", f"{percent} ％", f"{percent * 10}‰"):
        assert parse_percent(text) == Exact(fraction)
    assert parse_percent(f"{percent}", "%") == Exact(fraction)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("百分之五", "0.05"),
        ("百分之百", "1"),
        ("负百分之五", "-0.05"),
        ("千分之一", "0.001"),
        ("0.8", "0.8"),
        ("1", "1"),
    ],
)
def test_percentages_in_words_and_fractions_are_read(text: str, value: str) -> None:
    assert parse_percent(text) == Exact(Decimal(value))


def test_a_large_bare_percentage_has_two_readings_unless_only_one_is_possible() -> None:
    growth = read_text("80", RATE, AS_OF)
    assert growth.problem is not None
    assert growth.problem.params == {"first": "80%", "second": "8000%"}
    assert read_text("80", SHARE, AS_OF).value == 0.8
    assert read_text("80", RATE, AS_OF, unit="%").value == 0.8


@pytest.mark.parametrize("text", ["八折", "9成", "两成", "三成半", "对折", "75折", "九 九 折"])
def test_discounts_and_tenths_are_no_percentages(text: str) -> None:
    assert parse_percent(text) == Refusal("discount-not-percent")


def test_percentage_points_are_no_percentages() -> None:
    assert parse_percent("12个百分点") == Refusal("percentage-points")


def test_ranges_of_percentages_carry_the_sign_back() -> None:
    assert parse_percent("5-10%") == Interval(Decimal("0.05"), Decimal("0.10"))
    below = read_text("低于5%", SHARE, AS_OF)
    assert below.value == 0
    assert 0.0499999999 < below.high < 0.05  # type: ignore[operator]
