"""月历: a sheet a month, days off by name, customers or counts in the cells."""

from __future__ import annotations

from datetime import date
from typing import Any

from hand_made_plans import COMMON, off_2026, plan, visit

from crmtool.content import SheetCopy
from crmtool.tables.plan_calendar import copies


def sheets(visits: list[dict[str, Any]], **parts: Any) -> list[SheetCopy]:
    return copies(plan(visits, **parts), COMMON, off_2026())


def test_every_month_of_the_plan_has_a_sheet_also_one_without_visits() -> None:
    made = sheets([visit("2026-02-24")])
    assert [sheet.name for sheet in made] == ["月历 2026-01", "月历 2026-02", "月历 2026-03"]
    assert [sheet.scalars["month"] for sheet in made] == ["2026年1月", "2026年2月", "2026年3月"]


def test_a_month_begins_on_its_weekday_and_ends_on_its_last_day() -> None:
    january = sheets([])[0].scalars
    # 1 January 2026 is a Thursday, the 31st the Saturday of the fifth week.
    assert (january["w1d3"], january["w1d4"], january["w5d6"], january["w5d7"]) == (
        None,
        "1 元旦 休",
        "31 周末 休",
        None,
    )
    assert [january[f"w6d{day}"] for day in range(1, 8)] == [None] * 7


def test_days_off_are_named_and_worked_weekends_too() -> None:
    january, february, _ = (
        sheet.scalars for sheet in sheets([visit("2026-02-14"), visit("2026-02-14", "B公司")])
    )
    assert (january["w1d7"], january["w2d1"]) == ("4 班", "5")
    # 14 February is the Saturday of the third week, before the holiday that begins on Sunday.
    assert (february["w3d6"], february["w3d7"], february["w5d1"]) == (
        "14 班 · 2 次",
        "15 春节 休",
        "23 春节 休",
    )


def test_a_cell_names_customers_with_their_channels() -> None:
    visits = [visit("2026-01-05"), visit("2026-01-05", "华东精密机械股份有限公司", channel="executive")]
    january = sheets(visits)[0].scalars
    assert january["w2d1_visits"] == "A公司 电话\n华东精密机械股份有限公司 高层拜访"
    assert january["month_note"] == "本月 2 次回访 · 每格为客户和回访方式 · 灰底为休息日，“班”为调休上班"


def test_where_several_have_visits_each_one_names_its_owner() -> None:
    visits = [
        visit("2026-01-05"),
        visit("2026-02-02", "B公司", owner="张敏"),
        visit("2026-02-02", owner=None),
    ]
    january, february, _ = (sheet.scalars for sheet in sheets(visits))
    assert january["w2d1_visits"] == "A公司 电话·张三"
    assert february["w2d1_visits"] == "B公司 电话·张敏\nA公司 电话·未分配"
    assert (
        january["month_note"] == "本月 1 次回访 · 每格为客户、回访方式和负责人 · 灰底为休息日，“班”为调休上班"
    )


def test_names_are_cut_only_on_days_that_have_no_room_for_a_second_line() -> None:
    name = "华东精密机械股份有限公司苏州分公司"  # 17 characters, 34 units; a line holds 29
    three = [visit("2026-01-05", name + str(number)) for number in range(3)]
    four = [*three, visit("2026-01-05", name + "3")]
    lines = str(sheets(three)[0].scalars["w2d1_visits"]).split("\n")
    assert lines == [f"{name}{number} 电话" for number in range(3)]
    # 11 characters and the ellipsis are 24 units, the rest 5.
    assert sheets(four)[0].scalars["w2d1_visits"] == "\n".join(["华东精密机械股份有限公… 电话"] * 4)


def test_more_than_six_visits_end_in_how_many_more_there_are() -> None:
    six = sheets([visit("2026-01-05", f"客户{number}") for number in range(6)])[0].scalars["w2d1_visits"]
    assert str(six).split("\n")[-1] == "客户5 电话"
    seven = sheets([visit("2026-01-05", f"客户{number}") for number in range(7)])[0].scalars["w2d1_visits"]
    assert str(seven).split("\n") == [*(f"客户{number} 电话" for number in range(5)), "另 2 次"]


def test_a_month_with_a_day_of_more_than_twelve_counts_by_owner() -> None:
    crowd = [visit("2026-01-05", f"客户{n}", owner="李四" if n % 3 else None) for n in range(13)]
    january, february, _ = (
        sheet.scalars for sheet in sheets([*crowd, visit("2026-01-06"), visit("2026-02-02")])
    )
    # Of 0 … 12 five are divisible by three; the others are Li Si's.
    assert january["w2d1_visits"] == "李四 8\n未分配 5"
    assert january["w2d2_visits"] == "张三 1"
    assert february["w2d1_visits"] == "A公司 电话·张三"
    assert "每格为负责人和次数" in str(january["month_note"])


def test_visits_that_nobody_makes_are_not_shown() -> None:
    january = sheets([visit("2026-01-05", status="cancelled"), visit("2026-01-06", status="missed")])[
        0
    ].scalars
    assert (january["w2d1"], january["w2d1_visits"], january["w2d2"]) == ("5", None, "6")


def test_a_plan_over_new_year_goes_on_in_the_next_and_beyond_known_days_by_weekday() -> None:
    made = sheets([], first=date(2026, 12, 15), last=date(2027, 2, 28))
    assert [sheet.name for sheet in made] == ["月历 2026-12", "月历 2027-01", "月历 2027-02"]
    # February 2027 begins on a Monday and has four weeks.
    february = made[-1].scalars
    assert (february["w1d1"], february["w4d7"], february["w5d1"]) == ("1", "28 周末 休", None)


def test_a_customer_without_a_name_is_called_by_its_id() -> None:
    january = sheets([visit("2026-01-05", customer_id="C001") | {"name": None}])[0].scalars
    assert january["w2d1_visits"] == "C001 电话"
