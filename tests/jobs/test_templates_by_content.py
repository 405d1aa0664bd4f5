"""`template check` tells by its markers which workbook a template is of, and fills it with that one's content."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from crmtool.files.resources import read_template
from crmtool.jobs.template import check_template


def restyled(tmp_path: Path, name: str, sheet: str, cell: str, text: str) -> Path:
    path = tmp_path / f"{name}.xlsx"
    path.write_bytes(read_template(name))
    book = openpyxl.load_workbook(path)
    book[sheet][cell] = text
    book.save(path)
    return path


@pytest.mark.parametrize("name", ["classification", "visit-plan"])
def test_shipped_templates_are_found_in_order(name: str, tmp_path: Path) -> None:
    path = tmp_path / "mine.xlsx"
    path.write_bytes(read_template(name))
    assert check_template(path).findings == ()


@pytest.mark.filterwarnings("ignore:.*extension is not supported")
@pytest.mark.parametrize(
    ("name", "sheet", "marker", "nearest"),
    [
        ("visit-plan", "回访计划", "visits.planed_on", "visits.planned_on"),
        ("visit-plan", "月历", "w1d1_visit", "w1d1_visits"),
        ("classification", "分级概览", "overview.custmers", "overview.customers"),
    ],
)
def test_a_wrong_marker_is_told_with_the_nearest_of_its_own_workbook(
    name: str, sheet: str, marker: str, nearest: str, tmp_path: Path
) -> None:
    path = restyled(tmp_path, name, sheet, "A3", "{{" + marker + "}}")
    (finding,) = {(each.code, each.params["nearest"]) for each in check_template(path).findings}
    assert finding == ("unknown-marker", nearest)


def test_a_wall_calendar_may_be_deleted_or_renamed(tmp_path: Path) -> None:
    path = tmp_path / "mine.xlsx"
    path.write_bytes(read_template("visit-plan"))
    book = openpyxl.load_workbook(path)
    book["月历"].title = "日历"
    book.save(path)
    assert check_template(path).findings == ()
    del book["日历"]
    book.save(path)
    assert check_template(path).findings == ()
