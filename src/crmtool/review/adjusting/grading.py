"""Knows how a customer's KPIs are graded: by the worst of those that have a target and a result.

The words for how far targets were reached are the rule set's (`crmtool.rules.reviewing`).
"""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from crmtool.review.adjusting.spreading import by_customer
from crmtool.rules.reviewing import Grade
from crmtool.visits.frames import column


def customer_grades(customer_kpis: pd.DataFrame, customers: int, grades: Sequence[Grade]) -> pa.Array:
    """Return the grade (string) of each of so many customers; null for who has no KPI with a target and a result."""
    attained = pa.table({name: column(customer_kpis, name) for name in ("customer", "attainment")})
    known = attained.filter(pc.is_valid(attained["attainment"]))
    worst = known.group_by("customer").aggregate([("attainment", "min")])
    return graded(by_customer(worst["customer"], worst["attainment_min"], customers), grades)


def graded(attainments: pa.Array, grades: Sequence[Grade]) -> pa.Array:
    """Return the first grade that each attainment (float64, fractions of one) has; null where there is none.

    Nothing is rounded first: 89.999 % is no 90 %.

    >>> from decimal import Decimal
    >>> grades = [Grade("良", ">=", Decimal("0.9")), Grade("差", "<", Decimal("0.9"))]
    >>> graded(pa.array([0.9, 0.89999, None]), grades).to_pylist()
    ['良', '差', None]
    """
    found = pa.nulls(len(attainments), pa.string())
    for grade in reversed(grades):
        found = pc.if_else(pc.fill_null(_passes(attainments, grade), False), grade.label, found)
    return found


def _passes(attainments: pa.Array, grade: Grade) -> pa.Array:
    line = pa.scalar(float(grade.line))
    return {
        ">=": pc.greater_equal,
        "<=": pc.less_equal,
        ">": pc.greater,
        "<": pc.less,
    }[grade.sign](attainments, line)
