"""The cadences of all five rule sets give hand-made customers the dates that were worked out by hand.

Two quarters. Autumn 2025, planned on Tuesday 30 September: 国庆 and 中秋 are 1 to 8 October (Wednesday to Wednesday),
Sunday 28 September and Saturday 11 October are worked. Spring 2026, planned on Wednesday 31 December: 元旦 is 1 to 3
January (Thursday to Saturday), Sunday 4 January is worked; 春节 is 15 to 23 February (Sunday to Monday, the new year on
Tuesday 17), Saturdays 14 and 28 February are worked. What is typed here is the preferred day: where no cap moves it.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

sys.path.append(str(Path(__file__).parents[1] / "visits"))

from due_cases import basis, column, due, visited

AUTUMN = ("2025-10-01", "2025-12-31", "2025-09-30")
SPRING = ("2026-01-01", "2026-03-31", "2025-12-31")

#: rule set, tier, what the ledger says, visits on record (day, channel), what is due: end of the id, day.
Row = tuple[str, str, dict[str, str], list[tuple[str, str]], dict[str, str]]

AUTUMN_ROWS: list[Row] = [
    (
        "annual_plan",
        "important",  # 每月电话 + 每季度上门 + 每半年高层
        {},
        [("2025-08-31", "phone"), ("2025-07-05", "onsite"), ("2025-05-11", "executive")],
        {
            # 31 Aug + 1 month is 30 Sep, before the plan and not before the as-of day: not overdue, not planned
            "phone-202510": "2025-10-31",  # + 2 months: Friday
            "phone-202511": "2025-11-28",  # 30 Nov is a Sunday, the month's last day: back to Friday
            "phone-202512": "2025-12-31",  # the anchor's 31st again
            "onsite-202510": "2025-10-09",  # 5 Jul + 3 months is 5 Oct: the first working day after the holiday
            "executive-202511": "2025-11-11",  # 11 May + 6 months: Tuesday
        },
    ),
    (
        "annual_plan",
        "important",  # no channel on record: all count from 最近联系时间
        {"last_contact": "2025-09-11"},
        [],
        {
            "phone-202510": "2025-10-11",  # a Saturday that is worked
            "phone-202511": "2025-11-11",
            "phone-202512": "2025-12-11",
            "onsite-202512": "2025-12-11",  # + 3 months; executive: March
        },
    ),
    (
        "annual_plan",
        "general",  # 每两个月电话 + 每半年上门
        {},
        [("2025-08-04", "phone"), ("2025-04-30", "onsite")],
        {
            "phone-202510": "2025-10-09",  # 4 Oct is in the holiday
            "phone-202512": "2025-12-04",
            "onsite-202510": "2025-10-30",
        },
    ),
    (
        "annual_plan",
        "new",  # bought on 25 Sep: 1 week is 2 Oct, whose last working day before is 30 Sep, before this plan
        {"first_order": "2025-09-25"},
        [],
        {
            "phone-1m": "2025-10-24",  # 25 Oct is a Saturday: a deadline only moves back
            "onsite-3m": "2025-12-25",
        },
    ),
    (
        "annual_plan",
        "new",  # called within the week: the first step is done
        {"first_order": "2025-09-28"},
        [("2025-09-29", "phone")],
        {
            "phone-1m": "2025-10-28",
            "onsite-3m": "2025-12-26",  # 28 Dec is a Sunday
        },
    ),
    (
        "annual_plan",
        "new",  # 7 and 31 August were missed: the later call is made up for, on the first working day of the plan
        {"first_order": "2025-07-31"},
        [],
        {"phone-1m": "2025-10-09", "onsite-3m": "2025-10-31"},
    ),
    (
        "annual_plan",
        "new",  # the ladder is done; quarterly calls go on at 6 (15 Oct), 9 (15 Jan) and 12 months
        {"first_order": "2025-04-15"},
        [("2025-04-18", "phone"), ("2025-05-12", "phone"), ("2025-07-14", "onsite")],
        {"phone-6m": "2025-10-15"},
    ),
    ("annual_plan", "small", {"last_contact": "2025-04-30"}, [], {"phone-202510": "2025-10-30"}),  # 半年
    (
        "annual_value",
        "high_value",  # 每月1次, any way: the later of the visit and 最近联系时间 counts
        {"last_contact": "2025-09-08"},
        [("2025-09-01", "onsite")],
        {
            "any-202510": "2025-10-09",
            "any-202511": "2025-11-10",
            "any-202512": "2025-12-08",
        },  # 8 Nov: Saturday
    ),
    (
        "annual_value",
        "potential",  # 20 Aug was missed: October's call is made at once, then 20 Nov and 20 Dec (a Saturday)
        {},
        [("2025-07-20", "phone")],
        {"phone-202510": "2025-10-09", "phone-202511": "2025-11-20", "phone-202512": "2025-12-22"},
    ),
    (
        "annual_value",
        "stable",  # 国庆 (1 Oct) and 中秋 (6 Oct) are thought of on 30 Sep, before this plan; 元旦 on 31 Dec, in it
        {},
        [("2025-08-31", "survey")],
        {"survey-202511": "2025-11-28", "festival-元旦-2026": "2025-12-31"},  # 30 Nov is a Sunday
    ),
    (
        "annual_value",
        "low_silent",  # never visited: 28 Feb + 3 months was missed; the next is 3 months after October: 28 Jan
        {"last_order": "2025-02-28"},
        [],
        {"campaign-202510": "2025-10-09"},
    ),
    (
        "value_risk",
        "hv_stable",  # 每月 any + 每季度高层
        {"last_contact": "2025-08-31"},
        [("2025-07-08", "executive")],
        {
            "any-202510": "2025-10-31",
            "any-202511": "2025-11-28",
            "any-202512": "2025-12-31",
            "executive-202510": "2025-10-09",  # 8 Oct is the last day of the holiday
        },
    ),
    (
        "value_risk",
        "hv_potential",  # 每两周, on Mondays; 6 Oct is in the holiday
        {"last_contact": "2025-09-22"},
        [],
        {
            "any-2025W41": "2025-10-09",
            "any-2025W43": "2025-10-20",
            "any-2025W45": "2025-11-03",
            "any-2025W47": "2025-11-17",
            "any-2025W49": "2025-12-01",
            "any-2025W51": "2025-12-15",
            "any-2026W01": "2025-12-29",  # the week of 1 January
        },
    ),
    (
        "value_risk",
        "hv_risk",  # 每周, on Thursdays: 2 Oct has no working day up to the next one, nor before it in the plan
        {},
        [("2025-09-25", "executive")],
        {
            "executive-2025W40": "2025-10-09",
            "executive-2025W41": "2025-10-09",
            "executive-2025W42": "2025-10-16",
            "executive-2025W43": "2025-10-23",
            "executive-2025W44": "2025-10-30",
            "executive-2025W45": "2025-11-06",
            "executive-2025W46": "2025-11-13",
            "executive-2025W47": "2025-11-20",
            "executive-2025W48": "2025-11-27",
            "executive-2025W49": "2025-12-04",
            "executive-2025W50": "2025-12-11",
            "executive-2025W51": "2025-12-18",
            "executive-2025W52": "2025-12-25",
        },
    ),
    (
        "value_risk",
        "lv_stable",  # 每季度电话 + 生日 + 节日
        {"birthday": "10-12"},
        [("2025-07-31", "phone")],
        {
            "phone-202510": "2025-10-31",
            "birthday-2025": "2025-10-11",  # 12 Oct is a Sunday, the Saturday before is worked
            "festival-元旦-2026": "2025-12-31",
        },
    ),
    (
        "value_risk",
        "lv_risk",  # 每月电话; agreed for a day in the holiday: it stays there, and the next count from it
        {"last_contact": "2025-09-20", "next_followup": "2025-10-04"},
        [],
        {"phone-202510": "2025-10-04", "phone-202511": "2025-11-04", "phone-202512": "2025-12-04"},
    ),
    (
        "four_dimensions",
        "vip",  # 每月 any + 生日 + 节日礼品
        {"last_contact": "2025-09-12", "birthday": "1985年12月27日"},
        [],
        {
            "any-202510": "2025-10-13",  # 12 Oct is a Sunday
            "any-202511": "2025-11-12",
            "any-202512": "2025-12-12",
            "birthday-2025": "2025-12-26",  # 27 Dec is a Saturday
            "festival-元旦-2026": "2025-12-31",
        },
    ),
    ("four_dimensions", "normal", {"last_contact": "2025-07-01"}, [], {"any-202510": "2025-10-09"}),  # 1 Oct
    (
        "four_dimensions",
        "prospect",
        {"last_contact": "2025-08-09"},
        [],
        {"survey-202511": "2025-11-10"},
    ),  # Sunday
    (
        "value_potential",
        "a",  # 每月高层 + 每季度方案, which counts from the last contact of any kind
        {},
        [("2025-09-08", "executive")],
        {
            "executive-202510": "2025-10-09",
            "executive-202511": "2025-11-10",  # 8 Nov is a Saturday
            "executive-202512": "2025-12-08",
            "proposal-202512": "2025-12-08",
        },
    ),
    ("value_potential", "b", {"last_contact": "2025-07-11"}, [], {"phone-202510": "2025-10-11"}),  # worked
    (
        "value_potential",
        "c",  # 每2个月, on the 31st
        {"last_contact": "2025-08-31"},
        [],
        {"survey-202510": "2025-10-31", "survey-202512": "2025-12-31"},
    ),
    ("value_potential", "d", {"last_contact": "2025-04-05"}, [], {"any-202510": "2025-10-09"}),  # 半年: 5 Oct
]

SPRING_ROWS: list[Row] = [
    (
        "annual_plan",
        "important",
        {},
        [("2025-12-31", "phone"), ("2025-11-15", "onsite"), ("2025-07-04", "executive")],
        {
            "phone-202601": "2026-01-30",  # the 31st is a Saturday: back to Friday, within the month
            "phone-202602": "2026-02-28",  # the month's end, a Saturday that is worked
            "phone-202603": "2026-03-31",  # and the anchor's 31st again
            "onsite-202602": "2026-02-24",  # 15 Feb is in 春节, which ends on Monday 23
            "executive-202601": "2026-01-04",  # a Sunday that is worked
        },
    ),
    (
        "annual_plan",
        "general",
        {},
        [("2025-12-31", "phone"), ("2025-08-21", "onsite")],
        {"phone-202602": "2026-02-28", "onsite-202602": "2026-02-24"},  # 31 Dec + 2 months; 21 Feb is in 春节
    ),
    (
        "annual_plan",
        "new",  # bought on 28 Dec
        {"first_order": "2025-12-28"},
        [],
        {
            "phone-1w": "2026-01-04",  # a Sunday that is worked
            "phone-1m": "2026-01-28",
            "onsite-3m": "2026-03-27",  # 28 Mar is a Saturday: back to Friday
        },
    ),
    (
        "annual_plan",
        "new",  # both calls are made; 17 Nov + 3 months is 春节: back to the Saturday that is worked
        {"first_order": "2025-11-17"},
        [("2025-11-20", "phone"), ("2025-12-15", "phone")],
        {"onsite-3m": "2026-02-14"},
    ),
    (
        "annual_plan",
        "new",  # the call of 30 Dec made up for both; 30 Nov + 3 months is 28 Feb
        {"first_order": "2025-11-30"},
        [("2025-12-30", "phone")],
        {"onsite-3m": "2026-02-28"},
    ),
    ("annual_plan", "small", {"last_contact": "2025-08-16"}, [], {"phone-202602": "2026-02-24"}),  # 16 Feb
    (
        "annual_value",
        "high_value",
        {"last_contact": "2025-12-16"},
        [],
        {"any-202601": "2026-01-16", "any-202602": "2026-02-24", "any-202603": "2026-03-16"},
    ),
    (
        "annual_value",
        "potential",
        {},
        [("2025-12-22", "phone")],
        {
            "phone-202601": "2026-01-22",
            "phone-202602": "2026-02-24",
            "phone-202603": "2026-03-23",
        },  # 22 Mar: Sunday
    ),
    (
        "annual_value",
        "stable",  # 元旦 was to be thought of by 31 Dec, before the plan; 春节 (17 Feb) by the Saturday before
        {},
        [("2025-12-15", "survey")],
        {"survey-202603": "2026-03-16", "festival-春节-2026": "2026-02-14"},  # 15 Mar is a Sunday
    ),
    ("annual_value", "low_silent", {"last_contact": "2025-10-31"}, [], {"campaign-202601": "2026-01-30"}),
    (
        "value_risk",
        "hv_stable",
        {},
        [("2025-11-30", "executive"), ("2025-12-31", "phone")],
        {
            "any-202601": "2026-01-30",
            "any-202602": "2026-02-28",
            "any-202603": "2026-03-31",
            "executive-202602": "2026-02-28",  # 30 Nov + 3 months
        },
    ),
    (
        "value_risk",
        "hv_potential",  # Mondays
        {"last_contact": "2025-12-22"},
        [],
        {
            "any-2026W02": "2026-01-05",
            "any-2026W04": "2026-01-19",
            "any-2026W06": "2026-02-02",
            "any-2026W08": "2026-02-24",  # 16 Feb is in 春节; the first working day after, before the next one
            "any-2026W10": "2026-03-02",
            "any-2026W12": "2026-03-16",
            "any-2026W14": "2026-03-30",
        },
    ),
    (
        "value_risk",
        "hv_risk",  # Mondays
        {},
        [("2025-12-29", "executive")],
        {
            "executive-2026W02": "2026-01-05",
            "executive-2026W03": "2026-01-12",
            "executive-2026W04": "2026-01-19",
            "executive-2026W05": "2026-01-26",
            "executive-2026W06": "2026-02-02",
            "executive-2026W07": "2026-02-09",
            "executive-2026W08": "2026-02-14",  # 16 Feb: none is worked before the next one on 23, so the Saturday before
            "executive-2026W09": "2026-02-24",  # 23 Feb is the last day of 春节
            "executive-2026W10": "2026-03-02",
            "executive-2026W11": "2026-03-09",
            "executive-2026W12": "2026-03-16",
            "executive-2026W13": "2026-03-23",
            "executive-2026W14": "2026-03-30",
        },
    ),
    (
        "value_risk",
        "lv_stable",
        {"birthday": "农历正月初五"},
        [("2025-10-20", "phone")],
        {
            "phone-202601": "2026-01-20",
            "birthday-2026": "2026-02-14",  # 初五 is 21 Feb, in 春节
            "festival-春节-2026": "2026-02-14",
        },
    ),
    (
        "value_risk",
        "lv_risk",  # 30 Nov was missed: January's call is made on the first working day; then the anchor's 31st
        {},
        [("2025-10-31", "phone")],
        {"phone-202601": "2026-01-04", "phone-202602": "2026-02-28", "phone-202603": "2026-03-31"},
    ),
    (
        "four_dimensions",
        "vip",
        {"last_contact": "2025-12-03", "birthday": "1996-02-29"},
        [],
        {
            "any-202601": "2026-01-04",  # 3 Jan is in 元旦
            "any-202602": "2026-02-03",
            "any-202603": "2026-03-03",
            "birthday-2026": "2026-02-28",  # no 29 Feb in 2026; a Saturday that is worked
            "festival-春节-2026": "2026-02-14",
        },
    ),
    ("four_dimensions", "normal", {"last_contact": "2025-11-22"}, [], {"any-202602": "2026-02-24"}),
    (
        "four_dimensions",
        "prospect",
        {"last_contact": "2025-12-01"},
        [],
        {"survey-202603": "2026-03-02"},
    ),  # Sunday
    (
        "value_potential",
        "a",
        {},
        [("2025-12-15", "executive"), ("2025-10-18", "proposal")],
        {
            "executive-202601": "2026-01-15",
            "executive-202602": "2026-02-24",
            "executive-202603": "2026-03-16",  # 15 Mar is a Sunday
            "proposal-202601": "2026-01-19",  # 18 Jan is a Sunday
        },
    ),
    ("value_potential", "b", {"last_contact": "2025-12-28"}, [], {"phone-202603": "2026-03-30"}),  # Saturday
    ("value_potential", "c", {"last_contact": "2025-12-31"}, [], {"survey-202602": "2026-02-28"}),
    ("value_potential", "d", {"last_contact": "2025-09-30"}, [], {"any-202603": "2026-03-30"}),
]


def preferred(
    rule_set: str, row: dict[str, Any], records: list[tuple[str, str]], span: tuple[str, str, str]
) -> Any:
    """Return the preferred day of each visit of one customer, C1, by the end of its id."""
    what = basis(rule_set, [{"customer_id": "C1", **row}], visited(*(("C1", *record) for record in records)))
    return {key.removeprefix("C1-"): day for key, day in column(due(what, *span), "preferred").items()}


def label(row: Any) -> str | None:
    """Return how a case is called."""
    return "-".join(row[:2]) if isinstance(row, tuple) else None


@pytest.mark.parametrize("row", AUTUMN_ROWS, ids=label)
def test_autumn_2025_with_its_long_holiday_is_as_worked_out_by_hand(row: Row) -> None:
    rule_set, tier, says, records, expected = row
    assert preferred(rule_set, {"tier": tier, **says}, records, AUTUMN) == expected


@pytest.mark.parametrize("row", SPRING_ROWS, ids=label)
def test_spring_2026_with_the_new_year_is_as_worked_out_by_hand(row: Row) -> None:
    rule_set, tier, says, records, expected = row
    assert preferred(rule_set, {"tier": tier, **says}, records, SPRING) == expected


def test_every_tier_of_every_rule_set_with_a_cadence_is_worked_out_in_both_quarters() -> None:
    from due_cases import rules

    names = ("annual_plan", "annual_value", "value_risk", "four_dimensions", "value_potential")
    tiers = {(name, tier) for name in names for tier, lines in rules(name).cadence.items() if lines}
    for rows in (AUTUMN_ROWS, SPRING_ROWS):
        assert {row[:2] for row in rows} == tiers


def test_september_thinks_of_both_festivals_on_the_last_day_before_the_holiday() -> None:
    # 国庆 on Wednesday 1 October and 中秋 on Monday 6 October both lie in the holiday that begins on 1 October.
    found = preferred(
        "annual_value",
        {"tier": "stable", "last_contact": "2025-08-20"},
        [],
        ("2025-09-01", "2025-09-30", "2025-09-01"),
    )
    assert found == {"festival-国庆-2025": "2025-09-30", "festival-中秋-2025": "2025-09-30"}


def test_what_can_no_longer_be_in_time_is_made_up_for_on_the_first_working_day() -> None:
    # On 1 October the step of 2 October and the two festivals have no working day left before them.
    row = {"tier": "new", "first_order": "2025-09-25"}
    assert preferred("annual_plan", row, [], ("2025-10-01", "2025-10-20", "2025-10-01")) == {
        "phone-1w": "2025-10-09"
    }
    row = {"tier": "stable", "last_contact": "2025-09-20"}
    assert preferred("annual_value", row, [], ("2025-10-01", "2025-10-31", "2025-10-01")) == {
        "festival-国庆-2025": "2025-10-09",
        "festival-中秋-2025": "2025-10-09",
    }
