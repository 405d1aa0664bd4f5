"""The benchmark compares like with like: the same customers, tiers and columns, and stages that exist."""

import importlib
from collections import Counter
from pathlib import Path

import openpyxl
import pytest

from crmtool.jobs.classify import classify
from crmtool.jobs.delivery import Delivery
from crmtool.jobs.request import Request

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"
ROWS = 600


@pytest.fixture
def benchmark(monkeypatch: pytest.MonkeyPatch):
    """Import a script of the benchmark by its name."""
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    return importlib.import_module


def _rows_below_header(path: Path, sheet: str, first_header: str) -> tuple[list[str], list[tuple]]:
    book = openpyxl.load_workbook(path, read_only=True)
    rows = list(book[sheet].iter_rows(values_only=True))
    at = next(number for number, row in enumerate(rows) if row[0] == first_header)
    return [str(cell) for cell in rows[at]], rows[at + 1 :]


def test_both_ways_give_every_customer_the_same_tier_in_the_same_columns(benchmark, tmp_path: Path) -> None:
    make_ledger, conventional = benchmark("make_ledger"), benchmark("conventional")
    ledger, ours, theirs = (tmp_path / f"{name}.xlsx" for name in ("ledger", "ours", "theirs"))
    make_ledger.make(ROWS, str(ledger))
    outcome = classify(Request(ledger, as_of=make_ledger.AS_OF), Delivery(ours))
    conventional.run(str(ledger), str(theirs))
    header, rows = _rows_below_header(ours, "客户分级表", "客户编号")
    their_header, their_rows = _rows_below_header(theirs, "客户分级表", "客户编号")
    assert header == their_header
    tier, tags = header.index("客户类型"), header.index("标签")
    assert len(rows) == ROWS
    assert [row[tier] for row in rows] == [row[tier] for row in their_rows]
    assert [row[tags] for row in rows] == [row[tags] for row in their_rows]
    assert min(Counter(row[tier] for row in rows).values()) > 5, "every tier is met"
    assert len(outcome.assessment.decisions.frame) == ROWS
    header, rows = _rows_below_header(ours, "RFM明细", "客户编号")
    their_header, their_rows = _rows_below_header(theirs, "RFM明细", "客户编号")
    assert (len(header), len(rows)) == (len(their_header), len(their_rows))


def test_every_stage_that_is_timed_is_a_function_of_crmtool(benchmark) -> None:
    stages = benchmark("stages")
    for paths in stages.CRMTOOL.values():
        for path in paths:
            module, _, name = path.rpartition(".")
            assert callable(getattr(importlib.import_module(module), name)), path
