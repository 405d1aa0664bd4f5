"""Due visits beyond the plain cadences: agreements, own rhythms, ladders, deadlines, windows, reasons, urgency."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from due_cases import basis, column, common, due, rules, visited

from crmtool.ledger.quantities import Duration
from crmtool.rules.deadlines import Deadline
from crmtool.rules.model import CadenceLine, RuleSet
from crmtool.visits.calendar.workdays import Workdays
from crmtool.visits.dues.basis import Basis
from crmtool.visits.model import REPORT_COLUMNS, frame_of
from crmtool.visits.reading.contacts import agreed_in

MONTH, QUARTER, WEEK = Duration(months=1), Duration(months=3), Duration(days=7)
CALL = CadenceLine("phone", "电话", every=MONTH)
VISIT = CadenceLine("onsite", "上门", every=QUARTER)
YEAR_2026 = ("2026-01-01", "2026-12-31", "2026-01-01")


def with_cadence(*lines: CadenceLine, tier: str = "important") -> RuleSet:
    """Return annual_plan with the rhythm of one tier replaced."""
    shipped = rules("annual_plan")
    return replace(shipped, cadence={**shipped.cadence, tier: lines})


def one(rule_set: RuleSet | str, says: dict[str, Any], *records: tuple[Any, ...], **also: Any) -> Basis:
    """Return a ledger of one customer, C1, important where nothing else is said."""
    records = tuple(("C1", *record) for record in records)
    return basis(rule_set, [{"customer_id": "C1", "tier": "important", **says}], visited(*records), **also)


def windows(what: Basis, *span: str, days: Workdays | None = None) -> dict[str, list[str | None]]:
    """Return earliest, preferred and latest of each visit by the end of its id."""
    found = due(what, *span, days)
    columns = [column(found, name) for name in ("earliest", "preferred", "latest")]
    return {key.removeprefix("C1-"): [cells[key] for cells in columns] for key in columns[0]}


# ---- windows --------------------------------------------------------------------------------------------------------


def test_a_monthly_call_may_move_three_working_days_within_its_month_and_the_plan() -> None:
    what = one(with_cadence(CALL), {"last_contact": "2025-12-02"})
    # 2 Jan is off: Sunday 4 is worked and the month's first working day. 2 Feb is a Monday, February's first.
    assert windows(what, "2026-01-01", "2026-02-04", "2026-01-01") == {
        "phone-202601": ["2026-01-04", "2026-01-04", "2026-01-07"],
        "phone-202602": ["2026-02-02", "2026-02-02", "2026-02-04"],  # the plan ends on the 4th
    }


def test_an_executive_may_be_moved_ten_working_days_but_not_into_another_month() -> None:
    line = CadenceLine("executive", "高层", every=MONTH)
    what = one(with_cadence(line), {"last_contact": "2026-02-16"})
    # Monday 16 March: back to 2 March, the tenth working day before; forth to 30 March, the tenth after.
    found = windows(what, "2026-03-01", "2026-03-31", "2026-03-01")
    assert found == {"executive-202603": ["2026-03-02", "2026-03-16", "2026-03-30"]}
    found = windows(
        one(with_cadence(line), {"last_contact": "2026-02-25"}), "2026-03-01", "2026-03-31", "2026-03-01"
    )
    assert found == {"executive-202603": ["2026-03-11", "2026-03-25", "2026-03-31"]}


def test_a_fortnightly_visit_stays_within_half_its_interval() -> None:
    line = CadenceLine("any", "跟进", every=Duration(days=14))
    what = one(with_cadence(line), {"last_contact": "2026-02-23"})
    # Monday 9 March, five working days each way: 2 March is 7 days before, more than half of 14 less the day itself.
    found = windows(what, "2026-03-01", "2026-03-20", "2026-03-01")
    assert found == {"any-2026W11": ["2026-03-03", "2026-03-09", "2026-03-13"]}


def test_a_deadline_and_an_occasion_may_only_be_earlier() -> None:
    line = CadenceLine("onsite", "年度拜访", by_date=Deadline(3, 15))
    birthday = CadenceLine("any", "生日", at="birthday")
    what = one(with_cadence(line, birthday), {"birthday": "3月12日"})
    # 15 March is a Sunday. Five working days earlier for a visit, three for an occasion.
    assert windows(what, *YEAR_2026) == {
        "0315-2026": ["2026-03-06", "2026-03-13", "2026-03-13"],
        "birthday-2026": ["2026-03-09", "2026-03-12", "2026-03-12"],
    }
    found = due(what, *YEAR_2026)
    assert column(found, "kind") == {"C1-0315-2026": "deadline", "C1-birthday-2026": "birthday"}
    assert column(found, "occasion") == {"C1-0315-2026": "3月15日前", "C1-birthday-2026": None}


def test_a_festival_of_a_year_without_published_holidays_is_thought_of_the_day_before() -> None:
    line = CadenceLine("any", "节日", at="festival")
    weeks = Workdays.of_weeks(date(2026, 11, 1), date(2027, 3, 31))
    # New Year's Day 2027 is a Friday, 春节 Saturday 6 February.
    found = windows(one(with_cadence(line), {}), "2026-12-01", "2027-02-28", "2026-12-01", days=weeks)
    assert {key: found[key][1] for key in found} == {
        "festival-元旦-2027": "2026-12-31",
        "festival-春节-2027": "2027-02-05",
    }
    found = windows(one(with_cadence(line), {}), "2026-12-01", "2026-12-31", "2026-12-01", days=weeks)
    assert list(found) == ["festival-元旦-2027"]


def test_what_is_overdue_may_wait_until_the_working_day_before_the_next_one() -> None:
    what = one(with_cadence(CALL), {"last_contact": "2025-11-20"})
    found = due(what, *YEAR_2026)
    # 20 December was missed; January's call is made from Sunday 4 January on, before 20 February, which is in 春节.
    assert windows(what, *YEAR_2026)["phone-202601"] == ["2026-01-04", "2026-01-04", "2026-02-14"]
    assert column(found, "due_on")["C1-phone-202601"] == "2025-12-20"
    assert column(found, "overdue_days")["C1-phone-202601"] == 12
    assert column(found, "overdue_days")["C1-phone-202602"] is None


def test_a_plan_that_begins_later_makes_up_for_what_is_overdue_today_and_skips_what_is_due_before_it() -> (
    None
):
    # Planned on 10 December for February: 5 December was missed.
    what = one(with_cadence(CALL), {"last_contact": "2025-11-05"})
    found = windows(what, "2026-02-01", "2026-03-31", "2025-12-10")
    assert {key: found[key][1] for key in found} == {
        "phone-202602": "2026-02-02",
        "phone-202603": "2026-03-05",
    }
    # Due on 20 December and 20 January, before the plan: those are of an earlier plan.
    what = one(with_cadence(CALL), {"last_contact": "2025-11-20"})
    found = windows(what, "2026-02-01", "2026-03-31", "2025-12-10")
    assert {key: found[key][1] for key in found} == {
        "phone-202602": "2026-02-24",
        "phone-202603": "2026-03-20",
    }


def test_a_visit_without_any_working_day_around_it_gets_the_nearest_of_the_plan() -> None:
    what = one(with_cadence(CALL), {"last_contact": "2026-01-16"})
    # The plan ends within 春节: the nearest working day before 16 February is Saturday 14.
    found = windows(what, "2026-02-10", "2026-02-20", "2026-02-10")
    assert found == {"phone-202602": ["2026-02-11", "2026-02-14", "2026-02-14"]}


def test_a_plan_without_any_working_day_keeps_its_visits_without_a_day() -> None:
    what = one(with_cadence(CALL, replace(CALL, label="b", every=WEEK)), {"last_contact": "2026-01-16"})
    found = windows(what, "2026-02-15", "2026-02-20", "2026-02-15")
    # The plan begins on the Sunday of week 7, in which the missed weekly call is made up for; Friday 20 is of week 8.
    assert found == {"phone-202602": [None] * 3, "phone2-2026W07": [None] * 3, "phone2-2026W08": [None] * 3}
    assert column(due(what, "2026-02-15", "2026-02-20", "2026-02-15"), "due_on") == {
        "C1-phone-202602": "2026-02-16",
        "C1-phone2-2026W07": "2026-01-23",
        "C1-phone2-2026W08": "2026-02-20",
    }


def test_a_span_that_has_passed_has_nothing_due() -> None:
    found = due(
        one(with_cadence(CALL), {"last_contact": "2026-01-16"}), "2026-01-01", "2026-01-31", "2026-02-01"
    )
    assert (len(found.visits), len(found.undue), found.quiet) == (0, 0, 1)


def test_working_days_that_reach_no_further_than_the_plan_are_enough() -> None:
    line = CadenceLine("any", "节日", at="festival")
    weeks = Workdays.of_weeks(date(2026, 1, 3), date(2026, 12, 31))
    what = one(with_cadence(CALL, line), {"last_contact": "2025-12-05"})
    found = windows(what, "2026-01-03", "2026-12-31", "2026-01-03", days=weeks)
    assert found["phone-202601"][1] == "2026-01-05"
    assert "festival-元旦-2027" not in found


# ---- agreements -----------------------------------------------------------------------------------------------------


def test_an_agreed_day_is_the_next_visit_of_the_most_frequent_line_whatever_day_it_is() -> None:
    what = one(with_cadence(VISIT, CALL), {"last_contact": "2025-10-31", "next_followup": "2026-02-21"})
    found = due(what, "2026-01-01", "2026-04-30", "2026-01-01")
    # A Saturday in 春节; calls go on from it; what was missed is settled by it. Visits count from the last contact.
    assert column(found, "preferred") == {
        "C1-onsite-202601": "2026-01-30",
        "C1-onsite-202604": "2026-04-30",
        "C1-phone-202602": "2026-02-21",
        "C1-phone-202603": "2026-03-23",  # the 21st is a Saturday
        "C1-phone-202604": "2026-04-21",
    }
    assert column(found, "kind")["C1-phone-202602"] == "agreed"
    assert windows(what, "2026-01-01", "2026-04-30", "2026-01-01")["phone-202602"] == ["2026-02-21"] * 3
    assert column(found, "overdue_days")["C1-phone-202602"] is None


def test_of_equally_frequent_lines_the_first_one_is_agreed() -> None:
    lines = (CadenceLine("onsite", "上门", every=MONTH), CALL)
    found = due(
        one(with_cadence(*lines), {"next_followup": "2026-01-20"}), "2026-01-01", "2026-01-31", "2026-01-01"
    )
    assert column(found, "kind")["C1-onsite-202601"] == "agreed"


def test_an_agreed_day_that_is_past_is_none_and_one_before_the_plan_is_counted_from() -> None:
    past = one(with_cadence(CALL), {"last_contact": "2025-12-10", "next_followup": "2025-12-30"})
    assert column(due(past, "2026-01-01", "2026-01-31", "2026-01-01"), "due_on") == {
        "C1-phone-202601": "2026-01-10"
    }
    before = one(with_cadence(CALL), {"last_contact": "2025-12-10", "next_followup": "2026-01-20"})
    found = column(due(before, "2026-02-01", "2026-02-28", "2026-01-05"), "due_on")
    assert found == {"C1-phone-202602": "2026-02-20"}


def test_an_agreed_day_beyond_the_plan_leaves_the_line_without_visits_until_then() -> None:
    what = one(with_cadence(CALL), {"last_contact": "2025-12-10", "next_followup": "2026-05-20"})
    found = due(what, "2026-01-01", "2026-03-31", "2026-01-01")
    assert (len(found.visits), found.quiet) == (0, 1)


def test_an_agreement_holds_where_the_tier_has_no_rhythm_or_is_not_known() -> None:
    rows = [
        {"customer_id": "N", "tier": "new", "first_order": "2025-12-20", "next_followup": "2026-01-15"},
        {"customer_id": "O", "tier": "new", "first_order": "2020-12-20", "next_followup": "2026-01-15"},
        {"customer_id": "U", "tier": None, "next_followup": "2026-01-15"},
    ]
    found = due(basis("annual_plan", rows), "2026-01-01", "2026-01-31", "2026-01-01")
    # N's first call was missed (27 Dec) and is what was agreed; the call of 20 Jan stays.
    assert column(found, "preferred") == {
        "N-phone-1m": "2026-01-20",
        "N-phone-1w": "2026-01-15",
        "O-any-20260115": "2026-01-15",
        "U-any-20260115": "2026-01-15",
    }
    assert set(column(found, "kind").values()) == {"step", "agreed"}
    assert len(found.undue) == 0


def test_the_latest_report_agrees_on_the_next_visit_where_the_ledger_does_not() -> None:
    cells = {
        "customer_key": ["A", "A", "A", "B", "C"],
        "done_on": [date(2026, 1, d) for d in (5, 9, 9, 9, 9)],
        "next_contact": [
            date(2026, 2, 1),
            date(2026, 2, 8),
            date(2026, 2, 6),
            date(2025, 12, 31),
            date(2026, 2, 9),
        ],
        "outcome": ["done", "done", "unreached", "done", "postponed"],
        "visit_id": [None, None, None, None, "C-phone-202601"],  # of C the planned visit itself is put off
    }
    records = frame_of(REPORT_COLUMNS, {name: pa.array(c, REPORT_COLUMNS[name]) for name, c in cells.items()})
    agreed = agreed_in(records, pa.array(["A", "B", "C"]), date(2026, 1, 10))
    assert agreed.astype(str).tolist() == ["2026-02-06", "NaT", "NaT"]
    rows = [{"customer_id": key, "tier": "small", "last_contact": "2026-01-09"} for key in "ABC"]
    rows[1]["next_followup"] = "2026-03-01"
    found = due(basis("annual_plan", rows, records), "2026-01-01", "2026-03-31", "2026-01-10")
    assert column(found, "preferred") == {"A-phone-202602": "2026-02-06", "B-phone-202603": "2026-03-01"}


def test_what_a_plan_wrote_into_the_ledger_itself_is_no_agreement() -> None:
    says = {"last_contact": "2025-12-10", "next_followup": "2026-01-12"}
    what = one(with_cadence(CALL), says, agreed=np.array([False]))
    assert column(due(what, "2026-01-01", "2026-01-31", "2026-01-01"), "kind") == {"C1-phone-202601": "every"}


# ---- own rhythms ----------------------------------------------------------------------------------------------------


def dues_of_rhythm(text: str, *lines: CadenceLine, tier: str = "important") -> dict[str, str]:
    """Return the due days of the first quarter of a customer with a rhythm of their own."""
    what = one(
        with_cadence(*lines, tier=tier), {"last_contact": "2025-12-10", "visit_interval": text, "tier": tier}
    )
    return column(due(what, "2026-01-01", "2026-03-31", "2026-01-01"), "due_on")


def test_an_own_rhythm_goes_before_the_most_frequent_line_of_the_tier() -> None:
    assert dues_of_rhythm("每季度1次", VISIT, CALL) == {
        "C1-onsite-202603": "2026-03-10",
        "C1-phone-202603": "2026-03-10",
    }


def test_an_own_rhythm_that_names_a_channel_goes_before_that_line() -> None:
    assert dues_of_rhythm("每2个月上门1次", VISIT, CALL) == {
        "C1-onsite-202602": "2026-02-10",
        "C1-phone-202601": "2026-01-10",
        "C1-phone-202602": "2026-02-10",
        "C1-phone-202603": "2026-03-10",
    }


def test_an_own_rhythm_for_which_the_tier_has_no_line_is_one_more() -> None:
    assert dues_of_rhythm("每2个月电话1次，每季度1次上门", CALL) == {
        "C1-onsite-202603": "2026-03-10",
        "C1-phone-202602": "2026-02-10",
    }
    what = one(with_cadence(), {"last_contact": "2025-12-10", "visit_interval": "每季度1次"})
    found = due(what, "2026-01-01", "2026-03-31", "2026-01-01")
    assert column(found, "label") == {"C1-any-202603": "回访"}
    assert len(found.undue) == 0


def test_a_rhythm_that_cannot_be_read_is_a_finding_and_the_tiers_holds() -> None:
    what = one(with_cadence(CALL), {"last_contact": "2025-12-10", "visit_interval": "看情况"})
    found = due(what, "2026-01-01", "2026-01-31", "2026-01-01")
    assert [(f.code, f.cell, f.value) for f in found.findings] == [("unreadable-interval", "E2", "看情况")]
    assert column(found, "due_on") == {"C1-phone-202601": "2026-01-10"}


def test_rhythms_of_several_customers_meet_their_own_rows() -> None:
    rows = [
        {"customer_id": f"C{n}", "tier": tier, "last_contact": "2025-12-10", "visit_interval": text}
        for n, (tier, text) in enumerate(
            [("important", None), ("general", "每月1次"), ("important", "每季度1次"), ("general", None)]
        )
    ]
    found = column(due(basis("annual_plan", rows), "2026-01-01", "2026-02-28", "2026-01-01"), "channel")
    assert list(found) == [
        *("C0-phone-202601", "C0-phone-202602"),
        *("C1-phone-202601", "C1-phone-202602"),
        "C3-phone-202602",
    ]


# ---- anchors --------------------------------------------------------------------------------------------------------


def test_the_last_contact_is_the_later_of_cell_and_record_and_goes_before_the_last_order() -> None:
    says = {"last_contact": "2025-12-03", "last_order": "2025-12-20"}
    assert column(
        due(one(with_cadence(CALL), says), *YEAR_2026[:1], "2026-01-31", "2026-01-01"), "due_on"
    ) == {"C1-phone-202601": "2026-01-03"}
    what = one(with_cadence(CALL), says, ("2025-12-08", "onsite"), ("2025-12-30", "phone", "unreached"))
    assert column(due(what, "2026-01-01", "2026-01-31", "2026-01-01"), "due_on") == {
        "C1-phone-202601": "2026-01-08"
    }


def test_contacts_after_the_as_of_day_are_not_known_yet() -> None:
    what = one(
        with_cadence(CALL), {"last_contact": "2026-01-09"}, ("2025-12-20", "phone"), ("2026-01-07", "phone")
    )
    found = column(due(what, "2026-01-01", "2026-01-31", "2026-01-05"), "due_on")
    assert found == {"C1-phone-202601": "2026-01-20"}


def test_a_customer_with_nothing_to_go_by_is_never_visited_and_spread_within_the_first_interval() -> None:
    rows = [{"customer_id": f"C{n:04}", "tier": "important"} for n in range(2000)]
    what = basis(with_cadence(CALL, VISIT), rows)
    found = due(what, *YEAR_2026)
    first: dict[tuple[str, str], str] = {}
    for visit_id, on in column(found, "due_on").items():
        key, channel, _ = visit_id.split("-")
        first[key, channel] = min(on, first.get((key, channel), on))
    calls = [on for (_, channel), on in first.items() if channel == "phone"]
    visits = [on for (_, channel), on in first.items() if channel == "onsite"]
    assert len(calls) == len(visits) == 2000
    assert max(calls) <= "2026-01-31"
    assert max(visits) <= "2026-03-31"
    # 2000 over 31 days is 65 a day: none is far from that, and the quarter's months have a third each.
    by_day = [calls.count(f"2026-01-{d:02}") for d in range(1, 32)]
    assert 35 < min(by_day) <= max(by_day) < 95
    by_month = [sum(on[:7] == month for on in visits) for month in ("2026-01", "2026-02", "2026-03")]
    assert min(by_month) > 580
    assert all(column(found, "is_never_visited").values())


def test_spread_days_are_the_same_whenever_the_plan_is_made() -> None:
    rows = [{"customer_id": f"C{n}", "tier": "important"} for n in range(60)]
    lines = (CALL, VISIT, CadenceLine("any", "跟进", every=Duration(days=14)))
    what = basis(with_cadence(*lines), rows)
    january = column(due(what, *YEAR_2026), "due_on")
    march = column(due(what, "2026-01-01", "2026-12-31", "2026-03-11"), "due_on")
    assert march == {key: on for key, on in january.items() if on >= "2026-03-11"}
    weekdays = {date.fromisoformat(on).weekday() for key, on in january.items() if "-any-" in key}
    assert weekdays == {0, 1, 2, 3, 4}


# ---- ladders --------------------------------------------------------------------------------------------------------


def steps(says: dict[str, Any], *records: tuple[Any, ...], as_of: str = "2026-01-01") -> dict[str, Any]:
    """Return due day and age of a new customer's steps in 2026, by the end of their ids."""
    found = due(one("annual_plan", {"tier": "new", **says}, *records), "2026-01-01", "2026-12-31", as_of)
    ages = column(found, "overdue_days")
    return {key.removeprefix("C1-"): (on, ages[key]) for key, on in column(found, "due_on").items()}


def test_where_no_visit_is_on_record_the_last_contact_answers_the_steps_up_to_its_day() -> None:
    bought = {"first_order": "2025-09-20"}  # steps on 27 September, 20 October and 20 December, then 20 March
    assert "onsite-3m" in steps({**bought, "last_contact": "2025-12-19"})
    assert {"onsite-3m", "phone-6m"} & set(steps({**bought, "last_contact": "2025-12-20"})) == {"phone-6m"}
    # Twelve days after a purchase it was the first step's, and no more than that.
    early = steps({"first_order": "2025-12-10", "last_contact": "2025-12-22"})
    assert {"phone-1w", "phone-1m", "onsite-3m"} & set(early) == {"phone-1m", "onsite-3m"}
    # With visits on record it stands for none of them.
    assert "phone-1m" in steps(
        {**bought, "last_contact": "2025-12-28"}, ("2025-09-25", "onsite"), as_of="2026-01-01"
    )


def test_a_ladder_goes_on_quarterly_to_the_end_of_its_first_year() -> None:
    assert steps({"first_order": "2025-12-31"}) == {
        "phone-1w": ("2026-01-07", None),
        "phone-1m": ("2026-01-31", None),
        "onsite-3m": ("2026-03-31", None),
        "phone-6m": ("2026-06-30", None),
        "phone-9m": ("2026-09-30", None),
        "phone-12m": ("2026-12-31", None),
    }


def test_of_missed_steps_the_last_is_made_up_for() -> None:
    # Bought on 10 October: 17 Oct and 10 Nov were missed, 17 Oct is 76 days before 1 January; 10 January is to come.
    assert steps({"first_order": "2025-10-10"}) == {
        "phone-1m": ("2025-10-17", 76),
        "onsite-3m": ("2026-01-10", None),
        "phone-6m": ("2026-04-10", None),
        "phone-9m": ("2026-07-10", None),
        "phone-12m": ("2026-10-10", None),
    }


def test_a_step_that_falls_due_before_the_plan_begins_is_made_up_for_at_its_start() -> None:
    # Bought on 20 December, planned on the 26th for January: the call of the 27th is in no plan, and not overdue.
    found = steps({"first_order": "2025-12-20"}, as_of="2025-12-26")
    assert (found["phone-1w"], found["phone-1m"]) == (("2025-12-27", None), ("2026-01-20", None))


def test_a_step_is_done_by_as_many_visits_as_the_ladder_asks_for_or_by_one_after_its_day() -> None:
    bought = {"first_order": "2025-12-10"}
    # One call on the 12th day is the first step's, late; the second is still due on 10 January.
    assert "phone-1m" in steps(bought, ("2025-12-22", "phone"))
    assert "phone-1w" not in steps(bought, ("2025-12-22", "phone"))
    # Two on one day are one; two days are two; a visit on site is no call; one before the purchase does not count.
    assert "phone-1m" in steps(bought, ("2025-12-22", "phone"), ("2025-12-22", "phone"))
    assert "phone-1m" not in steps(bought, ("2025-12-22", "phone"), ("2025-12-23", "phone"))
    assert "phone-1m" in steps(bought, ("2025-12-22", "onsite"))
    # But who was visited on site since needs no call of a day before that.
    assert "phone-1w" not in steps(bought, ("2025-12-22", "onsite"))
    assert "phone-1w" in steps(bought, ("2025-12-16", "onsite"))
    assert "phone-1w" in steps({"first_order": "2025-12-30"}, ("2025-12-29", "phone"))
    # A call after both days made up for both.
    made_up = steps(bought, ("2026-01-12", "phone"), as_of="2026-01-15")
    assert not {"phone-1w", "phone-1m"} & set(made_up)
    # A visit whose id is on record is done, whenever it was.
    told = steps(
        {"first_order": "2025-12-20"}, ("2025-12-31", "phone", "done", "C1-phone-1m"), as_of="2026-01-05"
    )
    assert "phone-1m" not in told


def test_a_quarterly_call_is_done_by_one_that_is_nearer_to_it_than_to_the_one_before() -> None:
    done = [("2025-06-20", "phone"), ("2025-07-10", "phone"), ("2025-09-10", "onsite")]
    bought = {"first_order": "2025-06-15"}  # 6 months: 15 December
    assert steps(bought, *done)["phone-6m"] == ("2025-12-15", 17)
    assert "phone-6m" not in steps(bought, *done, ("2025-11-20", "phone"))
    assert "phone-6m" in steps(bought, *done, ("2025-10-20", "phone"))


def test_a_purchase_that_is_not_known_is_counted_from_the_start() -> None:
    found = steps({})
    assert (found["phone-1w"], found["phone-1m"]) == (("2026-01-08", None), ("2026-02-01", None))


def test_customers_without_visits_are_told_apart_by_reason_and_counted() -> None:
    rows = [
        {"customer_id": "A", "tier": None},
        {"customer_id": "B", "tier": "small"},  # a tier without a rhythm here
        {"customer_id": "C", "tier": "new", "first_order": "2023-01-01"},
        {"customer_id": "D", "tier": "new", "first_order": "never"},
        {"customer_id": "E", "tier": "general", "last_contact": "2025-12-31"},  # due in February
        {"customer_id": "F", "tier": "important", "last_contact": "2025-12-31"},
    ]
    found = due(basis(with_cadence(tier="small"), rows), "2026-01-01", "2026-01-31", "2026-01-01")
    reasons = dict(zip(found.undue["customer_key"], found.undue["reason"], strict=True))
    assert reasons == {"A": "undecided", "B": "no-cadence", "C": "ladder-over", "D": "no-first-order"}
    assert list(column(found, "due_on")) == ["F-phone-202601"]
    assert found.quiet == 1


# ---- ids, urgency, and what goes along ------------------------------------------------------------------------------


def test_two_lines_of_one_channel_have_ids_of_their_own() -> None:
    lines = (CALL, replace(CALL, label="技术回访"), VISIT)
    found = column(
        due(
            one(with_cadence(*lines), {"last_contact": "2025-12-10"}),
            "2026-01-01",
            "2026-01-31",
            "2026-01-01",
        ),
        "label",
    )
    assert found == {"C1-phone-202601": "电话", "C1-phone2-202601": "技术回访"}


@pytest.mark.parametrize(
    ("every", "ids"),
    [
        (Duration(days=10), ["2026W02", "2026W03", "2026W04"]),  # 5, 15 and 25 January
        (Duration(days=3), ["20260101", "20260104", "20260107", "20260110"]),
        (Duration(months=1, days=3), ["202601"]),
    ],
)
def test_the_period_in_an_id_fits_the_interval(every: Duration, ids: list[str]) -> None:
    what = one(with_cadence(replace(CALL, every=every)), {"last_contact": "2025-12-26"})
    last = "2026-01-10" if every.days == 3 and not every.months else "2026-01-31"
    expected = [f"C1-phone-{end}" for end in ids]
    assert list(column(due(what, "2026-01-01", last, "2025-12-27"), "due_on")) == expected


def test_months_and_days_together_can_fall_into_one_month_twice() -> None:
    what = one(with_cadence(replace(CALL, every=Duration(months=1, days=2))), {"last_contact": "2026-01-27"})
    # 27 Feb + 2 days is 1 March, 27 March + 4 days is 31 March.
    found = column(due(what, "2026-02-01", "2026-04-30", "2026-02-01"), "due_on")
    assert found == {"C1-phone-202603": "2026-03-01", "C1-phone-202603b": "2026-03-31"}


def test_a_visit_that_is_on_record_is_not_due_again() -> None:
    line = CadenceLine("any", "生日", at="birthday")
    what = one(with_cadence(line), {"birthday": "03-12"}, ("2026-03-10", "phone", "done", "C1-birthday-2026"))
    assert len(due(what, "2026-01-01", "2026-12-31", "2026-03-11").visits) == 0


def test_a_visit_that_is_expected_before_the_plan_begins_answers_what_is_overdue() -> None:
    what = one(
        with_cadence(CALL),
        {"last_contact": "2025-11-10"},
        ("2025-12-28", "phone", "expected", "C1-phone-202512"),
    )
    found = due(what, "2026-01-01", "2026-02-28", "2025-12-20")
    assert column(found, "due_on") == {"C1-phone-202601": "2026-01-28", "C1-phone-202602": "2026-02-28"}
    assert set(column(found, "overdue_days").values()) == {None}


def test_stretched_intervals_keep_the_ratio_between_lines() -> None:
    what = one(with_cadence(CALL, VISIT), {"last_contact": "2025-12-10"}, stretch=Fraction(2))
    assert list(column(due(what, "2026-01-01", "2026-12-31", "2026-01-01"), "due_on").values()) == [
        *("2026-06-10", "2026-12-10"),
        *("2026-02-10", "2026-04-10", "2026-06-10", "2026-08-10", "2026-10-10", "2026-12-10"),
    ]


def test_a_stretched_visit_may_move_by_half_of_what_its_interval_grew_by() -> None:
    what = one(with_cadence(CALL), {"last_contact": "2025-12-10"}, stretch=Fraction(3, 2))
    # One and a half months are a month and 15 days: due on Sunday 25 January, 7 days of slack (5 working days) beside
    # the 3 of calls, up to 1 February (a Sunday).
    found = windows(what, "2026-01-01", "2026-02-10", "2026-01-01")
    assert found == {"phone-202601": ["2026-01-14", "2026-01-26", "2026-01-30"]}


def test_the_more_urgent_visit_has_the_lower_number() -> None:
    birthday = CadenceLine("any", "生日", at="birthday")
    rule_set = replace(
        rules("annual_plan"), cadence={"important": (CALL, birthday), "general": (CALL,), "small": (CALL,)}
    )
    rows = [
        {"customer_id": "a", "tier": "small", "last_order": "2025-11-30"},  # never visited, 2 days overdue
        {"customer_id": "b", "tier": "small", "last_contact": "2025-09-01"},  # 92 days overdue
        {"customer_id": "c", "tier": "important", "last_contact": "2025-11-20"},  # 12 days overdue
        {"customer_id": "d", "tier": "small"},  # never visited, not overdue
        {"customer_id": "e", "tier": "important", "last_contact": "2025-12-20", "birthday": "01-20"},
        {"customer_id": "f", "tier": "general", "last_contact": "2025-12-20"},
    ]
    rows[0]["last_order"] = "2025-11-29"
    found = due(basis(rule_set, rows), "2026-01-01", "2026-01-31", "2025-12-31")
    urgency = column(found, "urgency")
    expected = ["a-phone", "b-phone", "c-phone", "d-phone", "e-phone", "e-birthday", "f-phone"]
    assert [key.rsplit("-", 1)[0] for key in sorted(urgency, key=urgency.__getitem__)] == expected
    assert len(set(urgency.values())) == len(urgency)


def test_visits_on_site_have_an_invitation_and_a_report_and_others_what_their_line_says() -> None:
    what = one(
        with_cadence(VISIT, CALL, replace(CALL, channel="executive", prepare=WEEK)),
        {"last_contact": "2025-10-15"},
    )
    found = due(what, "2026-01-01", "2026-01-31", "2026-01-01")
    assert column(found, "prepare_days") == {
        "C1-executive-202601": 7,
        "C1-onsite-202601": 3,
        "C1-phone-202601": None,
    }
    assert column(found, "report_days")["C1-onsite-202601"] == 2


def test_rows_carry_who_and_whose_they_are() -> None:
    rows = [{"name": " 甲公司 ", "tier": "small", "owner": " ", "last_contact": "2025-07-31"}]
    found = due(basis("annual_plan", rows), "2026-01-01", "2026-01-31", "2026-01-01").visits
    assert found[["customer_key", "customer_id", "name", "owner", "role", "tier"]].astype(
        object
    ).values.tolist()[0][:1] == ["甲公司"]
    assert found["owner"].isna().all()
    assert found["customer_id"].isna().all()
    assert found["role"].tolist() == ["客户经理"]


def test_windows_come_from_the_common_vocabulary() -> None:
    channels = common().channels
    assert {key: channels[key].window for key in ("phone", "onsite", "executive")} == {
        "phone": 3,
        "onsite": 5,
        "executive": 10,
    }
