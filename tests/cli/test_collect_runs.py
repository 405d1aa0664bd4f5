"""`crmtool collect`: what stands in filled-in sheets is checked, told and recorded, once and for all."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from collect_books import (
    HEAD,
    INPUTS,
    OLD,
    SHEET_HEAD,
    codes,
    collected,
    column,
    done,
    history,
    ledger,
    row,
    rows_of,
    sheet,
)
from command_line import Crmtool, book

from crmtool.files.history import History

GOOD = done(
    "C001-phone-202603",
    5,
    **{
        "满意度(1-5)": 5,
        "推荐意愿(0-10)": 9,
        "客户反馈": "交期准",
        "下一步": "寄样品",
        "下次跟进时间": date(2026, 4, 10),
    },
)
#: A line of the explanation of a customer whose demands are explored.
EXPLORED = "√ 需求挖掘程度 为 充分挖掘"


@pytest.fixture(autouse=True)
def there(tmp_path: Path) -> None:
    ledger(tmp_path)


def test_a_filled_in_row_is_told_as_what_it_changes(crmtool: Crmtool, tmp_path: Path) -> None:
    sheet(tmp_path / "表.xlsx", GOOD, row("C002-phone-202603"))
    history(tmp_path / "h.db")
    ran = collected(crmtool, "表.xlsx", "--history", "h.db")
    document = ran.document
    assert (ran.code, document["schema"]) == (0, "crmtool.collect/v1")
    assert [(s["sheet"], s["header_row"], s["filled"], s["blank"]) for s in document["sheets"]] == [
        ("张三", 3, 1, 1)
    ]
    (visit,) = document["visits"]
    assert visit["source"] == "[表.xlsx]张三!H4"
    told = (
        "visit_id",
        "name",
        "channel",
        "owner",
        "planned_on",
        "done_on",
        "outcome",
        "satisfaction",
        "recommend",
    )
    assert [visit[name] for name in told] == [
        *("C001-phone-202603", "甲公司", "phone", "张三", "2026-03-04", "2026-03-05", "done", 5, 9),
    ]
    (change,) = document["changes"]
    assert (change["status_before"], change["status_after"]) == ("open", "done")
    assert document["findings"] == [] == document["conflicts"]


def test_without_a_place_to_record_in_it_only_checks_and_says_so(crmtool: Crmtool, tmp_path: Path) -> None:
    sheet(tmp_path / "表.xlsx", GOOD)
    before = (tmp_path / "台账.xlsx").read_bytes()
    ran = collected(crmtool, "表.xlsx")
    assert codes(ran) == ["reports-not-recorded"]
    assert ran.document["recorded"] == {"history": None, "ledger": None}
    assert sorted(path.name for path in tmp_path.iterdir()) == ["台账.xlsx", "表.xlsx"]
    assert (tmp_path / "台账.xlsx").read_bytes() == before


def test_the_ledger_gets_last_contact_last_maintenance_and_the_agreed_day(
    crmtool: Crmtool, tmp_path: Path
) -> None:
    sheet(tmp_path / "表.xlsx", GOOD, done("C003-phone-202603", 9))
    assert collected(crmtool, "表.xlsx", "--update-ledger").code == 0
    path = tmp_path / "台账.xlsx"
    assert column(path, "客户", "最近联系时间") == [date(2026, 3, 5), OLD, date(2026, 3, 9)]
    assert column(path, "客户", "上次维护内容") == ["交期准；下一步：寄样品", "报价", "电话回访"]
    assert column(path, "客户", "下次跟进时间") == [date(2026, 4, 10), None, None]


def test_an_earlier_visit_leaves_a_later_contact_as_it_is(crmtool: Crmtool, tmp_path: Path) -> None:
    rows = [(*("C001", "甲公司", "15万元", date(2026, 2, 15), "2年", "张三"), date(2026, 3, 12), "后来的事")]
    book(tmp_path / "台账.xlsx", 客户=[HEAD, *rows])
    sheet(tmp_path / "表.xlsx", done("C001-phone-202603", 5, 客户反馈="早些时候"))
    collected(crmtool, "表.xlsx", "--update-ledger")
    assert column(tmp_path / "台账.xlsx", "客户", "最近联系时间") == [date(2026, 3, 12)]
    assert column(tmp_path / "台账.xlsx", "客户", "上次维护内容") == ["后来的事"]


def test_without_a_history_reports_go_to_a_sheet_of_their_own_that_is_read_again(
    crmtool: Crmtool, tmp_path: Path
) -> None:
    sheet(tmp_path / "表.xlsx", GOOD, row("C003-phone-202603", 完成情况="未联系上"))
    collected(crmtool, "表.xlsx", "--update-ledger")
    title, caption, head, *rows = rows_of(tmp_path / "台账.xlsx", "回访记录")
    assert (title[0], caption[0][:4]) == ("回访记录", "每次回访")
    assert head[:9] == [
        "回访编号",
        "客户编号",
        "客户名称",
        "计划日期",
        "回访日期",
        "回访方式",
        "回访人员",
        "完成情况",
        "满意度",
    ]
    assert [line[:9] for line in rows] == [
        [
            "C001-phone-202603",
            "C001",
            "甲公司",
            date(2026, 3, 4),
            date(2026, 3, 5),
            "电话",
            "张三",
            "已完成",
            5,
        ],
        ["C003-phone-202603", "C003", "丙公司", date(2026, 3, 10), None, "电话", "李四", "未联系上", None],
    ]
    explained = crmtool("classify", "台账.xlsx", "--as-of", "2026-03-20", "--json", "-o", "out.xlsx").document
    assert {each["sheet"] for each in explained["inputs"]} == {"客户", "回访记录"}


def test_reports_go_below_the_visits_that_are_there_by_their_headers(
    crmtool: Crmtool, tmp_path: Path
) -> None:
    kept = [("拜访日期", "客户名称", "沟通内容", "跟进人"), (date(2026, 1, 5), "乙公司", "报过价", "王五")]
    ledger(tmp_path, 拜访=kept)
    sheet(tmp_path / "表.xlsx", GOOD)
    collected(crmtool, "表.xlsx", "--update-ledger")
    head, first, second = rows_of(tmp_path / "台账.xlsx", "拜访")
    assert head[:6] == ["拜访日期", "客户名称", "沟通内容", "跟进人", "回访编号", "计划日期"]
    assert first[:5] == [date(2026, 1, 5), "乙公司", "报过价", "王五", None]
    assert second[:6] == [date(2026, 3, 5), "甲公司", "交期准", "张三", "C001-phone-202603", date(2026, 3, 4)]
    assert "客户编号" not in head, "it would change how the older rows are joined"
    again = (tmp_path / "台账.xlsx").read_bytes()
    assert collected(crmtool, "表.xlsx", "--update-ledger").document["counts"]["known"] == 1
    assert (tmp_path / "台账.xlsx").read_bytes() == again


@pytest.mark.parametrize("more", [(), ("--history", "h.db")], ids=["ledger", "history"])
def test_twice_is_the_same_as_once(crmtool: Crmtool, tmp_path: Path, more: tuple[str, ...]) -> None:
    visits = (GOOD, row("C002-phone-202603", 完成情况="改期", 下次跟进时间=date(2026, 4, 2)))
    unplanned = done(None, 11, 客户名称="丙公司", 客户反馈="打电话来问价", 回访方式="微信")
    sheet(tmp_path / "表.xlsx", *visits, unplanned, done(None, 12, 客户编号="C003"))
    if more:
        history(tmp_path / "h.db")
    first = collected(crmtool, "表.xlsx", "--update-ledger", *more).document
    files = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    second = collected(crmtool, "表.xlsx", "--update-ledger", *more).document
    assert (first["counts"]["new"], second["counts"]["new"], second["counts"]["known"]) == (4, 0, 4)
    assert second["changes"] == []
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == files


def test_a_sheet_may_be_sorted_filtered_renamed_and_its_columns_moved(
    crmtool: Crmtool, tmp_path: Path
) -> None:
    rows = [GOOD, done("C002-phone-202603", 6, 投诉="发票晚了"), row("C003-phone-202603", 完成情况="取消")]
    sheet(tmp_path / "原表.xlsx", *rows)
    expected = collected(crmtool, "原表.xlsx").document
    order = list(range(len(SHEET_HEAD)))
    random.Random(7).shuffle(order)
    path = sheet(
        tmp_path / "改过.xlsx",
        *([*(line[at] for at in order), "自己记的"] for line in reversed(rows)),
        head=[*(SHEET_HEAD[at] for at in order), "我的备注"],
        name="三月（已填）",
    )
    changed = openpyxl.load_workbook(path)
    page = changed["三月（已填）"]
    page.row_dimensions[5].hidden = page.column_dimensions["C"].hidden = True
    page.auto_filter.ref = "A3:T6"
    changed.save(path)
    found = collected(crmtool, "改过.xlsx").document

    def visits(document: dict[str, list[dict[str, object]]]) -> list[dict[str, object]]:
        return [{key: value for key, value in each.items() if key != "source"} for each in document["visits"]]

    assert visits(found) == visits(expected)
    assert [each["code"] for each in found["findings"]] == ["reports-not-recorded"]


def test_a_sheet_of_ones_own_with_three_columns_will_do(crmtool: Crmtool, tmp_path: Path) -> None:
    book(
        tmp_path / "自制.xlsx",
        记录=[("客户名称", "实际回访日期", "完成情况"), ("乙公司", "2026-03-07", "已回访")],
    )
    history(tmp_path / "h.db")
    ran = collected(crmtool, "自制.xlsx", "--history", "h.db")
    assert codes(ran) == ["report-matched-by-day B2"]
    assert [each["visit_id"] for each in ran.document["visits"]] == ["C002-phone-202603"]


def test_a_csv_will_do(crmtool: Crmtool, tmp_path: Path) -> None:
    (tmp_path / "自制.csv").write_text(
        "客户编号,回访日期,完成情况\nC002,2026-03-07,完成\n", encoding="gb18030"
    )
    (visit,) = collected(crmtool, "自制.csv").document["visits"]
    assert (visit["name"], visit["done_on"], visit["outcome"]) == ("乙公司", "2026-03-07", "done")


def test_all_workbooks_of_a_folder_are_collected_but_not_owner_files(
    crmtool: Crmtool, tmp_path: Path
) -> None:
    folder = tmp_path / "跟进表"
    folder.mkdir()
    sheet(folder / "张三.xlsx", GOOD)
    sheet(folder / "李四.xlsx", done("C003-phone-202603", 9), name="李四")
    (folder / "~$张三.xlsx").write_bytes(b"\x05Wang")
    found = collected(crmtool, "跟进表", folder / "张三.xlsx").document
    assert [(Path(each["path"]).name, each["filled"]) for each in found["sheets"]] == [
        ("张三.xlsx", 1),
        ("李四.xlsx", 1),
    ]


def test_every_sheet_of_a_workbook_is_collected(crmtool: Crmtool, tmp_path: Path) -> None:
    book(
        tmp_path / "表.xlsx",
        张三=[SHEET_HEAD, GOOD],
        李四=[SHEET_HEAD, done("C003-phone-202603", 9)],
        说明=[("怎么填", "已完成 / 改期")],
    )
    assert collected(crmtool, "表.xlsx").document["counts"]["new"] == 2


def test_a_rehearsal_writes_nothing(crmtool: Crmtool, tmp_path: Path) -> None:
    sheet(tmp_path / "表.xlsx", GOOD)
    history(tmp_path / "h.db")
    files = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    ran = collected(crmtool, "表.xlsx", "--history", "h.db", "--update-ledger", "--dry-run")
    assert ran.document["counts"]["new"] == 1
    assert [each["header"] for each in ran.document["ledger"]["cells"]] == [
        "最近联系时间",
        "上次维护内容",
        "下次跟进时间",
    ]
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == files


def test_the_plan_of_the_history_says_what_became_of_its_visits(crmtool: Crmtool, tmp_path: Path) -> None:
    sheet(
        tmp_path / "表.xlsx",
        GOOD,
        row("C002-phone-202603", 完成情况="改期", 下次跟进时间=date(2026, 4, 2)),
        row("C002-onsite-202603", 完成情况="取消"),
        row("C003-phone-202603", 完成情况="未联系上"),
    )
    path = history(tmp_path / "h.db")
    changes = collected(crmtool, "表.xlsx", "--history", "h.db").document["changes"]
    assert {each["visit_id"]: (each["status_before"], each["status_after"]) for each in changes} == {
        "C001-phone-202603": ("open", "done"),
        "C002-phone-202603": ("open", "agreed"),
        "C002-onsite-202603": ("open", "cancelled"),
        "C003-phone-202603": ("open", "open"),
    }
    with History.open(path, is_read_only=True) as kept:
        visits = kept.visits().select(["visit_id", "status", "planned_on", "done_on"]).to_pylist()
    assert [tuple(each.values()) for each in visits] == [
        ("C001-phone-202603", "done", date(2026, 3, 4), date(2026, 3, 5)),
        ("C002-onsite-202603", "cancelled", date(2026, 3, 18), None),
        ("C002-phone-202603", "agreed", date(2026, 4, 2), None),
        ("C003-phone-202603", "open", date(2026, 3, 10), None),
    ]


def test_without_a_history_a_plans_workbook_tells_which_visits_there_are(
    crmtool: Crmtool, tmp_path: Path
) -> None:
    head = ("回访编号", "计划日期", "客户编号", "客户名称", "回访方式", "负责人", "状态")
    visit = ("C002-phone-202603", date(2026, 3, 6), "C002", "乙公司", "电话", "张三", "待办")
    book(tmp_path / "计划.xlsx", 回访计划=[head, visit])
    sheet(tmp_path / "表.xlsx", done(None, 9, 客户名称="乙公司"), done("C001-phone-202603", 5))
    ran = collected(crmtool, "表.xlsx", "--plan", "计划.xlsx", "--update-ledger")
    assert sorted(codes(ran)) == ["report-matched-by-day H4", "unknown-visit A5"]
    assert {each["visit_id"]: each.get("status_before") for each in ran.document["changes"]} == {
        "C002-phone-202603": "open",
        "C001-phone-202603": None,
    }
    again = collected(crmtool, "表.xlsx", "--plan", "计划.xlsx", "--update-ledger")
    assert (again.document["counts"]["known"], again.document["changes"]) == (2, [])


def test_a_visit_that_was_not_reached_may_be_made_later(crmtool: Crmtool, tmp_path: Path) -> None:
    history(tmp_path / "h.db")
    first = sheet(
        tmp_path / "三月.xlsx", row("C003-phone-202603", 实际回访日期=date(2026, 3, 10), 完成情况="未联系上")
    )
    second = sheet(tmp_path / "四月.xlsx", done("C003-phone-202603", 18))
    for path in (first, second, first):
        ran = collected(crmtool, path, "--history", "h.db")
    assert (codes(ran), ran.document["counts"]["known"]) == ([], 1)
    with History.open(tmp_path / "h.db", is_read_only=True) as kept:
        assert "done" in kept.visits()["status"].to_pylist()
        assert sorted(kept.reports()["outcome"].to_pylist()) == ["done", "unreached"]


def test_cells_that_were_left_blank_are_added_to_the_record(crmtool: Crmtool, tmp_path: Path) -> None:
    collected(crmtool, sheet(tmp_path / "a.xlsx", done("C001-phone-202603", 5)), "--update-ledger")
    ran = collected(crmtool, sheet(tmp_path / "b.xlsx", GOOD), "--update-ledger")
    assert ran.document["counts"] == {
        "filled": 1,
        "blank": 0,
        "new": 1,
        "known": 0,
        "corrected": 0,
        "conflicts": 0,
        "left": 0,
    }
    *_, head, line = rows_of(tmp_path / "台账.xlsx", "回访记录")
    assert dict(zip(head, line, strict=True))["客户反馈"] == "交期准"
    assert len(rows_of(tmp_path / "台账.xlsx", "回访记录")) == 4, "one visit is one row"
    assert collected(crmtool, "b.xlsx", "--update-ledger").document["counts"]["known"] == 1


def test_visits_in_the_history_count_when_customers_are_judged(crmtool: Crmtool, tmp_path: Path) -> None:
    sheet(
        tmp_path / "表.xlsx", done("C002-phone-202603", 6, **{"满意度(1-5)": 4, "需求挖掘程度": "充分挖掘"})
    )
    without = crmtool("explain", "台账.xlsx", "乙公司", "--as-of", "2026-03-20", "--lang", "zh").out
    collected(crmtool, "表.xlsx", "--history", "h.db")
    told = crmtool(
        "explain", "台账.xlsx", "乙公司", "--as-of", "2026-03-20", "--history", "h.db", "--lang", "zh"
    ).out
    assert EXPLORED in told and EXPLORED not in without


def test_a_row_that_was_not_made_is_no_visit_when_customers_are_judged(
    crmtool: Crmtool, tmp_path: Path
) -> None:
    head = ("客户编号", "回访日期", "回访方式", "完成情况", "需求挖掘程度")
    ledger(tmp_path, 回访记录=[head, ("C002", date(2026, 3, 6), "电话", "未联系上", "充分挖掘")])
    told = crmtool("explain", "台账.xlsx", "乙公司", "--as-of", "2026-03-20", "--lang", "zh").out
    assert EXPLORED not in told


def test_a_sheet_filled_in_and_saved_by_libreoffice_is_collected(
    crmtool: Crmtool, tmp_path: Path, convert: Callable[[Sequence[Path], str], list[Path]]
) -> None:
    path = sheet(
        tmp_path / "表.xlsx", GOOD, row("C002-phone-202603", 完成情况="改期"), row("C003-phone-202603")
    )
    expected = collected(crmtool, path).document
    (saved,) = convert([path], "ods")
    (again,) = convert([saved], "xlsx")
    shutil.copy(again, tmp_path / "存过.xlsx")
    found = collected(crmtool, tmp_path / "存过.xlsx").document
    assert found["counts"] == expected["counts"]
    assert [found["counts"][name] for name in ("filled", "blank", "new", "left")] == [2, 1, 2, 0]
    for theirs, ours in zip(found["visits"], expected["visits"], strict=True):
        assert {**theirs, "source": ""} == {**ours, "source": ""}


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_terminal_shows_sheets_changes_and_where_they_are_recorded(
    crmtool: Crmtool, tmp_path: Path, lang: str
) -> None:
    sheet(tmp_path / "表.xlsx", GOOD)
    history(tmp_path / "h.db")
    arguments = ("collect", "表.xlsx", "--ledger", "台账.xlsx", "--as-of", "2026-03-20", "--history", "h.db")
    ran = crmtool(*arguments, "--lang", lang)
    line = {
        "zh": "C001-phone-202603 甲公司: 电话 已完成 2026-03-05 · 待办 2026-03-04 → 已完成 2026-03-05",
        "en": "C001-phone-202603 甲公司: 电话 done 2026-03-05 · open 2026-03-04 → done 2026-03-05",
    }
    assert line[lang] in ran.out
    assert "[表.xlsx]张三" in ran.out
    assert {"zh": "已登记到历史库 h.db", "en": "Recorded in the history h.db"}[lang] in ran.out


def test_the_ledger_of_the_config_is_the_default(crmtool: Crmtool, tmp_path: Path) -> None:
    (tmp_path / "crmtool.yaml").write_text("ledger: 台账.xlsx\nhistory: h.db\n", encoding="utf-8")
    sheet(tmp_path / "表.xlsx", GOOD)
    ran = crmtool("collect", "表.xlsx", "--as-of", "2026-03-20", "--json")
    assert (ran.code, Path(ran.document["recorded"]["history"]).name) == (0, "h.db")
    assert (tmp_path / "h.db").is_file()


def test_every_input_of_a_follow_up_sheet_alone_makes_a_row_filled_in(
    crmtool: Crmtool, tmp_path: Path
) -> None:
    values = {"实际回访日期": date(2026, 3, 5), "完成情况": "取消", "满意度(1-5)": 3, "推荐意愿(0-10)": 3}
    values |= {
        "需求挖掘程度": "未挖掘",
        "参与增值服务": "是",
        "是否转化": "否",
        "下次跟进时间": date(2026, 4, 1),
    }
    for header in INPUTS:
        sheet(tmp_path / "表.xlsx", row("C001-phone-202603", **{header: values.get(header, "有话")}))
        assert collected(crmtool, "表.xlsx").document["counts"]["filled"] == 1, header
