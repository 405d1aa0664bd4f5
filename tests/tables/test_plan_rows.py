"""回访计划: one row a visit, in columns that other commands read back."""

from __future__ import annotations

from datetime import date

from hand_made import annual_value
from hand_made_plans import COMMON, off_2026, plan, records, visit

from crmtool.tables import plan_rows


def row(**cells: object) -> dict[str, object]:
    what = plan([visit("2026-03-02", **cells)])
    return records(plan_rows.build(what, annual_value(), COMMON))[0]


def test_the_headers_are_those_that_are_read_back() -> None:
    assert list(row()) == [
        *("回访编号", "计划日期", "星期", "客户编号", "客户名称", "等级", "回访方式", "回访事项", "责任角色"),
        *(
            "负责人",
            "回访目的",
            "应访日期",
            "逾期天数",
            "状态",
            "邀请发送日",
            "报告截止日",
            "备注",
            "排定日期",
        ),
    ]


def test_an_open_call_is_told_in_words() -> None:
    assert row() == {
        "回访编号": "A公司-phone-2026-03",
        "计划日期": date(2026, 3, 2),
        "星期": "周一",
        "客户编号": None,
        "客户名称": "A公司",
        "等级": "高价值客户",
        "回访方式": "电话",
        "回访事项": "电话回访",
        "责任角色": "客户经理",
        "负责人": "张三",
        "回访目的": "电话回访 · 专属客户经理对接；定期高层拜访",
        "应访日期": date(2026, 3, 2),
        "逾期天数": None,
        "状态": "待办",
        "邀请发送日": None,
        "报告截止日": None,
        "备注": None,
        "排定日期": date(2026, 3, 2),
    }


def test_invitation_and_report_are_counted_in_calendar_days_across_months() -> None:
    told = row(channel="executive", prepare_days=3, report_days=2)
    assert (told["回访方式"], told["邀请发送日"], told["报告截止日"]) == (
        "上门/视频会议",
        date(2026, 2, 27),
        date(2026, 3, 4),
    )


def test_remarks_are_joined_and_empty_where_there_is_nothing_to_say() -> None:
    assert row(moved_from=date(2026, 3, 5), is_never_visited=True)["备注"] == "原计划 2026-03-05；从未回访"
    assert row(is_unpublished=True, kind="festival", occasion="中秋")["备注"] == "中秋；节假日未公布"
    assert row(kind="agreed")["备注"] == "客户约定的日子"
    assert row(status="done", done_on=date(2026, 3, 4))["备注"] == "已于 2026-03-04 完成"


def test_an_invitation_goes_out_on_a_working_day_that_is_not_over() -> None:
    what = plan(
        [
            # Three days before Tuesday 24 February is in the holiday from the 15th on; the 14th is worked.
            visit("2026-02-24", prepare_days=3),
            visit("2026-03-11", prepare_days=3),  # Sunday 8 March: the Friday before
            visit("2026-01-05", prepare_days=9),  # before the as-of day: from 2025-12-31 on
            visit("2025-12-30", prepare_days=3, status="done"),
        ]
    )
    table = plan_rows.build(what, annual_value(), COMMON, off_2026().workdays)
    assert [told["邀请发送日"] for told in records(table)] == [
        date(2026, 2, 14),
        date(2026, 3, 6),
        date(2025, 12, 31),
        date(2025, 12, 27),
    ]


def test_only_the_first_visit_of_a_customer_is_remarked_as_never_visited() -> None:
    new = {"is_never_visited": True}
    what = plan(
        [
            visit("2026-01-05", status="cancelled", **new),
            visit("2026-01-06", **new),
            visit("2026-01-06", "B公司", **new),
            visit("2026-01-07", **new),
        ]
    )
    table = plan_rows.build(what, annual_value(), COMMON)
    assert [told["备注"] for told in records(table)] == [None, "从未回访", "从未回访", None]


def test_many_rows_keep_their_own_remarks() -> None:
    what = plan([visit("2026-01-05"), visit("2026-01-06", is_never_visited=True), visit("2026-01-07")])
    table = plan_rows.build(what, annual_value(), COMMON)
    assert [told["备注"] for told in records(table)] == [None, "从未回访", None]


def test_what_is_over_is_late_no_more() -> None:
    assert (row(overdue_days=12)["逾期天数"], row(overdue_days=12)["备注"]) == (12, None)
    for status, label in (("done", "已完成"), ("cancelled", "取消"), ("missed", "未完成")):
        told = row(overdue_days=12, status=status)
        assert (told["逾期天数"], told["状态"], told["备注"]) == (None, label, "逾期 12 天的补访")


def test_names_that_nobody_knows_stand_as_they_are() -> None:
    told = row(tier="gone", channel="fax", status="somehow", owner=None)
    assert (told["等级"], told["回访方式"], told["状态"], told["负责人"]) == ("gone", "fax", "somehow", None)


def test_a_plan_without_visits_has_no_rows_but_all_columns() -> None:
    table = plan_rows.build(plan([]), annual_value(), COMMON)
    assert table.rows == 0
    assert len(table.columns) == 18
