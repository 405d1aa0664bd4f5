"""`crmtool plan`: a day for every visit, in a workbook that can be planned from again."""

from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from command_line import Crmtool, Ran
from plan_runs import BOOK, CUSTOMERS, SPAN, days, edit, ledger, sheet_rows


@pytest.fixture
def plan(crmtool: Crmtool, tmp_path: Path) -> Any:
    """Return what plans the small ledger for March to June 2026, as it stands on 10 March."""
    ledger(tmp_path / "台账.xlsx")

    def run(*more: object, as_of: str | None = None) -> Ran:
        span = SPAN if as_of is None else tuple(as_of if each == "2026-03-10" else each for each in SPAN)
        return crmtool("plan", "台账.xlsx", *span, *more)

    return run


def test_every_visit_is_on_the_day_that_was_worked_out_by_hand(plan: Any) -> None:
    ran = plan()
    assert (ran.code, ran.err) == (0, "")
    found = days()
    # C001, last seen on 10 February: calls on the 10th of each month, 10 May 2026 is a Sunday.
    assert [found[f"C001-phone-2026{month}"] for month in ("03", "04", "05", "06")] == [
        date(2026, 3, 10),
        date(2026, 4, 10),
        date(2026, 5, 11),
        date(2026, 6, 10),
    ]
    # C003, last seen on 25 February.
    assert found["C003-phone-202604"] == date(2026, 4, 27)  # 25 April is a Saturday
    # The call and the visit on site are both due on 25 May: the call has fewer days to choose from and keeps the day.
    assert found["C003-phone-202605"] == date(2026, 5, 25)
    assert found["C003-onsite-202605"] == date(2026, 5, 26)
    # C002, last seen on 5 January: a call was due on 5 March and is five days late; the next one is due on 5 May,
    # which is a holiday (劳动节, to the 5th).
    assert found["C002-phone-202603"] == date(2026, 3, 10)
    assert found["C002-phone-202605"] == date(2026, 5, 6)
    # C004 has agreed on 18 March: the call is then, and the next one two months later.
    assert found["C004-phone-202603"] == date(2026, 3, 18)
    assert found["C004-phone-202605"] == date(2026, 5, 18)
    rows = {row["回访编号"]: row for row in sheet_rows(BOOK)}
    assert rows["C002-phone-202603"]["逾期天数"] == 5
    assert (rows["C004-phone-202603"]["状态"], rows["C001-phone-202603"]["状态"]) == ("已约定", "待办")
    assert rows["C005-phone-202603"]["负责人"] in (None, "未分配")
    assert rows["C001-onsite-202605"]["邀请发送日"] == date(2026, 5, 9)  # three days before 12 May


def test_the_same_plan_again_is_the_same_workbook(plan: Any) -> None:
    plan()
    before = Path(BOOK).read_bytes()
    ran = plan()
    assert (ran.code, Path(BOOK).read_bytes() == before) == (0, True)


def test_the_order_of_the_ledgers_rows_makes_no_difference(
    plan: Any, tmp_path: Path, crmtool: Crmtool
) -> None:
    plan()
    (tmp_path / "b").mkdir()
    ledger(tmp_path / "b" / "台账.xlsx", CUSTOMERS[::-1])
    crmtool("plan", "b/台账.xlsx", *SPAN)
    assert sheet_rows(Path("b") / BOOK) == sheet_rows(BOOK)


def test_caps_hold_and_what_has_no_room_is_named_with_the_reason(plan: Any) -> None:
    customers = [(f"K{n:02d}", f"客户{n}", "重要客户", "张三", date(2026, 2, 10), None) for n in range(30)]
    ledger(Path("台账.xlsx"), customers)
    Path("crmtool.yaml").write_text("caps: {day: 2, week: 6, onsite: 1}\n", encoding="utf-8")
    ran = plan("--json")
    document = ran.document
    assert ran.code == 0
    placed = Counter((visit["owner"], visit["planned_on"]) for visit in document["visits"])
    assert max(placed.values()) <= 2
    weeks = Counter(date.fromisoformat(v["planned_on"]).isocalendar()[:2] for v in document["visits"])
    assert max(weeks.values()) <= 6
    on_site = Counter(v["planned_on"] for v in document["visits"] if v["channel"] == "onsite")
    assert max(on_site.values()) <= 1
    assert {visit["reason"] for visit in document["unplaced"]} == {"cap"}
    (said,) = (found for found in document["findings"] if found["code"] == "unplaced-cap")
    assert said["message"].startswith(f"{len(document['unplaced'])} visits found no day")
    assert len(sheet_rows(BOOK, "未排入")) == len(document["unplaced"])
    # All that is due is in the one list or the other: four calls, a visit in May, for each of thirty.
    months = Counter(v["visit_id"].rsplit("-", 1)[0] for v in (*document["visits"], *document["unplaced"]))
    assert {months[f"K{n:02d}-phone"] for n in range(30)} == {4}


def test_stretching_gives_everything_room(plan: Any) -> None:
    customers = [
        (f"K{n:02d}", f"客户{n}", "重要客户", "张三", date(2026, 2, 11 + n), None) for n in range(16)
    ]
    ledger(Path("台账.xlsx"), customers)
    Path("crmtool.yaml").write_text("caps: {week: 3}\n", encoding="utf-8")
    full = plan("--json", "-o", "full.xlsx").document
    assert (full["stretch"], bool(full["unplaced"])) == (1.0, True)
    wide = plan("--overload", "stretch", "--json").document
    assert wide["unplaced"] == []
    assert wide["stretch"] > 1
    assert [found["code"] for found in wide["findings"]] == ["intervals-stretched"]
    weeks = Counter(date.fromisoformat(v["planned_on"]).isocalendar()[:2] for v in wide["visits"])
    assert max(weeks.values()) <= 3


def test_planned_anew_from_the_workbook_what_people_typed_stays_and_the_rest_moves_little(plan: Any) -> None:
    plan()
    before = days()
    edit(
        BOOK,
        {
            "C001-phone-202603": {"状态": "已完成"},
            "C003-phone-202604": {"计划日期": date(2026, 4, 20)},
            "C002-phone-202605": {"状态": "取消"},
            "C003-onsite-202605": {"状态": "已约定"},
        },
        "改过.xlsx",
    )
    ran = plan("--plan", "改过.xlsx", "-o", "新.xlsx", as_of="2026-03-12")
    assert ran.code == 0, ran.err
    rows = {row["回访编号"]: row for row in sheet_rows("新.xlsx")}
    state = {visit: (row["状态"], row["计划日期"]) for visit, row in rows.items()}
    assert state["C001-phone-202603"] == ("已完成", date(2026, 3, 10))
    assert state["C003-phone-202604"] == ("已约定", date(2026, 4, 20))
    assert state["C002-phone-202605"] == ("取消", before["C002-phone-202605"])
    assert state["C003-onsite-202605"] == ("已约定", before["C003-onsite-202605"])
    # C002's late call was planned for the 10th, nobody made it: it is caught up on the 12th.
    assert state["C002-phone-202603"] == ("待办", date(2026, 3, 12))
    changed = {row["回访编号"]: (row["变动"], row["现计划日期"]) for row in sheet_rows("新.xlsx", "变动")}
    assert changed["C002-phone-202603"] == ("改期", date(2026, 3, 12))
    untouched = set(before) - set(changed) - {"C003-phone-202604"}
    assert {visit: rows[visit]["计划日期"] for visit in untouched} == {v: before[v] for v in untouched}


def test_a_plan_that_somebody_worked_in_is_not_replaced(plan: Any) -> None:
    plan()
    edit(BOOK, {"C001-phone-202603": {"状态": "已完成"}}, BOOK)
    worked_in = Path(BOOK).read_bytes()
    for ran in (plan("--lang", "zh"), plan("-o", BOOK, "--lang", "zh"), plan("--dry-run", "--lang", "zh")):
        assert (ran.code, "[plan-worked-in]" in ran.err) == (4, True)
        assert f"--plan {BOOK}，并用 -o 换一个文件名" in ran.err
    assert Path(BOOK).read_bytes() == worked_in
    assert plan("--plan", BOOK, "-o", "新.xlsx").code == 0


def test_what_is_given_back_to_another_moves_and_is_listed(plan: Any) -> None:
    plan()
    ran = plan("--reassign", "张三=李四", "-o", "交接.xlsx", "--json")
    document = ran.document
    assert {visit.get("owner") for visit in document["visits"]} == {"李四", None}
    listed = [(row["customer_id"], row["from"], row["to"]) for row in document["handover"]]
    assert listed == [("C001", "张三", "李四"), ("C002", "张三", "李四")]
    assert [row["客户编号"] for row in sheet_rows("交接.xlsx", "交接清单")] == ["C001", "C002"]
    assert "交接清单" not in openpyxl.load_workbook(BOOK).sheetnames


@pytest.mark.parametrize(
    ("options", "code"),
    [
        (("--reassign", "张三"), "bad-reassign"),
        (("--reassign", "张三=张三"), "bad-reassign"),
        (("--reassign", "张三=李四", "--reassign", "张三=王五"), "reassigned-twice"),
        (("--reassign", "张叁=李四"), "unknown-owner"),
        (("--overload", "drop"), "unknown-overload"),
        (("--to", "2026-02"), "span-reversed"),
        (("--from", "三月"), "bad-span-end"),
        (("--no-backup",), "option-alone"),
    ],
)
def test_what_cannot_be_meant_is_said(plan: Any, options: tuple[str, ...], code: str) -> None:
    ran = plan(*options)
    assert (ran.code, f"[{code}]" in ran.err) == (2, True)
    assert not Path(BOOK).exists()


def test_an_earlier_plan_that_is_none_is_said(plan: Any) -> None:
    ran = plan("--plan", "台账.xlsx")
    assert (ran.code, "[no-plan-in-file]" in ran.err) == (3, True)
    ran = plan("--plan", "没有.xlsx")
    assert (ran.code, "[no-such-file]" in ran.err) == (3, True)


def test_beyond_the_published_years_the_plan_says_so(crmtool: Crmtool, tmp_path: Path) -> None:
    ledger(tmp_path / "台账.xlsx")
    ran = crmtool(
        "plan",
        "台账.xlsx",
        "--rules",
        "annual_plan",
        "--as-of",
        "2026-12-01",
        "--to",
        "2031-02",
        "--from",
        "2031-01",
    )
    assert (ran.code, "[holidays-unpublished]" in ran.err) == (0, True)
    rows = sheet_rows("台账-回访计划-2031-01_2031-02.xlsx")
    assert rows
    assert all("节假日未公布" in row["备注"] for row in rows)


def test_a_rehearsal_writes_nothing(plan: Any) -> None:
    before = sorted(path.name for path in Path().iterdir())
    ran = plan("--dry-run", "--ics", "日历", "--update-ledger")
    assert ran.code == 0
    assert sorted(path.name for path in Path().iterdir()) == before


def test_the_terminal_tells_tiers_owners_and_changes(plan: Any) -> None:
    said = plan("--lang", "zh").out
    for text in ("重要客户", "电话", "张三", "未分配", "逾期待补", f"已写出 {BOOK}"):
        assert text in said
    later = plan("--lang", "en", as_of="2026-03-12").out
    assert "Against the earlier plan: 4 moved, 0 added, 0 dropped" in later


def test_json_tells_the_whole_plan(plan: Any) -> None:
    document = plan("--json").document
    assert document["schema"] == "crmtool.plan/v1"
    assert (document["from"], document["to"], document["as_of"]) == ("2026-03-01", "2026-06-30", "2026-03-10")
    first = next(visit for visit in document["visits"] if visit["visit_id"] == "C002-phone-202603")
    assert first["purpose"].startswith("电话回访 · ")
    assert {
        key: first[key]
        for key in ("due_on", "planned_on", "tier", "channel", "owner", "overdue_days", "status")
    } == {
        "due_on": "2026-03-05",
        "planned_on": "2026-03-10",
        "tier": "general",
        "channel": "phone",
        "owner": "张三",
        "overdue_days": 5,
        "status": "open",
    }
    march = next(
        each for each in document["workload"] if (each["owner"], each["month"]) == ("张三", "2026-03")
    )
    assert march == {"owner": "张三", "month": "2026-03", "visits": 2, "greatest_day": 2}
    assert [output["path"] for output in document["outputs"]] == [BOOK]


def test_plans_of_other_days_beside_are_named(plan: Any) -> None:
    plan()
    ran = plan("--to", "2026-07")
    assert (ran.code, "[other-plan-beside]" in ran.err, f"--plan {BOOK}" in ran.err) == (0, True, True)
    assert "[other-plan-beside]" not in plan("--to", "2026-07").err


def test_an_owner_in_brackets_is_shown_as_the_ledger_spells_it(crmtool: Crmtool, tmp_path: Path) -> None:
    people = [(*row[:3], "[red]" if row[3] == "张三" else row[3], *row[4:]) for row in CUSTOMERS]
    ledger(tmp_path / "台账.xlsx", people)
    ran = crmtool("plan", "台账.xlsx", *SPAN, "--lang", "zh")
    assert ran.code == 0
    assert "[red]" in ran.out


def others(path: Path) -> Path:
    """Write a ledger that shares no customer with the small one."""
    return ledger(path, [(f"X{row[0]}", f"另一{row[1]}", *row[2:]) for row in CUSTOMERS])


@pytest.mark.parametrize(
    "command", [("plan", "--to", "2026-06"), ("followup", "--month", "2026-03"), ("status",)]
)
def test_a_plan_of_another_ledger_is_not_gone_on_from(
    plan: Any, crmtool: Crmtool, tmp_path: Path, command: tuple[str, ...]
) -> None:
    plan("--history", "h.db", "-o", "计划.xlsx")
    others(tmp_path / "别的.xlsx")
    name, *more = command
    for given in (("--history", "h.db"), ("--plan", "计划.xlsx")):
        ran = crmtool(name, "别的.xlsx", *more, "--rules", "annual_plan", "--as-of", "2026-03-10", *given)
        assert (ran.code, "[plan-of-other-ledger]" in ran.err, given[1] in ran.err) == (3, True, True)
    assert plan("--history", "h.db", "-o", "计划.xlsx", "--json").document["changes"] == []


def test_a_replaced_plan_of_another_ledger_is_no_earlier_one(
    plan: Any, crmtool: Crmtool, tmp_path: Path
) -> None:
    plan("-o", "计划.xlsx")
    others(tmp_path / "别的.xlsx")
    ran = crmtool("plan", "别的.xlsx", *SPAN, "-o", "计划.xlsx", "--json")
    assert (ran.code, ran.document["changes"]) == (0, [])


def test_no_festival_is_kept_where_the_settings_say_none(plan: Any) -> None:
    asked = ("--rules", "four_dimensions", "--to", "2026-12", "--json")
    customers = [("C001", "甲公司", "VIP客户", "张三", date(2026, 2, 10), None)]
    ledger(Path("台账.xlsx"), customers)
    kinds = Counter(visit["channel"] for visit in plan(*asked).document["visits"])
    Path("crmtool.yaml").write_text("festivals: []\n", encoding="utf-8")
    without = Counter(visit["channel"] for visit in plan(*asked).document["visits"])
    assert kinds["gift"] > without["gift"] == 0
