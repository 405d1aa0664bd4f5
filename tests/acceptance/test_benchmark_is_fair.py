"""The benchmarks compare like with like: the same customers, tiers, cells and looks, and stages that exist."""

import importlib
from collections import Counter
from datetime import date
from pathlib import Path

import openpyxl
import pyarrow as pa
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


def test_the_fast_conventional_way_writes_what_the_conventional_one_does(benchmark, tmp_path: Path) -> None:
    ledger, slow, fast = (tmp_path / f"{name}.xlsx" for name in ("ledger", "slow", "fast"))
    benchmark("make_ledger").make(ROWS, str(ledger))
    benchmark("conventional").run(str(ledger), str(slow))
    benchmark("conventional_fast").run(str(ledger), str(fast))
    for sheet, first in (("分级概览", "等级"), ("客户分级表", "客户编号"), ("RFM明细", "客户编号")):
        assert _rows_below_header(fast, sheet, first) == _rows_below_header(slow, sheet, first)


def _looks(cell: openpyxl.cell.Cell) -> tuple[object, ...]:
    font, border, how = cell.font, cell.border, cell.alignment
    lines = [(side.style, side.color.rgb) for side in (border.left, border.right, border.top, border.bottom)]
    wraps = (how.horizontal, how.vertical, bool(how.wrap_text), bool(how.shrink_to_fit), how.indent or 0)
    return (font.name, font.sz, bool(font.b), font.color.rgb, cell.number_format, *lines, *wraps)


@pytest.mark.parametrize("writer", ["xlsxwriter", "rustpy", "polars"])
def test_every_writer_is_asked_for_the_same_cells_in_the_same_looks(
    benchmark, tmp_path: Path, writer: str
) -> None:
    pytest.importorskip({"rustpy": "rustpy_xlsxwriter"}.get(writer, writer))
    columns = {
        "客户编号": pa.array(["KH1", "KH2", None]),
        "最近交易时间": pa.array([date(2024, 1, 2), None, date(2024, 3, 4)], pa.date32()),
        "年消费额": pa.array([1234.5, None, 6.0]),
        "分级依据": pa.array(["因为 < 2万元", "很长" * 40, None]),
        "row height": pa.array([None, 48.0, None], pa.float64()),
    }
    given, ours, theirs = tmp_path / "table.arrow", tmp_path / "ours.xlsx", tmp_path / "theirs.xlsx"
    table = pa.table(columns)
    with pa.OSFile(str(given), "wb") as out, pa.ipc.new_file(out, table.schema) as stream:
        stream.write_table(table)
    rendering = benchmark("rendering")
    rendering.WAYS["crmtool"](str(given), str(ours))
    rendering.WAYS[writer](str(given), str(theirs))
    left, right = (openpyxl.load_workbook(path)["客户分级表"] for path in (ours, theirs))
    cells = [left.cell(row, column) for row in range(4, 8) for column in range(1, 5)]
    for cell in cells:
        other = right[cell.coordinate]
        assert other.value == cell.value
        if cell.value is not None or writer != "rustpy":
            assert _looks(other) == _looks(cell), cell.coordinate
    assert [c.value for c in cells[:4]] == ["客户编号", "最近交易时间", "年消费额", "分级依据"]
    assert (left["B5"].number_format, left["C5"].number_format) == ("yyyy-mm-dd", "#,##0.00_ ")
    assert left.row_dimensions[6].height > 40
    assert (left.freeze_panes, right.freeze_panes) == ("C5", "C5")
    assert left.auto_filter.ref == right.auto_filter.ref == "A4:D7"
    for column in "ABCD":
        assert left.column_dimensions[column].width == right.column_dimensions[column].width


def test_the_floor_scans_every_cell_of_a_ledger(benchmark, tmp_path: Path) -> None:
    floors = benchmark("floors")
    scanner = floors.build_scanner(tmp_path)
    if scanner is None:
        pytest.skip("no C compiler here")
    ledger = tmp_path / "ledger.xlsx"
    benchmark("make_ledger").make(ROWS, str(ledger))
    rows = list(openpyxl.load_workbook(ledger).active.iter_rows(values_only=True))
    filled = sum(value is not None for row in rows for value in row)
    texts = {value for row in rows for value in row if isinstance(value, str)}
    found = floors.scan(str(ledger), str(scanner))
    assert found == {"cells": filled, "values": filled + len(texts)}, "a value a cell, and each text once"
