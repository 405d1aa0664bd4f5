"""`crmtool rules doc`: where the workbook goes, and what it replaces."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest
from command_line import Crmtool


def test_the_workbook_of_a_rule_set_is_named_after_it_and_replaced_by_a_newer_one(
    crmtool: Crmtool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert crmtool("rules", "doc", "annual_plan").code == 0
    target = tmp_path / "annual_plan-客户分类标准-2024.1.xlsx"
    assert openpyxl.load_workbook(target).sheetnames[0] == "客户分类标准表"
    assert "已替换" in crmtool("rules", "doc", "annual_plan", "--lang", "zh").out


def test_the_document_names_the_file_and_a_rehearsal_writes_none(crmtool: Crmtool, tmp_path: Path) -> None:
    target = tmp_path / "x.xlsx"
    document = crmtool("rules", "doc", "value_risk", "-o", target, "--dry-run", "--json").document
    assert document["schema"] == "crmtool.rules-doc/v1"
    assert not target.exists()


def test_what_cannot_be_written_is_refused(crmtool: Crmtool, tmp_path: Path) -> None:
    assert crmtool("rules", "doc", "rfm").code == 2
    assert crmtool("rules", "doc", "value_risk", "-o", tmp_path / "x.csv").code == 2
    target = tmp_path / "x.xlsx"
    target.write_text("mine", encoding="utf-8")
    assert crmtool("rules", "doc", "value_risk", "-o", target).code == 4
    assert target.read_text(encoding="utf-8") == "mine"
