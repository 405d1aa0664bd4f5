"""`crmtool status`: what it says in both languages, as JSON and as a workbook, and what it cannot say."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from command_line import Crmtool, Ran, book

AS_OF = ("--rules", "annual_plan", "--as-of", "2026-03-30")
HEADER = (
    *("客户编号", "客户名称", "年度购买金额", "年度购买频率", "首次购买", "最近联系时间", "最近交易时间"),
    *("维护责任人", "联系人", "手机号"),
)
ROWS = (
    # 28 Feb + 1 month is two days ago; the visit on site and that of executives are ahead
    ("C1", "正好公司", 86000, 12, "2020-04-02", "2026-02-28", "2026-02-01", "张三", "陈一", "13800000001"),
    # 31 Dec + 2 months is 28 Feb: 30 days
    ("C2", "拖延公司", 32000, 5, "2022-01-15", "2025-12-31", "2026-01-05", "李四", "陈二", "13800000002"),
    # 3 Feb + 2 months is 3 Apr: four days ahead
    ("C3", "将到公司", 32000, 5, "2022-01-15", "2026-02-03", "2026-01-05", "张三", "陈三", None),
    # never: bought on 20 Mar, so a call by 27 Mar
    ("C4", "新来公司", 5000, 1, "2026-03-20", None, "2026-03-20", "李四", None, None),
    ("C5", "不清公司", None, None, None, "2026-03-01", None, None, None, None),
    ("C6", "从容公司", 32000, 5, "2022-01-15", "2026-03-29", "2026-01-05", "张三", None, None),
)


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    return book(tmp_path / "台账.xlsx", 客户=[HEADER, *ROWS])


def settings(folder: Path, *lines: str) -> None:
    (folder / "crmtool.yaml").write_text("\n".join(lines) + "\n", encoding="utf-8")


def plan_book(path: Path, *rows: tuple[Any, ...]) -> Path:
    """Write a plan as a person may keep it: only the columns that cannot be missing, and a few more."""
    header = (
        *("回访编号", "计划日期", "客户编号", "客户名称", "等级", "回访方式", "负责人"),
        *("应访日期", "逾期天数", "状态", "备注"),
    )
    return book(path, 回访计划=[header, *rows])


def visit(
    number: str, day: date, status: str, tier: str = "一般客户", key: str = "C2", owner: str = "李四"
) -> tuple[Any, ...]:
    return (f"{key}-phone-{number}", day, key, "拖延公司", tier, "电话", owner, day, None, status, None)


PLAN = (
    visit("202601", date(2026, 1, 5), "已完成"),
    visit("202602", date(2026, 2, 4), "已完成"),
    visit("202603", date(2026, 3, 4), "待办"),
    visit("202604", date(2026, 4, 2), "待办"),
    visit("202603", date(2026, 3, 20), "已完成", "重要客户", "C1", "张三"),
    visit("202602", date(2026, 2, 20), "取消", "重要客户", "C1", "张三"),
)


def told(document: dict[str, Any], *names: str) -> list[tuple[Any, ...]]:
    return [tuple(row.get(name) for name in names) for row in document["overdue"]]


def codes(ran: Ran) -> set[str]:
    return {finding["code"] for finding in ran.document["findings"]}


def test_json_counts_each_customer_once_and_lists_who_is_late_with_the_manager(
    crmtool: Crmtool, ledger: Path, tmp_path: Path
) -> None:
    settings(tmp_path, "managers:", "  李四: 王经理")
    document = crmtool("status", ledger, *AS_OF, "--json").document
    assert document["schema"] == "crmtool.status/v1"
    assert document["counts"] == {
        "customers": 6,
        "overdue": 2,
        "never_visited": 1,
        "due": 1,
        "on_track": 1,
        "no_cadence": 0,
        "undecided": 1,
    }
    assert document["warnings"] == {"remind": 0, "warn": 0, "escalate": 1}
    names = (
        "customer_id",
        "tier",
        "owner",
        "manager",
        "channel",
        "due_on",
        "overdue_days",
        "level",
        "standing",
    )
    assert told(document, *names) == [
        ("C2", "general", "李四", "王经理", "phone", "2026-02-28", 30, "escalate", "overdue"),
        ("C4", "new", "李四", "王经理", "phone", "2026-03-27", 3, None, "never_visited"),
        ("C1", "important", "张三", None, "phone", "2026-03-28", 2, None, "overdue"),
    ]
    assert [row["customer_id"] for row in document["never_visited"]] == ["C4"]
    assert [(row["customer_id"], row["due_on"]) for row in document["due"]] == [("C3", "2026-04-03")]
    assert [row["standing"] for row in document["customers"]] == [
        *("overdue", "overdue", "due", "never_visited", "undecided", "on_track"),
    ]
    assert sum(row["overdue"] for row in document["tiers"]) == 2


def test_without_a_plan_rates_are_unknown_and_it_says_how_to_come_by_one(
    crmtool: Crmtool, ledger: Path
) -> None:
    ran = crmtool("status", ledger, *AS_OF, "--json")
    assert ran.code == 0
    assert ran.document["visit_rate"] is None
    assert "no-plan-for-rates" in codes(ran)
    said = crmtool("status", ledger, *AS_OF, "--lang", "zh")
    assert "没有计划，回访率未知" in said.out
    assert "crmtool plan" in said.err
    assert "There is no plan" in crmtool("status", ledger, *AS_OF, "--lang", "en").out


def test_rates_of_a_plans_workbook_are_held_against_each_tiers_target(
    crmtool: Crmtool, ledger: Path, tmp_path: Path
) -> None:
    plan = plan_book(tmp_path / "计划.xlsx", *PLAN)
    document = crmtool("status", ledger, *AS_OF, "--plan", plan, "--json").document
    assert document["period"] == {"from": "2026-01-01", "to": "2026-03-30"}
    rates = {(row["by"], row.get("tier"), row.get("owner")): row for row in document["visit_rate"]}
    figures = ("due", "done", "rate", "target", "met")
    assert [rates["total", None, None][key] for key in ("due", "done", "rate")] == [4, 3, 0.75]
    assert [rates["tier", "general", None][key] for key in figures] == [3, 2, 2 / 3, 0.9, False]
    assert [rates["tier", "important", None][key] for key in figures] == [1, 1, 1.0, 1.0, True]
    assert [rates["tier", "new", None][key] for key in figures] == [0, 0, None, 0.95, None]
    assert "target" not in rates["tier", "small", None]
    assert [rates["owner", None, "张三"][key] for key in ("due", "done")] == [1, 1]
    assert rates["each", "general", "李四"]["channel"] == "phone"


def test_a_month_or_a_span_is_asked_for_by_name(crmtool: Crmtool, ledger: Path, tmp_path: Path) -> None:
    plan = plan_book(tmp_path / "计划.xlsx", *PLAN)

    def total(*options: str) -> tuple[Any, ...]:
        document = crmtool("status", ledger, *AS_OF, "--plan", plan, "--json", *options).document
        row = document["visit_rate"][0]
        return document["period"]["from"], document["period"]["to"], row["due"], row["done"]

    assert total("--month", "last") == ("2026-02-01", "2026-02-28", 1, 1)
    assert total("--month", "2026-03") == ("2026-03-01", "2026-03-30", 2, 1)
    assert total("--from", "2026-02", "--to", "2026-03-10") == ("2026-02-01", "2026-03-10", 2, 1)
    assert total("--from", "2026-03-05") == ("2026-03-05", "2026-03-30", 1, 1)


@pytest.mark.parametrize(
    ("options", "code"),
    [
        (("--from", "2026-03", "--to", "2026-02"), "period-reversed"),
        (("--month", "next"), "period-ahead"),
        (("--from", "2026-04-01", "--to", "2026-05"), "period-ahead"),
        (("--month", "this", "--from", "2026-01"), "month-and-span"),
        (("--month", "2026-13"), "bad-month"),
        (("--to", "soon"), "bad-span-end"),
        (("--template", "x.xlsx"), "option-alone"),
    ],
)
def test_a_period_that_cannot_be_meant_is_a_mistake(
    crmtool: Crmtool, ledger: Path, options: tuple[str, ...], code: str
) -> None:
    ran = crmtool("status", ledger, *AS_OF, *options, "--json")
    assert ran.code == 2
    assert [finding["code"] for finding in ran.document["findings"]] == [code]


def test_a_plan_that_begins_after_the_period_says_what_it_cannot_tell(
    crmtool: Crmtool, ledger: Path, tmp_path: Path
) -> None:
    plan = plan_book(tmp_path / "计划.xlsx", *PLAN[1:])
    assert "plan-begins-late" in codes(crmtool("status", ledger, *AS_OF, "--plan", plan, "--json"))
    whole = plan_book(tmp_path / "计划.xlsx", *PLAN)
    assert "plan-begins-late" not in codes(crmtool("status", ledger, *AS_OF, "--plan", whole, "--json"))


def test_who_has_no_manager_or_no_owner_is_said_where_somebody_is_to_be_told(
    crmtool: Crmtool, tmp_path: Path
) -> None:
    late = (*ROWS[1][:1], "无主公司", *ROWS[1][2:7], None, None, None)
    path = book(tmp_path / "台账.xlsx", 客户=[HEADER, ROWS[1], ("C9", *late[1:])])
    ran = crmtool("status", path, *AS_OF, "--json")
    found = {finding["code"]: finding for finding in ran.document["findings"]}
    assert found["no-manager"]["value"] == "李四"
    assert "1" in found["overdue-without-owner"]["message"]
    settings(tmp_path, "managers:", "  李四: 王经理")
    assert "no-manager" not in codes(crmtool("status", path, *AS_OF, "--json"))


def test_the_plan_of_the_history_is_counted_and_the_history_stays_as_it_is(
    crmtool: Crmtool, ledger: Path, tmp_path: Path
) -> None:
    settings(tmp_path, "rules: annual_plan", "history: 历史.db")
    made = crmtool("plan", ledger, "--as-of", "2026-01-05", "--from", "2026-01", "--to", "2026-06", "-q")
    assert made.code == 0
    before = (tmp_path / "历史.db").read_bytes()
    document = crmtool("status", ledger, "--as-of", "2026-03-30", "--json").document
    assert (tmp_path / "历史.db").read_bytes() == before
    total = document["visit_rate"][0]
    assert total["due"] > 0
    planned = {row["customer_id"]: row.get("planned_on") for row in document["customers"]}
    assert planned["C2"] > "2026-03-30"


def test_an_old_classification_is_said_from_the_history_or_from_the_ledger_itself(
    crmtool: Crmtool, ledger: Path, tmp_path: Path
) -> None:
    # The rules ask for a review each quarter: 28 Dec + 3 months is 28 March.
    assert (
        crmtool(
            "classify", ledger, "--rules", "annual_plan", "--as-of", "2025-12-28", "--update-ledger", "-q"
        ).code
        == 0
    )
    ran = crmtool("status", ledger, *AS_OF, "--json")
    found = {finding["code"]: finding for finding in ran.document["findings"]}
    assert found["classification-old"]["value"] == "2025-12-28"
    assert "2026-03-28" in found["classification-old"]["message"]
    settings(tmp_path, "rules: annual_plan", "history: 历史.db")
    assert crmtool("classify", ledger, "--as-of", "2026-03-01", "-q").code == 0
    assert "classification-old" not in codes(crmtool("status", ledger, *AS_OF, "--json"))
    later = crmtool("status", ledger, "--as-of", "2026-06-02", "--json")
    assert "classification-old" in codes(later)


def sheet(path: Path, name: str) -> list[tuple[Any, ...]]:
    rows = openpyxl.load_workbook(path)[name].iter_rows(values_only=True)
    return [row for row in rows if any(cell is not None for cell in row)]


def test_the_workbook_is_written_only_when_asked_for_and_holds_everybody(
    crmtool: Crmtool, ledger: Path, tmp_path: Path
) -> None:
    settings(tmp_path, "managers:", "  李四: 王经理")
    crmtool("status", ledger, *AS_OF)
    assert sorted(path.name for path in tmp_path.glob("*.xlsx")) == ["台账.xlsx"]
    ran = crmtool("status", ledger, *AS_OF, "--workbook", "--json")
    written = Path(ran.document["outputs"][0]["path"])
    assert written.name == "台账-跟进状态-2026-03-30.xlsx"
    assert openpyxl.load_workbook(written).sheetnames == [
        *("跟进概览", "逾期预警", "从未回访", "回访完成率", "全部客户", "问题清单"),
    ]
    late = sheet(written, "逾期预警")
    first = dict(zip(late[2], late[3], strict=True))
    names = ("级别", "逾期天数", "客户名称", "上级", "联系人", "电话")
    assert [first[name] for name in names] == ["上报", 30, "拖延公司", "王经理", "陈二", "13800000002"]
    assert [row[1] for row in sheet(written, "从未回访")[3:]] == ["新来公司"]
    everybody = sheet(written, "全部客户")[3:]
    assert [row[4] for row in everybody] == ["逾期", "逾期", "近期应访", "从未回访", "等级未定", "正常"]
    assert ("合计", 2, 1, 1, 1, 0, 1, 6) in [row[:8] for row in sheet(written, "跟进概览")]
    assert "没有计划" in sheet(written, "回访完成率")[1][0]
    assert len(sheet(written, "回访完成率")) == 3


def test_visits_that_are_done_in_a_plan_count_for_standings_and_rates(
    crmtool: Crmtool, ledger: Path, tmp_path: Path
) -> None:
    plan, target = plan_book(tmp_path / "计划.xlsx", *PLAN), tmp_path / "状态.xlsx"
    assert crmtool("status", ledger, *AS_OF, "--plan", plan, "-o", target).code == 0
    rates = sheet(target, "回访完成率")[3:]
    assert rates[0][0] == "合计"
    assert rates[0][4:9] == (4, 3, 3, 0, 0.75)
    overview = [row[:8] for row in sheet(target, "跟进概览")]
    # Called on 4 February and 20 March: due again on 4 April, in five days, and on 20 April.
    assert ("合计", 0, 1, 2, 2, 0, 1, 6) in overview
    assert ("一般客户", 3, 2, 2, 0, 2 / 3, ">= 90%", "未达成") in overview


def test_the_same_standings_are_the_same_bytes(crmtool: Crmtool, ledger: Path, tmp_path: Path) -> None:
    for name in ("a.xlsx", "b.xlsx"):
        assert crmtool("status", ledger, *AS_OF, "-o", tmp_path / name).code == 0
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


def test_a_rehearsal_writes_nothing_and_the_inputs_are_never_the_output(
    crmtool: Crmtool, ledger: Path, tmp_path: Path
) -> None:
    target = tmp_path / "状态.xlsx"
    assert crmtool("status", ledger, *AS_OF, "-o", target, "--dry-run").code == 0
    assert not target.exists()
    plan = plan_book(tmp_path / "计划.xlsx", *PLAN)
    for taken in (ledger, plan):
        ran = crmtool("status", ledger, *AS_OF, "--plan", plan, "-o", taken, "--json")
        assert (ran.code, ran.document["findings"][0]["code"]) == (2, "output-is-input")


@pytest.mark.parametrize(
    ("lang", "words"), [("zh", ("逾期", "上报", "从未回访")), ("en", ("Overdue", "escalate", "Never"))]
)
def test_the_terminal_speaks_both_languages(
    crmtool: Crmtool, ledger: Path, lang: str, words: tuple[str, ...]
) -> None:
    said = crmtool("status", ledger, *AS_OF, "--lang", lang).out
    for word in (*words, "拖延公司", "2026-02-28"):
        assert word in said


def test_nobody_overdue_is_said_too(crmtool: Crmtool, tmp_path: Path) -> None:
    path = book(tmp_path / "台账.xlsx", 客户=[HEADER, ROWS[5]])
    assert "没有逾期的回访" in crmtool("status", path, *AS_OF, "--lang", "zh").out


def test_a_plan_that_lies_in_the_folder_and_is_not_named_is_not_told_of(
    crmtool: Crmtool, ledger: Path
) -> None:
    plan_book(Path(f"{ledger.stem}-回访计划-2026-01_2026-12.xlsx"), *PLAN)
    codes = [each["code"] for each in crmtool("status", ledger, *AS_OF, "--json").document["findings"]]
    assert "no-plan-for-rates" in codes
    assert "other-plan-beside" not in codes  # that is of a plan being made
