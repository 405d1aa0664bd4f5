"""The sheet 分级概览: customers and amounts of each tier, what was assumed, found, and read.

Sentences of findings come from `crmtool.messages`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import pyarrow as pa
import pyarrow.compute as pc

from crmtool.content import OutTable, Scalar, TableColumn
from crmtool.errors import Finding
from crmtool.ledger.ledger import Ledger
from crmtool.ledger.quantities import FEN_PER_YUAN
from crmtool.messages import severity_of, text_of
from crmtool.rules.cases import Cases
from crmtool.rules.decisions import Decisions
from crmtool.rules.model import RuleSet
from crmtool.tables.arrays import array, share, yuan
from crmtool.tables.findings import SEVERITIES, note
from crmtool.tables.places import file_name
from crmtool.tables.portrait import exact_amounts, money_field

#: The words for `Ledger.counts`: rows that were left out, or read although hidden.
LEFT_OUT: Mapping[str, str] = {
    "blank_rows": "空行",
    "total_rows": "合计行",
    "footer_rows": "表尾行",
    "repeated_header_rows": "重复的表头行",
    "hidden_rows": "隐藏行（已照常读取）",
    "cancelled_orders": "已取消的订单",
    "refunded_orders": "全额退款的订单",
    "not_won_orders": "未成交的订单",
    "future_orders": "截止日之后的订单",
    "undated_orders": "没有日期的订单",
    "unjoined_orders": "对不上客户的订单",
    "unjoined_visits": "对不上客户的回访记录",
    "unjoined_demands": "对不上客户的需求记录",
    "unjoined_tickets": "对不上客户的咨询投诉",
}


def build(cases: Cases, decisions: Decisions, rule_set: RuleSet) -> OutTable:
    """Return one row per tier, best first, and one for the undecided where there are some: see `row_labels`.

    Amounts are the yearly amount in yuan of the customers whose amount is known exactly.
    """
    tier = pc.fill_null(array(decisions.frame["tier"]), "")
    fen = exact_amounts(cases, rule_set, len(tier))
    names = row_labels(decisions, rule_set)
    customers, amounts = count_and_sum(tier, fen, names)
    return OutTable("overview", breakdown_columns("等级", names.values(), customers, amounts))


def row_labels(decisions: Decisions, rule_set: RuleSet) -> dict[str, str]:
    """Return the label of each row of the table by tier id, in the order of the rows.

    Tiers are ordered by rank, those of one rank as in the rules file; the undecided (`""`) come last and only
    where there are some.
    """
    by_rank = sorted(rule_set.tiers.values(), key=lambda tier: tier.rank)
    rows = {tier.id: tier.label for tier in by_rank}
    if decisions.frame["tier"].isna().any():
        rows[""] = rule_set.unknown_label
    return rows


def count_and_sum(groups: pa.Array, fen: pa.Array, ids: Iterable[str]) -> tuple[list[int], list[int | None]]:
    """Return customers and known fen of each id, 0 where nobody has it.

    An amount is None where the id has customers but not one known amount: unknown is not zero.
    """
    # Few groups: a sum for each costs less than to import pyarrow's engine for grouping.
    coded = groups.dictionary_encode()
    rows = {}
    for number, group in enumerate(coded.dictionary.to_pylist()):
        own = fen.filter(pc.equal(coded.indices, number))
        rows[group] = (len(own), pc.sum(own).as_py())
    nobody = (0, 0 if fen.null_count < len(fen) or not len(fen) else None)
    pairs = [rows.get(group, nobody) for group in ids]
    return [count for count, _ in pairs], [total for _, total in pairs]


def breakdown_columns(
    header: str, labels: Iterable[str], customers: Sequence[int], fen: Sequence[int | None]
) -> list[TableColumn]:
    """Return 客户数, 占比, 金额合计 and 金额占比 of each label."""
    everyone, everything = sum(customers), sum(amount or 0 for amount in fen)
    shares = [share(count, everyone) for count in customers]
    amount_shares = [None if amount is None else share(amount, everything) for amount in fen]
    return [
        TableColumn("label", header, pa.array(labels, pa.string())),
        TableColumn("customers", "客户数", pa.array(customers, pa.int64()), "count"),
        TableColumn("share", "占比", pa.array(shares, pa.float64()), "percent"),
        TableColumn("amount", "金额合计", yuan(pa.array(fen, pa.int64())), "money"),
        TableColumn("amount_share", "金额占比", pa.array(amount_shares, pa.float64()), "percent"),
    ]


def assumptions(decisions: Decisions) -> OutTable:
    """Return one row per assumption that was made, with how many customers it touched."""
    made = decisions.assumptions
    return OutTable(
        "assumptions",
        [
            TableColumn("text", "假设", pa.array([a.text for a in made], pa.string()), "wide"),
            TableColumn("customers", "涉及客户", pa.array([a.customers for a in made], pa.int64()), "count"),
        ],
    )


def findings_summary(findings: Sequence[Finding]) -> OutTable:
    """Return one row per finding code, errors first: severity, places, the first one in words, the code."""
    first: dict[str, Finding] = {}
    places: dict[str, int] = {}
    for finding in findings:
        first.setdefault(finding.code, finding)
        places[finding.code] = places.get(finding.code, 0) + finding.count
    order = list(SEVERITIES)
    codes = sorted(first, key=lambda code: (order.index(severity_of(first[code])), -places[code], code))
    severities = [SEVERITIES[severity_of(first[code])] for code in codes]
    examples = [text_of(first[code], "zh") for code in codes]
    columns = [
        TableColumn("severity", "级别", pa.array(severities, pa.string())),
        TableColumn("count", "处数", pa.array([places[code] for code in codes], pa.int64()), "count"),
        TableColumn("example", "举例", pa.array(examples, pa.string()), "wide"),
        TableColumn("code", "代码", pa.array(codes, pa.string())),
    ]
    return OutTable("findings_summary", columns)


def scalars(
    ledger: Ledger, cases: Cases, decisions: Decisions, rule_set: RuleSet, *, tool_version: str
) -> dict[str, Scalar]:
    """Return what the sheet says once: the day, the rules, the ledger that was read, and the totals."""
    rows = len(decisions.frame)
    fen = exact_amounts(cases, rule_set, rows)
    field = money_field(rule_set)
    label = field.label if field else ""
    total: int | None = pc.sum(fen).as_py()
    return {
        **grounds(ledger, rule_set, tool_version=tool_version),
        "ledger_rows": ledger.customers.source.rows,
        "left_out": left_out(ledger.counts),
        "customers": rows,
        "undecided": decisions.counts.get("", 0),
        "total_share": 1.0 if rows else None,
        "total_amount": None if total is None else total / FEN_PER_YUAN,
        "total_amount_share": 1.0 if total else None,
        "amount_field": label,
        "amount_note": _amount_note(fen.null_count, label),
        "assumptions_note": "" if decisions.assumptions else "没有作任何假设。",
    }


def grounds(ledger: Ledger, rule_set: RuleSet, *, tool_version: str) -> dict[str, Scalar]:
    """Return what every workbook says of what it rests on: the day, the rules, the ledger, and the tool."""
    source = ledger.customers.source
    return {
        "as_of": ledger.as_of,
        "rule_set": rule_set.name,
        "rule_set_id": rule_set.id,
        "rule_set_version": rule_set.version,
        "rule_set_source": rule_set.source,
        "ledger_file": file_name(source.file),
        "ledger_sheets": "、".join(source.sheets),
        "tool_version": f"crmtool {tool_version}",
    }


def findings_scalars(findings: Sequence[Finding]) -> dict[str, Scalar]:
    """Return what every workbook says once of the findings."""
    places = sum(finding.count for finding in findings)
    total = f"共 {places} 处，逐处列在“问题清单”。" if places else "没有发现问题。"
    return {"findings_total": total, "findings_note": note(findings)}


def _amount_note(unknown: int, label: str) -> str:
    if not label:
        return "规则集没有金额字段，金额合计为空。"
    note = f"金额为“{label}”，单位：元。"
    return f"{note}{unknown} 位客户的金额未知或只是区间，未计入合计。" if unknown else note


def left_out(counts: Mapping[str, int]) -> str:
    """Return what was left out in words: `空行 3，合计行 1`; a count of another name keeps that name.

    >>> left_out({"total_rows": 1, "blank_rows": 0}), left_out({})
    ('合计行 1', '无')
    """
    words = [f"{LEFT_OUT.get(key, key)} {count}" for key, count in counts.items() if count]
    return "，".join(words) or "无"
