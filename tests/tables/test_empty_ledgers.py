"""The empty ledgers of `crmtool init`: filled in as their own examples say, they can be judged."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from crmtool.jobs.assess import assess
from crmtool.jobs.request import Request

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "scripts"))

from ledger_columns import LEDGERS  # noqa: E402

#: Worked out by hand from the examples that the 说明 sheets print, as of the day beside them.
EXPECTED = {
    "annual_value": (date(2023, 10, 31), "高价值客户"),  # 15万, 16 days ago, 2 years
    "annual_plan": (date(2024, 6, 30), "重要客户"),  # 6万 ≥ 5万
    "value_risk": (date(2024, 3, 10), "高价值稳定型"),  # 30万, growth 5 %, complaints 1 %, 19 days ago
    "four_dimensions": (date(2024, 6, 30), "VIP客户"),  # 12万, 高频, 忠诚, 高: mean 3
    "value_potential": (date(2024, 3, 1), "A类"),  # 30 in 万元, new demand 20 days ago
}


@pytest.mark.filterwarnings("ignore:.*extension is not supported")
@pytest.mark.parametrize("rules", LEDGERS)
def test_a_ledger_filled_in_with_its_own_examples_is_decided(rules: str, tmp_path: Path) -> None:
    book = openpyxl.load_workbook(ROOT / "templates" / f"ledger-{rules}.xlsx")
    sheet = book.worksheets[0]
    for column, wanted in enumerate(LEDGERS[rules].columns, start=1):
        sheet.cell(2, column, wanted.example or None)
    path = tmp_path / "ledger.xlsx"
    book.save(path)
    as_of, label = EXPECTED[rules]
    assessment = assess(Request(path, rules=rules, as_of=as_of))
    assert assessment.decisions.frame["label"].tolist() == [label]
    assert not [finding for finding in assessment.findings if finding.cell.endswith("2")]


def test_every_choice_is_one_that_the_checks_offer() -> None:
    for rules, ledger in LEDGERS.items():
        book = openpyxl.load_workbook(ROOT / "templates" / f"ledger-{rules}.xlsx")
        offered = {v.formula1 for v in book.worksheets[0].data_validations.dataValidation if v.type == "list"}
        assert offered == {f'"{",".join(w.choices)}"' for w in ledger.columns if w.choices}
