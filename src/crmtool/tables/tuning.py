"""Puts the workbook of tuning together: proposals, the cuts, and for each cut a sheet with its steps and charts.

What each place of a cut comes to is in `crmtool.rules.tuning`; the template says how it looks.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

import pyarrow as pa

from crmtool.content import Content, Look, OutTable, Scalar, SheetCopy, TableColumn
from crmtool.ledger.quantities import FEN_PER_YUAN
from crmtool.rules.conditions import Quantity
from crmtool.rules.model import RuleSet
from crmtool.rules.telling.words import quantity_text
from crmtool.rules.tuning.curves import Curve
from crmtool.rules.tuning.proposing import Proposal
from crmtool.rules.tuning.steps import Step

#: The template has a sheet for each number of groups, so that its charts have as many series; more are joined.
FEWEST_GROUPS, MOST_GROUPS = 2, 9
OVERVIEW = "试调"
REST = "其余"


def steps_sheet(groups: int) -> str:
    """Return the name of the template's sheet for a number of groups."""
    return f"分界点{groups}"


def content(
    rule_set: RuleSet,
    as_of: date,
    names: Sequence[str],
    curves: Sequence[Curve],
    steps: Sequence[Sequence[Step]],
    proposals: Sequence[Proposal],
) -> Content:
    """Return what fills the template `rules-tune.xlsx`; `names` are those of the sheets, one a curve."""
    labels = _labels(rule_set, steps)
    sheet = steps_sheet(min(max(len(labels), FEWEST_GROUPS), MOST_GROUPS))
    copies = [
        SheetCopy(name, {"steps": _steps(curve, own, rule_set, labels)}, _heads(curve, rule_set, labels))
        for name, curve, own in zip(names, curves, steps, strict=True)
    ]
    sheets = {steps_sheet(groups) for groups in range(FEWEST_GROUPS, MOST_GROUPS + 1)}
    tables = [_proposals(proposals, rule_set), _cuts(curves, names, rule_set)]
    return Content(
        {table.name: table for table in tables},
        _scalars(rule_set, as_of, curves, proposals),
        frozenset(sheets - {sheet}),
        {sheet: copies},
    )


def sheet_title(curve: Curve, rule_set: RuleSet) -> str:
    """Return what the sheet of a cut is called, before it is cleaned: the field and the figure."""
    return f"{rule_set.fields[curve.cut.field].label} {_figure(curve.cut.quantity, curve, rule_set)}"


def _figure(quantity: Quantity, curve: Curve, rule_set: RuleSet) -> str:
    return quantity_text(quantity, rule_set.fields[curve.cut.field].spec.kind)


def _labels(rule_set: RuleSet, steps: Sequence[Sequence[Step]]) -> list[str]:
    """Return the labels of the groups that are shown: the tiers, and the undecided where there are some."""
    labels = [tier.label for tier in rule_set.tiers.values()]
    has_undecided = any(step.customers[-1] for own in steps for step in own)
    return [*labels, rule_set.unknown_label] if has_undecided else labels


def _heads(curve: Curve, rule_set: RuleSet, labels: Sequence[str]) -> dict[str, Scalar]:
    heads = labels if len(labels) <= MOST_GROUPS else [*labels[: MOST_GROUPS - 1], REST]
    scalars: dict[str, Scalar] = {f"group{place}": label for place, label in enumerate(heads, start=1)}
    scalars["cut_title"] = sheet_title(curve, rule_set)
    scalars["cut_caption"] = "；".join(_remarks(curve, rule_set))
    return scalars


def _remarks(curve: Curve, rule_set: RuleSet) -> Iterator[str]:
    yield f"用到它的规则和级别：{'、'.join(curve.cut.used_by)}"
    ends = [None if end is None else _figure(end, curve, rule_set) for end in curve.ends]
    if isinstance(curve.cut.value, date):  # the later day is the shorter span
        ends.reverse()
    low, high = ends
    if low is not None and high is not None:
        yield f"只在相邻的分界点 {low} 与 {high} 之间移动"
    elif low is not None or high is not None:
        yield f"只移动到小于 {high}" if low is None else f"只移动到大于 {low}"
    if curve.ranges:
        yield f"{curve.ranges} 位客户的这一项只知道范围，按现在的等级计"


def _steps(curve: Curve, steps: Sequence[Step], rule_set: RuleSet, labels: Sequence[str]) -> OutTable:
    """Return one row a step: the figure, customers of each group, their shares of the known amount."""
    figures = [_figure(step.figure, curve, rule_set) for step in steps]
    marks = ["现在" if step.place is None else None for step in steps]
    columns = [
        TableColumn("figure", "分界点", pa.array(figures, pa.string())),
        TableColumn("mark", "", pa.array(marks, pa.string())),
    ]
    counts = [_joined(step.customers.tolist(), len(labels)) for step in steps]
    amounts = [_joined(step.amounts.tolist(), len(labels)) for step in steps]
    for place in range(len(counts[0])):
        own = pa.array([row[place] for row in counts], pa.int64())
        shares = [row[place] / sum(row) if sum(row) > 0 else None for row in amounts]
        columns.append(TableColumn(f"customers{place + 1}", "", own, "count"))
        columns.append(TableColumn(f"amount{place + 1}", "", pa.array(shares, pa.float64()), "percent"))
    return OutTable("steps", columns)


def _joined(counts: Sequence[int], groups: int) -> list[int]:
    """Return the counts of as many groups as there are columns for; those that are left are joined."""
    known = list(counts[:groups])
    return known if groups <= MOST_GROUPS else [*known[: MOST_GROUPS - 1], sum(known[MOST_GROUPS - 1 :])]


def _proposals(proposals: Sequence[Proposal], rule_set: RuleSet) -> OutTable:
    rows = [
        (
            rule_set.tiers[p.tier].label,
            float(p.wanted),
            sheet_title(p.curve, rule_set),
            _figure(p.figure, p.curve, rule_set) if p.place is not None else "不动",
            p.customers,
            float(p.share),
            None if p.other is None else float(p.other),
            p.ties if p.ties > 1 else None,
        )
        for p in proposals
    ]
    cells = list(zip(*rows, strict=True)) or [()] * len(_PROPOSED)
    return OutTable(
        "proposals",
        [
            TableColumn(key, header, pa.array(own, kind), look)
            for (key, header, kind, look), own in zip(_PROPOSED, cells, strict=True)
        ],
    )


_PROPOSED: tuple[tuple[str, str, pa.DataType, Look], ...] = (
    ("tier", "等级", pa.string(), "text"),
    ("wanted", "目标占比", pa.float64(), "percent"),
    ("cut", "分界点（现在）", pa.string(), "text"),
    ("figure", "改为", pa.string(), "text"),
    ("customers", "客户数", pa.int64(), "count"),
    ("share", "占比", pa.float64(), "percent"),
    ("other", "再移一步", pa.float64(), "percent"),
    ("ties", "同值客户", pa.int64(), "count"),
)


def _cuts(curves: Sequence[Curve], names: Sequence[str], rule_set: RuleSet) -> OutTable:
    links = pa.array([f"#{name}!A1" for name in names], pa.string())
    titles = pa.array([sheet_title(curve, rule_set) for curve in curves], pa.string())
    used = pa.array(["、".join(curve.cut.used_by) for curve in curves], pa.string())
    between = pa.array([int(curve.ties.sum()) for curve in curves], pa.int64())
    most = pa.array([_most_moved(curve) for curve in curves], pa.int64())
    return OutTable(
        "cuts",
        [
            TableColumn("cut", "分界点", titles, links=links),
            TableColumn("used", "用到它的规则和级别", used, "wide"),
            TableColumn("between", "相邻分界点之间的客户", between, "count"),
            TableColumn("most", "最多改变几位客户的等级", most, "count"),
        ],
    )


def _most_moved(curve: Curve) -> int:
    """Return how many customers change groups, net, where the cut stands farthest from now."""
    return int((abs(curve.customers - curve.now).sum(axis=1) // 2).max()) if len(curve.values) else 0


def _scalars(
    rule_set: RuleSet, as_of: date, curves: Sequence[Curve], proposals: Sequence[Proposal]
) -> dict[str, Scalar]:
    customers = int(curves[0].now.sum())
    fen = int(curves[0].now_amounts.sum())
    return {
        "rule_set": rule_set.name,
        "rule_set_id": rule_set.id,
        "rule_set_version": rule_set.version,
        "as_of": as_of,
        "customers": customers,
        "total_amount": fen / FEN_PER_YUAN,
        "caption": f"{rule_set.id} {rule_set.version} · 统计截止日 {as_of.isoformat()} · {customers:,} 位客户",
        "proposals_note": "每行只动一个分界点。"
        if proposals
        else "没有给出想要的占比（--share 等级=百分比）。",
        "tune_note": "只按规则计算：锁定的等级和台账里写明的等级不计；金额只计已知的。",
    }
