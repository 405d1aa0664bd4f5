"""`--previous`: workbooks of other rules, and crmtool's own workbooks where a ledger is asked for."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest
from command_line import Crmtool, Ran, book
from review_books import CUSTOMERS, NAMES, Q1, Q2, RULES, later, ledger


@pytest.fixture
def office(tmp_path: Path) -> Path:
    return ledger(tmp_path / "台账.xlsx")


def findings(ran: Ran) -> dict[str, dict[str, object]]:
    return {finding["code"]: finding for finding in ran.document["findings"]}


def test_a_classification_by_rules_whose_tiers_are_all_others_is_refused(
    crmtool: Crmtool, office: Path
) -> None:
    assert (
        crmtool("classify", office, "--rules", "annual_value", "--as-of", "2024-03-31", "-o", "p.xlsx").code
        == 0
    )
    ran = crmtool("review", office, *RULES, *Q2, "--previous", "p.xlsx", "--json")
    assert (ran.code, list(findings(ran))) == (2, ["previous-other-rules"])
    assert "年度价值分类" in str(findings(ran)["previous-other-rules"])


def test_of_other_rules_the_tiers_of_the_same_name_are_compared_and_the_others_are_told(
    crmtool: Crmtool, office: Path
) -> None:
    crmtool("classify", office, *RULES, "--as-of", "2024-03-31", "-o", "p.xlsx")
    workbook = openpyxl.load_workbook("p.xlsx")
    for row in workbook["客户分级表"].iter_rows():
        for cell in row:
            text = str(cell.value or "")
            if text.startswith("统计截止日"):
                cell.value = "统计截止日 2024-03-31 · 别家的规则 7.0 · 共 4 位客户"
            cell.value = "金牌客户" if text == "高价值稳定型" else cell.value
    workbook.save("p.xlsx")
    later(office)
    ran = crmtool("review", office, *RULES, *Q2, "--previous", "p.xlsx", "--json")
    told = findings(ran)
    assert (ran.code, told["previous-rules-differ"]["severity"]) == (0, "warning")
    assert told["strange-tier-label"]["value"] == "金牌客户"
    # C3 was 低价值风险型 by both; nobody knows what C1's 金牌客户 is here.
    was = {move["customer_id"]: move["from"] for move in ran.document["moves"]}
    assert (was["C3"], was["C1"]) == ("lv_risk", None)


def test_an_earlier_ledger_with_a_type_of_its_own_is_judged_by_todays_rules_and_says_so(
    crmtool: Crmtool, office: Path
) -> None:
    orders = [[cell.value for cell in row] for row in openpyxl.load_workbook(office)["订单明细"].iter_rows()]
    rows = [(each, NAMES[each], "张三", None, "企业") for each in ("C1", "C2", "C3", "C5")]
    book(Path("p.xlsx"), 客户=[(*CUSTOMERS, "客户等级"), *rows], 订单明细=orders)
    later(office)
    ran = crmtool("review", office, *RULES, *Q2, "--previous", "p.xlsx", "--json")
    assert (ran.code, findings(ran)["previous-judged-anew"]["column"]) == (0, "客户等级")


def test_what_cannot_be_judged_of_the_two_ledgers_is_named(crmtool: Crmtool, office: Path) -> None:
    Path("notier.csv").write_text("客户编号,客户名称\nC1,甲公司\n", encoding="utf-8")
    ran = crmtool("review", office, *RULES, *Q2, "--previous", "notier.csv", "--lang", "en")
    assert (ran.code, ran.err.startswith("notier.csv: ")) == (3, True)


def test_of_a_review_workbook_the_tiers_are_the_ledger_however_long_its_other_sheets_are(
    crmtool: Crmtool, office: Path
) -> None:
    assert crmtool("review", office, *RULES, *Q1, "-o", "q1.xlsx").code == 0
    workbook = openpyxl.load_workbook("q1.xlsx")
    for each in range(20):
        workbook["KPI明细"].append([f"K{each}", f"公司{each}"])
    workbook.save("q1.xlsx")
    ran = crmtool("classify", "q1.xlsx", *RULES, "--as-of", "2024-03-31", "--dry-run", "--json")
    assert [each["customer_id"] for each in ran.document["customers"]] == ["C1", "C2", "C3", "C5"]
