"""Deadlines of a cadence, and by how much a channel's visits may be moved."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from crmtool.errors import UsageError
from crmtool.rules.deadlines import Deadline, parse_deadline
from crmtool.rules.language.load import load_common, load_rule_set
from crmtool.rules.model import CadenceLine
from crmtool.rules.telling.rhythm import rhythm

COMMON = (Path(__file__).parents[2] / "rules" / "common.yaml").read_text(encoding="utf-8")
RULE_SET = """schema: crmtool.rules/v1
id: demo
name: demo
version: "1"
source: none
table: {tier: 等级, columns: [客户名称, 等级]}
hit: first
fields: {amount: {label: 年消费额, type: money}}
tiers: {high: {label: 高, rank: 1}, low: {label: 低, rank: 2}}
rules: [{id: all_of_them, tier: high, when: {amount: present}}]
cadence: {high: [{LINE, channel: onsite, label: 年度计划}]}
"""


def line_with(keys: str) -> CadenceLine:
    return load_rule_set(RULE_SET.replace("LINE", keys), "rules/demo.yaml", common=COMMON).cadence["high"][0]


@pytest.mark.parametrize("written", ["03-15", "3-15", '"03-15"', "3月15日", "03/15", "{text: 03-15}"])
def test_a_deadline_is_a_day_of_every_year(written: str) -> None:
    line = line_with(f"by_date: {written}")
    assert line.by_date == Deadline(3, 15)
    assert (line.every, line.after, line.by, line.at, line.origin) == (None, None, None, None, "source")


@pytest.mark.parametrize("written", ['"2026-03-15"', "2026年3月15日", '"2026/3/15"'])
def test_a_deadline_with_its_year_holds_once(written: str) -> None:
    deadline = line_with(f"by_date: {written}").by_date
    assert deadline == Deadline(3, 15, 2026)
    assert [deadline.on(year) for year in (2025, 2026, 2027)] == [None, date(2026, 3, 15), None]


def test_whose_the_deadline_is_is_kept() -> None:
    assert line_with("by_date: {text: 03-15, origin: resolution}").origin == "resolution"


def test_the_last_of_february() -> None:
    assert [Deadline(2, 29).on(year) for year in (2024, 2025)] == [date(2024, 2, 29), date(2025, 2, 28)]


@pytest.mark.parametrize(
    "text", ["02-30", "13-01", "三月", "15", "", "2026-02-29", "0000-03-15", "2026-3", "3月", "03-15前"]
)
def test_what_is_no_day_is_none(text: str) -> None:
    assert parse_deadline(text) is None


@pytest.mark.parametrize(
    "keys",
    [
        "by_date: 03-15, every: 1个月",
        "by_date: 03-15, at: birthday",
        "after: amount, by_date: 03-15",
        "by_date: 03-15, by: 1周",
    ],
)
def test_a_deadline_stands_alone(keys: str) -> None:
    with pytest.raises(UsageError) as raised:
        line_with(keys)
    assert [finding.code for finding in raised.value.findings] == ["cadence-kind"]


def test_a_deadline_in_words() -> None:
    lines = [
        CadenceLine("any", "年度计划", by_date=Deadline(3, 15)),
        CadenceLine("any", "回访", by_date=Deadline(6, 1, 2026)),
    ]
    assert rhythm(lines, {}) == "3月15日前完成年度计划，2026年6月1日前完成回访"


def test_calls_move_least_and_visits_by_executives_most() -> None:
    windows = {id: channel.window for id, channel in load_common(COMMON).channels.items()}
    assert windows == {"phone": 3, "executive": 10} | dict.fromkeys(
        ("onsite", "video", "survey", "campaign", "gift", "proposal", "any"), 5
    )


@pytest.mark.parametrize(
    ("window", "code"),
    [
        ("-1", "figure-out-of-bounds"),
        ("61", "figure-out-of-bounds"),
        ("3天", "expected-number"),
        ("true", "expected-number"),
    ],
)
def test_a_window_is_a_number_of_working_days(window: str, code: str) -> None:
    with pytest.raises(UsageError) as raised:
        load_common(COMMON.replace("window: 3", f"window: {window}"))
    assert [finding.code for finding in raised.value.findings] == [code]
    assert load_common(COMMON.replace("window: 3", "window: 0")).channels["phone"].window == 0
