"""`crmtool followup` from the command line to its exit code."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from command_line import Crmtool, book, in_a_process

AS_OF = ("--as-of", "2026-03-10")
#: By annual_plan: 甲 is 重要 (a call a month, a visit a quarter, an executive's each half-year), 乙 一般 (a call every two
#: months, a visit each half-year). Neither has a visit on record but the last contact.
CUSTOMERS = (
    (
        "客户编号",
        "客户名称",
        "年度购买金额",
        "年度购买频率",
        "生命周期阶段",
        "首次购买",
        "最近联系时间",
        "回访责任人",
    ),
    ("001", "甲公司", 80000, 12, "成熟期", date(2020, 1, 1), date(2026, 2, 5), "张三"),
    ("002", "乙公司", 20000, 4, "成长期", date(2020, 1, 1), date(2026, 1, 20), "李四"),
)


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    return book(tmp_path / "台账.xlsx", 客户=CUSTOMERS)


def options(*more: str) -> tuple[str, ...]:
    return ("--rules", "annual_plan", *AS_OF, *more)


def listed(path: Path) -> dict[str, list[str]]:
    """Return the visit ids of each sheet."""
    return {
        sheet.title: [str(cell.value) for cell in sheet["A"][4:] if cell.value]
        for sheet in openpyxl.load_workbook(path)
    }


def test_the_month_is_planned_on_the_spot_and_the_owners_visits_are_told(
    crmtool: Crmtool, ledger: Path
) -> None:
    ran = crmtool("followup", ledger, *options(), "--lang", "zh")
    assert (ran.code, ran.err) == (0, "")
    assert "2026-03 的跟进表，当场排出" in ran.out
    # 甲's call was due on 5 March, 乙's on 20 March; what is due by the quarter counts from the last contact too.
    assert listed(ledger.parent / "台账-跟进表-2026-03.xlsx") == {
        "张三": ["001-phone-202603"],
        "李四": ["002-phone-202603"],
    }
    lines = [line.replace("│", " ").split() for line in ran.out.splitlines()]
    assert ["张三", "1", "1"] in lines
    assert ["李四", "1", "0"] in lines


def test_the_document_has_sheets_and_visits_with_their_age(crmtool: Crmtool, ledger: Path) -> None:
    document = crmtool("followup", ledger, *options(), "--json").document
    assert document["schema"] == "crmtool.followup/v1"
    assert document["as_of"] == "2026-03-10"
    assert (document["from"], document["to"]) == ("2026-03-01", "2026-03-31")
    assert document["plan"] == {"origin": "now", "path": None}
    path = str(ledger.parent / "台账-跟进表-2026-03.xlsx")
    assert document["sheets"] == [
        {"owner": "张三", "sheet": "张三", "path": path, "visits": 1, "overdue": 1},
        {"owner": "李四", "sheet": "李四", "path": path, "visits": 1, "overdue": 0},
    ]
    first, second = document["visits"]
    assert first == {
        "visit_id": "001-phone-202603",
        "planned_on": "2026-03-10",
        "due_on": "2026-03-05",
        "overdue_days": 5,
        "customer_id": "001",
        "name": "甲公司",
        "tier": "important",
        "channel": "phone",
        "role": "客户经理",
        "owner": "张三",
        "purpose": "电话回访 · 提供个性化的专属服务；优先参与增值服务；定期高层回访",
        "status": "open",
    }
    assert (second["planned_on"], "overdue_days" in second) == ("2026-03-20", False)
    assert [item["path"] for item in document["outputs"]] == [path]


def test_split_writes_a_file_for_each_owner(crmtool: Crmtool, ledger: Path) -> None:
    ran = crmtool("followup", ledger, *options("--split", "--month", "2026-05", "-o", "sheets"))
    assert ran.code == 0, ran.err
    assert sorted(path.name for path in Path("sheets").iterdir()) == [
        "张三-跟进表-2026-05.xlsx",
        "李四-跟进表-2026-05.xlsx",
    ]


def test_a_rehearsal_says_where_it_would_write(crmtool: Crmtool, ledger: Path) -> None:
    ran = crmtool("followup", ledger, *options("--dry-run"))
    assert ran.code == 0
    assert "Would write" in ran.out
    assert [path.name for path in ledger.parent.iterdir()] == ["台账.xlsx"]


def test_a_sheet_that_was_filled_in_is_kept_and_collect_is_named(crmtool: Crmtool, ledger: Path) -> None:
    assert crmtool("followup", ledger, *options()).code == 0
    target = ledger.parent / "台账-跟进表-2026-03.xlsx"
    workbook = openpyxl.load_workbook(target)
    workbook["张三"]["W5"] = "已完成"
    workbook.save(target)
    before = target.read_bytes()
    ran = crmtool("followup", ledger, *options(), "--lang", "en")
    assert ran.code == 4
    assert "张三!W5" in ran.err
    assert "crmtool collect" in ran.err
    assert target.read_bytes() == before
    assert crmtool("followup", ledger, *options("-o", "other.xlsx")).code == 0


@pytest.mark.parametrize(
    ("more", "code", "said"),
    [
        (("--month", "soon"), 2, "bad-month"),
        (("--month", "last"), 2, "month-is-over"),
        (("-o", "sheets.csv"), 2, "output-ending"),
        (("--plan", "none.xlsx"), 3, "no-such-file"),
    ],
)
def test_what_cannot_be_meant_is_told_with_its_code(
    crmtool: Crmtool, ledger: Path, more: tuple[str, ...], code: int, said: str
) -> None:
    ran = crmtool("followup", ledger, *options(*more))
    assert (ran.code, f"[{said}]" in ran.err) == (code, True), ran.err
    assert [path.name for path in ledger.parent.iterdir()] == ["台账.xlsx"]


def test_the_ledger_and_the_plan_are_never_written_over(crmtool: Crmtool, ledger: Path) -> None:
    before = ledger.read_bytes()
    assert crmtool("followup", ledger, *options("-o", str(ledger))).code == 2
    assert crmtool("followup", ledger, *options("--plan", "plan.xlsx", "-o", "plan.xlsx")).code == 2
    assert ledger.read_bytes() == before


def test_a_customer_without_an_owner_is_nobodys(crmtool: Crmtool, tmp_path: Path) -> None:
    rows = [CUSTOMERS[0], (*CUSTOMERS[1][:-1], None)]
    ledger = book(tmp_path / "a.xlsx", 客户=rows)
    document: dict[str, Any] = json.loads(crmtool("followup", ledger, *options(), "--json").out)
    assert [(sheet["owner"], sheet["sheet"]) for sheet in document["sheets"]] == [(None, "未分配")]


def test_help_is_there_in_both_languages_and_loads_no_frames() -> None:
    for lang, words in (("zh", "按月发出跟进表"), ("en", "Hand out a month's follow-up sheets")):
        ran = in_a_process("followup", "--help", "--lang", lang, PYTHONPROFILEIMPORTTIME="1")
        assert ran.returncode == 0
        assert words in ran.stdout.decode()
        assert b" pandas" not in ran.stderr


def visits_of(ran: Any) -> list[tuple[str, str, str]]:
    """Return id, owner and channel of each visit; the days may differ, for a longer plan levels other days."""
    assert ran.code == 0, ran.err
    return sorted((each["visit_id"], each["owner"], each["channel"]) for each in ran.document["visits"])


@pytest.mark.parametrize("month", ["this", "2026-05"])
def test_the_visits_are_the_same_made_on_the_spot_from_a_plans_workbook_or_from_the_history(
    crmtool: Crmtool, ledger: Path, month: str
) -> None:
    wanted = options("--month", month, "--json", "--dry-run")
    on_the_spot = crmtool("followup", ledger, *wanted)
    span = ("--from", "2026-03", "--to", "2026-12")
    assert crmtool("plan", ledger, *options(*span, "-o", "plan.xlsx")).code == 0
    from_workbook = crmtool("followup", ledger, *wanted, "--plan", "plan.xlsx")
    assert crmtool("plan", ledger, *options(*span, "-o", "other.xlsx", "--history", "history.db")).code == 0
    from_history = crmtool("followup", ledger, *wanted, "--history", "history.db")
    found = visits_of(on_the_spot)
    assert len(found) >= 2
    assert visits_of(from_workbook) == found
    assert visits_of(from_history) == found
    origins = [ran.document["plan"]["origin"] for ran in (on_the_spot, from_workbook, from_history)]
    assert origins == ["now", "workbook", "history"]


def test_a_recorded_run_is_not_repeated_until_the_plan_is_made_anew(crmtool: Crmtool, ledger: Path) -> None:
    kept = ("--history", "history.db")
    assert crmtool("plan", ledger, *options(*kept, "--to", "2026-12")).code == 0
    assert "Wrote" in crmtool("followup", ledger, *options(*kept)).out
    again = crmtool("followup", ledger, *options(*kept))
    assert (again.code, "Wrote" in again.out, "Replaced" in again.out) == (0, False, False)
    assert crmtool("plan", ledger, *options(*kept, "--to", "2027-01")).code == 0
    assert "Replaced" in crmtool("followup", ledger, *options(*kept)).out


def test_a_recorded_folder_of_sheets_is_not_written_again_unless_one_is_gone(
    crmtool: Crmtool, ledger: Path
) -> None:
    asked = options("--history", "history.db", "--split", "-o", "sheets")
    assert crmtool("followup", ledger, *asked).out.count("Wrote") == 2
    assert "Wrote" not in crmtool("followup", ledger, *asked).out
    (Path("sheets") / "张三-跟进表-2026-03.xlsx").unlink()
    again = crmtool("followup", ledger, *asked).out
    assert (again.count("Wrote"), again.count("Replaced")) == (1, 1)


def test_what_was_reported_in_the_ledger_is_not_handed_out_again(
    crmtool: Crmtool, tmp_path: Path, ledger: Path
) -> None:
    assert crmtool("plan", ledger, *options("--to", "2026-12", "-o", "plan.xlsx")).code == 0
    done = [
        ("回访编号", "客户编号", "回访日期", "回访方式", "完成情况", "下次跟进时间"),
        ("001-phone-202603", "001", date(2026, 3, 10), "电话", "已完成", None),
        ("002-phone-202603", "002", date(2026, 3, 10), "电话", "改期", date(2026, 3, 26)),
    ]
    later = book(tmp_path / "later.xlsx", 客户=CUSTOMERS, 回访记录=done)
    asked = ("--rules", "annual_plan", "--as-of", "2026-03-25", "--plan", "plan.xlsx", "--json", "--dry-run")
    visits = crmtool("followup", later, *asked).document["visits"]
    assert [(each["visit_id"], each["planned_on"], each["status"]) for each in visits] == [
        ("002-phone-202603", "2026-03-26", "agreed")
    ]


def test_a_file_that_is_no_plan_is_refused(crmtool: Crmtool, ledger: Path) -> None:
    ran = crmtool("followup", ledger, *options("--plan", str(ledger)))
    assert (ran.code, "[no-plan-in-file]" in ran.err) == (3, True)


def quarter(crmtool: Crmtool, ledger: Path, kept: str) -> tuple[str, ...]:
    """Plan March to December with a history or into a workbook; return the options that find the plan again."""
    span = options("--from", "2026-03", "--to", "2026-12")
    where = ("-o", "plan.xlsx") if kept == "--plan" else ("--history", "history.db")
    assert crmtool("plan", ledger, *span, *where).code == 0
    return ("--plan", "plan.xlsx") if kept == "--plan" else where


@pytest.mark.parametrize("kept", ["--plan", "--history"])
def test_a_later_month_hands_out_its_own_visits_and_one_after_the_plans_end_none(
    crmtool: Crmtool, ledger: Path, kept: str
) -> None:
    asked = quarter(crmtool, ledger, kept)
    ran = crmtool("followup", ledger, *options(*asked, "--month", "2026-06", "--json", "--dry-run"))
    days = [each["planned_on"] for each in ran.document["visits"]]
    assert days
    assert {day[:7] for day in days} == {"2026-06"}
    ran = crmtool("followup", ledger, *options(*asked, "--month", "2027-01", "--lang", "zh"))
    assert (ran.code, "[plan-ends-early]" in ran.err) == (2, True), ran.err
    assert "计划只排到 2026-12-31" in ran.err
    assert "crmtool plan --to 2027-01" in ran.err
    assert not [path for path in ledger.parent.iterdir() if "跟进表" in path.name]


@pytest.mark.parametrize("place", ["history", "ledger"])
def test_a_sheet_is_replaced_once_all_that_was_filled_in_is_recorded(
    crmtool: Crmtool, ledger: Path, place: str
) -> None:
    more = options("--history", "h.db") if place == "history" else options()
    assert crmtool("followup", ledger, *more).code == 0
    target = ledger.parent / "台账-跟进表-2026-03.xlsx"
    workbook = openpyxl.load_workbook(target)
    sheet = workbook["张三"]
    heads = {cell.value: cell.column for cell in sheet[4]}
    sheet.cell(5, heads["实际回访日期"]).value = date(2026, 3, 9)
    sheet.cell(5, heads["完成情况"]).value = "已完成"
    sheet.cell(5, heads["客户反馈"]).value = "好"
    visit_id, last = sheet.cell(5, 1).value, sheet.max_row
    workbook.save(target)
    assert crmtool("followup", ledger, *more).code == 4, "nothing is recorded yet"
    taken = ("collect", target, "--ledger", ledger, *(x for x in more if x not in ("--month", "2026-03")))
    collected = crmtool(*taken, *(() if place == "history" else ("--update-ledger",)))
    assert collected.code == 0, collected.err
    sheet.cell(last, heads["客户名称"]).value = "临时拜访的客户"
    workbook.save(target)
    assert crmtool("followup", ledger, *more).code == 4, "a name was begun with"
    sheet.cell(last, heads["客户名称"]).value = None
    sheet.cell(5, heads["满意度(1-5)"]).value = 9
    workbook.save(target)
    assert crmtool("followup", ledger, *more).code == 4, "a cell that cannot be taken"
    sheet.cell(5, heads["满意度(1-5)"]).value = None
    workbook.save(target)
    ran = crmtool("followup", ledger, *more)
    assert ran.code == 0, ran.err
    assert visit_id not in [each for ids in listed(target).values() for each in ids]


def test_who_has_no_owner_but_somebody_who_visits_is_theirs_from_plan_to_sheet(
    crmtool: Crmtool, tmp_path: Path
) -> None:
    header = ("客户编号", "客户名称", "客户类别", "负责人", "回访责任人", "最近联系时间")
    both = book(
        tmp_path / "两列.xlsx",
        客户=[
            header,
            ("001", "甲公司", "重要客户", "张三", "王五", date(2026, 2, 5)),
            ("002", "乙公司", "重要客户", None, "李四", date(2026, 2, 6)),
        ],
    )
    kept = ("--history", "history.db")
    assert crmtool("plan", both, *options(*kept, "--to", "2026-12")).code == 0
    sheets = crmtool("followup", both, *options(*kept, "--json")).document["sheets"]
    assert [sheet["owner"] for sheet in sheets] == ["张三", "李四"]
