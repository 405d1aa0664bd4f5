"""The workbook of standings as a whole: all its cells as text, and what follows the rows that are written."""

from __future__ import annotations

import io
import os
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from test_golden_workbooks import GOLDEN, dumped

from crmtool.files.resources import read_template
from crmtool.files.xlsx import fill
from crmtool.jobs.samples.contents import sample_contents
from crmtool.jobs.template import check_template


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the workbook of the made-up ledger: one is overdue, one was never visited, one is in no tier."""
    out = io.BytesIO()
    report = fill(read_template("status"), sample_contents()["status"], out, created=date(2024, 6, 30))
    assert not report.findings
    path = tmp_path_factory.mktemp("status") / "status.xlsx"
    path.write_bytes(out.getvalue())
    return path


@pytest.mark.filterwarnings("ignore:.*extension is not supported")
def test_every_cell_is_as_it_was_looked_at(written: Path) -> None:
    found = "\n".join(dumped(written)) + "\n"
    golden = GOLDEN / "status.txt"
    if os.environ.get("CRMTOOL_WRITE_GOLDEN"):
        golden.write_text(found, encoding="utf-8")
    assert found == golden.read_text(encoding="utf-8")


@pytest.mark.filterwarnings("ignore:.*extension is not supported")
def test_colours_filters_and_the_chart_reach_over_all_rows(written: Path) -> None:
    book = openpyxl.load_workbook(written)
    everybody = book["全部客户"]
    rows = sum(cell.value is not None for cell in everybody["B"][4:])
    assert rows == 3
    assert {str(each.sqref) for each in everybody.conditional_formatting} == {f"E5:J{4 + rows}"}
    assert everybody.auto_filter.ref == f"A4:M{4 + rows}"
    (chart,) = book["跟进概览"]._charts
    names = [cell.value for cell in book["跟进概览"]["A"]]
    first, total = names.index("等级") + 2, names.index("合计") + 1
    (series, *others) = chart.series
    assert series.val.numRef.f == f"跟进概览!$B${first}:$B${total - 1}"
    assert len(others) == 5


def test_the_shipped_template_is_known_by_its_markers(tmp_path: Path) -> None:
    path = tmp_path / "mine.xlsx"
    path.write_bytes(read_template("status"))
    assert check_template(path).findings == ()
