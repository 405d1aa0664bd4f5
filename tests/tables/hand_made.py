"""Hand-made rule sets, ledgers and decisions, small enough to work every expectation out on paper."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import pandas as pd
import pyarrow as pa

from crmtool.ledger.fields import FieldSpec
from crmtool.ledger.ledger import Ledger, LedgerColumn, Source, Table
from crmtool.ledger.quantities import Duration
from crmtool.rules.cases import Cases
from crmtool.rules.conditions import All, Atom, Bound, Range, Within
from crmtool.rules.decisions import Assumption, Decisions
from crmtool.rules.model import CadenceLine, Field, Resources, Rule, RuleSet, Tag, Text, Tier

NAME = FieldSpec("name", "客户名称", "text", ("客户姓名",))
INDUSTRY = FieldSpec("industry", "行业", "enum", ("所属行业",))
EMPLOYEES = FieldSpec("employees", "人数", "count", ("规模",))
AMOUNT = FieldSpec("annual_amount", "年消费额", "money")
LAST_ORDER = FieldSpec("last_order", "最近订单", "age", ("最近交易时间",))
TENURE = FieldSpec("tenure", "合作时长", "age", ("历史合作时长",))


def frame(types: Mapping[str, tuple[pa.DataType, Sequence[Any]]]) -> pd.DataFrame:
    """Return an Arrow-backed frame from (type, cells) per column."""
    return pd.DataFrame(
        {
            name: pd.array(pa.array(list(cells), kind), dtype=pd.ArrowDtype(kind))
            for name, (kind, cells) in types.items()
        }
    )


def two_companies() -> tuple[Ledger, Cases]:
    """Return 模板2's two rows, A公司 and B公司, as of 2023-10-31."""
    values = {
        "industry": (pa.string(), ["制造业", "服务业"]),
        "employees": (pa.float64(), [1000.0, 200.0]),
        "employees__high": (pa.float64(), [float("inf"), None]),
        "annual_amount": (pa.int64(), [15_000_000, 3_000_000]),
        "last_order": (pa.date32(), [date(2023, 10, 15), date(2023, 8, 20)]),
        "tenure": (pa.date32(), [date(2021, 10, 31), date(2023, 4, 30)]),
    }
    typed = {
        "row": (pa.int64(), [3, 4]),
        "sheet": (pa.string(), ["客户", "客户"]),
        "name": (pa.string(), ["A公司", "B公司"]),
        **values,
        "employees__text": (pa.string(), ["1000人+", "200人"]),
        "annual_amount__text": (pa.string(), ["15万元", "3万元"]),
        "last_order__text": (pa.string(), [None, "2023年8月20日"]),
        "tenure__text": (pa.string(), ["2年", "6个月"]),
    }
    specs = (NAME, INDUSTRY, EMPLOYEES, LAST_ORDER, AMOUNT, TENURE)
    headers = ("客户名称", "行业", "规模", "最近交易时间", "年消费额", "历史合作时长")
    columns = {
        spec.id: LedgerColumn(spec, header, number)
        for number, (spec, header) in enumerate(zip(specs, headers, strict=True), start=1)
    }
    source = Source("台账/customers.xlsx", "0" * 64, ("客户",), 2, 2)
    ledger = Ledger(date(2023, 10, 31), Table(frame(typed), columns, source), counts={"total_rows": 1})
    return ledger, Cases(frame(values))


def annual_value(**changes: Any) -> RuleSet:
    """Return a cut-down annual_value: two tiers, one rule each, one tag."""
    own = (AMOUNT, LAST_ORDER, TENURE, EMPLOYEES, INDUSTRY)
    big = Range(low=Bound(10_000_000, inclusive=True))
    parts: dict[str, Any] = {
        "id": "annual_value",
        "name": "年度价值分类",
        "version": "2024.1",
        "source": "《指南》",
        "file": "annual_value.yaml",
        "sha256": "0" * 64,
        "tier_column": "客户类型",
        "table": (
            "客户名称",
            "行业",
            "规模",
            "最近交易时间",
            "年消费额",
            "历史合作时长",
            "上次维护内容",
            "客户类型",
        ),
        "hit": "first",
        "fields": {spec.id: Field(spec) for spec in own},
        "tiers": {
            "high_value": Tier("high_value", "高价值客户", 1, goal=Text("深度绑定、提升忠诚度")),
            "stable": Tier("stable", "稳定客户", 2, goal=Text("维持粘性")),
        },
        "rules": (
            Rule(
                "hv",
                "high_value",
                All((Atom("annual_amount", big), Atom("last_order", Within(Duration(months=3))))),
            ),
            Rule(
                "rest",
                "stable",
                Atom("annual_amount", Range(high=big.low)),
                "resolution",
                note="补上",
                flag="降温",
            ),
        ),
        "tags": (
            Tag(
                "big", "大客户", Atom("employees", Range(low=Bound(Decimal(500), inclusive=True))), "需求维度"
            ),
        ),
        "cadence": {"high_value": (CadenceLine("any", "深度沟通", every=Duration(months=1)),)},
        "strategy": {"high_value": (Text("专属客户经理对接"), Text("定期高层拜访"))},
        "resources": {"high_value": Resources("专属客户经理", "客户经理", "resolution")},
    }
    return RuleSet(**{**parts, **changes})


#: Columns that every decision has.
DECIDED = ("tier", "label", "rule", "rule_origin", "origin")


def decisions(**columns: Sequence[Any]) -> Decisions:
    """Return decisions from the columns given, the rest null; A公司 high_value, B公司 stable by default."""
    rows = {
        "tier": ["high_value", "stable"],
        "label": ["高价值客户", "稳定客户"],
        "rule": ["hv", "rest"],
        "rule_origin": ["source", "resolution"],
        "origin": ["computed", "computed"],
        **columns,
    }
    length = len(rows["tier"])
    names = (
        "computed_tier",
        "previous",
        "flag",
        "reason",
        "possible",
        "missing",
        "next_tier",
        "next",
        "tags",
    )
    types = {name: (pa.string(), rows.get(name, [None] * length)) for name in (*DECIDED, *names)}
    types |= {"rank": (pa.int64(), [None] * length), "score": (pa.float64(), [None] * length)}
    types |= {name: (pa.string(), cells) for name, cells in rows.items() if name.startswith("level:")}
    counts: dict[str, int] = {}
    for tier in rows["tier"]:
        counts[tier or ""] = counts.get(tier or "", 0) + 1
    assumed = Assumption("demand_explored", "absent", length, "没有 需求挖掘程度 列：视为未完全挖掘")
    return Decisions(frame(types), (assumed,), counts)
