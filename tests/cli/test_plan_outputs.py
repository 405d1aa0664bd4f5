"""`crmtool plan` beyond its workbook: calendars, the ledger's next days, and the history."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from command_line import Crmtool, Ran, book
from icalendar import Calendar
from plan_runs import BOOK, CUSTOMERS, HEADER, SPAN, days, edit, ledger, sheet_rows

from crmtool.files.history import History


@pytest.fixture
def plan(crmtool: Crmtool, tmp_path: Path) -> Any:
    ledger(tmp_path / "台账.xlsx")

    def run(*more: object, as_of: str | None = None) -> Ran:
        span = SPAN if as_of is None else tuple(as_of if each == "2026-03-10" else each for each in SPAN)
        return crmtool("plan", "台账.xlsx", *span, *more)

    return run


def events(path: Path | str) -> dict[str, tuple[date, str]]:
    calendar = Calendar.from_ical(Path(path).read_bytes())
    return {
        str(event["UID"]): (event["DTSTART"].dt, str(event["SUMMARY"])) for event in calendar.walk("VEVENT")
    }


def test_each_owner_gets_a_calendar_of_their_visits(plan: Any) -> None:
    ran = plan("--ics", "日历")
    assert ran.code == 0
    assert sorted(path.name for path in Path("日历").iterdir()) == ["张三.ics", "未分配.ics", "李四.ics"]
    own = events("日历/张三.ics")
    rows = [row for row in sheet_rows(BOOK) if row["负责人"] == "张三"]
    assert {uid.removesuffix("@crmtool"): day for uid, (day, _) in own.items()} == {
        row["回访编号"]: row["计划日期"] for row in rows
    }
    assert own["C001-phone-202603@crmtool"] == (date(2026, 3, 10), "甲公司 电话")


def test_calendars_written_twice_are_the_same_and_a_moved_visit_keeps_its_uid(plan: Any) -> None:
    plan("--ics", "日历")
    before = {path.name: path.read_bytes() for path in Path("日历").iterdir()}
    assert plan("--ics", "日历").code == 0
    assert {path.name: path.read_bytes() for path in Path("日历").iterdir()} == before
    earlier = events("日历/张三.ics")
    plan("--ics", "日历", as_of="2026-03-12")
    later = events("日历/张三.ics")
    assert later.keys() == earlier.keys()
    assert later["C001-phone-202603@crmtool"][0] == date(2026, 3, 12)


def test_a_calendar_of_somebody_else_is_not_replaced(plan: Any) -> None:
    Path("日历").mkdir()
    Path("日历/张三.ics").write_bytes(b"BEGIN:VCALENDAR\r\nPRODID:-//Mozilla//EN\r\nEND:VCALENDAR\r\n")
    ran = plan("--ics", "日历")
    assert (ran.code, "[calendar-not-ours]" in ran.err) == (4, True)
    assert b"Mozilla" in Path("日历/张三.ics").read_bytes()
    assert not Path("日历/李四.ics").exists()


def test_owners_whose_names_make_one_file_name_are_told_apart(plan: Any) -> None:
    names = ["a/b", "a:b", "A?B"]
    rows = [(*row[:3], name, *row[4:]) for row, name in zip(CUSTOMERS, names, strict=False)]
    ledger(Path("台账.xlsx"), rows)
    assert plan("--ics", "日历").code == 0
    made = sorted(path.name for path in Path("日历").iterdir())
    assert made == ["A_B.ics", "a_b (2).ics", "a_b (3).ics"]
    assert len({tuple(events(Path("日历") / name)) for name in made}) == 3


def next_days(path: str = "台账.xlsx") -> dict[str, date | None]:
    sheet = openpyxl.load_workbook(path)["客户"]
    at = [cell.value for cell in sheet[1]].index("下次跟进时间")
    cells = {str(row[0].value): row[at].value for row in sheet.iter_rows(min_row=2)}
    return {key: cell.date() if isinstance(cell, datetime) else cell for key, cell in cells.items()}


def test_the_next_visit_of_each_customer_is_written_into_the_ledger(plan: Any) -> None:
    ran = plan("--update-ledger", "--lang", "zh")
    assert ran.code == 0
    assert "已写回台账 台账.xlsx：4 个单元格" in ran.out
    found = days()
    firsts = {key: min(day for visit, day in found.items() if visit.startswith(key)) for key in next_days()}
    assert next_days() == firsts
    assert next_days()["C004"] == date(2026, 3, 18)  # what was agreed stays
    sheets = openpyxl.load_workbook("台账.xlsx").sheetnames
    assert sheets == ["客户"]
    assert [cell.value for cell in openpyxl.load_workbook("台账.xlsx")["客户"][1]] == list(HEADER)
    assert len([path for path in Path().iterdir() if "-备份-" in path.name]) == 1


def test_a_day_that_the_plan_wrote_itself_is_no_agreement(plan: Any) -> None:
    plan("--update-ledger", "--no-backup")
    before = days()
    ran = plan("--update-ledger", "--no-backup", "--lang", "zh")
    assert (ran.code, "已是最新" in ran.out) == (0, True)
    assert days() == before
    states = {row["回访编号"]: row["状态"] for row in sheet_rows(BOOK)}
    assert [visit for visit, state in states.items() if state == "已约定"] == ["C004-phone-202603"]


def test_a_day_that_a_person_wrote_into_the_ledger_is_an_agreement(plan: Any) -> None:
    plan()
    rows = [(*row[:5], date(2026, 3, 19)) if row[0] == "C001" else row for row in CUSTOMERS]
    ledger(Path("台账.xlsx"), rows)
    plan()
    row = next(row for row in sheet_rows(BOOK) if row["回访编号"] == "C001-phone-202603")
    assert (row["计划日期"], row["状态"], row["备注"]) == (
        date(2026, 3, 19),
        "已约定",
        "客户约定的日子；原计划 2026-03-10",
    )
    # Now somebody agrees on another day: the plan's own record of the first one gives way.
    rows = [(*row[:5], date(2026, 3, 24)) if row[0] == "C001" else row for row in CUSTOMERS]
    ledger(Path("台账.xlsx"), rows)
    plan()
    row = next(row for row in sheet_rows(BOOK) if row["回访编号"] == "C001-phone-202603")
    assert (row["计划日期"], row["状态"]) == (date(2026, 3, 24), "已约定")


def test_a_formula_in_the_next_days_column_is_kept(plan: Any) -> None:
    book = openpyxl.load_workbook("台账.xlsx")
    book["客户"]["F2"] = "=E2+30"
    book.save("台账.xlsx")
    ran = plan("--update-ledger")
    assert ran.code == 0
    assert openpyxl.load_workbook("台账.xlsx")["客户"]["F2"].value == "=E2+30"


def test_a_ledger_without_the_column_gets_one(plan: Any) -> None:
    book = openpyxl.load_workbook("台账.xlsx")
    book["客户"].delete_cols(6)
    book.save("台账.xlsx")
    assert plan("--update-ledger").code == 0
    assert next_days()["C001"] == date(2026, 3, 10)


def test_with_a_history_the_same_run_is_not_done_twice_and_the_plan_goes_on_from_it(plan: Any) -> None:
    ran = plan("--history", "历史.db", "--lang", "zh")
    assert (ran.code, f"已写出 {BOOK}" in ran.out) == (0, True)
    first = days()
    again = plan("--history", "历史.db", "--lang", "zh")
    assert (again.code, f"已是最新：{BOOK}" in again.out) == (0, True)
    # The workbook is gone: what was planned is known all the same.
    Path(BOOK).unlink()
    later = plan("--history", "历史.db", "-o", "新.xlsx", as_of="2026-03-12")
    assert later.code == 0
    moved = {row["回访编号"] for row in sheet_rows("新.xlsx", "变动")}
    assert moved == {"C001-phone-202603", "C002-phone-202603", "C005-phone-202603", "C005-onsite-202603"}
    found = days("新.xlsx")
    assert {visit: day for visit, day in found.items() if visit not in moved} == {
        visit: day for visit, day in first.items() if visit not in moved
    }


def test_what_was_typed_into_a_workbook_goes_over_the_history(plan: Any) -> None:
    plan("--history", "历史.db")
    edit(BOOK, {"C003-phone-202604": {"计划日期": date(2026, 4, 20)}}, "改过.xlsx")
    plan("--history", "历史.db", "--plan", "改过.xlsx", "-o", "新.xlsx")
    later = plan("--history", "历史.db", "-o", "再.xlsx", as_of="2026-03-11")
    assert later.code == 0
    row = next(row for row in sheet_rows("再.xlsx") if row["回访编号"] == "C003-phone-202604")
    assert (row["计划日期"], row["状态"]) == (date(2026, 4, 20), "已约定")


def test_a_plan_of_later_months_leaves_the_earlier_ones_visits_in_the_history(
    plan: Any, crmtool: Crmtool
) -> None:
    plan("--history", "历史.db")
    in_march = {visit: day for visit, day in days().items() if day < date(2026, 4, 1)}
    april = ("--rules", "annual_plan", "--as-of", "2026-03-10", "--from", "2026-04", "--to", "2026-09")
    assert crmtool("plan", "台账.xlsx", *april, "--history", "历史.db").code == 0
    with History.open(Path("历史.db"), is_read_only=True) as history:
        recorded = history.visits()
    known = dict(zip(recorded["visit_id"].to_pylist(), recorded["planned_on"].to_pylist(), strict=True))
    assert {visit: known.get(visit) for visit in in_march} == in_march
    assert set(known) == set(in_march) | set(days("台账-回访计划-2026-04_2026-09.xlsx"))


def test_a_calendar_says_how_the_customer_is_reached_and_what_is_overdue(crmtool: Crmtool) -> None:
    head = (*HEADER, "联系人", "手机号", "地址")
    late = ("C001", "甲公司", "重要客户", "张三", date(2026, 1, 10), None, "陈一", "13800000001", "光明路5号")
    new = ("C002", "乙公司", "一般客户", "张三", date(2026, 3, 2), None, None, None, None)
    book(Path("台账.xlsx"), 客户=[head, late, new])
    assert crmtool("plan", "台账.xlsx", *SPAN, "--ics", "日历").code == 0
    calendar = Calendar.from_ical(Path("日历/张三.ics").read_bytes())
    told = {str(each["UID"]): each for each in calendar.walk("VEVENT")}
    call = told["C001-phone-202603@crmtool"]
    # Due on 10 February, planned on 10 March.
    assert str(call["SUMMARY"]) == "【逾期】甲公司 电话"
    lines = str(call["DESCRIPTION"]).split("\n")
    assert lines[1:5] == ["逾期 28 天", "联系人 陈一", "电话 13800000001", "地址 光明路5号"]
    other = told["C002-phone-202605@crmtool"]
    assert str(other["SUMMARY"]) == "乙公司 电话"
    assert "联系人" not in str(other["DESCRIPTION"])


def test_the_terminal_counts_the_undecided_and_the_never_visited_whatever_the_span(crmtool: Crmtool) -> None:
    # C002 is not decided and has agreed on a day; C003 has nothing on record, its first visit comes within two months.
    rows = [
        ("C001", "甲公司", "重要客户", "张三", date(2026, 2, 10), None),
        ("C002", "乙公司", None, "张三", date(2026, 2, 10), date(2026, 3, 18)),
        ("C003", "丙公司", "小额老客户", "张三", None, None),
    ]
    book(Path("台账.xlsx"), 客户=[HEADER, *rows])
    span = ("--rules", "annual_plan", "--as-of", "2026-03-10", "--from", "2026-03")
    short = crmtool("plan", "台账.xlsx", *span, "--to", "2026-03", "--lang", "zh").out
    long = crmtool("plan", "台账.xlsx", *span, "--to", "2027-02", "--lang", "zh").out
    assert "从未回访过的客户：1 位" in short
    assert "从未回访过的客户：1 位" in long
    counts = [int(line.strip("│ ").split("│")[-1]) for line in short.splitlines() if line.startswith("│")]
    tiers, owners = counts[:-1], short.split("张三")[-1].split("│")[1]
    assert sum(tiers) == int(owners)
    assert "待补资料" in short


def codes(ran: Ran) -> list[str]:
    return [found["code"] for found in ran.document["findings"]]


def owners_in(path: str = "台账.xlsx") -> list[str | None]:
    return [row[3].value for row in openpyxl.load_workbook(path)["客户"].iter_rows(min_row=2)]


def test_who_takes_over_is_written_into_the_ledger_with_the_next_days(plan: Any) -> None:
    plan("--history", "历史.db")
    ran = plan("--history", "历史.db", "--reassign", "张三=李四", "--update-ledger", "--json")
    assert ran.code == 0
    assert owners_in() == ["李四", "李四", "李四", "李四", None]
    assert "ledger-names-leaver" not in codes(ran)
    later = plan("--history", "历史.db", "-o", "再.xlsx")
    assert later.code == 0
    assert {row["负责人"] for row in sheet_rows("再.xlsx")} == {"李四", None}


def test_a_handing_over_that_the_ledger_does_not_know_is_told_with_the_remedy(plan: Any) -> None:
    ran = plan("--reassign", "张三=李四", "--lang", "zh")
    assert (ran.code, "[ledger-names-leaver]" in ran.err) == (0, True)
    assert "台账里有 2 位客户的负责人还是张三" in ran.err
    assert "--update-ledger" in ran.err
    assert owners_in()[:2] == ["张三", "张三"]
    assert "[new-owner-unknown]" not in ran.err


def test_a_new_owner_whom_nobody_knows_is_told(plan: Any) -> None:
    ran = plan("--reassign", "张三=老王", "--json")
    assert [found["value"] for found in ran.document["findings"] if found["code"] == "new-owner-unknown"] == [
        "老王"
    ]
    assert ran.code == 0


def test_the_calendar_of_who_leaves_is_emptied_and_others_stay(plan: Any) -> None:
    plan("--ics", "日历")
    (Path("日历") / "赵六.ics").write_bytes((Path("日历") / "李四.ics").read_bytes())
    ran = plan("--ics", "日历", "--reassign", "张三=李四", "--json")
    assert (ran.code, "calendar-emptied" in codes(ran)) == (0, True)
    assert events("日历/张三.ics") == {}
    assert {uid[:4] for uid in events("日历/李四.ics")} == {"C001", "C002", "C003", "C004"}
    assert events("日历/赵六.ics")
    assert "日历/张三.ics" in [output["path"].replace("\\", "/") for output in ran.document["outputs"]]


def test_a_calendar_of_who_leaves_that_is_not_ours_stays(plan: Any) -> None:
    Path("日历").mkdir()
    foreign = b"BEGIN:VCALENDAR\r\nPRODID:-//Mozilla//EN\r\nEND:VCALENDAR\r\n"
    Path("日历/张三.ics").write_bytes(foreign)
    ran = plan("--ics", "日历", "--reassign", "张三=李四", "--json")
    assert (ran.code, "calendar-emptied" in codes(ran)) == (0, False)
    assert Path("日历/张三.ics").read_bytes() == foreign


KEPT = ("--history", "历史.db")


@pytest.mark.parametrize("kept", [KEPT, ("--plan", BOOK)])
def test_until_it_is_planned_anew_the_plans_owner_gets_the_sheets_and_the_reminders(
    plan: Any, crmtool: Crmtool, kept: tuple[str, str]
) -> None:
    plan(*(kept if kept is KEPT else ()), "--reassign", "张三=李四")
    asked = ("--rules", "annual_plan", "--as-of", "2026-04-20", *kept, "--json")
    ran = crmtool("followup", "台账.xlsx", *asked, "--dry-run")
    assert {visit.get("owner") for visit in ran.document["visits"]} == {"李四", None}
    (told,) = [found for found in ran.document["findings"] if found["code"] == "owner-differs"]
    assert "2 customers" in told["message"]
    ran = crmtool("status", "台账.xlsx", *asked)
    assert {row.get("owner") for row in ran.document["overdue"]} == {"李四", None}
    assert "owner-differs" in codes(ran)
    assert "张三" not in {rate.get("owner") for rate in ran.document["visit_rate"]}


def test_planned_anew_by_the_ledger_its_owner_counts_again(plan: Any, crmtool: Crmtool) -> None:
    plan(*KEPT, "--reassign", "张三=李四")
    plan(*KEPT, as_of="2026-03-11")
    ran = crmtool("followup", "台账.xlsx", "--rules", "annual_plan", "--as-of", "2026-03-11", *KEPT, "--json")
    assert "张三" in {visit.get("owner") for visit in ran.document["visits"]}
    assert "owner-differs" not in codes(ran)


def typed_by_a_program(changes: dict[str, dict[str, Any]]) -> None:
    """Save the plan's workbook over itself by a program that leaves the name of the last author as it was."""
    edit(BOOK, changes, BOOK)
    workbook = openpyxl.load_workbook(BOOK)
    workbook.properties.lastModifiedBy = "crmtool"
    workbook.save(BOOK)


def test_what_a_program_typed_into_a_recorded_plan_is_taken_over_and_told(plan: Any) -> None:
    plan(*KEPT)
    typed_by_a_program(
        {
            "C003-phone-202604": {"计划日期": date(2026, 4, 20)},
            "C001-phone-202603": {"状态": "已完成"},
            "C002-phone-202605": {"状态": "取消"},
        }
    )
    ran = plan(*KEPT, "--lang", "zh")
    assert (ran.code, "[plan-edits-taken]" in ran.err, "3 次回访" in ran.err) == (0, True, True)
    rows = {row["回访编号"]: (row["状态"], row["计划日期"]) for row in sheet_rows(BOOK)}
    assert rows["C003-phone-202604"] == ("已约定", date(2026, 4, 20))
    assert rows["C001-phone-202603"][0] == "已完成"
    assert rows["C002-phone-202605"][0] == "取消"
    # It is recorded now: the same plan again has nothing to take over.
    again = plan(*KEPT, "--lang", "zh")
    assert (again.code, "[plan-edits-taken]" in again.err) == (0, False)
    assert {row["回访编号"]: (row["状态"], row["计划日期"]) for row in sheet_rows(BOOK)} == rows


def test_a_recorded_plan_that_was_saved_without_a_change_is_simply_replaced(plan: Any) -> None:
    plan(*KEPT)
    before = sheet_rows(BOOK)
    typed_by_a_program({})
    ran = plan(*KEPT)
    assert (ran.code, ran.err) == (0, "")
    assert sheet_rows(BOOK) == before


def test_festivals_and_birthdays_that_no_cadence_asks_for_are_told_with_the_line_to_add(
    crmtool: Crmtool, plan: Any
) -> None:
    rows = [(*row, "3月12日") for row in CUSTOMERS[:2]]
    book(Path("台账.xlsx"), 客户=[(*HEADER, "生日"), *rows])
    Path("crmtool.yaml").write_text("festivals: [春节, 中秋]\n", encoding="utf-8")
    found = {each["code"]: each for each in plan("--json").document["findings"]}
    assert "春节、中秋" in found["festivals-not-asked"]["message"]
    assert "{at: festival, channel: any, label: 节日关怀}" in found["festivals-not-asked"]["help"]
    assert "2 customers" in found["birthdays-not-asked"]["message"]
    assert "{at: birthday, channel: any, label: 生日祝福}" in found["birthdays-not-asked"]["help"]
    # Those of value_risk ask for both.
    span = ("--as-of", "2026-03-10", "--from", "2026-03", "--to", "2026-06", "--rules", "value_risk")
    rows = [(*row[:2], "高价值稳定型客户", *row[3:]) for row in rows]
    book(Path("台账.xlsx"), 客户=[(*HEADER[:2], "客户类型", *HEADER[3:], "生日"), *rows])
    ran = crmtool("plan", "台账.xlsx", *span, "-o", "别.xlsx", "--json")
    assert ran.code == 0, ran.err
    assert not {"festivals-not-asked", "birthdays-not-asked"} & set(codes(ran))


def test_festivals_that_are_nowhere_set_are_no_matter(plan: Any) -> None:
    assert "festivals-not-asked" not in codes(plan("--json"))
