"""From sheets to a ledger: which rows count, who is who, and every oddity at its cell."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest
from ledger_books import FILE, Rows, ledger_of

from crmtool.errors import Finding, InputError
from crmtool.ledger.fields import FieldSpec, LevelNames
from crmtool.ledger.headers.finding import Wanted
from crmtool.ledger.ledger import Ledger
from crmtool.sheets import Area

HEADER = ["客户名称", "年消费额", "备注"]
ORDERS = ["订单编号", "客户名称", "下单日期", "金额", "状态"]
TIERS = (
    LevelNames("a", "A类", ("A类客户(高价值高潜力)",)),
    LevelNames("b", "B类", ()),
)


def codes(ledger: Ledger) -> dict[str, int]:
    counts: dict[str, int] = {}
    for finding in ledger.findings:
        counts[finding.code] = counts.get(finding.code, 0) + finding.count
    return counts


def places(ledger: Ledger, code: str) -> list[tuple[str, str]]:
    return [(finding.sheet, finding.cell) for finding in ledger.findings if finding.code == code]


def names(ledger: Ledger) -> list[str | None]:
    return [None if pd.isna(name) else name for name in ledger.customers.frame["name"]]


def customers(*rows: list[object]) -> dict[str, Rows]:
    return {"客户": [HEADER, *rows]}  # type: ignore[list-item]


def with_orders(*rows: list[object]) -> Ledger:
    return ledger_of({"客户": [["客户名称"], ["A公司"], ["B公司"]], "订单": [ORDERS, *rows]})  # type: ignore[list-item]


def amounts(ledger: Ledger) -> list[tuple[str, int]]:
    assert ledger.orders is not None
    frame = ledger.orders.frame
    return list(zip(frame["order_no"], frame["amount"], strict=True))


def test_rows_keep_their_sheet_and_row_numbers_and_stay_arrow() -> None:
    ledger = ledger_of({"客户": [["台账"], HEADER, ["A公司", 15, None], ["B公司", "3万", "x"]]})  # type: ignore[list-item]
    frame = ledger.customers.frame
    assert isinstance(frame.index, pd.RangeIndex)
    assert all(isinstance(dtype, pd.ArrowDtype) for dtype in frame.dtypes)
    assert list(frame["row"]) == [3, 4]
    assert list(frame["sheet"]) == ["客户", "客户"]
    assert list(frame["annual_amount"]) == [1500, 3_000_000]
    source = ledger.customers.source
    assert (source.file, source.sheets, source.header_row, source.rows) == (FILE, ("客户",), 2, 2)


@pytest.mark.parametrize(
    "label",
    [
        "合计",
        "合  计",
        "小计：",
        "总计",
        "华东区小计",
        "合计(12家)",
        "共计 3 家",
        "Total",
        "Grand Total",
        "平均值",
        "汇总",
    ],
)
def test_a_total_is_no_customer(label: str) -> None:
    ledger = ledger_of(customers(["A公司", 1, None], [label, 1, None]))
    assert names(ledger) == ["A公司"]
    assert ledger.counts["total_rows"] == 1
    assert places(ledger, "total-row-left-out") == [("客户", "A3")]


@pytest.mark.parametrize(
    "name", ["合计科技有限公司", "总计划公司", "Total Energies", "平均律琴行", "备注文化", "日期食品"]
)
def test_a_customer_whose_name_begins_like_a_total_or_footer_stays(name: str) -> None:
    assert names(ledger_of(customers([name, 1, None]))) == [name]


def test_a_total_with_an_id_of_its_own_is_a_customer() -> None:
    rows: Rows = [["客户编号", "客户名称"], ["C1", "Total"], ["合计", None]]
    assert names(ledger_of({"客户": rows})) == ["Total"]


def test_a_total_labelled_in_the_column_of_numbers_is_left_out() -> None:
    ledger = ledger_of({"客户": [["序号", "客户名称", "年消费额"], ["1", "A公司", 3], ["合计", None, 3]]})
    assert names(ledger) == ["A公司"]


def test_a_total_labelled_in_a_column_that_is_left_alone_is_no_customer() -> None:
    rows: Rows = [
        ["客户编号", "客户名称", "年消费额"],
        ["C1", "A公司", 1],
        ["C2", None, None],
        ["合计", "1家", 1],
    ]
    ledger = ledger_of({"客户": rows}, find_options={"header_map": {"客户编号": "-"}})
    assert names(ledger) == ["A公司"]
    assert places(ledger, "total-row-left-out") == [("客户", "A4")]
    assert "customer_id" not in ledger.customers.frame


@pytest.mark.parametrize(
    "footer", ["制表人：张三", "制表日期:2024-03-01", "备注：金额含税", "审核：", "注: 以上含税", "第 1 页"]
)
def test_a_footer_is_no_customer(footer: str) -> None:
    ledger = ledger_of(customers(["A公司", 1, None], [footer, None, None]))
    assert names(ledger) == ["A公司"]
    assert ledger.counts["footer_rows"] == 1


def test_blank_rows_are_passed_over_and_only_those_between_customers_are_counted() -> None:
    ledger = ledger_of(
        customers(["A公司", 1, None], [None, None, None], ["  ", None, None], ["B公司", 1, None], [None] * 3)
    )
    assert names(ledger) == ["A公司", "B公司"]
    assert ledger.counts["blank_rows"] == 2
    assert places(ledger, "blank-rows-left-out") == [("客户", "A3")]


def test_a_header_that_stands_again_further_down_is_left_out() -> None:
    ledger = ledger_of(customers(["A公司", 1, None], list(HEADER), ["B公司", 1, None]))
    assert names(ledger) == ["A公司", "B公司"]
    assert ledger.counts["repeated_header_rows"] == 1


def test_hidden_rows_are_read_and_told() -> None:
    ledger = ledger_of(customers(["A公司", 1, None], ["B公司", 1, None]), hidden_rows=frozenset({3, 99}))
    assert names(ledger) == ["A公司", "B公司"]
    assert ledger.counts["hidden_rows"] == 1
    assert places(ledger, "hidden-rows-read") == [("客户", "A3")]


def test_a_ledger_without_customers_cannot_be_used() -> None:
    with pytest.raises(InputError) as raised:
        ledger_of(customers(["合计", 0, None]))
    assert raised.value.findings[0].code == "no-customers"


def test_unknown_columns_are_kept_as_text() -> None:
    ledger = ledger_of({"客户": [["客户名称", "瞎列", "瞎列"], ["A公司", 3, "x"]]})
    assert ledger.customers.unmapped == ("瞎列", "瞎列 (2)")
    assert list(ledger.customers.frame[["other:瞎列", "other:瞎列 (2)"]].iloc[0]) == ["3", "x"]


def test_a_bad_cell_is_a_finding_at_its_cell_with_the_users_header() -> None:
    ledger = ledger_of({"客户": [["客户名称", "年消费额（万元）"], ["A公司", 3], ["B公司", "很多"]]})
    (finding,) = ledger.findings
    assert (finding.file, finding.sheet, finding.cell) == (FILE, "客户", "B3")
    assert (finding.column, finding.value) == ("年消费额（万元）", "很多")
    assert list(ledger.customers.frame["annual_amount__state"]) == [1, 2]
    assert ledger.customers.frame["annual_amount"][0] == 3_000_000


def test_of_many_bad_cells_two_hundred_are_listed_and_all_are_counted() -> None:
    ledger = ledger_of(customers(*([f"公司{i}", "很多", None] for i in range(1_500))))
    told = [finding for finding in ledger.findings if finding.column == "年消费额"]
    assert len(told) == 200
    assert sum(finding.count for finding in told) == 1_500


def test_a_declared_unit_goes_before_the_headers() -> None:
    rows: Rows = [["客户名称", "年消费额(万元)"], ["A公司", 3]]
    ledger = ledger_of({"客户": rows}, units={"年消费额": "元", "年消费额(万元)": "元"})
    assert list(ledger.customers.frame["annual_amount"]) == [300]


def test_names_and_ids_that_occur_again_are_told_with_the_first() -> None:
    rows: Rows = [["客户编号", "客户名称"], ["1", "甲"], ["2", "甲"], ["1", "乙"], [None, None], ["3", None]]
    ledger = ledger_of({"客户": rows})
    told = {f.code: (f.cell, f.params["first"]) for f in ledger.findings if f.code.startswith("duplicate")}
    assert told == {"duplicate-customer-name": ("B3", "B2"), "duplicate-customer-id": ("A4", "A2")}
    assert places(ledger, "customer-without-name") == [("客户", "B6")]


def test_several_sheets_with_the_same_headers_are_one_ledger() -> None:
    sheets: dict[str, Rows] = {
        "华东": [["客户名称", "年消费额"], ["A公司", 1]],
        "华北": [["年消费额", "客户名称"], [2, "B公司"], [3, "C公司"]],
    }
    ledger = ledger_of(sheets, find_options={"sheet_names": ["华东", "华北"]})
    frame = ledger.customers.frame
    assert list(zip(frame["sheet"], frame["row"], frame["name"], frame["annual_amount"], strict=True)) == [
        ("华东", 2, "A公司", 100),
        ("华北", 2, "B公司", 200),
        ("华北", 3, "C公司", 300),
    ]
    assert ledger.customers.source.sheets == ("华东", "华北")


def test_a_merged_name_holds_for_all_its_rows_and_a_merged_amount_for_none() -> None:
    rows: Rows = [["客户名称", "负责人", "年消费额"], ["A", "张三", 5], ["B", None, None], ["C", "李四", 7]]
    ledger = ledger_of({"客户": rows}, merged=(Area(2, 2, 3, 2), Area(2, 3, 3, 3)))
    frame = ledger.customers.frame
    assert list(frame["owner"]) == ["张三", "张三", "李四"]
    assert frame["annual_amount"].isna().tolist() == [True, True, False]
    assert list(frame["annual_amount__state"]) == [2, 2, 1]
    assert codes(ledger) == {"merged-cells-repeated": 1, "merged-number": 1}


# ---- the tier that a ledger already has ----


@pytest.mark.parametrize("typed", ["A类", "a类", "A类客户（高价值高潜力）", "A类客户"])
def test_a_tier_is_known_by_its_label_however_it_is_spelled(typed: str) -> None:
    wanted = Wanted(tier_column="分层等级", tiers=TIERS)
    ledger = ledger_of({"客户": [["客户名称", "分层等级"], ["A公司", typed]]}, wanted=wanted)
    assert list(ledger.customers.frame["tier"]) == ["A类"]
    assert ledger.customers.columns["tier"].header == "分层等级"


def test_a_column_under_the_tiers_header_without_its_labels_is_a_plain_field() -> None:
    wanted = Wanted(tier_column="客户类型", tiers=TIERS)
    ledger = ledger_of(
        {"客户": [["客户名称", "客户类型"], ["A公司", "企业"], ["B公司", "个人"]]}, wanted=wanted
    )
    assert "tier" not in ledger.customers.columns
    assert list(ledger.customers.frame["customer_type"]) == ["企业", "个人"]
    assert ledger.findings == ()


def test_another_column_that_holds_the_tiers_is_the_tier() -> None:
    wanted = Wanted(tier_column="分层等级", tiers=TIERS)
    rows: Rows = [["客户名称", "分层等级", "客户等级"], ["A公司", "战略", "A类"], ["B公司", None, "B类"]]
    ledger = ledger_of({"客户": rows}, wanted=wanted)
    assert list(ledger.customers.frame["tier"]) == ["A类", "B类"]
    assert ledger.customers.columns["tier"].header == "客户等级"


def test_a_cell_that_is_no_label_among_labels_is_told_and_null() -> None:
    wanted = Wanted(tier_column="分层等级", tiers=TIERS)
    ledger = ledger_of(
        {"客户": [["客户名称", "分层等级"], ["A", "A类"], ["B", "E类"], ["C", None]]}, wanted=wanted
    )
    assert ledger.customers.frame["tier"].isna().tolist() == [False, True, True]
    assert [(f.cell, f.value) for f in ledger.findings] == [("B3", "E类")]


# ---- orders ----


@pytest.mark.parametrize(
    ("status", "counts"),
    [
        ("交易成功", True),
        ("已完成", True),
        ("部分退款", True),
        ("退款关闭", True),
        (None, True),
        ("交易关闭", False),
        ("已取消", False),
        ("已退款", False),
        ("付款以后用户退款成功，交易自动关闭", False),
        ("Cancelled", False),
        ("已作废", False),
    ],
)
def test_cancelled_closed_and_refunded_orders_are_left_out(status: str | None, counts: bool) -> None:
    ledger = with_orders(
        ["1", "A公司", date(2024, 1, 1), 5, "交易成功"], ["2", "A公司", date(2024, 1, 2), 7, status]
    )
    assert amounts(ledger) == ([("1", 500), ("2", 700)] if counts else [("1", 500)])
    assert ledger.counts["cancelled_orders"] == (0 if counts else 1)
    assert codes(ledger) == ({} if counts else {"orders-cancelled": 1})


def test_an_order_whose_lines_add_up_to_nothing_is_left_out_whole() -> None:
    ledger = with_orders(
        ["1", "A公司", date(2024, 1, 1), 50, None],
        ["1", "A公司", date(2024, 1, 9), -50, None],
        ["2", "A公司", date(2024, 1, 1), 50, None],
        ["2", "A公司", date(2024, 1, 9), "(20)", None],
        ["3", "A公司", date(2024, 2, 1), -5, None],
    )
    assert amounts(ledger) == [("2", 5000), ("2", -2000), ("3", -500)]
    assert ledger.counts["refunded_orders"] == 2


def test_a_refund_column_is_taken_off_and_a_full_refund_leaves_no_order() -> None:
    header = ["订单编号", "客户名称", "下单日期", "实付金额", "退款金额"]
    day = date(2024, 1, 1)
    rows: Rows = [header, ["1", "A", day, 100, 30], ["2", "A", day, 100, 100], ["3", "A", day, 100, None]]
    ledger = ledger_of({"客户": [["客户名称"], ["A"]], "订单": rows})
    assert amounts(ledger) == [("1", 7000), ("3", 10000)]
    assert ledger.counts["refunded_orders"] == 1


def test_a_return_counts_against_the_customer_whatever_its_sign() -> None:
    header = ["单据编号", "客户名称", "日期", "金额", "单据类型"]
    day = date(2024, 1, 1)
    rows: Rows = [
        header,
        ["1", "A", day, 100, "销售"],
        ["2", "A", day, 40, "销售退货"],
        ["3", "A", day, -5, "退货"],
    ]
    ledger = ledger_of({"客户": [["客户名称"], ["A"]], "销售": rows})
    assert amounts(ledger) == [("1", 10000), ("2", -4000), ("3", -500)]


def test_an_order_after_the_as_of_date_is_a_finding_and_does_not_count() -> None:
    ledger = with_orders(
        ["1", "A公司", date(2024, 3, 31), 5, None], ["2", "A公司", date(2024, 4, 1), 5, None]
    )
    assert amounts(ledger) == [("1", 500)]
    assert places(ledger, "order-after-as-of") == [("订单", "C3")]
    assert ledger.counts["future_orders"] == 1


DAY = date(2024, 1, 5)


def test_a_line_that_is_the_same_in_every_column_counts_once_and_is_told() -> None:
    ledger = with_orders(
        ["A1", "A公司", DAY, 100, "完成"],
        ["A2", "A公司", DAY, 100, "完成"],
        ["A1", "A公司", DAY, 100, "完成"],
    )
    assert amounts(ledger) == [("A1", 10_000), ("A2", 10_000)]
    assert ledger.counts["duplicate_orders"] == 1
    assert places(ledger, "duplicate-order-line") == [("订单", "A4")]
    assert ledger.findings[0].params["first"] == "A2"


def test_a_line_that_differs_only_in_what_is_said_beside_it_counts_and_is_told() -> None:
    ledger = with_orders(["A1", "A公司", DAY, 100, "完成"], ["A1", "A公司", DAY, 100, "已发货"])
    assert amounts(ledger) == [("A1", 10_000), ("A1", 10_000)]
    assert codes(ledger) == {"duplicate-order": 1}


@pytest.mark.parametrize(
    "second", [["A1", "A公司", DAY, 200, "完成"], ["A1", "A公司", date(2024, 1, 6), 100, "完成"]]
)
def test_a_second_line_of_an_order_is_nothing_to_tell(second: list[object]) -> None:
    assert codes(with_orders(["A1", "A公司", DAY, 100, "完成"], second)) == {}


def test_lines_of_other_products_are_nothing_to_tell() -> None:
    header = ["订单编号", "客户名称", "下单日期", "金额", "产品名称"]
    rows = [["A1", "A公司", DAY, 100, "甲"], ["A1", "A公司", DAY, 100, "乙"]]
    assert codes(ledger_of({"客户": [["客户名称"], ["A公司"]], "订单": [header, *rows]})) == {}


def test_equal_lines_without_a_number_count_and_are_told() -> None:
    header = ["客户名称", "下单日期", "金额"]
    rows = [["A公司", DAY, 100], ["A公司", DAY, 100], ["A公司", DAY, 100], ["B公司", DAY, 100]]
    ledger = ledger_of({"客户": [["客户名称"], ["A公司"], ["B公司"]], "订单": [header, *rows]})
    assert ledger.orders is not None
    assert len(ledger.orders.frame) == 4
    assert places(ledger, "duplicate-order-without-number") == [("订单", "B3"), ("订单", "B4")]


def test_an_order_without_a_date_stays_and_is_told_once() -> None:
    ledger = with_orders(
        ["1", "A公司", None, 5, None],
        ["2", "A公司", "上个月底", 5, None],
        ["3", "A公司", "2024-01-01", 5, None],
    )
    assert [number for number, _ in amounts(ledger)] == ["1", "2", "3"]
    assert places(ledger, "order-without-date") == [("订单", "C2")]
    assert ledger.counts["undated_orders"] == 2


def test_only_won_deals_of_a_pipeline_are_orders() -> None:
    header = ["Deal Name", "Account Name", "Amount", "Closing Date", "Stage"]
    rows: Rows = [
        header,
        ["d1", "A", 5, "2024-01-01", "Closed Won"],
        ["d2", "A", 9, "2024-01-01", "Negotiation"],
    ]
    ledger = ledger_of({"客户": [["客户名称"], ["A"]], "Deals": rows})
    assert ledger.orders is not None
    assert list(ledger.orders.frame["amount"]) == [500]
    assert ledger.counts["not_won_orders"] == 1


# ---- whose row it is ----


def joined(customer_rows: Rows, order_rows: Rows) -> tuple[list[int | None], list[Finding]]:
    ledger = ledger_of({"客户": customer_rows, "订单": order_rows})
    assert ledger.orders is not None
    whose = [None if pd.isna(c) else int(c) for c in ledger.orders.frame["customer"]]
    return whose, list(ledger.findings)


DAY = date(2024, 1, 1)


def test_rows_join_by_id_where_both_sides_have_one_even_against_the_name() -> None:
    whose, findings = joined(
        [["客户编号", "客户名称"], ["001", "甲"], ["002", "乙"]],
        [
            ["客户编号", "客户名称", "下单日期", "金额"],
            ["002", "甲", DAY, 1],
            ["1", "甲", DAY, 1],
            ["001", None, DAY, 1],
        ],
    )
    assert whose == [1, None, 0]
    assert [(f.code, f.cell, f.value) for f in findings] == [("unknown-customer", "A3", "1")]


def test_rows_join_by_a_unique_name_where_a_side_has_no_id() -> None:
    whose, findings = joined(
        [["客户编号", "客户名称"], ["1", "甲"], ["2", "乙"], ["3", "乙"]],
        [
            ["客户名称", "下单日期", "金额"],
            ["甲", DAY, 1],
            ["乙", DAY, 1],
            ["丙", DAY, 1],
            ["丙", DAY, 2],
            [None, DAY, 3],
        ],
    )
    assert whose == [0, None, None, None, None]
    told = {f.code: (f.cell, f.count) for f in findings if f.sheet == "订单"}
    assert told == {
        "ambiguous-customer": ("A3", 1),
        "unknown-customer-name": ("A4", 2),
        "row-without-customer": ("A6", 1),
    }


def test_a_name_that_stands_for_two_ids_among_the_orders_joins_nothing() -> None:
    whose, findings = joined(
        [["客户名称"], ["甲"], ["乙"]],
        [
            ["客户编号", "客户名称", "下单日期", "金额"],
            ["1", "甲", DAY, 1],
            ["2", "甲", DAY, 1],
            ["3", "乙", DAY, 1],
        ],
    )
    assert whose == [None, None, 1]
    assert [f.code for f in findings] == ["ambiguous-customer"]


def test_a_row_whose_id_is_blank_joins_by_a_name_that_only_one_customer_has() -> None:
    whose, findings = joined(
        [["客户编号", "客户名称"], ["1", "甲"], [None, "乙"], ["3", "丙"], ["4", "丙"]],
        [
            ["客户编号", "客户名称", "下单日期", "金额"],
            [None, "甲", DAY, 1],
            ["1", "甲", DAY, 2],
            [None, "乙", DAY, 3],
            [None, "丙", DAY, 4],
            [None, "丁", DAY, 5],
            [None, "丁", DAY, 6],
            [None, None, DAY, 7],
            ["9", "甲公司", DAY, 8],
        ],
    )
    assert whose == [0, 0, 1, None, None, None, None, None]
    assert {f.code: (f.cell, f.value, f.count) for f in findings if f.sheet == "订单"} == {
        "ambiguous-customer": ("B5", "丙", 1),
        "unknown-customer-name": ("B6", "丁", 2),
        "row-without-customer": ("A8", "", 1),
        "unknown-customer": ("A9", "9", 1),
    }


def test_a_name_that_stands_by_another_id_elsewhere_tells_nothing_of_a_row_whose_id_is_blank() -> None:
    whose, findings = joined(
        [["客户编号", "客户名称"], ["1", "甲"], [None, "乙"]],
        [
            ["客户编号", "客户名称", "下单日期", "金额"],
            ["2", "甲", DAY, 1],
            [None, "甲", DAY, 2],
            ["3", "乙", DAY, 3],
            [None, "乙", DAY, 4],
        ],
    )
    assert whose == [None, None, None, None]
    told = [(f.code, f.cell) for f in findings if f.code == "ambiguous-customer"]
    assert told == [("ambiguous-customer", "B3"), ("ambiguous-customer", "B5")]


def test_an_id_that_two_customers_share_joins_nothing() -> None:
    whose, _ = joined(
        [["客户编号", "客户名称"], ["1", "甲"], ["1", "乙"]],
        [["客户编号", "下单日期", "金额"], ["1", DAY, 1]],
    )
    assert whose == [None]


def test_sheets_with_nothing_in_common_are_not_joined() -> None:
    whose, findings = joined([["客户名称"], ["甲"]], [["客户编号", "下单日期", "金额"], ["1", DAY, 1]])
    assert whose == [None]
    assert [f.code for f in findings] == ["sheets-not-joinable"]


def test_orders_alone_make_customers_of_those_who_ordered() -> None:
    rows: Rows = [
        ["客户名称", "下单日期", "金额"],
        ["乙", DAY, 1],
        ["甲", DAY, 2],
        ["乙", DAY, 3],
        [None, DAY, 4],
    ]
    ledger = ledger_of({"订单": rows}, find_options={"or_orders": True})
    assert names(ledger) == ["乙", "甲"]
    assert ledger.orders is not None
    assert ledger.orders.frame["customer"].tolist()[:3] == [0, 1, 0]
    assert pd.isna(ledger.orders.frame["customer"][3])


def test_visits_demands_and_tickets_are_read_and_joined() -> None:
    ledger = ledger_of(
        {
            "客户": [["客户名称"], ["甲"]],
            "回访记录": [["客户名称", "回访日期", "回访内容", "满意度"], ["甲", "2024-01-05", "x", "4.5分"]],
            "需求记录": [["客户名称", "需求日期", "需求内容"], ["甲", "2024-02-01", "扩产"]],
            "投诉": [
                ["客户名称", "事件类型", "提出时间", "解决时间"],
                ["甲", "重大投诉", "2024-02-01", None],
            ],
        }
    )
    assert ledger.visits is not None
    assert ledger.demands is not None
    assert ledger.tickets is not None
    assert ledger.visits.frame[["customer", "date", "satisfaction"]].iloc[0].tolist() == [
        0,
        date(2024, 1, 5),
        4.5,
    ]
    assert ledger.demands.frame["date"][0] == date(2024, 2, 1)
    assert ledger.tickets.frame[["customer", "kind"]].iloc[0].tolist() == [0, "重大投诉"]


# ---- the as-of date ----


@pytest.mark.parametrize(
    ("newest", "is_default", "told"),
    [("2023-12-30", True, True), ("2023-12-31", True, False), ("2023-12-30", False, False)],
)
def test_a_ledger_three_months_behind_a_default_date_is_told(
    newest: str, is_default: bool, told: bool
) -> None:
    rows: Rows = [["客户名称", "最近交易时间"], ["甲", newest], ["乙", "2023-01-01"]]
    ledger = ledger_of({"客户": rows}, is_default_as_of=is_default)
    findings = [f for f in ledger.findings if f.code == "ledger-is-stale"]
    assert [f.params["line"] for f in findings] == (["--as-of 2023-12-30"] if told else [])


def test_a_ledger_that_says_its_own_date_is_told_to_use_it() -> None:
    rows: Rows = [["统计截止日：2024-02-29"], ["客户名称"], ["甲"]]
    ledger = ledger_of({"客户": rows}, is_default_as_of=True)
    assert ledger.dated_as_of == date(2024, 2, 29)
    assert [f.params["line"] for f in ledger.findings] == ["--as-of 2024-02-29"]
    assert ledger_of({"客户": rows}).findings == ()


# ---- levels and locks ----


def test_a_level_and_a_number_may_stand_in_the_same_column() -> None:
    levels = (LevelNames("high", "高频", ("高频客户",)), LevelNames("low", "低频"))
    frequency = FieldSpec(
        "monthly_freq", "月均消费次数", "number", ("消费频率",), dimension="frequency", levels=levels
    )
    rows: Rows = [["客户名称", "消费频率"], ["甲", "高频"], ["乙", 3]]
    frame = ledger_of({"客户": rows}, wanted=Wanted((frequency,))).customers.frame
    assert frame["monthly_freq__level"].fillna("").tolist() == ["high", ""]
    assert frame["monthly_freq"].isna().tolist() == [True, False]
    assert frame["monthly_freq"][1] == 3.0


def test_the_columns_of_an_override_are_read() -> None:
    rows: Rows = [["客户名称", "等级锁定", "锁定原因", "锁定至"], ["甲", "A类", "战略客户", "2025-12-31"]]
    frame = ledger_of({"客户": rows}).customers.frame
    assert frame[["lock_tier", "lock_reason", "lock_until"]].iloc[0].tolist() == [
        "A类",
        "战略客户",
        date(2025, 12, 31),
    ]
