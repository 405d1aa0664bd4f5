"""What must not matter does not: the order of rows, the names of ids, the unit of money, one odd row."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from random import Random
from typing import Any

import openpyxl
import pytest
from ledgers import Rows, run, typed

from crmtool.jobs.documents.customers import classify_document

EXAMPLE = Path(__file__).parents[2] / "examples" / "customers.xlsx"
AS_OF = "2023-10-31"
#: What a run finds of a customer, and nothing of where they stand.
FOUND = (
    "tier",
    "label",
    "rule",
    "origin",
    "reason",
    "next",
    "tags",
    "possible",
    "missing",
    "r",
    "f",
    "m",
    "segment",
)
_Found = dict[str, dict[str, Any]]


def sheets() -> dict[str, list[tuple[Any, ...]]]:
    book = openpyxl.load_workbook(EXAMPLE)
    return {sheet.title: [tuple(row) for row in sheet.iter_rows(values_only=True)] for sheet in book}


def found(path: Path, content: dict[str, Rows], rules: str) -> _Found:
    document = classify_document(run(typed(path, content), rules, AS_OF), "zh")
    return {row["customer_id"]: {key: row.get(key) for key in FOUND} for row in document["customers"]}


@pytest.mark.parametrize("rules", ["annual_value", "value_risk"])
def test_shuffling_the_rows_changes_no_customers_result(tmp_path: Path, rules: str) -> None:
    random, content = Random(5), sheets()
    shuffled = {name: [rows[0], *random.sample(rows[1:], len(rows) - 1)] for name, rows in content.items()}
    assert found(tmp_path / "a.xlsx", content, rules) == found(tmp_path / "b.xlsx", shuffled, rules)


def test_renaming_the_ids_changes_no_result(tmp_path: Path) -> None:
    content = sheets()
    new_names = {f"KH{number:04d}": f"Z{9000 - 7 * number}" for number in range(1, 53)}
    renamed = {
        name: [
            tuple(new_names.get(cell, cell) if isinstance(cell, str) else cell for cell in row)
            for row in rows
        ]
        for name, rows in content.items()
    }
    before, after = (
        found(tmp_path / f"{n}.xlsx", c, "annual_value") for n, c in enumerate((content, renamed))
    )
    assert {new_names[id_]: row for id_, row in before.items()} == after


def test_orders_in_wan_yuan_give_the_same_result_as_in_yuan(tmp_path: Path) -> None:
    content = sheets()
    header, *lines = content["订单明细"]
    in_wan: Rows = [
        tuple(str(cell).replace("(元)", "(万元)") for cell in header),
        *(tuple(cell / 10_000 if index == 4 else cell for index, cell in enumerate(line)) for line in lines),
    ]
    before = found(tmp_path / "a.xlsx", content, "annual_value")
    assert found(tmp_path / "b.xlsx", {**content, "订单明细": in_wan}, "annual_value") == before


@pytest.mark.parametrize(
    "line",
    [
        pytest.param(
            ("DD9999", date(2031, 1, 1), "KH0001", "A公司", 9e6, "已完成"), id="an order of the future"
        ),
        pytest.param(("DD9999", None, None, None, None, None), id="an order of nobody"),
        pytest.param(
            ("DD9999", "昨天", "KH0001", "A公司", "约3万", "已完成"), id="an order that cannot be read"
        ),
    ],
)
def test_one_odd_order_changes_nobody_elses_result(tmp_path: Path, line: tuple[Any, ...]) -> None:
    content = sheets()
    odd = {**content, "订单明细": [*content["订单明细"], line]}
    before, after = (found(tmp_path / f"{n}.xlsx", c, "annual_value") for n, c in enumerate((content, odd)))
    del before["KH0001"], after["KH0001"]
    assert before == after
