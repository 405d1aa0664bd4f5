"""Targets of KPIs: read in their own unit, met in exact fractions, reached to some part."""

from __future__ import annotations

from fractions import Fraction as F

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmtool.rules.targets import figure_of, target_of


@pytest.mark.parametrize(
    ("text", "value", "written"),
    [
        ("5%", F(1, 20), "percent"),
        ("10pp", F(1, 10), "percent"),
        ("0.5 pp", F(1, 200), "percent"),
        ("30天", F(30), "days"),
        ("2周", F(14), "days"),
        ("2单", F(2), "number"),
        ("4.5分", F(9, 2), "number"),
        ("40", F(40), "number"),
        ("1.2万元", F(12000), "money"),
        ("-5%", F(-1, 20), "percent"),
    ],
)
def test_a_figure_is_read_in_the_unit_it_is_written_in(text: str, value: F, written: str) -> None:
    figure = figure_of(text)
    assert figure is not None
    assert (figure.value, figure.written) == (value, written)


@pytest.mark.parametrize("text", ["", "九成", "1个月", "半年", "5%%", "baseline"])
def test_what_is_no_figure_of_a_kpi_is_none(text: str) -> None:
    assert figure_of(text) is None


@pytest.mark.parametrize(
    ("text", "actual", "is_met"),
    [
        (">= 90%", F(9, 10), True),
        (">= 90%", F(899_999_999, 10**9), False),
        ("> 90%", F(9, 10), False),
        ("<= 5%", F(1, 20), True),
        ("< 5%", F(1, 20), False),
        ("[-5%, 5%]", F(-1, 20), True),
        ("[-5%, 5%)", F(1, 20), False),
        ("(-5%, 5%]", F(-1, 20), False),
        ("= 3", F(3), True),
        ("= 3", F(4), False),
        ("≥　９０％", F(9, 10), True),
        ("九成", F(1), None),
        (">= baseline", F(1), None),
    ],
)
def test_a_target_is_met_exactly(text: str, actual: F, is_met: bool | None) -> None:
    assert target_of(text).is_met(actual) is is_met


def test_a_relative_target_starts_from_the_baseline_and_is_open_without_it() -> None:
    more, less = target_of(">= baseline + 10pp"), target_of("<= baseline - 8pp")
    assert (more.goal(F(7, 10)), less.goal(F(1, 5))) == (F(4, 5), F(3, 25))
    assert (more.is_met(F(4, 5), F(7, 10)), more.is_met(F(79, 100), F(7, 10))) == (True, False)
    assert (more.goal(), more.is_met(F(1)), more.attainment(F(1))) == (None, None, None)
    assert target_of("[baseline, baseline + 5pp]").is_met(F(1, 2), F(1, 2)) is True


@pytest.mark.parametrize(
    ("text", "actual", "is_change", "reached"),
    [
        (">= 90%", F(22, 25), False, F(44, 45)),  # 88 of 90: the source's 满意度≥90%/88%
        ("<= 30天", F(45), False, F(2, 3)),
        ("<= 5%", F(0), False, F(1)),
        ("<= 0%", F(1, 10), False, F(0)),
        (">= 40", F(-3), False, F(0)),
        (">= 40", F(0), False, F(0)),
        ("[-5%, 5%]", F(-1, 10), True, F(90, 95)),
        ("[-5%, 5%]", F(1, 10), True, F(105, 110)),
        ("[-5%, 5%]", F(1, 100), True, F(1)),
        ("[-5%, 5%]", F(-1), True, F(0)),
        ("= 4", F(5), False, F(4, 5)),
    ],
)
def test_how_far_a_target_is_reached(text: str, actual: F, is_change: bool, reached: F) -> None:
    assert target_of(text).attainment(actual, is_change=is_change) == reached


def test_the_goal_of_a_band_is_the_side_that_is_missed() -> None:
    band = target_of("[-5%, 5%]")
    assert [band.goal(actual=actual) for actual in (F(-1), F(0), F(1), None)] == [
        F(-1, 20),
        None,
        F(1, 20),
        None,
    ]


def test_a_figure_of_another_unit_leaves_the_words_alone() -> None:
    assert target_of(">= 90").fitting("percent").lines == ()
    assert target_of(">= 90%").fitting("days").lines == ()
    assert target_of(">= baseline + 10%").fitting("money").lines == ()
    assert target_of(">= 0").fitting("percent").lines != ()
    assert target_of("<= 30天").fitting("days").lines != ()


@given(st.fractions(-3, 3), st.fractions(-3, 3), st.sampled_from((">=", "<=")), st.booleans())
def test_a_target_is_wholly_reached_where_it_is_met_and_partly_elsewhere(
    line: F, actual: F, sign: str, is_change: bool
) -> None:
    exact = F(round(line * 100), 100)
    target = target_of(f"{sign} {float(exact * 100):.0f}%")
    assert target.goal() == exact
    reached = target.attainment(actual, is_change=is_change)
    assert reached is not None
    assert (reached == 1) == target.is_met(actual)
    assert 0 <= reached <= 1
