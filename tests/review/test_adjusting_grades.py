"""Grades by the worst KPI, exact at their lines."""

from __future__ import annotations

from fractions import Fraction

import pyarrow as pa
import pytest
from adjusting_cases import common, frame, kpi, rules
from hypothesis import given
from hypothesis import strategies as st

from crmtool.review.adjusting.grading import customer_grades, graded
from crmtool.review.model import CUSTOMER_KPI_COLUMNS
from crmtool.rules.reviewing import gap_in, grading_of

GRADES = grading_of(rules(), common())


@pytest.mark.parametrize(
    ("attainment", "grade"),
    [
        (1.0, "优"),
        (1.2, "优"),
        (0.999999, "良"),
        (0.9, "良"),
        (float(Fraction(9, 10)), "良"),
        (0.8999, "中"),
        (0.75, "中"),
        (0.7499999, "差"),
        (0.0, "差"),
        (-3.0, "差"),
    ],
)
def test_lines_belong_to_the_better_grade_and_nothing_is_rounded_up(attainment: float, grade: str) -> None:
    assert graded(pa.array([attainment]), GRADES).to_pylist() == [grade]


def test_the_worst_kpi_with_a_target_and_a_result_decides() -> None:
    rows = [
        *(kpi(0, "a", "", 1.0), kpi(0, "b", "", 0.88 / 0.9), kpi(0, "c", "", None)),
        *(kpi(1, "a", "", None), kpi(3, "a", "", 0.5), kpi(3, "b", "", 2.0)),
    ]
    grades = customer_grades(frame(CUSTOMER_KPI_COLUMNS, rows), 4, GRADES)
    assert grades.to_pylist() == ["良", None, None, "差"]


def test_a_rule_set_may_have_grades_of_its_own_and_else_has_the_shipped_ones() -> None:
    own = grading_of(rules(grading='{by: worst, levels: {达标: ">= 100%", 未达标: "< 100%"}}'), common())
    assert graded(pa.array([1.0, 0.99]), own).to_pylist() == ["达标", "未达标"]
    assert [grade.label for grade in grading_of(rules("annual_plan"), common())] == ["优", "良", "中", "差"]


@given(st.floats(-10, 10))
def test_every_attainment_has_one_of_the_shipped_grades(attainment: float) -> None:
    assert graded(pa.array([attainment]), GRADES).null_count == 0
    assert gap_in(GRADES) is None
