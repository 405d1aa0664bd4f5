"""Measures over visits, demands and tickets, per customer: how many, how recent, what was said last.

Portable over frames as `crmtool.rules.measuring.order_measures` is. `rows` has `customer`, a date column (named by the
caller) and the columns asked for; results have `customer` and `value`.
"""

from __future__ import annotations

import narwhals.stable.v2 as nw

from crmtool.rules.measuring.order_measures import Frame
from crmtool.rules.measuring.windows import Window

#: What a ticket's kind must contain to be one of the kinds that rules name.
KINDS = {"complaint": "投诉", "consult": "咨询", "urgent": "紧急"}


def count_rows(rows: Frame, day: str, window: Window) -> Frame:
    """Return how many rows of each customer lie in the window (int64)."""
    inside = _inside(rows, day, window).with_columns(one=(nw.col("customer") >= 0).cast(nw.Int64))
    counted = inside.group_by("customer").agg(nw.col("one").sum().alias("value"))
    return counted.with_columns(nw.col("value").cast(nw.Int64))


def largest(rows: Frame, day: str, window: Window, column: str) -> Frame:
    """Return the largest value of a column, or its latest date; a customer with none has no row."""
    filled = _inside(rows, day, window).filter(~nw.col(column).is_null())
    return filled.group_by("customer").agg(nw.col(column).max().alias("value"))


def mean(rows: Frame, day: str, window: Window, column: str) -> Frame:
    """Return the mean of a column's filled cells (float64); a customer with none has no row."""
    filled = _inside(rows, day, window).filter(~nw.col(column).is_null())
    return filled.group_by("customer").agg(nw.col(column).mean().alias("value"))


def latest(rows: Frame, day: str, window: Window, column: str) -> Frame:
    """Return the value that was recorded last: on the latest day, and there in the lowest `row` of the sheet."""
    filled = _inside(rows, day, window).filter(~nw.col(column).is_null())
    last_day = filled.group_by("customer").agg(nw.col(day).max().alias("last_day"))
    on_it = filled.join(last_day, on="customer", how="inner").filter(nw.col(day) == nw.col("last_day"))
    last_row = on_it.group_by("customer").agg(nw.col("row").max().alias("last_row"))
    there = on_it.join(last_row, on="customer", how="inner").filter(nw.col("row") == nw.col("last_row"))
    return there.select("customer", value=nw.col(column))


def of_kind(rows: Frame, kind: str | None) -> Frame:
    """Return the tickets of a kind (complaint, consult, urgent); all of them where no kind is asked for."""
    return rows if kind is None else rows.filter(nw.col("kind").str.contains(KINDS[kind], literal=True))


def share(part: Frame, whole: Frame) -> Frame:
    """Return one count divided by another, for customers whose whole is above 0 (float64).

    A customer with a whole and no part has the share 0; a part without a whole has no row: unknown.
    """
    positive = whole.filter(nw.col("value") > 0).rename({"value": "whole"})
    both = positive.join(part.rename({"value": "part"}), on="customer", how="left")
    return both.select("customer", value=nw.col("part").fill_null(0) / nw.col("whole"))


def _inside(rows: Frame, day: str, window: Window) -> Frame:
    return rows.filter(window.holds(day), ~nw.col("customer").is_null())
