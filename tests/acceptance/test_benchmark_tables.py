"""What the benchmark of spreadsheets publishes is what was measured: medians, ratios by round, targets reached or not."""

from __future__ import annotations

import importlib
from pathlib import Path
from types import ModuleType

import pytest

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"
MANY, MOST = 100_000, 1_000_000


@pytest.fixture
def tables(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    return importlib.import_module("excel_tables")


@pytest.fixture
def runs(tables: ModuleType):
    """Make runs from CPU seconds; wall is a second more, memory a hundred times the seconds, in MiB."""
    kind = tables.Run
    return lambda *seconds: [kind(cpu, cpu + 1, cpu * 100) for cpu in seconds]


def _reached(tables: ModuleType, measured: dict) -> dict[str, tuple[str | None, bool]]:
    return {target.aim: (target.reached, target.holds) for target in tables.targets(measured)}


def test_a_ratio_is_the_median_of_the_rounds_and_not_of_the_medians(tables: ModuleType, runs) -> None:
    measured = {("t", 1, "a"): runs(10, 40, 90), ("t", 1, "b"): runs(1, 20, 30)}
    assert tables.ratio(measured, "t", 1, "a", "b") == 3
    assert tables.ratio(measured, "t", 1, "a", "c") is None
    uneven = {("t", 1, "a"): runs(10, 40, 90), ("u", 1, "b"): runs(20)}
    assert tables.ratio(uneven, "t", 1, "a", "b", "u") == 2


def test_targets_say_what_was_reached_and_what_was_not_measured(tables: ModuleType, runs) -> None:
    measured = {
        ("end to end", MANY, "crmtool classify"): runs(2),
        ("end to end", MANY, "pandas + openpyxl"): runs(59),
        ("rendering", MANY, "crmtool"): runs(3),
        ("rendering", MANY, "XlsxWriter, constant_memory"): runs(27),
        ("rendering", MANY, "rustpy-xlsxwriter"): runs(2.7),
    }
    found = _reached(tables, measured)
    assert found["classify, 100,000 rows: 30 × faster than pandas + openpyxl"] == ("29.5 ×", False)
    assert found["rendering, 100,000 rows: 8 × faster than XlsxWriter constant_memory"] == ("9.0 ×", True)
    assert found["rendering, the aim: 12 × faster than XlsxWriter constant_memory"] == ("9.0 ×", False)
    assert found["rendering, 100,000 rows: faster than rustpy-xlsxwriter"] == ("0.9 ×", False)
    assert found["in place, 100,000 rows: 50 × faster than openpyxl"] == (None, False)
    assert found["classify, 1,000,000 rows: under 1.5 GB"] == (None, False)


def test_a_million_rows_are_held_against_the_floor_the_memory_and_the_smaller_sizes(
    tables: ModuleType, runs
) -> None:
    measured = {
        ("reading", MOST, "floor: inflate and scan in C (zlib)"): runs(2),
        ("reading", MOST, "floor: inflate and scan in C (ISA-L)"): runs(1.5),
        ("end to end", 10_000, "crmtool classify"): runs(1),
        ("end to end", MANY, "crmtool classify"): runs(2.8),
        ("end to end", MOST, "crmtool classify"): runs(24),
    }
    found = _reached(tables, measured)
    assert found["classify, 1,000,000 rows: within 12 × inflating and scanning the input in C"] == (
        "12.0 × (zlib); 16.0 × (ISA-L)",
        True,
    )
    assert found["classify, 1,000,000 rows: under 1.5 GB"] == ("2.52 GB", False), "2,400 MiB"
    flat = "end to end: a further row costs the same from 10,000 to 1,000,000 (within a fifth)"
    assert found[flat] == ("20.0 µs, then 23.6 µs", True)
    measured["end to end", MOST, "crmtool classify"] = runs(24.5)
    assert _reached(tables, measured)[flat] == ("20.0 µs, then 24.1 µs", False)


def test_the_table_shows_every_way_with_its_medians(tables: ModuleType, runs) -> None:
    measured = {("reading", MANY, "crmtool"): runs(1, 2, 4), ("reading", MANY, "fastexcel"): runs(1, 3, 2)}
    text = tables.markdown(measured, {"reading: polars": "polars not installed"})
    assert "| 100,000 | crmtool | 2.00 | 3.00 | 200 | 1.00 | 3 |" in text
    assert "| 100,000 | fastexcel | 2.00 | 3.00 | 200 | 1.00 | 3 |" in text
    assert "Not run: reading: polars (polars not installed)." in text


def test_only_the_measured_part_of_a_page_is_replaced(tables: ModuleType, tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(f"before\n{tables.BEGIN}\nold\n{tables.END}\nafter\n", "utf-8")
    tables.put(page, "new\n")
    tables.put(page, "newer\n")
    assert page.read_text("utf-8") == f"before\n{tables.BEGIN}\n\nnewer\n\n{tables.END}\nafter\n"
    page.write_text("no place", "utf-8")
    with pytest.raises(SystemExit):
        tables.put(page, "new\n")
