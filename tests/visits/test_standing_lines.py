"""How customers stand by the cadences of all rule sets, worked out by hand, month ends among them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pandas as pd
import pyarrow as pa
import pytest
from due_cases import basis, rules, visited, workdays

from crmtool.visits.model import PLAN_COLUMNS, frame_of
from crmtool.visits.standing.standings import Standings, standings

#: (standing, due day, days overdue, level) by channel and what the visit is called.
Line = tuple[str, str | None, int | None, str | None]


def stand(
    rule_set: Any,
    rows: list[dict[str, Any]],
    as_of: str,
    records: pd.DataFrame | None = None,
    plan: pd.DataFrame | None = None,
) -> Standings:
    return standings(basis(rule_set, rows, records), date.fromisoformat(as_of), workdays(), plan)


def lines_of(found: Standings) -> dict[str, Line]:
    names = ("channel", "label", "standing", "due_on", "overdue_days", "level")
    rows = pa.Table.from_pandas(found.lines[list(names)], preserve_index=False).to_pylist()
    return {
        f"{row['channel']} {row['label']}": (
            row["standing"],
            row["due_on"].isoformat() if row["due_on"] else None,
            row["overdue_days"],
            row["level"],
        )
        for row in rows
    }


def cell(found: Standings, name: str) -> list[Any]:
    return pa.array(found.customers[name]).to_pylist()


def one(
    rule_set: Any, tier: str | None, fields: dict[str, Any], visits: list[tuple[str, str]], as_of: str
) -> Standings:
    records = visited(*(("C1", day, channel) for day, channel in visits))
    return stand(rule_set, [{"customer_id": "C1", "tier": tier, **fields}], as_of, records)


CASES: list[tuple[str, str, dict[str, Any], list[tuple[str, str]], str, dict[str, Line]]] = [
    (
        "annual_plan",
        "important",
        {},
        [("2026-01-31", "phone"), ("2025-11-30", "onsite"), ("2025-09-02", "executive")],
        "2026-02-28",
        {
            "phone 电话回访": (
                "due",
                "2026-02-28",
                None,
                None,
            ),  # 31 Jan + 1 month is the last of February, today
            "onsite 上门回访": ("due", "2026-02-28", None, None),  # 30 Nov + 3 months
            "executive 高层回访": ("due", "2026-03-02", None, None),  # 2 Sep + 6 months
        },
    ),
    (
        "annual_plan",
        "general",  # 31 Dec + 2 months is 28 Feb: eight days ahead, so not yet due; 31 Oct + 6 months is 30 Apr
        {},
        [("2025-12-31", "phone"), ("2025-10-31", "onsite")],
        "2026-02-20",
        {
            "phone 电话回访": ("on_track", "2026-02-28", None, None),
            "onsite 上门回访": ("on_track", "2026-04-30", None, None),
        },
    ),
    (
        "annual_plan",
        "general",  # a day later it is seven days ahead
        {},
        [("2025-12-31", "phone"), ("2025-10-31", "onsite")],
        "2026-02-21",
        {
            "phone 电话回访": ("due", "2026-02-28", None, None),
            "onsite 上门回访": ("on_track", "2026-04-30", None, None),
        },
    ),
    (
        "annual_plan",
        "new",  # called within the week: the next step is a month after 24 Feb
        {"first_order": "2026-02-24"},
        [("2026-02-25", "phone")],
        "2026-03-02",
        {"phone 电话回访": ("on_track", "2026-03-24", None, None)},
    ),
    (
        "annual_plan",
        "new",  # 7 and 31 January were missed: late since the first of them, 34 days
        {"first_order": "2025-12-31", "last_contact": "2025-12-20"},
        [],
        "2026-02-10",
        {"phone 电话回访": ("overdue", "2026-01-07", 34, "escalate")},
    ),
    (
        "annual_plan",
        "small",
        {"last_contact": "2025-08-31"},  # + 6 months
        [],
        "2026-03-01",
        {"phone 电话回访": ("overdue", "2026-02-28", 1, None)},
    ),
    (
        "annual_value",
        "high_value",
        {"last_contact": "2026-01-30"},  # + 1 month
        [],
        "2026-03-07",
        {"any 深度沟通": ("overdue", "2026-02-28", 7, "remind")},
    ),
    (
        "annual_value",
        "stable",
        {},
        [("2025-12-15", "survey")],
        "2026-03-15",
        {
            "survey 满意度回访": ("due", "2026-03-15", None, None),
            "any 节日关怀": ("on_track", "2026-06-19", None, None),  # 端午
        },
    ),
    (
        "annual_value",
        "low_silent",  # another channel is no campaign, but a contact that it counts from: 1 Dec + 3 months
        {},
        [("2025-12-01", "phone")],
        "2026-03-16",
        {"campaign 唤醒触达": ("overdue", "2026-03-01", 15, "warn")},
    ),
    (
        "value_risk",
        "hv_potential",
        {"last_contact": "2026-02-16"},  # + 2 weeks
        [],
        "2026-03-02",
        {"any 跟进": ("due", "2026-03-02", None, None)},
    ),
    (
        "value_risk",
        "hv_risk",
        {},
        [("2026-02-20", "executive")],
        "2026-03-02",
        {"executive 挽留": ("overdue", "2026-02-27", 3, None)},
    ),
    (
        "value_risk",
        "lv_stable",
        {"birthday": "1985-03-04"},
        [("2025-11-30", "phone")],
        "2026-03-02",
        {
            "phone 主动回访": ("overdue", "2026-02-28", 2, None),
            "any 生日祝福": ("due", "2026-03-04", None, None),
            "any 节日关怀": ("on_track", "2026-06-19", None, None),
        },
    ),
    (
        "four_dimensions",
        "vip",
        {"last_contact": "2026-01-29"},
        [],
        "2026-02-28",
        {
            "any 专属客服关怀": ("due", "2026-02-28", None, None),
            "gift 节日礼品": ("on_track", "2026-06-19", None, None),
        },
    ),
    (
        "four_dimensions",
        "normal",
        {"last_contact": "2025-11-30"},
        [],
        "2026-03-30",
        {"any 客户回访": ("overdue", "2026-02-28", 30, "escalate")},
    ),
    (
        "value_potential",
        "a",
        {},
        [("2026-02-28", "executive"), ("2026-01-31", "proposal")],
        "2026-03-28",
        {
            "executive 高层拜访": (
                "due",
                "2026-03-28",
                None,
                None,
            ),  # the last of February does not become the 31st
            "proposal 定制方案": ("on_track", "2026-04-30", None, None),
        },
    ),
    (
        "value_potential",
        "d",
        {"last_contact": "2025-08-31"},
        [],
        "2026-03-29",
        {"any 触点维系": ("overdue", "2026-02-28", 29, "warn")},
    ),
]


@pytest.mark.parametrize(("rule_set", "tier", "fields", "visits", "as_of", "expected"), CASES)
def test_lines_stand_as_worked_out_by_hand(
    rule_set: str,
    tier: str,
    fields: dict[str, Any],
    visits: list[tuple[str, str]],
    as_of: str,
    expected: dict[str, Line],
) -> None:
    assert lines_of(one(rule_set, tier, fields, visits, as_of)) == expected


@pytest.mark.parametrize(
    ("as_of", "days", "level"),
    [
        ("2026-03-06", 6, None),
        ("2026-03-07", 7, "remind"),
        ("2026-03-14", 14, "remind"),
        ("2026-03-15", 15, "warn"),
        ("2026-03-29", 29, "warn"),
        ("2026-03-30", 30, "escalate"),
    ],
)
def test_who_is_told_depends_on_the_days_past_due(as_of: str, days: int, level: str | None) -> None:
    found = one("annual_plan", "general", {}, [("2025-12-31", "phone"), ("2026-02-01", "onsite")], as_of)
    assert lines_of(found)["phone 电话回访"] == ("overdue", "2026-02-28", days, level)
    assert cell(found, "level") == [level]


def test_a_customer_stands_as_the_line_that_is_due_first() -> None:
    visits = [("2026-02-20", "phone"), ("2025-11-30", "onsite"), ("2025-10-01", "executive")]
    found = one("annual_plan", "important", {}, visits, "2026-03-10")
    assert cell(found, "standing") == ["overdue"]
    assert cell(found, "channel") == ["onsite"]
    assert cell(found, "overdue_days") == [10]
    assert cell(found, "last_contact") == [date(2026, 2, 20)]


def test_who_was_never_contacted_is_so_however_late_the_visit_is() -> None:
    rows = [
        {"name": "甲", "tier": "general", "last_order": "2025-10-31"},  # + 2 months: 31 Dec
        {"name": "乙", "tier": "new", "first_order": "2026-02-24"},  # + 1 week: 3 Mar
        {"name": "丙", "tier": "general", "last_contact": "2026-02-24"},
    ]
    found = stand("annual_plan", rows, "2026-03-02")
    assert cell(found, "standing") == ["never_visited", "never_visited", "on_track"]
    assert cell(found, "due_on")[:2] == [date(2025, 12, 31), date(2026, 3, 3)]
    assert cell(found, "level") == ["escalate", None, None]
    assert found.never_visited()["name"].tolist() == ["甲", "乙"]
    # Late is late: the first one is on the list of those to be told of.
    assert pa.array(found.overdue()["name"]).to_pylist() == ["甲"]


def test_a_contact_after_the_as_of_day_is_none_yet() -> None:
    found = one("annual_plan", "general", {}, [("2026-03-03", "phone")], "2026-03-02")
    assert cell(found, "standing") == ["never_visited"]


def test_who_is_in_no_tier_or_follows_no_cadence_is_counted_apart() -> None:
    rule_set = rules("annual_plan")
    bare = replace(rule_set, cadence={tier: c for tier, c in rule_set.cadence.items() if tier != "small"})
    rows = [
        {"name": "未定", "last_contact": "2026-01-01"},
        {"name": "没有频率", "tier": "small", "last_contact": "2026-01-01"},
        {"name": "阶梯已过", "tier": "new", "first_order": "2024-05-01", "last_contact": "2026-01-01"},
        {"name": "没买过", "tier": "new", "first_order": "never"},
    ]
    found = stand(bare, rows, "2026-03-02")
    assert cell(found, "standing") == ["undecided", "no_cadence", "no_cadence", "no_cadence"]
    assert cell(found, "reason") == ["undecided", "no-cadence", "ladder-over", "no-first-order"]
    assert len(found.lines) == 0


def test_an_agreed_day_takes_the_place_of_the_missed_one() -> None:
    fields = {"next_followup": "2026-03-09"}
    visits = [("2025-11-30", "phone"), ("2026-01-15", "onsite"), ("2025-12-01", "executive")]
    found = one("annual_plan", "important", fields, visits, "2026-03-02")
    assert lines_of(found)["phone 电话回访"] == ("due", "2026-03-09", None, None)
    assert cell(found, "is_agreed") == [True]


def test_what_is_agreed_with_a_customer_in_no_tier_is_due() -> None:
    found = one(
        "annual_plan", None, {"next_followup": "2026-03-20", "last_contact": "2026-01-01"}, [], "2026-03-15"
    )
    assert cell(found, "standing") == ["due"]
    assert cell(found, "reason") == [None]


def test_an_occasion_that_was_kept_early_is_not_due_again() -> None:
    records = visited(("C1", "2026-03-01", "any", "done", "C1-birthday-2026"), ("C1", "2026-02-20", "phone"))
    rows = [{"customer_id": "C1", "tier": "lv_stable", "birthday": "1985-03-04"}]
    found = lines_of(stand("value_risk", rows, "2026-03-02", records))
    # The next one, 4 March 2027, lies more than a year ahead.
    assert "any 生日祝福" not in found
    assert found["phone 主动回访"] == ("on_track", "2026-05-20", None, None)


def plan_of(*rows: dict[str, Any]) -> pd.DataFrame:
    return frame_of(
        PLAN_COLUMNS,
        {name: pa.array([row.get(name) for row in rows], kind) for name, kind in PLAN_COLUMNS.items()},
    )


VISIT = {"customer": 0, "customer_key": "C1", "channel": "phone", "visit_id": "C1-phone-202602"}


def test_a_visit_that_was_put_off_to_a_day_agreed_on_is_not_overdue_before_it() -> None:
    plan = plan_of(
        {**VISIT, "status": "agreed", "due_on": date(2026, 2, 10), "planned_on": date(2026, 3, 16)}
    )
    rows = [{"customer_id": "C1", "tier": "lv_risk"}]
    records = visited(("C1", "2026-01-10", "phone"))
    found = stand("value_risk", rows, "2026-03-02", records, plan)
    assert lines_of(found) == {"phone 重点沟通": ("on_track", "2026-03-16", None, None)}
    assert cell(found, "is_agreed") == [True]
    # Once its day has passed it is late since the day that was missed first.
    late = stand("value_risk", rows, "2026-03-17", records, plan)
    assert lines_of(late) == {"phone 重点沟通": ("overdue", "2026-02-10", 35, "escalate")}


def test_what_is_agreed_for_a_later_visit_leaves_a_missed_one_missed() -> None:
    plan = plan_of(
        {**VISIT, "status": "open", "due_on": date(2026, 2, 10), "planned_on": date(2026, 3, 3)},
        {
            **VISIT,
            "visit_id": "C1-phone-202604",
            "status": "agreed",
            "due_on": date(2026, 4, 10),
            "planned_on": date(2026, 4, 13),
        },
    )
    rows = [{"customer_id": "C1", "tier": "lv_risk"}]
    found = stand("value_risk", rows, "2026-03-02", visited(("C1", "2026-01-10", "phone")), plan)
    assert lines_of(found) == {"phone 重点沟通": ("overdue", "2026-02-10", 20, "warn")}
    assert cell(found, "planned_on") == [date(2026, 3, 3)]


def test_an_empty_ledger_has_no_standings() -> None:
    found = stand("annual_plan", [], "2026-03-02")
    assert len(found.lines) == len(found.customers) == len(found.overdue()) == 0


CANCELLED = {"customer": 0, "customer_key": "C1", "channel": "phone", "status": "cancelled"}


def test_a_cancelled_visit_answers_the_due_days_of_its_period_and_no_later_ones() -> None:
    rows = [{"customer_id": "C1", "tier": "important"}]
    met = [("C1", "2026-01-05", channel) for channel in ("onsite", "executive")]
    records = visited(("C1", "2025-10-21", "phone"), *met)
    november = {**CANCELLED, "visit_id": "C1-phone-202511", "due_on": date(2025, 11, 21)}
    december = {**CANCELLED, "visit_id": "C1-phone-202512", "due_on": date(2025, 12, 21)}

    def phone(as_of: str, *visits: dict[str, Any]) -> Line:
        return lines_of(stand("annual_plan", rows, as_of, records, plan_of(*visits)))["phone 电话回访"]

    assert phone("2026-01-01") == ("overdue", "2025-11-21", 41, "escalate")
    # In its own month it is known by its id, later on by its period.
    assert phone("2025-11-25", november) == ("on_track", "2025-12-21", None, None)
    assert phone("2025-12-10", november) == ("on_track", "2025-12-21", None, None)
    assert phone("2026-01-01", november) == ("overdue", "2025-12-21", 11, "remind")
    assert phone("2026-01-01", december, november) == ("on_track", "2026-01-21", None, None)
    # One that was to make up for November answers both months; December's own leaves November missed.
    both = december | {"due_on": date(2025, 11, 21)}
    assert phone("2026-01-01", both) == ("on_track", "2026-01-21", None, None)
    assert phone("2026-01-01", december) == ("overdue", "2025-11-21", 41, "escalate")


def test_a_cancelled_visit_of_weeks_is_followed_by_the_next_on_the_same_weekday() -> None:
    # 9 and 23 January 2026 are Fridays, of the weeks 2 and 4; two weeks later is 6 February.
    rows = [{"customer_id": "C1", "tier": "hv_potential"}]
    records = visited(("C1", "2026-01-09", "phone"))
    off = {**CANCELLED, "channel": "any", "visit_id": "C1-any-2026W04", "due_on": date(2026, 1, 23)}
    before = lines_of(stand("value_risk", rows, "2026-01-31", records))
    after = lines_of(stand("value_risk", rows, "2026-01-31", records, plan_of(off)))
    assert before == {"any 跟进": ("overdue", "2026-01-23", 8, "remind")}
    assert after == {"any 跟进": ("due", "2026-02-06", None, None)}


def test_a_cancelled_step_of_a_ladder_is_not_missed() -> None:
    rows = [{"customer_id": "C1", "tier": "new", "first_order": "2026-02-24", "last_contact": "2026-02-01"}]
    off = {**CANCELLED, "visit_id": "C1-phone-1w", "due_on": date(2026, 3, 3)}
    found = lines_of(stand("annual_plan", rows, "2026-03-10", None, plan_of(off)))
    assert found == {"phone 电话回访": ("on_track", "2026-03-24", None, None)}


def test_a_cancelled_visit_whose_id_names_no_period_answers_nothing() -> None:
    rows = [{"customer_id": "C1", "tier": "important"}]
    records = visited(("C1", "2025-10-21", "phone"))
    for name in ("C1-phone-202513", "C1-phone-2025W60", "C1-phone-x", "phone"):
        off = {**CANCELLED, "visit_id": name, "due_on": date(2025, 11, 21)}
        found = lines_of(stand("annual_plan", rows, "2026-01-01", records, plan_of(off)))
        assert found["phone 电话回访"] == ("overdue", "2025-11-21", 41, "escalate")
