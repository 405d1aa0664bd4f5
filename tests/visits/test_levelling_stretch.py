"""Intervals grow by the smallest factor that is enough, and keep their ratio to the day."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmtool.ledger.quantities import Duration
from crmtool.visits.levelling import smallest_stretch, stretched

MONTHS_OF_400_YEARS, DAYS_OF_400_YEARS = 4_800, 146_097


@pytest.mark.parametrize(
    ("span", "factor", "longer"),
    [
        (Duration(months=1), "1", Duration(months=1)),
        (Duration(months=1), "1.05", Duration(months=1, days=2)),  # 0.05 of 30.44 days are 1.5
        (Duration(months=1), "1.5", Duration(months=1, days=15)),
        (Duration(months=3), "1.5", Duration(months=4, days=15)),
        (Duration(months=6), "1.25", Duration(months=7, days=15)),
        (Duration(months=2), "2", Duration(months=4)),
        (Duration(days=14), "1.5", Duration(days=21)),
        (Duration(days=7), "1.05", Duration(days=7)),  # 7.35
        (Duration(days=7), "1.5", Duration(days=11)),  # 10.5, halves up
        (Duration(months=1, days=15), "2", Duration(months=2, days=30)),
    ],
)
def test_a_span_is_stretched_in_whole_months_and_days(span: Duration, factor: str, longer: Duration) -> None:
    assert stretched(span, Fraction(factor)) == longer


@given(st.integers(1, 24), st.integers(20, 120))
def test_a_stretched_span_is_right_to_half_a_day(months: int, twentieths: int) -> None:
    """So the ratio of two spans stays what it was but for that."""
    factor = Fraction(twentieths, 20)
    longer = stretched(Duration(months=months), factor)
    month = Fraction(DAYS_OF_400_YEARS, MONTHS_OF_400_YEARS)
    assert abs(longer.months * month + longer.days - months * month * factor) <= Fraction(1, 2)


def test_where_all_finds_room_nothing_is_stretched() -> None:
    found = smallest_stretch(lambda factor: factor, lambda _: True)
    assert (found.factor, found.made, found.is_enough) == (1, 1, True)


@given(st.integers(21, 120))
def test_the_smallest_factor_that_is_enough_is_found(twentieths: int) -> None:
    least, made = Fraction(twentieths, 20), []

    def make(factor: Fraction) -> str:
        made.append(factor)
        return str(factor)

    found = smallest_stretch(make, lambda text: Fraction(text) >= least)
    assert (found.factor, found.made, found.is_enough) == (least, str(least), True)
    assert len(made) <= 13, "made as seldom as halving allows: 101 factors, and three neighbours"
    assert len(set(made)) == len(made)


def test_a_smaller_factor_beside_one_that_is_not_enough_is_found() -> None:
    enough = {Fraction(110, 100), Fraction(115, 100)} | {Fraction(n, 20) for n in range(25, 121)}
    found = smallest_stretch(lambda factor: factor, enough.__contains__)
    assert found.factor == Fraction(11, 10)


def test_where_no_factor_is_enough_the_greatest_is_told() -> None:
    found = smallest_stretch(lambda factor: factor, lambda _: False)
    assert (found.factor, found.made, found.is_enough) == (6, 6, False)
