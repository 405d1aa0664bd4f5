"""工作量: visits by owner and month, greatest days, and what the visits are for."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

from hand_made_plans import off_2026, plan, records, rows, visit
from hypothesis import given
from hypothesis import strategies as st

from crmtool.tables import workload
from crmtool.tables.workload import Workload


def test_owners_have_their_months_totals_and_greatest_day() -> None:
    what = plan(
        [
            visit("2026-01-05"),
            visit("2026-01-05", "B公司"),
            visit("2026-01-07", owner="李四"),
            visit("2026-03-02"),
            visit("2026-03-02", "B公司"),
            visit("2026-03-03", "C公司", owner=None),
        ],
        [visit(None, owner="王五"), visit(None)],
    )
    load = Workload.of(what)
    heads = ["负责人", "2026-01", "2026-02", "2026-03", "合计", "最忙一天", "最忙的日子", "未排入"]
    assert [column.header for column in workload.build(load).columns] == heads
    assert rows(workload.build(load)) == [
        ("张三", 2, 0, 2, 4, 2, date(2026, 1, 5), 1),
        ("李四", 1, 0, 0, 1, 1, date(2026, 1, 7), 0),
        ("王五", 0, 0, 0, 0, 0, None, 1),
        ("未分配", 0, 0, 1, 1, 1, date(2026, 3, 3), 0),
    ]
    assert rows(workload.total(load)) == [("合计", 3, 0, 3, 6, 2, date(2026, 1, 5), 2)]


def test_cancelled_and_given_up_visits_are_no_work_and_done_ones_are() -> None:
    visits = [visit("2026-01-05", status=status) for status in ("done", "agreed", "cancelled", "missed")]
    assert rows(workload.total(Workload.of(plan(visits))))[0][:2] == ("合计", 2)


def test_visits_kept_from_months_before_the_plan_are_left_out() -> None:
    load = Workload.of(plan([visit("2025-12-30", status="done"), visit("2026-01-05")]))
    assert rows(workload.total(load)) == [("合计", 1, 0, 0, 1, 1, date(2026, 1, 5), 0)]


def test_months_tell_what_visits_are_for_and_how_many_a_working_day_has() -> None:
    what = plan(
        [
            visit("2026-01-05"),
            visit("2026-01-06", overdue_days=20),
            visit("2026-01-07", kind="step"),
            visit("2026-02-09", kind="festival"),
            visit("2026-02-10", kind="birthday"),
            visit("2026-02-11", kind="agreed", overdue_days=0),
            visit("2026-02-12", kind="deadline"),
            visit("2026-02-13", kind=None),
        ]
    )
    told = records(workload.by_kind(Workload.of(what), what, off_2026().workdays))
    # January 2026 has 22 weekdays, less the 1st and 2nd, with the worked Sunday; February 20 − 6 + 2; March 22.
    assert [(month["工作日"], month["合计"], month["每个工作日"]) for month in told] == [
        (21, 3, 0.14),
        (16, 5, 0.31),
        (22, 0, 0.0),
    ]
    groups = ("定期回访", "逾期补访", "新客户阶梯", "生日与节日", "约定与期限")
    assert [tuple(month[group] for group in groups) for month in told] == [
        (1, 1, 1, 0, 0),
        (1, 0, 0, 2, 2),
        (0, 0, 0, 0, 0),
    ]


def test_working_days_are_those_of_the_plan_not_of_the_whole_month() -> None:
    what = plan([], first=date(2026, 1, 29), last=date(2026, 2, 1))
    months = records(workload.by_kind(Workload.of(what), what, off_2026().workdays))
    assert [(month["月份"], month["工作日"], month["每个工作日"]) for month in months] == [
        ("2026-01", 2, 0.0),
        ("2026-02", 0, None),
    ]


def test_working_days_before_the_as_of_day_are_over_and_so_are_the_visits_made_on_them() -> None:
    visits = [visit("2026-01-07", status="done"), visit("2026-01-29"), visit("2026-01-30")]
    what = plan(visits, as_of=date(2026, 1, 26))
    (january, *_) = records(workload.by_kind(Workload.of(what), what, off_2026().workdays))
    # Monday 26 to Friday 30 January: five days, with two visits.
    assert (january["合计"], january["工作日"], january["每个工作日"]) == (3, 5, 0.4)


@given(st.lists(st.tuples(st.sampled_from(["甲", "乙", "丙", None]), st.integers(0, 89)), max_size=40))
def test_counts_are_those_that_a_person_would_count(made: list[tuple[str | None, int]]) -> None:
    days = [(owner or "未分配", date(2026, 1, 1) + timedelta(days=number)) for owner, number in made]
    what = plan(
        [visit(day.isoformat(), owner=owner) for (owner, _), (_, day) in zip(made, days, strict=True)]
    )
    table = workload.build(Workload.of(what))
    by_month = Counter((owner, day.month) for owner, day in days)
    by_day = Counter(days)
    for owner, *months, everything, greatest, first, unplaced in rows(table):
        assert months == [by_month[owner, month] for month in (1, 2, 3)]
        assert everything == sum(months)
        assert greatest == max(count for (who, _), count in by_day.items() if who == owner)
        assert first == min(day for (who, day), count in by_day.items() if who == owner and count == greatest)
        assert unplaced == 0
    assert {row[0] for row in rows(table)} == {owner for owner, _ in days}
