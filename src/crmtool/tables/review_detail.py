"""The sheet KPI明细: what each KPI came to for each customer, so that every figure can be traced to customers.

What they add up to is in `crmtool.tables.review_kpis`.
"""

from __future__ import annotations

from typing import Final

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from crmtool.content import OutTable, TableColumn
from crmtool.review.model import Review
from crmtool.rules.model import RuleSet
from crmtool.tables.arrays import array, mapped
from crmtool.tables.review_words import NOTHING, actual, met, or_word, targets, units
from crmtool.tables.visit_words import owners, tier_words
from crmtool.visits.frames import rows_where

_ORIGINS: Final = {"counted": "按数据计算", "stated": "台账所填"}


def listed(review: Review) -> pd.DataFrame:
    """Return the rows of customer KPIs of which something is known: a figure, or what it is made of."""
    rows = review.customer_kpis
    counted = pc.fill_null(pc.not_equal(array(rows["denominator"]), 0.0), False)
    return rows_where(rows, pc.or_(counted, pc.is_valid(array(rows["actual"]))))


def build(review: Review, rule_set: RuleSet) -> OutTable:
    """Return one row a customer and KPI of which something is known, in the ledger's order, then the rules'."""
    rows, who = listed(review), review.moves.frame
    at = pc.index_in(array(rows["customer"]), array(who["customer"]))
    known = {name: array(who[name]).take(at) for name in ("customer_id", "name", "now")}
    tier = pc.fill_null(tier_words(known["now"], rule_set), rule_set.unknown_label)
    is_own = mapped(pc.cast(array(rows["is_own"]), pa.string()), {"true": "是", "false": "否"})
    return OutTable(
        "kpi_details",
        [
            TableColumn("customer_id", "客户编号", known["customer_id"]),
            TableColumn("name", "客户名称", known["name"], "medium"),
            TableColumn("owner", "负责人", owners(who).take(at)),
            TableColumn("tier", "等级", tier),
            TableColumn("label", "KPI", array(rows["label"])),
            TableColumn("unit", "单位", units(rows), "short"),
            TableColumn("target", "目标", pc.fill_null(targets(rows), NOTHING)),
            actual(rows),
            TableColumn("met", "达成", met(rows)),
            or_word("numerator", "分子", array(rows["numerator"]), NOTHING),
            or_word("denominator", "分母", array(rows["denominator"]), NOTHING),
            TableColumn(
                "origin", "来源", pc.coalesce(mapped(array(rows["origin"]), _ORIGINS), array(rows["origin"]))
            ),
            TableColumn("is_own", "本等级指标", is_own, "short"),
        ],
    )


def note(review: Review) -> str:
    """Return the line below the title: how many rows, and how many are left out because nothing is known."""
    shown = len(listed(review))
    left = len(review.customer_kpis) - shown
    if not shown:
        return "没有可列的数据：各项 KPI 所需的表都没有。" if left else "规则集没有设 KPI。"
    rest = f"另有 {left} 行没有任何数据，不列。" if left else ""
    return f"共 {shown} 行，可按客户或 KPI 筛选；除客单价变化、转化周期外，分子、分母合计即为各等级的数字。{rest}"
