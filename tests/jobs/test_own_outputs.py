"""What crmtool wrote it may write again, with a restyled template too; what a person saved it leaves alone."""

from __future__ import annotations

import re
import zipfile
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from crmtool.errors import OutputError
from crmtool.jobs.classify import classify
from crmtool.jobs.delivery import Delivery
from crmtool.jobs.request import Request
from crmtool.jobs.rules_doc import write_doc

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


def resaved(output: Path, created: str, modified: str, program: str) -> None:
    """Put dates and the name of a program into a workbook's properties, as a program does that keeps the authors."""
    with zipfile.ZipFile(output) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    core, app = parts["docProps/core.xml"].decode(), parts["docProps/app.xml"].decode()
    core = re.sub(r"(<dcterms:created[^>]*>)[^<]*", rf"\g<1>{created}", core)
    core = re.sub(r"(<dcterms:modified[^>]*>)[^<]*", rf"\g<1>{modified}", core)
    parts["docProps/core.xml"] = core.encode()
    parts["docProps/app.xml"] = re.sub("(<Application>)[^<]*", rf"\g<1>{program}", app).encode()
    with zipfile.ZipFile(output, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)


@pytest.mark.parametrize(
    ("modified", "program", "is_left"),
    [
        ("2024-06-30T00:00:00Z", "Microsoft Excel", False),
        ("2024-07-01T09:30:00Z", "Microsoft Excel", True),  # openpyxl
        ("2024-06-30T00:00:00Z", "LibreOffice/7.4.7.2$Linux_X86_64 LibreOffice_project/40$Build-2", True),
    ],
)
def test_a_copy_saved_by_a_program_that_keeps_the_authors_is_not_replaced(
    modified: str, program: str, is_left: bool, tmp_path: Path
) -> None:
    output = tmp_path / "标准.xlsx"
    write_doc("value_risk", Delivery(output))
    resaved(output, "2024-06-30T00:00:00Z", modified, program)
    saved = output.read_bytes()
    if is_left:
        with pytest.raises(OutputError) as caught:
            write_doc("value_risk", Delivery(output))
        assert [finding.code for finding in caught.value.findings] == ["not-our-output"]
    else:
        write_doc("value_risk", Delivery(output))
    assert (output.read_bytes() == saved) is is_left


def test_a_template_that_libreoffice_saved_fills_the_same_output_twice(tmp_path: Path) -> None:
    template, output = tmp_path / "模板.xlsx", tmp_path / "出.xlsx"
    template.write_bytes((ROOT / "templates" / "classification.xlsx").read_bytes())
    resaved(template, "2024-06-30T00:00:00Z", "2024-06-30T08:00:00Z", "LibreOffice/7.4.7.2")
    first = classify(REQUEST, Delivery(output, template)).written
    assert classify(REQUEST, Delivery(output, template)).written.sha256 == first.sha256 != ""
