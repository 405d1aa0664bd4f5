"""未排入, 变动, 交接清单 and 计划概览: why, before and after, what the next owner has to know, and how many."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pyarrow as pa
import pytest
from hand_made import annual_value, decisions
from hand_made import frame as cells
from hand_made_plans import COMMON, off_2026, plan, records, rows, visit

from crmtool.ledger.ledger import Ledger, Source, Table
from crmtool.tables import handover, plan_changes, plan_overview, unplaced
from crmtool.tables.plan_overview import Tally, caps_text
from crmtool.visits.model import UNPLACED_REASONS, Caps, Plan

TEXT, DAY = pa.string(), pa.date32()
UNDUE_REASONS = ("undecided", "no-cadence", "ladder-over", "no-first-order")


def undue(name: str, reason: str) -> dict[str, Any]:
    return {"customer": 1, "customer_key": name, "name": name, "owner": "李四", "reason": reason}


# --- 未排入 ---------------------------------------------------------------------------------------------


def test_what_found_no_day_stands_before_customers_without_visits() -> None:
    due = visit(None, due_on=date(2026, 1, 31), overdue_days=5, reason="cap")
    table = unplaced.build(plan([], [due], [undue("B公司", "undecided")]), annual_value(), COMMON)
    first, second = records(table)
    assert (first["类别"], first["客户名称"], first["等级"], first["回访方式"]) == (
        "未排入",
        "A公司",
        "高价值客户",
        "电话",
    )
    assert (first["应访日期"], first["逾期天数"]) == (date(2026, 1, 31), 5)
    assert "--overload stretch" in first["怎么处理"]
    assert (second["类别"], second["客户名称"], second["负责人"]) == ("无到期回访", "B公司", "李四")
    assert (second["等级"], second["应访日期"], second["回访事项"]) == (None, None, None)
    assert "待补资料" in second["怎么处理"]


@pytest.mark.parametrize("reason", [*UNPLACED_REASONS, *UNDUE_REASONS])
def test_every_reason_has_words_and_a_remedy(reason: str) -> None:
    told = records(unplaced.build(plan([], [visit(None, reason=reason)]), annual_value(), COMMON))[0]
    assert reason not in told["原因"]
    assert told["怎么处理"] != "见问题清单"
    assert (told["原因"] + told["怎么处理"]).encode("gbk")


def test_a_reason_without_words_stands_as_it_is() -> None:
    told = records(unplaced.build(plan([], [visit(None, reason="odd")]), annual_value(), COMMON))[0]
    assert (told["原因"], told["怎么处理"]) == ("odd", "见问题清单")


def test_the_note_counts_both_or_says_that_nothing_is_left() -> None:
    both = plan([], [visit(None, reason="cap")] * 2, [undue("B公司", "no-cadence")])
    assert unplaced.note(both) == "2 次回访没有排上日子；1 位客户在本计划中没有到期的回访。"
    assert unplaced.note(plan([])) == "所有到期的回访都已排入。"


# --- 变动 -----------------------------------------------------------------------------------------------


def change(kind: str, before: date | None, after: date | None) -> dict[str, Any]:
    who = {"visit_id": "A公司-phone-202603", "name": "A公司", "owner": "张三", "channel": "phone"}
    return {**who, "change": kind, "before": before, "after": after}


def test_changes_tell_before_and_after() -> None:
    days = date(2026, 3, 5), date(2026, 3, 9)
    what = plan(
        [], changes=[change("moved", *days), change("added", None, days[1]), change("dropped", days[0], None)]
    )
    told = [
        (row["变动"], row["原计划日期"], row["现计划日期"])
        for row in records(plan_changes.build(what, COMMON))
    ]
    assert told == [("改期", *days), ("新增", None, days[1]), ("取消", days[0], None)]
    assert plan_changes.note(what) == "与上次计划相比：改期 1 次，新增 1 次，取消 1 次。"


def test_without_an_earlier_plan_there_is_no_change() -> None:
    assert plan_changes.build(plan([]), COMMON).rows == 0
    assert plan_changes.note(plan([])) == "与上次计划相同。"


# --- 交接清单 -------------------------------------------------------------------------------------------


def table_of(columns: dict[str, Any]) -> Table:
    return Table(cells(columns), {}, Source("台账/customers.xlsx", "0" * 64, ("客户",), 1, 2))


def ledger() -> Ledger:
    customers = {
        "row": (pa.int64(), [2, 3]),
        "sheet": (TEXT, ["客户", "客户"]),
        "customer_id": (TEXT, ["001", "002"]),
        "name": (TEXT, ["A公司", "B公司"]),
        "owner": (TEXT, ["张三", "张三"]),
        "contact": (TEXT, ["王经理", None]),
        "mobile": (TEXT, [None, "13800138000"]),
        "phone": (TEXT, ["021-5555", "021-6666"]),
        "last_contact": (DAY, [date(2025, 11, 3), None]),
        "last_maintenance": (TEXT, ["新功能使用培训", None]),
    }
    visits = {
        "customer": (pa.int64(), [0, 0, 1, None, 0]),
        # The third is after the as-of day, the fourth belongs to nobody, the last reached nobody.
        "date": (DAY, [date(2025, 12, 1), date(2025, 10, 1), date(2026, 1, 9), *[date(2025, 12, 2)] * 2]),
        "status": (TEXT, ["已完成", None, None, None, "未联系上"]),
    }
    demands = {
        "customer": (pa.int64(), [0, 0, None]),
        "date": (DAY, [date(2025, 9, 1), date(2025, 10, 1), None]),
        "demand": (TEXT, ["二期扩容", "已做完的", "没有客户"]),
        "status": (TEXT, [None, "已完成", None]),
    }
    tickets = {
        "customer": (pa.int64(), [0, 0]),
        "kind": (TEXT, ["重大投诉", None]),
        "raised": (DAY, [date(2025, 12, 20), None]),
        "content": (TEXT, ["到货破损", "不会用"]),
        "resolved": (DAY, [None, None]),
    }
    return Ledger(
        date(2025, 12, 31),
        table_of(customers),
        visits=table_of(visits),
        demands=table_of(demands),
        tickets=table_of(tickets),
    )


def handed_over(what: Plan, reassign: dict[str, str]) -> list[dict[str, Any]]:
    return records(handover.build(what, ledger(), decisions(), annual_value(), COMMON, reassign))


def test_the_next_owner_is_told_contact_history_open_matters_and_the_next_visit() -> None:
    what = plan(
        [
            visit("2026-01-05", status="done", owner="李四"),
            visit("2026-02-02", channel="executive", owner="李四"),
            visit("2026-03-02", owner="李四"),
        ]
    )
    first, second = handed_over(what, {"张三": "李四"})
    assert first == {
        "客户编号": "001",
        "客户名称": "A公司",
        "等级": "高价值客户",
        "联系人": "王经理",
        "电话": "021-5555",
        "最近联系": date(2025, 12, 1),
        "上次维护内容": "新功能使用培训",
        "未结需求与投诉": "重大投诉：到货破损（2025-12-20）\n需求：二期扩容（2025-09-01）\n咨询投诉：不会用",
        "下次回访": date(2026, 2, 2),
        "下次方式": "上门/视频会议",
        "待办次数": 2,
        "原负责人": "张三",
        "接手人": "李四",
    }
    assert (second["客户编号"], second["电话"], second["最近联系"]) == ("002", "13800138000", None)
    assert (second["下次回访"], second["下次方式"], second["待办次数"]) == (None, None, 0)


def test_the_next_owner_is_told_what_was_said_at_recent_visits() -> None:
    """Of the 90 days before 31 December, which begin on 2 October; an order of the visits makes no difference."""
    visits = {
        "customer": (pa.int64(), [0, 0, 0, None]),
        "date": (DAY, [date(2025, 10, 1), date(2025, 10, 2), date(2025, 12, 24), date(2025, 12, 24)]),
        "complaint": (TEXT, ["太早的", "发票晚了", "没有", "没有客户"]),
        "new_demand": (TEXT, [None, None, "二期扩容", None]),
    }
    own = replace(ledger(), visits=table_of(visits))
    told = records(handover.build(plan([]), own, decisions(), annual_value(), COMMON, {"张三": "李四"}))
    assert told[0]["未结需求与投诉"] == (
        "重大投诉：到货破损（2025-12-20）\n回访投诉：发票晚了（2025-10-02）\n需求：二期扩容（2025-09-01）\n咨询投诉：不会用"
    )


def test_nobody_else_is_in_the_list() -> None:
    assert handed_over(plan([]), {"王五": "李四"}) == []
    assert handed_over(plan([]), {}) == []
    assert (
        handover.note(2, {"张三": "李四"})
        == "张三 → 李四 · 共 2 位客户；台账中的负责人要改为接手人（--update-ledger 会写回）。"
    )


def test_a_ledger_without_the_columns_leaves_cells_empty() -> None:
    bare = {name: (TEXT, ["A公司", "B公司"]) for name in ("name",)} | {"owner": (TEXT, ["张三", None])}
    small = Ledger(date(2025, 12, 31), table_of(bare))
    told = records(handover.build(plan([]), small, decisions(), annual_value(), COMMON, {"张三": "李四"}))
    assert [(row["客户名称"], row["电话"], row["最近联系"], row["未结需求与投诉"]) for row in told] == [
        ("A公司", None, None, None)
    ]


# --- 计划概览 -------------------------------------------------------------------------------------------


def test_tiers_have_their_customers_and_visits_by_channel() -> None:
    what = plan(
        [
            visit("2026-01-05"),
            visit("2026-01-06", channel="onsite", overdue_days=3),
            visit("2026-01-07", "B公司", tier="stable", is_never_visited=True),
            visit("2026-01-08", "C公司", tier="gone", channel="fax"),
            visit("2026-01-09", status="cancelled"),
        ],
        [visit(None, "B公司", tier="stable")],
    )
    tally = Tally.of(what, decisions(), annual_value(), COMMON)
    table = plan_overview.build(tally, COMMON)
    assert [column.header for column in table.columns] == (
        [
            "等级",
            "客户数",
            "有回访的客户",
            "电话",
            "上门",
            "fax",
            "回访合计",
            "未排入",
            "逾期补访",
            "从未回访的客户",
        ]
    )
    assert rows(table) == [
        ("高价值客户", 1, 1, 1, 1, 0, 2, 0, 1, 0),
        ("稳定客户", 1, 1, 1, 0, 0, 1, 1, 0, 1),
        ("gone", 0, 1, 0, 0, 1, 1, 0, 0, 0),
    ]
    assert rows(plan_overview.total(tally, COMMON)) == [("合计", 2, 3, 2, 1, 1, 4, 1, 1, 1)]


def test_a_plan_without_visits_still_counts_customers() -> None:
    tally = Tally.of(plan([]), decisions(tier=["high_value", None], label=[None] * 2), annual_value(), COMMON)
    assert rows(plan_overview.build(tally, COMMON)) == [
        ("高价值客户", 1, 0, 0, 0, 0, 0),
        ("稳定客户", 0, 0, 0, 0, 0, 0),
        ("待补资料", 1, 0, 0, 0, 0, 0),
    ]


@pytest.mark.parametrize(
    ("caps", "text"),
    [
        (
            Caps(day=8, week=30, channels={"onsite": 2}),
            "每人每天不超过 8 次，其中上门 2 次，每周不超过 30 次",
        ),
        (Caps(week=30), "每人每周不超过 30 次"),
        (Caps(channels={"onsite": 2, "phone": 5}), "每人每天上门 2 次、电话 5 次以内"),
    ],
)
def test_caps_are_told_in_words(caps: Caps, text: str) -> None:
    assert caps_text(caps, COMMON) == text


def test_years_without_published_holidays_are_named() -> None:
    def note(last: date) -> object:
        what = plan([], last=last)
        tally = Tally.of(what, decisions(), annual_value(), COMMON)
        return plan_overview.scalars(what, tally, Caps(), COMMON, off_2026().workdays)["holidays_note"]

    assert note(date(2026, 3, 31)) == "法定节假日与调休均已计入"
    assert note(date(2027, 1, 1)) == "2026、2027 年的节假日尚未公布，只避开周末；公布后请重新排计划"
