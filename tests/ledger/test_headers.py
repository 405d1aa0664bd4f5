"""Finding the ledger's sheet, its header and its columns."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ledger_books import layout_of, peek_of

from crmtool.errors import InputError, UsageError
from crmtool.ledger.fields import FieldSpec
from crmtool.ledger.headers.finding import HeaderText, Wanted, find, find_role, normalise
from crmtool.ledger.headers.layout import Layout, SheetLayout
from crmtool.messages import CATALOG, text_of
from crmtool.messages.ledger import LEDGER
from crmtool.sheets import Area, RawCell

AMOUNT = FieldSpec("annual_amount", "年消费额", "money", ("年度购买金额",))
PLAIN: list[list[RawCell]] = [["客户名称", "年消费额"], ["A公司", 15]]


def fields_of(sheet: SheetLayout) -> dict[str, int]:
    return {column.field_id: column.number for column in sheet.columns}


def codes_of(layout: Layout) -> list[str]:
    return [finding.code for finding in layout.findings]


@pytest.mark.parametrize(
    ("typed", "name", "unit", "notes"),
    [
        ("年消费额(万元)", "年消费额", "万元", ()),
        ("年消费额（万元）", "年消费额", "万元", ()),
        ("* 客户名称", "客户名称", None, ()),
        ("客户名称（必填）", "客户名称", None, ()),
        ("客户等级(*)", "客户等级", None, ()),
        ("最近交易\n时间：", "最近交易 时间", None, ()),
        ("ＡＲＰＵ值", "ARPU值", None, ()),
        ("金额（单位：万元）", "金额", "万元", ()),
        ("年消费额/万元", "年消费额", "万元", ()),
        ("消费额（RMB）", "消费额", "元", ()),
        ("增长率(%)", "增长率", "%", ()),
        ("企业规模(人)", "企业规模", "人", ()),
        ("年消费额(万元/年)", "年消费额", "万元", ()),
        ("联系人(经理)", "联系人", None, ("经理",)),
        ("年消费额(去年)（元）", "年消费额", "元", ("去年",)),
        ("成交金额(USD)", "成交金额", None, ("USD",)),
        ("最近交易时间(YYYY-MM-DD)", "最近交易时间", None, ()),
    ],
)
def test_a_header_is_taken_apart(typed: str, name: str, unit: str | None, notes: tuple[str, ...]) -> None:
    assert normalise(typed) == HeaderText(name, unit, notes)


@given(st.text(max_size=40))
def test_any_text_can_be_a_header(text: str) -> None:
    header = normalise(text)
    assert header.name == header.name.strip()
    assert header.full_key.startswith(header.key)


def test_the_header_is_found_below_title_rows() -> None:
    layout = layout_of([["2024年客户台账"], ["统计截止日：2024年3月1日", None, "单位：万元"], [], *PLAIN])
    (sheet,) = layout.of("customers")
    assert (sheet.header_rows, sheet.first_row) == ((4,), 5)
    assert layout.dated_as_of == date(2024, 3, 1)


def test_the_as_of_date_may_stand_beside_its_label() -> None:
    layout = layout_of([["统计截止日期：", date(2024, 3, 1)], *PLAIN])
    assert layout.dated_as_of == date(2024, 3, 1)


def test_a_unit_above_the_table_holds_for_money_without_a_unit_and_is_told() -> None:
    layout = layout_of(
        [["单位：万元"], ["客户名称", "年消费额", "订单金额(元)", "近1年订单次数"], ["A", 1, 1, 1]]
    )
    (sheet,) = layout.of("customers")
    units = {column.field_id: column.unit for column in sheet.columns}
    assert units == {"name": None, "annual_amount": "万元", "order_amount": "元", "orders_12m": None}
    assert [(f.code, f.value) for f in layout.findings] == [("sheet-unit", "万元")]


def test_merged_two_row_headers_give_each_column_its_own_name() -> None:
    rows: list[list[RawCell]] = [
        ["客户台账", None, None, None],
        ["客户名称", "交易信息（万元）", None, "联系方式"],
        [None, "年消费额", "最近交易时间", "微信号"],
        ["A公司", 15, "2023-10-15", "wx1"],
    ]
    merged = (Area(1, 1, 1, 4), Area(2, 1, 3, 1), Area(2, 2, 2, 3))
    (sheet,) = layout_of(rows, merged=merged).of("customers")
    assert sheet.header_rows == (2, 3)
    assert fields_of(sheet) == {"name": 1, "annual_amount": 2, "last_order": 3, "wechat": 4}
    amount = sheet.column_of("annual_amount")
    assert amount is not None
    assert amount.unit == "万元"


def test_two_row_headers_are_found_without_merged_cells_too() -> None:
    rows = [["客户名称", "交易信息", None], [None, "年消费额", "最近交易时间"], ["A公司", 15, "2023-10-15"]]
    (sheet,) = layout_of(rows).of("customers")
    assert sheet.header_rows == (1, 2)
    assert fields_of(sheet) == {"name": 1, "annual_amount": 2, "last_order": 3}


def test_sub_headers_under_years_are_no_plain_amounts() -> None:
    rows = [["客户名称", "2022年", "2023年"], [None, "年消费额", "年消费额"], ["A公司", 15, 16]]
    merged = (Area(1, 1, 2, 1),)
    (sheet,) = layout_of(rows, Wanted((AMOUNT,)), merged).of("customers")
    assert sheet.column_of("annual_amount") is None
    assert list(sheet.unmapped.values()) == ["2022年 年消费额", "2023年 年消费额"]


def test_a_first_row_of_data_is_no_second_header_row() -> None:
    (sheet,) = layout_of([["客户名称", "行业", "备注"], ["A公司", "制造业", None]]).of("customers")
    assert sheet.first_row == 2


def test_a_near_miss_is_suggested_with_the_line_and_not_taken() -> None:
    layout = layout_of([["客户名称", "年消费总额"], ["A公司", 15]], Wanted((AMOUNT,)))
    assert list(layout.of("customers")[0].unmapped.values()) == ["年消费总额"]
    (finding,) = layout.findings
    assert (finding.code, finding.cell, finding.column) == ("near-header", "B1", "年消费总额")
    assert finding.params["line"] == '--map "年消费总额=annual_amount"'


def test_a_remark_that_changes_an_amount_makes_a_near_miss() -> None:
    layout = layout_of([["客户名称", "年消费额(去年)"], ["A公司", 15]], Wanted((AMOUNT,)))
    assert codes_of(layout) == ["near-header"]


@pytest.mark.parametrize("target", ["annual_amount", "年消费额", "年度购买金额"])
def test_a_declared_header_is_taken(target: str) -> None:
    header_map = {"年消费总额": target}
    layout = layout_of([["客户名称", "年消费总额(万元)"], ["A", 1]], Wanted((AMOUNT,)), header_map=header_map)
    column = layout.of("customers")[0].column_of("annual_amount")
    assert column is not None
    assert (column.number, column.unit) == (2, "万元")
    assert layout.findings == ()


def test_a_column_can_be_declared_to_be_left_alone() -> None:
    layout = layout_of([["客户名称", "客户编号"], ["A", 1]], header_map={"客户编号": "-"})
    assert layout.of("customers")[0].wanted_columns == (1,)


def test_a_declaration_of_no_field_is_a_usage_error() -> None:
    with pytest.raises(UsageError) as raised:
        layout_of(PLAIN, header_map={"年消费额": "no_such_field"})
    assert raised.value.findings[0].value == "no_such_field"


def test_a_declared_header_that_is_nowhere_is_told() -> None:
    assert codes_of(layout_of(PLAIN, header_map={"销售额": "annual_amount"})) == ["map-header-unseen"]


def test_of_two_columns_for_a_field_the_label_wins_and_the_other_is_told() -> None:
    layout = layout_of([["客户名称", "年度购买金额", "年消费额"], ["A", 1, 2]], Wanted((AMOUNT,)))
    (sheet,) = layout.of("customers")
    assert fields_of(sheet)["annual_amount"] == 3
    assert sheet.unmapped == {2: "年度购买金额"}
    assert [(f.code, f.cell, f.params["kept_cell"]) for f in layout.findings] == [("field-twice", "B1", "C1")]


def test_headers_that_occur_twice_are_kept_apart() -> None:
    (sheet,) = layout_of([["客户名称", "甲", "甲"], ["A", 1, 2]]).of("customers")
    assert sheet.unmapped == {2: "甲", 3: "甲 (2)"}


def test_one_header_can_be_several_fields_of_the_rules() -> None:
    recency = FieldSpec("recency", "最近一次购买", "age", ("最近交易时间",))
    last_order = FieldSpec("last_order", "最近订单", "age", ("最近交易时间",))
    (sheet,) = layout_of(
        [["客户名称", "最近交易时间"], ["A", "2023-01-01"]], Wanted((recency, last_order))
    ).of("customers")
    assert fields_of(sheet) == {"name": 1, "recency": 2, "last_order": 2}


def test_the_largest_candidate_is_the_ledger_and_the_others_are_named() -> None:
    small, large = peek_of(PLAIN, "旧"), peek_of([*PLAIN, ["B公司", 3]], "新")
    layout = find([small, large], Wanted(), file="a.xlsx")
    assert [sheet.sheet for sheet in layout.sheets] == ["新"]
    assert layout.others == ("旧",)
    assert [(f.code, f.sheet, f.params["taken"]) for f in layout.findings] == [("other-sheet", "旧", "新")]


def test_a_hidden_sheet_is_the_ledger_only_where_no_visible_one_is() -> None:
    hidden = peek_of([*PLAIN, ["B公司", 3]], "隐藏", visibility="hidden")
    assert find([hidden, peek_of(PLAIN, "可见")], Wanted()).sheets[0].sheet == "可见"
    alone = find([hidden], Wanted())
    assert codes_of(alone) == ["hidden-sheet-read"]


def test_named_sheets_are_read_in_the_order_given() -> None:
    peeks = [peek_of(PLAIN, "一月"), peek_of(PLAIN, "二月"), peek_of(PLAIN, "三月")]
    layout = find(peeks, Wanted(), sheet_names=["三月", "一月"])
    assert [sheet.sheet for sheet in layout.of("customers")] == ["三月", "一月"]
    assert [s.sheet for s in find(peeks, Wanted(), sheet_names=["*"]).sheets] == ["一月", "二月", "三月"]


def test_all_sheets_means_those_with_the_same_columns() -> None:
    other = peek_of([["客户名称", "行业"], ["A", "制造业"]], "别的")
    layout = find([peek_of([*PLAIN, ["B", 1]], "一月"), other], Wanted(), sheet_names=["*"])
    assert [sheet.sheet for sheet in layout.sheets] == ["一月"]
    assert codes_of(layout) == ["sheet-headers-differ"]


@pytest.mark.parametrize("name", ["没有", "说明"])
def test_a_named_sheet_that_is_not_there_or_no_ledger_is_refused(name: str) -> None:
    with pytest.raises(InputError):
        find([peek_of(PLAIN), peek_of([["说明"], ["一段话"]], "说明")], Wanted(), sheet_names=[name])


def test_a_book_without_a_ledger_says_what_was_looked_for_and_seen() -> None:
    with pytest.raises(InputError) as raised:
        layout_of([["客户单位名", "销量"], ["A公司", 15]])
    (finding,) = raised.value.findings
    assert finding.code == "no-ledger"
    text = text_of(finding, "zh")
    assert "客户名称" in text
    assert "客户单位名、销量" in text


def test_an_empty_book_has_no_ledger() -> None:
    with pytest.raises(InputError):
        find([peek_of([], "空")], Wanted())
    with pytest.raises(InputError):
        find([], Wanted())


@pytest.mark.parametrize(
    ("headers", "role"),
    [
        ("订单编号 客户名称 订单金额 下单时间 产品名称", "orders"),
        ("日期 客户 金额", "orders"),
        ("买家昵称 付款日期 订单状态 实付金额 邮费 省份 城市 购买数量", "orders"),
        ("合同编号 客户名称 下单时间 合同金额", "orders"),
        ("客户名称 跟进类型 跟进方式 跟进时间 跟进内容", "visits"),
        ("客户名称 需求日期 需求内容", "demands"),
        ("客户名称 事件类型 提出时间 回复时间 解决时间", "tickets"),
    ],
)
def test_sheets_beside_the_ledger_are_known_by_their_headers(headers: str, role: str) -> None:
    layout = find([peek_of(PLAIN), peek_of([headers.split(), ["x"]], "另一张")], Wanted())
    assert {sheet.sheet: sheet.role for sheet in layout.sheets} == {"客户": "customers", "另一张": role}


def test_orders_alone_are_no_ledger_unless_they_will_do() -> None:
    orders = peek_of([["客户名称", "下单日期", "金额"], ["A", "2023-01-01", 1]])
    with pytest.raises(InputError):
        find([orders], Wanted())
    assert find([orders], Wanted(), or_orders=True).sheets[0].role == "orders"


def test_orders_of_another_workbook_replace_those_beside_the_ledger() -> None:
    rows = [["客户名称", "下单日期", "金额"], ["A", "2023-01-01", 1]]
    here = find([peek_of(PLAIN), peek_of(rows, "订单")], Wanted(), file="a.xlsx")
    there = find_role([peek_of(rows, "明细")], "orders", sheet_name="明细", file="b.xlsx")
    assert [(s.file, s.sheet) for s in here.plus(there).of("orders")] == [("b.xlsx", "明细")]
    with pytest.raises(InputError) as raised:
        find_role([peek_of(PLAIN)], "orders", file="b.xlsx")
    assert raised.value.findings[0].code == "no-orders-sheet"


ZOHO = "Account Name*,Account Owner,Website,Parent Account,Employees,Industry,Account Type,Account Number,Phone,Rating,Annual Revenue"
DEALS = "Deal Owner,Deal Name*,Account Name*,Type,Lead Source,Contact Name,Amount,Closing Date*,Next Step,Stage*,Probability"
FXIAOKE = "客户名称 客户编号 客户级别 客户类型 来源 1级行业 2级行业 电话 邮件 网址 负责人 最后跟进时间 下次跟进时间 最后一次成交时间 最后一次成交金额 退款总额 统一社会信用代码 备注"
FXIAOKE_API = "name account_no account_level account_type account_source tel email url owner last_followed_time next_followed_time last_deal_closed_time remark"


def test_a_zoho_export_is_read_in_all_three_spellings() -> None:
    (accounts,) = layout_of([ZOHO.split(","), ["x"]]).sheets
    assert fields_of(accounts).keys() >= {
        "name",
        "owner",
        "employees",
        "industry",
        "customer_id",
        "revenue_scale",
        "phone",
    }
    assert "annual_amount" not in fields_of(accounts)
    for spelling in (DEALS, DEALS.replace(" ", "_"), DEALS.replace("Account Name*", "Account_Name.id")):
        (deals,) = layout_of([spelling.split(","), ["x"]], or_orders=True).sheets
        assert deals.role == "orders"
        assert fields_of(deals).keys() >= {"amount", "order_date", "status"}
        assert fields_of(deals).keys() & {"customer_name", "customer_id"}


def test_a_fxiaoke_export_is_read_by_labels_and_by_api_names() -> None:
    (labels,) = layout_of([FXIAOKE.split(), ["x"]]).sheets
    assert labels.unmapped == {}
    (names,) = layout_of([FXIAOKE_API.split(), ["x"]]).sheets
    assert names.profile == "fxiaoke-accounts"
    assert names.unmapped == {}
    assert fields_of(names)["customer_grade"] == 3


KNOWN_AT_LEAST = {
    "淘宝/天猫订单导出": ("orders", 8),
    "客户导入": ("customers", 9),
    "会员导出": ("customers", 7),
}


def test_real_header_rows_are_understood(shared_data: Path) -> None:
    with (shared_data / "crm" / "cn_header_rows.csv").open(encoding="utf-8-sig") as file:
        for row in csv.DictReader(file):
            if row["kind"] in KNOWN_AT_LEAST:
                (sheet,) = layout_of([row["headers"].split("|"), ["x"]], or_orders=True).sheets
                role, count = KNOWN_AT_LEAST[row["kind"]]
                assert sheet.role == role
                assert len(sheet.columns) >= count, row["kind"]


def test_every_code_of_this_room_has_words_that_encode_in_gbk() -> None:
    for code, message in LEDGER.items():
        assert CATALOG[code] is message
        assert message.zh.encode("gbk")
        assert message.help_zh.encode("gbk")


def test_a_year_above_the_sub_headers_is_never_dropped() -> None:
    """Also where the row of sub headers would make a complete header by itself."""
    rows: list[list[RawCell]] = [
        ["基本信息", "2022年", None, "2023年", None],
        ["客户名称", "年消费额", "订单数", "年消费额", "订单数"],
        ["A公司", 15, 1, 16, 2],
    ]
    (merged,) = layout_of(rows, Wanted((AMOUNT,)), (Area(1, 2, 1, 3), Area(1, 4, 1, 5))).of("customers")
    (plain,) = layout_of(rows, Wanted((AMOUNT,))).of("customers")
    for sheet in (merged, plain):
        assert sheet.header_rows == (1, 2)
        assert fields_of(sheet) == {"name": 1}
        assert sheet.unmapped[2] == "2022年 年消费额"


def test_a_unit_in_a_row_of_its_own_belongs_to_the_header_above() -> None:
    (sheet,) = layout_of([["客户名称", "年消费额"], [None, "（万元）"], ["A公司", 15]]).of("customers")
    amount = sheet.column_of("annual_amount")
    assert amount is not None
    assert (amount.unit, amount.placed.header, sheet.first_row) == ("万元", "年消费额 （万元）", 3)


def test_a_stray_number_beside_the_header_does_not_hide_it() -> None:
    (sheet,) = layout_of([["客户名称", "年消费额", "行业", 37.5], ["A公司", 15, "制造业", None]]).of(
        "customers"
    )
    assert sheet.header_rows == (1,)


def test_a_column_with_cells_and_no_header_is_told() -> None:
    layout = layout_of([["客户名称", None, "年消费额"], ["A公司", None, 15], ["B公司", "?", 3]])
    assert [(f.code, f.cell) for f in layout.findings] == [("column-without-header", "B3")]


def test_a_known_header_of_another_kind_is_no_near_miss() -> None:
    last_order = FieldSpec("last_order", "最近订单", "age")
    layout = layout_of([["客户名称", "最近订单金额"], ["A公司", 15]], Wanted((last_order,)))
    assert layout.findings == ()


def test_a_header_declared_to_be_left_alone_is_not_suggested() -> None:
    layout = layout_of(
        [["客户名称", "年消费总额"], ["A", 1]], Wanted((AMOUNT,)), header_map={"年消费总额": "-"}
    )
    assert layout.findings == ()


def test_a_declaration_for_the_rules_does_not_trouble_another_workbook() -> None:
    rows = [["客户名称", "下单日期", "金额"], ["A", "2023-01-01", 1]]
    layout = find_role([peek_of(rows)], "orders", header_map={"连续年数": "loyal_years"})
    assert layout.sheets[0].role == "orders"


@pytest.mark.parametrize(
    "header",
    ["最后下单日", "最后下单日期", "最后下单", "最近成单日", "最近成单日期", "最近下单", "最近一次下单"],
)
def test_common_names_of_the_last_order_are_known(header: str) -> None:
    (sheet,) = layout_of([["客户名称", header, "负责销售"], ["甲", "2024-06-01", "李"]]).sheets
    assert [column.field_id for column in sheet.columns] == ["name", "last_order", "owner"]


def test_an_amount_of_last_year_is_not_the_amount_of_a_year() -> None:
    (sheet,) = layout_of([["客户名称", "去年采购额"], ["甲", 30000]]).sheets
    assert [column.field_id for column in sheet.columns] == ["name"]
    assert sheet.unmapped == {2: "去年采购额"}
