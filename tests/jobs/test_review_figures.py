"""What a review's figures come to for `--fail-on`: exactly, and unknown where they are."""

from __future__ import annotations

import sys
from fractions import Fraction
from pathlib import Path

from crmtool.errors import Finding
from crmtool.jobs.reviews.figures import figures_of
from crmtool.review.model import (
    ADJUSTMENT_COLUMNS,
    DOWN,
    GONE,
    KPI_COLUMNS,
    NEW,
    SAME,
    SNAPSHOT_COLUMNS,
    UP,
    Snapshot,
)

sys.path.append(str(Path(__file__).resolve().parents[1] / "tables"))

from hand_made_reviews import QUARTER, framed, moves_of, review_of


def test_kpis_are_the_fractions_that_they_were_counted_as() -> None:
    rows = (
        {"id": "visit_rate", "unit": "percent", "numerator": 17.0, "denominator": 19.0, "actual": 17 / 19},
        {
            "id": "visit_rate",
            "tier": "a",
            "unit": "percent",
            "numerator": 1.0,
            "denominator": 9.0,
            "actual": 1 / 9,
        },
        {"id": "aov", "unit": "money", "numerator": 10.0, "denominator": 3.0, "actual": 3.33},
        {"id": "nps", "unit": "points"},
        {"id": "churn_rate", "tier": "a", "unit": "percent", "target": "<= 5%", "actual": 0.1, "met": False},
        {"id": "churn_rate", "tier": "b", "unit": "percent", "target": "<= 5%", "actual": 0.0, "met": True},
    )
    figures = figures_of(review_of(kpis=framed(KPI_COLUMNS, *rows)), ())
    assert figures["visit_rate"] == Fraction(17, 19)
    assert figures["aov"] == Fraction(333, 100)
    assert figures["nps"] is None
    assert figures.get("churn_rate") is None, "of a tier alone it is not that of all customers"
    assert figures["short"] == 1


def test_moves_rows_and_findings_are_counted() -> None:
    kinds = (DOWN, DOWN, UP, NEW, GONE, SAME)
    now = framed(SNAPSHOT_COLUMNS, {"customer_key": "1", "tier": "a"}, {"customer_key": "2"})
    review = review_of(
        moves=moves_of(*({"kind": kind} for kind in kinds)),
        now=Snapshot(QUARTER.last, now, "judged"),
        adjustments=framed(ADJUSTMENT_COLUMNS, {"name": "甲"}),
    )
    findings = (Finding("figures-of-today"), Finding("first-review"), Finding("approximate-value", count=4))
    figures = figures_of(review, findings)
    assert {name: int(value) for name, value in figures.items() if value is not None} == {
        "downgrades": 2,
        "upgrades": 1,
        "new": 1,
        "gone": 1,
        "undecided": 1,
        "adjustments": 1,
        "short": 0,
        "findings": 5,  # what is only a note does not count
    }
