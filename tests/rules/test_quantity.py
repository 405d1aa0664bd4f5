"""Figures and tests in rules are exact, in their field's unit, and say one thing only."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmtool.ledger.fields import Kind
from crmtool.ledger.quantities import Duration
from crmtool.rules.conditions import Bound, Range, Within
from crmtool.rules.language.quantity import UnfitError, parse_quantity, parse_range, parse_span


def same(figure: str) -> str:
    """Stand for a file without parameters."""
    return figure


def refusal(text: str, kind: Kind) -> UnfitError:
    """Return why a test is refused."""
    with pytest.raises(UnfitError) as raised:
        parse_range(text, kind, same)
    return raised.value


@pytest.mark.parametrize(
    ("text", "fen"),
    [
        ("10万元", 10000000),
        ("10万", 10000000),
        ("100000", 10000000),
        ("1.5亿", 15000000000),
        ("0.07元", 7),
        ("0元", 0),
        ("-5千元", -500000),
        ("１０万元", 10000000),
        ("33.33万元", 33330000),
    ],
)
def test_money_is_whole_fen_and_a_bare_number_is_yuan(text: str, fen: int) -> None:
    assert parse_quantity(text, "money") == fen


@given(st.integers(0, 10**11))
def test_money_written_in_yuan_is_exact_to_the_fen(fen: int) -> None:
    assert parse_quantity(f"{fen // 100}.{fen % 100:02d}元", "money") == fen


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("3个月", Duration(3)),
        ("半年", Duration(6)),
        ("1季度", Duration(3)),
        ("1年6个月", Duration(18)),
        ("2周", Duration(0, 14)),
        ("0天", Duration()),
        ("1.5年", Duration(18)),
        ("100年", Duration(1200)),
        ("1个月15天", Duration(1, 15)),
    ],
)
def test_spans_are_calendar_months_and_days(text: str, span: Duration) -> None:
    assert parse_span(text) == span


@pytest.mark.parametrize("text", ["3", "", "三个月", "0.5个月", "101年", "3个月前", "-1天", "月"])
def test_what_is_no_span_is_refused(text: str) -> None:
    with pytest.raises(UnfitError):
        parse_span(text)


@given(st.integers(0, 1200), st.integers(0, 9))
def test_the_text_of_a_span_reads_back(months: int, days: int) -> None:
    span = Duration(months, days) if months < 1200 else Duration(months)
    assert parse_span(span.text()) == span


@pytest.mark.parametrize(
    ("text", "kind", "test"),
    [
        (">= 10万元", "money", Range(Bound(10_000_000, True), None)),
        ("≥10万元", "money", Range(Bound(10_000_000, True), None)),
        ("< 2", "count", Range(None, Bound(Decimal(2), False))),
        ("= 4次", "count", Range(Bound(Decimal(4), True), Bound(Decimal(4), True))),
        ("[5万元, 10万元)", "money", Range(Bound(5_000_000, True), Bound(10_000_000, False))),
        ("(0%, 20%]", "percent", Range(Bound(Decimal(0), False), Bound(Decimal("0.2"), True))),
        ("within 3个月", "age", Within(Duration(3))),
        ("not within 半年", "date", Within(Duration(6), negated=True)),
        (">= 1年", "age", Range(Bound(Duration(12), True), None)),
        ("[1个月, 31天]", "age", Range(Bound(Duration(1), True), Bound(Duration(0, 31), True))),
        (">= 2万人", "count", Range(Bound(Decimal(20_000), True), None)),
        (">= 4.5分", "number", Range(Bound(Decimal("4.5"), True), None)),
    ],
)
def test_tests_mean_what_they_say(text: str, kind: Kind, test: Range | Within) -> None:
    assert parse_range(text, kind, same) == test


def test_a_parameter_stands_for_its_text() -> None:
    lookup = {"$line": "10万元", "$span": "3个月"}.__getitem__
    assert parse_range(">= $line", "money", lookup) == Range(Bound(10_000_000, True), None)
    assert parse_range("not within $span", "age", lookup) == Within(Duration(3), negated=True)


@pytest.mark.parametrize("text", ["5-10万元", "5万元-10万元", "5~10万元", "5至10万元", "5万到10万元"])
def test_a_range_with_a_dash_is_refused_with_its_two_readings(text: str) -> None:
    error = refusal(text, "money")
    low = "5万" if "5万到" in text else "5万元"
    assert (error.code, error.params["first"], error.params["second"]) == (
        "ambiguous-range",
        f'"[{low}, 10万元]"',
        f'"[{low}, 10万元)"',
    )


@pytest.mark.parametrize(
    ("text", "kind", "suggestion"),
    [
        ("10万元以上", "money", '">= 10万元"'),
        ("10万元及以下", "money", '"<= 10万元"'),
        ("超过5%", "percent", '"> 5%"'),
        ("不满1年", "age", '"< 1年"'),
        ("近3个月", "age", '"within 3个月"'),
        ("3个月以内", "age", '"within 3个月"'),
        ("近3个月以外", "age", '"not within 3个月"'),
        ("不低于4次", "count", '">= 4次"'),
        ("至少2单", "count", '">= 2单"'),
    ],
)
def test_a_word_is_refused_with_the_test_that_it_means(text: str, kind: Kind, suggestion: str) -> None:
    error = refusal(text, kind)
    assert (error.code, error.params["suggestion"]) == ("word-test", suggestion)


@pytest.mark.parametrize(
    ("text", "kind", "code"),
    [
        (">= 10万元", "count", "unit-mismatch"),
        (">= 10万", "age", "unit-mismatch"),
        (">= 3次", "money", "unit-mismatch"),
        (">= 4.5分", "money", "unit-mismatch"),
        (">= 3个月", "count", "unit-mismatch"),
        ("> 5", "percent", "unit-mismatch"),
        ("> 5%", "count", "unit-mismatch"),
        ("within 3个月", "money", "within-not-age"),
        ("10万元", "money", "bare-value"),
        ("$line", "money", "bare-value"),
        (">= 3 < 5", "count", "not-a-test"),
        ("= 1年", "age", "not-a-test"),
        ("[3, 2]", "count", "empty-interval"),
        ("(2, 2]", "count", "empty-interval"),
        ("[1年, 6个月]", "age", "empty-interval"),
        (">= 0.001元", "money", "finer-than-fen"),
        (">= 99999999999999999元", "money", "not-a-figure"),
        ("", "money", "not-a-test"),
        ("很多", "money", "not-a-test"),
    ],
)
def test_what_does_not_fit_is_refused(text: str, kind: Kind, code: str) -> None:
    assert refusal(text, kind).code == code


@given(
    st.text("0123456789.,-万元年月天次%[]()<>= within", max_size=16),
    st.sampled_from(["money", "age", "count", "percent"]),
)
def test_any_text_is_a_test_or_refused(text: str, kind: Kind) -> None:
    try:
        assert isinstance(parse_range(text, kind, same), Range | Within)
    except UnfitError as error:
        assert error.code
