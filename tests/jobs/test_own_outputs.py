"""What crmtool wrote it may write again, with a restyled template too; what a person saved it leaves alone."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import openpyxl
import pytest

from crmtool.errors import OutputError
from crmtool.jobs.classify import classify
from crmtool.jobs.delivery import Delivery
from crmtool.jobs.request import Request

ROOT = Path(__file__).parents[2]
REQUEST = Request(ROOT / "examples" / "value_risk.xlsx", rules="value_risk", as_of=date(2024, 3, 20))


@pytest.fixture
def restyled(tmp_path: Path) -> Path:
    """Return the shipped template as a person has saved it."""
    book = openpyxl.load_workbook(ROOT / "templates" / "classification.xlsx")
    book.properties.creator = "王芳"
    book.properties.lastModifiedBy = "王芳"
    path = tmp_path / "我的模板.xlsx"
    book.save(path)
    return path


@pytest.mark.filterwarnings("ignore:.*extension is not supported:UserWarning")
def test_a_restyled_template_of_a_person_fills_the_same_output_twice(restyled: Path, tmp_path: Path) -> None:
    output = tmp_path / "出.xlsx"
    first = classify(REQUEST, Delivery(output, restyled)).written
    second = classify(REQUEST, Delivery(output, restyled)).written
    assert first.sha256 == second.sha256 != ""
    properties = openpyxl.load_workbook(output).properties
    assert (properties.creator, properties.lastModifiedBy) == ("crmtool", "crmtool")


@pytest.mark.filterwarnings("ignore:.*extension is not supported:UserWarning")
def test_an_output_that_a_person_saved_is_not_replaced(tmp_path: Path) -> None:
    output = tmp_path / "出.xlsx"
    classify(REQUEST, Delivery(output))
    book = openpyxl.load_workbook(output)
    book.properties.lastModifiedBy = "王芳"
    book.save(output)
    saved = output.read_bytes()
    with pytest.raises(OutputError) as caught:
        classify(REQUEST, Delivery(output))
    assert [finding.code for finding in caught.value.findings] == ["not-our-output"]
    assert output.read_bytes() == saved
