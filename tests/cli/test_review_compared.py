"""What `crmtool review` says where it cannot compare as one would think: other rules, former names, figures of last time."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from command_line import Crmtool, Ran
from review_books import HISTORY, Q1, Q2, RULES, ledger


@pytest.fixture
def office(tmp_path: Path) -> Path:
    return ledger(tmp_path / "台账.xlsx")


def findings(ran: Ran, code: str) -> list[dict[str, Any]]:
    return [finding for finding in ran.document["findings"] if finding["code"] == code]


def change(path: Path, sheet: str, cells: dict[str, Any]) -> None:
    book = openpyxl.load_workbook(path)
    for place, value in cells.items():
        book[sheet][place] = value
    book.save(path)


def test_a_history_by_other_rules_only_is_named_and_not_compared_with(crmtool: Crmtool, office: Path) -> None:
    crmtool("review", office, *RULES, *HISTORY, *Q1)
    crmtool("rules", "new", "my_rules", "--from", "value_risk")
    ran = crmtool("review", office, "--rules", "my_rules.yaml", *HISTORY, *Q2, "--json")
    (finding,) = findings(ran, "history-of-other-rules")
    assert (finding["value"], finding["severity"]) == ("value_risk", "warning")
    assert "id: value_risk" in finding["help"]
    assert ran.document["compared_with"] is None


def test_the_copy_with_the_former_id_is_a_new_version_and_compared_with(
    crmtool: Crmtool, office: Path
) -> None:
    crmtool("review", office, *RULES, *HISTORY, *Q1)
    crmtool("rules", "new", "my_rules", "--from", "value_risk")
    copy = Path("my_rules.yaml").read_text(encoding="utf-8").replace("id: my_rules", "id: value_risk", 1)
    Path("my_rules.yaml").write_text(copy, encoding="utf-8")
    ran = crmtool("review", office, "--rules", "my_rules.yaml", *HISTORY, *Q2, "--json")
    assert findings(ran, "history-of-other-rules") == []
    assert ran.document["compared_with"]["as_of"] == "2024-03-31"


def test_a_first_review_without_any_history_says_nothing_of_other_rules(
    crmtool: Crmtool, office: Path
) -> None:
    crmtool("review", office, *RULES, *HISTORY, *Q1)
    assert (
        findings(
            crmtool("review", office, *RULES, *HISTORY, *Q1, "-o", "b.xlsx", "--json"),
            "history-of-other-rules",
        )
        == []
    )


def test_rows_that_call_a_renamed_customer_by_the_former_name_are_told_with_the_new_one(
    crmtool: Crmtool, tmp_path: Path
) -> None:
    tickets = (
        ("客户名称", "事件类型", "提出时间", "解决时间"),
        ("甲公司", "重大投诉", date(2024, 3, 1), date(2024, 3, 1)),
        ("谁公司", "重大投诉", date(2024, 3, 2), date(2024, 3, 2)),
    )
    path = ledger(tmp_path / "台账.xlsx", 咨询投诉记录=tickets)
    crmtool("review", path, *RULES, *HISTORY, *Q1)
    change(path, "客户", {"B2": "甲集团"})
    ran = crmtool("review", path, *RULES, *HISTORY, *Q2, "--json")
    (finding,) = findings(ran, "rows-under-former-name")
    assert (finding["value"], finding["sheet"], finding["cell"]) == ("甲公司", "咨询投诉记录", "A2")
    assert "甲集团" in finding["help"]


def test_the_figures_of_last_time_are_those_that_were_told_then(crmtool: Crmtool, office: Path) -> None:
    told = crmtool("review", office, *RULES, *HISTORY, *Q1, "--json").document["kpis"]
    (then,) = [row["actual"] for row in told if (row["id"], row["tier"]) == ("aov", None)]
    # 6万, 1万 and 5千 of the first quarter
    assert then == 25_000.0
    change(office, "订单明细", {"E8": 600_000.0})
    for options, before in ((HISTORY, 25_000.0), ((), 205_000.0)):
        kpis = crmtool("review", office, *RULES, *options, *Q2, "-o", "b.xlsx", "--json").document["kpis"]
        assert [row["before"] for row in kpis if (row["id"], row["tier"]) == ("aov", None)] == [before]
