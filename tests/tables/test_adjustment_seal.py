"""The seal of an adjustment table breaks where somebody wrote something, and not by what programs do in saving."""

from __future__ import annotations

from datetime import date
from typing import Any

import pyarrow as pa
import pytest

from crmtool.tables.adjustment_seal import broken, seal

Row = dict[str, Any]
KINDS = {"adjusted_on": pa.date32()}
NAMES = ("name", "new_strategy", "adjusted_on", "remark", "verdict", "customer_key")
ROWS: tuple[Row, ...] = (
    {
        "name": "甲",
        "new_strategy": "派驻\n工程师",
        "adjusted_on": date(2024, 4, 1),
        "remark": "等",
        "customer_key": "C1",
    },
    {"name": "乙", "customer_key": "C2"},
)


def columns(*rows: Row, names: tuple[str, ...] = NAMES) -> dict[str, pa.Array]:
    return {name: pa.array([row.get(name) for row in rows], KINDS.get(name, pa.string())) for name in names}


SEALED = seal(columns(*ROWS))


@pytest.mark.parametrize(
    ("changed", "found"),
    [
        ({"remark": "等等"}, ["remark"]),
        ({"remark": None}, ["remark"]),
        ({"adjusted_on": date(2024, 4, 2), "verdict": "同意"}, ["adjusted_on", "verdict"]),
        ({"new_strategy": " 派驻\r\n工程师 "}, []),
        ({"customer_key": "C9"}, ["name", "new_strategy", "adjusted_on", "remark", "customer_key"]),
    ],
)
def test_columns_that_say_something_else_are_named(changed: Row, found: list[str]) -> None:
    assert broken(SEALED, columns({**ROWS[0], **changed}, ROWS[1])) == found


def test_the_order_of_rows_makes_no_difference_but_what_stands_in_which_does() -> None:
    first, second = ROWS
    assert broken(SEALED, columns(second, first)) == []
    assert broken(SEALED, columns({**first, "remark": None}, {**second, "remark": "等"})) == ["remark"]


def test_days_count_as_days_whether_a_time_stands_beside_them_or_not() -> None:
    moments = pa.array([date(2024, 4, 1), None]).cast(pa.timestamp("us"))
    assert broken(SEALED, columns(*ROWS) | {"adjusted_on": moments}) == []


def test_a_row_that_was_added_counts_and_signatures_below_the_table_do_not() -> None:
    signed = {"name": "编制人签字：张三", "remark": "日期：2024-04-12"}
    assert broken(SEALED, columns(*ROWS, {}, signed)) == []
    assert broken(SEALED, columns(*ROWS, {"name": "丙", "verdict": "同意"})) == ["name", "verdict"]


def test_columns_that_a_template_leaves_out_or_adds_break_nothing() -> None:
    assert broken(SEALED, columns(*ROWS, names=("name", "remark", "customer_key"))) == []
    assert broken(SEALED, columns(*ROWS) | {"grade": pa.array(["差", None])}) == []


def test_a_table_without_rows_has_a_seal_too() -> None:
    empty = seal(columns())
    assert broken(empty, columns({}, {})) == []
    assert broken(empty, columns(ROWS[1])) == ["name", "customer_key"]
