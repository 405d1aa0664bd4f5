"""Links lead from the output to the ledger wherever both lie, and name no place on the machine."""

from __future__ import annotations

import zipfile
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from crmtool.jobs.addresses import addresses_from
from crmtool.jobs.classify import classify
from crmtool.jobs.delivery import Delivery
from crmtool.jobs.request import Request

EXAMPLE = Path(__file__).parents[2] / "examples" / "messy.xlsx"


def test_an_address_is_relative_to_the_folder_of_the_output(tmp_path: Path) -> None:
    ledger = tmp_path / "台账" / "客户.xlsx"
    assert addresses_from(tmp_path / "台账" / "出.xlsx", [ledger]) == {"客户.xlsx": "客户.xlsx"}
    assert addresses_from(tmp_path / "出.xlsx", [ledger]) == {"客户.xlsx": "台账/客户.xlsx"}
    assert addresses_from(tmp_path / "a" / "出.xlsx", [ledger]) == {"客户.xlsx": "../台账/客户.xlsx"}


def test_a_second_file_of_the_same_name_goes_by_its_path(tmp_path: Path) -> None:
    here, there = tmp_path / "a" / "c.xlsx", tmp_path / "b" / "c.xlsx"
    assert addresses_from(tmp_path / "o.xlsx", [here, there]) == {
        "c.xlsx": "a/c.xlsx",
        str(there): "b/c.xlsx",
    }


def test_a_relative_path_means_what_it_means_to_the_shell(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert addresses_from(Path("out/o.xlsx"), [Path("c.xlsx")]) == {"c.xlsx": "../c.xlsx"}


def _classified(root: Path) -> Path:
    """Classify the messy example from `root/台账#1` into `root/结果`."""
    ledger, output = root / "台账#1" / "messy.xlsx", root / "结果" / "messy.xlsx"
    for path in (ledger, output):
        path.parent.mkdir(parents=True)
    ledger.write_bytes(EXAMPLE.read_bytes())
    classify(Request(ledger, as_of=date(2023, 10, 31)), Delivery(output))
    return output


def test_links_of_an_output_elsewhere_lead_to_the_ledger(tmp_path: Path) -> None:
    book = openpyxl.load_workbook(_classified(tmp_path))
    for sheet in ("待补资料", "问题清单"):
        links = [cell.hyperlink for row in book[sheet].iter_rows() for cell in row if cell.hyperlink]
        assert links
        assert {link.target for link in links} == {"../台账%231/messy.xlsx"}, sheet
        assert all(link.location for link in links)


def test_the_output_is_the_same_wherever_the_project_stands(tmp_path: Path) -> None:
    first, second = _classified(tmp_path / "a"), _classified(tmp_path / "b" / "c" / "d")
    assert first.read_bytes() == second.read_bytes()
    with zipfile.ZipFile(first) as package:
        assert not any(str(tmp_path).encode() in package.read(name) for name in package.namelist())
