"""What a month's follow-up sheets tell, what may be filled in on them, and when they are replaced.

Where the plan comes from is tested elsewhere: here it is one of five visits, made by hand.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest
from followup_cases import AS_OF, CUSTOMERS, book, ledger, planned
from openpyxl.cell import Cell
from openpyxl.worksheet.worksheet import Worksheet

from crmtool.errors import OutputError, UsageError
from crmtool.jobs.delivery import Delivery
from crmtool.jobs.followup import FollowupOutcome, Wanted, followup
from crmtool.jobs.plans.month_plan import Planned
from crmtool.jobs.request import Request

GOLDEN = Path(__file__).resolve().parents[1] / "golden" / "followup.txt"
HEAD = 4
FIRST = 5
INPUTS = (
    *(
        "实际回访日期",
        "完成情况",
        "满意度(1-5)",
        "推荐意愿(0-10)",
        "客户反馈",
        "新增需求",
        "需求挖掘程度",
        "投诉",
    ),
    *("参与增值服务", "是否转化", "下一步", "下次跟进时间"),
)


@pytest.fixture(autouse=True)
def _of_a_hand_made_plan(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("crmtool.jobs.followup.planned_visits", lambda *_: Planned(planned(), "now"))


def run(
    folder: Path, *, records: bool = True, wanted: Wanted | None = None, **delivery: Any
) -> FollowupOutcome:
    source = ledger(folder, has_records=records)
    return followup(Request(source, as_of=AS_OF), wanted or Wanted(), Delivery(**delivery))


def opened(path: Path) -> openpyxl.Workbook:
    return openpyxl.load_workbook(path)


def plain(cell: Any) -> Any:
    return cell.value.date() if isinstance(cell.value, datetime) else cell.value


def rows(sheet: Worksheet) -> list[dict[str, Any]]:
    """Return the rows below the header that name a visit, by header."""
    headers = [cell.value for cell in sheet[HEAD]]
    found = [dict(zip(headers, map(plain, row), strict=True)) for row in sheet.iter_rows(FIRST)]
    return [row for row in found if row["回访编号"]]


@pytest.fixture(scope="module")
def sheet(tmp_path_factory: pytest.TempPathFactory) -> Worksheet:
    folder = tmp_path_factory.mktemp("followup")
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("crmtool.jobs.followup.planned_visits", lambda *_: Planned(planned(), "now"))
        run(folder)
    return opened(folder / "台账-跟进表-2026-03.xlsx")["张三"]


def test_there_is_a_sheet_for_each_owner_under_a_clean_name_and_one_for_nobodys(tmp_path: Path) -> None:
    outcome = run(tmp_path)
    book = opened(outcome.written[0].path)
    assert outcome.written[0].path == tmp_path / "台账-跟进表-2026-03.xlsx"
    assert book.sheetnames == ["张三", "李四", "未分配"]
    assert [(each.owner_sheet.owner, each.name) for each in outcome.handed] == [
        ("张三", "张三"),
        ("李*四/", "李四"),
        (None, "未分配"),
    ]
    assert [row["客户名称"] for row in rows(book["张三"])] == ["乙公司", "甲公司", "已离开的公司"]


def test_before_a_visit_all_that_is_known_of_the_customer_is_told(sheet: Worksheet) -> None:
    told = rows(sheet)[1]
    assert {name: told[name] for name in told if name not in INPUTS} == {
        "回访编号": "001-phone-202603",
        "计划日期": date(2026, 3, 12),
        "逾期天数": None,
        "客户编号": "001",
        "客户名称": "甲公司",
        "等级": "高价值客户",
        "联系人": "王经理",
        "电话": "13900000001",
        "回访方式": "电话",
        "责任角色": "客户经理",
        "回访目的": "电话回访 · 专属客户经理对接；定期高层拜访；定制化服务方案；优先参与新品测试",
        "最近联系": date(2026, 3, 2),  # 最近联系时间; the last visit was on 5 February
        "上次维护内容": "新功能使用培训",
        "未结投诉与需求": "重大投诉 2026-03-01：设备停机两天\n需求 2026-01-08：报价\n需求 2026-01-07：扩容\n……另有 1 条",
        "最近订单": "2026-02-03 120,000.50元",
        "年度金额": 150000,
        "近三次回访": "2026-02-05 电话 对交付满意 满意度4\n2025-12-08 上门 希望增加备件 满意度5\n2025-11-07 电话 未联系上",
        "客户画像": "高价值客户-制造业-年额15万-关注性价比-偏好线下拜访",
        "备注": "对账在月初",
        "邀请发送日": None,
        "报告截止日": None,
    }


def test_an_overdue_on_site_visit_says_its_age_and_when_invitation_and_report_are_due(
    sheet: Worksheet,
) -> None:
    told = rows(sheet)[0]
    assert told["回访编号"] == "002-onsite-202603"
    assert told["等级"] == "稳定客户"  # today's; the plan was made when it was 潜力客户
    assert told["逾期天数"] == 5
    assert told["邀请发送日"] == date(2026, 3, 2)
    assert told["报告截止日"] == date(2026, 3, 7)
    assert told["近三次回访"] == "从未回访"
    assert told["电话"] == "010-2"
    assert told["最近联系"] is None
    assert told["备注"] == "地址：科技路 2 号"  # a call has no use for it


def test_the_remark_says_that_a_visit_is_agreed_on_then_where_to_go_then_what_the_ledger_remarks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = planned()
    plan["status"] = pd.array(["agreed", "agreed", "open", "open", "agreed"], plan["status"].dtype)
    plan.loc[0, "channel"] = "executive"
    monkeypatch.setattr("crmtool.jobs.followup.planned_visits", lambda *_: Planned(plan, "now"))
    run(tmp_path)
    book = opened(tmp_path / "台账-跟进表-2026-03.xlsx")
    remarks = {row["回访编号"]: row["备注"] for sheet in book for row in rows(sheet)}
    assert remarks == {
        "001-phone-202603": "已约定\n地址：工业路 1 号\n对账在月初",
        "002-onsite-202603": "已约定\n地址：科技路 2 号",
        "003-phone-202603": None,
        "004-executive-2026H1": None,
        "009-phone-202603": "已约定",
    }


def test_the_last_contact_is_the_last_visit_that_was_made_where_the_ledger_says_no_later_day(
    tmp_path: Path,
) -> None:
    source = ledger(tmp_path)
    book = opened(source)
    sheet = book["客户"]
    column = next(cell.column for cell in sheet[1] if cell.value == "最近联系时间")
    sheet.cell(2, column).value = None
    # Nobody was met on 7 March.
    book["回访记录"].append(["001", date(2026, 3, 7), "电话", "未联系上", None, None])
    book.save(source)
    followup(Request(source, as_of=AS_OF), Wanted(), Delivery())
    told = rows(opened(tmp_path / "台账-跟进表-2026-03.xlsx")["张三"])[1]
    assert (told["回访编号"], told["最近联系"]) == ("001-phone-202603", date(2026, 2, 5))


def test_without_records_the_ledgers_own_words_are_told_and_no_is_no_complaint(tmp_path: Path) -> None:
    run(tmp_path, records=False)
    second, first, gone = rows(opened(tmp_path / "台账-跟进表-2026-03.xlsx")["张三"])
    assert first["未结投诉与需求"] == "需求：备件"
    assert first["最近订单"] == "2026-02-03"
    assert first["近三次回访"] is None
    assert second["未结投诉与需求"] == "投诉记录：送货慢"
    assert gone["未结投诉与需求"] is None


def test_a_customer_who_left_the_ledger_keeps_what_the_plan_says(sheet: Worksheet) -> None:
    told = rows(sheet)[2]
    assert (told["客户编号"], told["客户名称"], told["等级"]) == ("009", "已离开的公司", "高价值客户")
    assert (told["联系人"], told["年度金额"], told["客户画像"]) == (None, None, None)


def test_visits_of_customers_who_left_the_ledger_are_a_finding(tmp_path: Path) -> None:
    found = [(f.value, f.count) for f in run(tmp_path).findings if f.code == "visit-of-gone-customer"]
    assert found == [("已离开的公司", 1)]


def test_a_sheet_says_how_many_visits_are_overdue_and_how_many_are_of_earlier_months(
    tmp_path: Path,
) -> None:
    run(tmp_path, wanted=Wanted("next"))
    book = opened(tmp_path / "台账-跟进表-2026-04.xlsx")
    assert book["张三"]["A2"].value == "共 1 次回访，其中逾期 1 次，1 次是上月及以前未完成的"
    assert book["张三"]["A1"].value == "客户跟进表 · 张三 · 2026年4月"
    run(tmp_path)
    assert opened(tmp_path / "台账-跟进表-2026-03.xlsx")["李四"]["A2"].value == "共 1 次回访"


def test_an_amount_that_is_a_range_is_told_as_typed(tmp_path: Path) -> None:
    run(tmp_path)
    (told,) = rows(opened(tmp_path / "台账-跟进表-2026-03.xlsx")["未分配"])
    assert told["年度金额"] == "500-1000元"
    assert told["回访方式"] == "上门/视频会议"


def test_the_outline_says_what_to_ask_and_how_long_a_call_takes(sheet: Worksheet) -> None:
    assert str(sheet["A3"].value).splitlines() == [
        "回访提纲（电话回访 15–30 分钟；上门回访也按此提纲）",
        "1. 产品使用情况了解：性能、质量、操作便捷性，是否存在问题或不便",
        "2. 服务满意度调查：售前/售中/售后：态度、响应速度、解决效率和效果",
        "3. 需求挖掘：未来购买计划、潜在需求、对新产品新服务的期望",
        "4. 意见收集：对产品、服务、价格、营销活动的意见和建议",
        "5. 关系维护：企业最新动态、优惠活动",
    ]


def test_only_the_cells_to_fill_in_are_open_and_they_are_shaded(sheet: Worksheet) -> None:
    headers = {cell.column: cell.value for cell in sheet[HEAD]}
    assert [header for header in headers.values() if header in INPUTS] == list(INPUTS)
    for row in sheet.iter_rows(FIRST, FIRST + 2):
        for cell in row:
            is_input = headers[cell.column] in INPUTS
            assert cell.protection.locked is not is_input, cell.coordinate
            assert (cell.fill.fgColor.rgb == "FFFFF8E1") is is_input, cell.coordinate
    title = [sheet["A1"], sheet["A2"], sheet["A3"], *sheet[HEAD]]
    assert all(cell.protection.locked for cell in title)


def test_below_the_visits_are_empty_rows_for_those_that_nobody_planned(sheet: Worksheet) -> None:
    loose = {"客户编号", "客户名称", "回访方式", *INPUTS}
    assert sheet.max_row == FIRST + 3 + 8 - 1
    for row in sheet.iter_rows(FIRST + 3, sheet.max_row):
        for cell in row:
            header = sheet.cell(HEAD, cell.column).value
            assert cell.value is None
            assert cell.protection.locked is (header not in loose), cell.coordinate


def test_the_sheet_is_protected_without_a_password_and_may_be_sorted_filtered_and_widened(
    sheet: Worksheet,
) -> None:
    protection = sheet.protection
    assert protection.sheet is True
    assert protection.password is None
    assert protection.hashValue is None
    allowed = ("sort", "autoFilter", "formatColumns", "formatRows")
    assert [getattr(protection, name) for name in allowed] == [False] * 4  # False: not forbidden
    assert protection.insertRows is True
    assert sheet.auto_filter.ref == "A4:AG7"


def checks(sheet: Worksheet) -> dict[str, Any]:
    """Return the check on each input column's first row, proving that it reaches to the last empty row."""
    found = {}
    for check in sheet.data_validations.dataValidation:
        (area,) = check.sqref.ranges
        header = sheet.cell(HEAD, area.min_col).value
        assert area.max_row == sheet.max_row, header
        if area.min_row == FIRST:
            found[header] = check
    return found


def test_drop_downs_and_checks_cover_every_row_and_say_in_chinese_what_is_wanted(sheet: Worksheet) -> None:
    found = checks(sheet)
    lists = {header: check.formula1 for header, check in found.items() if check.type == "list"}
    assert lists == {
        "完成情况": '"已完成,改期,未联系上,取消"',
        "需求挖掘程度": '"未挖掘,部分挖掘,充分挖掘"',
        "参与增值服务": '"是,否"',
        "是否转化": '"是,否"',
    }
    numbers = {h: (c.formula1, c.formula2) for h, c in found.items() if c.type == "whole"}
    assert numbers == {"满意度(1-5)": ("1", "5"), "推荐意愿(0-10)": ("0", "10")}
    days = {h: (c.operator, c.formula1) for h, c in found.items() if c.type == "date"}
    # 36526 is 2000-01-01 as spreadsheets count days.
    assert days == dict.fromkeys(["实际回访日期", "下次跟进时间"], ("greaterThanOrEqual", "36526"))
    assert all(check.error and check.errorTitle and check.showErrorMessage for check in found.values())
    assert all(check.allow_blank for check in found.values())


def test_it_prints_on_landscape_a4_two_pages_wide_with_header_and_names_on_each(sheet: Worksheet) -> None:
    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (2, 0)
    assert (sheet.print_title_rows, sheet.print_title_cols) == ("$4:$4", "$A:$E")
    assert sheet.freeze_panes == "F5"


def test_both_pages_are_equally_wide_so_that_they_part_where_filling_in_begins(sheet: Worksheet) -> None:
    widths: dict[int, float] = {}
    for dimension in sheet.column_dimensions.values():
        widths |= dict.fromkeys(range(dimension.min, dimension.max + 1), dimension.width)
    first_input = next(cell.column for cell in sheet[HEAD] if cell.value == INPUTS[0])
    before = sum(widths[column] for column in range(1, first_input))
    inputs = sum(widths[column] for column in range(first_input, sheet.max_column + 1))
    repeated = sum(widths[column] for column in range(1, 6))
    assert abs(before - repeated - inputs) < min(widths.values()) / 2


def test_split_there_is_a_file_for_each_owner_in_a_folder(tmp_path: Path) -> None:
    outcome = run(tmp_path, wanted=Wanted(is_split=True))
    folder = tmp_path / "台账-跟进表-2026-03"
    names = ["张三-跟进表-2026-03.xlsx", "李_四_-跟进表-2026-03.xlsx", "未分配-跟进表-2026-03.xlsx"]
    assert [item.path for item in outcome.written] == [folder / name for name in names]
    assert sorted(path.name for path in folder.iterdir()) == sorted(names)
    assert opened(folder / names[1]).sheetnames == ["李四"]
    assert [row["客户名称"] for row in rows(opened(folder / names[1])["李四"])] == ["丙公司"]


def test_a_sheet_of_an_owner_without_visits_any_more_is_kept_and_named(tmp_path: Path) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    (folder / "赵六-跟进表-2026-03.xlsx").write_bytes(b"")
    (folder / "赵六-跟进表-2026-02.xlsx").write_bytes(b"")
    outcome = run(tmp_path, wanted=Wanted(is_split=True), output=folder)
    left = [finding.file for finding in outcome.findings if finding.code == "sheet-left-over"]
    assert left == [str(folder / "赵六-跟进表-2026-03.xlsx")]


def test_split_into_what_is_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "out").write_bytes(b"x")
    with pytest.raises(UsageError) as caught:
        run(tmp_path, wanted=Wanted(is_split=True), output=tmp_path / "out")
    assert caught.value.findings[0].code == "split-into-file"


def test_a_month_without_visits_is_one_empty_sheet_and_a_finding(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    none = planned().iloc[:0]
    monkeypatch.setattr("crmtool.jobs.followup.planned_visits", lambda *_: Planned(none, "now"))
    outcome = run(tmp_path)
    assert opened(outcome.written[0].path).sheetnames == ["无回访"]
    assert [f.params["month"] for f in outcome.findings if f.code == "nothing-to-visit"] == ["2026-03"]
    assert outcome.handed == ()


def test_a_month_after_the_plans_end_is_refused_before_anything_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = Planned(planned(), "workbook", Path("计划.xlsx"))
    monkeypatch.setattr("crmtool.jobs.followup.planned_visits", lambda *_: plan)
    with pytest.raises(UsageError) as caught:
        run(tmp_path, wanted=Wanted("2026-04"))
    (found,) = caught.value.findings
    told = (found.code, found.file, dict(found.params))
    assert told == ("plan-ends-early", "计划.xlsx", {"day": "2026-03-31", "month": "2026-04"})
    assert [path.name for path in tmp_path.iterdir()] == ["台账.xlsx"]


def test_a_month_within_the_plan_may_be_without_visits(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = Planned(planned(), "history", Path("历史.db"), reaches=date(2026, 5, 31))
    monkeypatch.setattr("crmtool.jobs.followup.planned_visits", lambda *_: plan)
    outcome = run(tmp_path, wanted=Wanted("2026-05"))
    assert [len(each.owner_sheet.visits) for each in outcome.handed] == [1]  # what is overdue
    with pytest.raises(UsageError):
        run(tmp_path, wanted=Wanted("2026-06"))


def test_the_same_run_gives_the_same_bytes_and_replaces_its_own_empty_sheet(tmp_path: Path) -> None:
    first = run(tmp_path).written[0]
    second = run(tmp_path).written[0]
    assert second.has_replaced
    assert first.sha256 == second.sha256


@pytest.mark.parametrize(
    ("header", "offset", "value"),
    [
        ("完成情况", 0, "已完成"),
        ("下次跟进时间", 2, date(2026, 4, 1)),
        ("满意度(1-5)", 1, 4),
        ("客户名称", 4, "没有排进计划的客户"),
        ("客户反馈", 10, "好"),
    ],
)
def test_a_sheet_with_anything_filled_in_is_not_replaced_even_by_a_script_that_kept_our_mark(
    tmp_path: Path, header: str, offset: int, value: Any
) -> None:
    target = run(tmp_path).written[0].path
    book = opened(target)
    sheet = book["张三"]
    column = next(cell.column for cell in sheet[HEAD] if cell.value == header)
    filled = sheet.cell(FIRST + offset, column)
    filled.value = value
    book.properties.creator = book.properties.lastModifiedBy = "crmtool"
    book.save(target)
    before = target.read_bytes()
    with pytest.raises(OutputError) as caught:
        run(tmp_path)
    (found,) = caught.value.findings
    assert (found.code, found.sheet, found.cell) == ("filled-in", "张三", filled.coordinate)
    assert target.read_bytes() == before


def test_blanks_are_no_work_and_a_visits_own_name_is_none_either(tmp_path: Path) -> None:
    target = run(tmp_path).written[0].path
    book = opened(target)
    sheet = book["张三"]
    sheet.cell(FIRST, next(cell.column for cell in sheet[HEAD] if cell.value == "客户反馈")).value = "  "
    book.properties.creator = book.properties.lastModifiedBy = "crmtool"
    book.save(target)
    assert run(tmp_path).written[0].has_replaced


def test_a_sheet_that_a_person_saved_is_not_replaced_though_it_is_empty(tmp_path: Path) -> None:
    target = run(tmp_path).written[0].path
    book = opened(target)
    book.properties.lastModifiedBy = "张三"
    book.save(target)
    with pytest.raises(OutputError) as caught:
        run(tmp_path)
    assert caught.value.findings[0].code == "not-our-output"


def test_what_is_no_workbook_is_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "台账-跟进表-2026-03.xlsx").write_bytes(b"not a workbook at all")
    with pytest.raises(OutputError) as caught:
        run(tmp_path)
    assert caught.value.findings[0].code == "not-our-output"


def test_where_one_of_several_files_is_filled_in_none_is_written(tmp_path: Path) -> None:
    wanted = Wanted(is_split=True)
    last = run(tmp_path, wanted=wanted).written[-1].path
    book = opened(last)
    book["未分配"].cell(FIRST, 23).value = "已完成"
    book.save(last)
    folder = last.parent
    first = sorted(folder.iterdir())[0]
    first.unlink()
    with pytest.raises(OutputError):
        run(tmp_path, wanted=wanted)
    assert not first.exists()


def test_a_rehearsal_writes_nothing_and_tells_all(tmp_path: Path) -> None:
    outcome = run(tmp_path, wanted=Wanted(is_split=True), dry_run=True)
    assert [each.name for each in outcome.handed] == ["张三", "李四", "未分配"]
    assert [path.name for path in tmp_path.iterdir()] == ["台账.xlsx"]


def test_the_month_is_checked_before_anything_is_read(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as caught:
        followup(Request(tmp_path / "none.xlsx"), Wanted("soon"), Delivery())
    assert caught.value.findings[0].code == "bad-month"


def dumped(path: Path) -> Iterator[str]:
    for page in opened(path):
        yield f"== {page.title}"
        for row in page.iter_rows():
            for cell in row:
                if isinstance(cell, Cell) and cell.value is not None:
                    value = cell.value.date() if isinstance(cell.value, datetime) else cell.value
                    yield f"{cell.coordinate} {cell.data_type} {value!r} [{cell.number_format}]"


def test_the_whole_workbook_is_this(tmp_path: Path) -> None:
    found = "\n".join(dumped(run(tmp_path).written[0].path)) + "\n"
    if os.environ.get("CRMTOOL_WRITE_GOLDEN"):
        GOLDEN.write_text(found, encoding="utf-8")
    assert found == GOLDEN.read_text(encoding="utf-8")


def test_what_was_complained_of_or_asked_for_at_recent_visits_is_an_open_matter(tmp_path: Path) -> None:
    """The 90 days before 10 March begin on 10 December; 送货慢 is in the book of complaints, and settled there."""
    visits = (
        ("客户编号", "回访日期", "完成情况", "投诉", "新增需求"),
        ("001", date(2025, 12, 9), "已完成", "很久以前的", None),
        ("001", date(2025, 12, 10), "已完成", "发票晚了", "无"),
        ("001", date(2026, 3, 9), "已完成", "送货慢", "加装一台"),
        ("001", date(2026, 3, 9), "已完成", None, "加装一台"),
        ("002", date(2026, 3, 8), "改期", "没人接电话", None),
    )
    tickets = (
        ("客户编号", "事件类型", "提出时间", "解决时间", "处理状态", "内容"),
        ("001", "普通投诉", date(2026, 3, 9), date(2026, 3, 10), "已解决", "送货慢"),
    )
    source = book(tmp_path / "台账.xlsx", 客户=CUSTOMERS, 回访记录=visits, 咨询投诉记录=tickets)
    followup(Request(source, as_of=AS_OF), Wanted(), Delivery())
    second, first, _ = rows(opened(tmp_path / "台账-跟进表-2026-03.xlsx")["张三"])
    assert (
        first["未结投诉与需求"] == "新增需求 2026-03-09：加装一台\n回访投诉 2025-12-10：发票晚了\n需求：备件"
    )
    assert second["未结投诉与需求"] == "回访投诉 2026-03-08：没人接电话"
