"""The workbook on a change of rules: what is written differently, which customers move, who they are, to be signed.

What differs is found in `crmtool.rules.comparing`; the template says how it looks.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from crmtool import __version__
from crmtool.content import Content, Look, OutTable, Scalar, TableColumn
from crmtool.errors import Finding
from crmtool.ledger.ledger import Ledger
from crmtool.rules.comparing.fieldwords import word
from crmtool.rules.comparing.model import Comparison, Direction
from crmtool.rules.comparing.on_ledger import OnLedger
from crmtool.rules.comparing.wording import change_name, kinds_of, move_word, tier_word
from crmtool.tables import findings as findings_table
from crmtool.tables import overview
from crmtool.tables.arrays import yuan
from crmtool.tables.places import file_name
from crmtool.tables.text_table import text_table

_EFFECTS: Final = {"tiers": "等级判定", "reading": "读数", "tags": "标签", "told": "仅文字与安排"}
_ALL: Final = "合计"
_HEAD: Final = "原等级 ＼ 新等级"
#: What stands for no figure where there is no ledger.
_DASH: Final = "–"


@dataclass(frozen=True)
class Differed:
    """What differs, in Chinese; `moved` and `ledger` where both versions judged one, on the day `as_of`."""

    comparison: Comparison
    as_of: date
    moved: OnLedger | None = None
    ledger: Ledger | None = None
    findings: Sequence[Finding] = ()
    addresses: Mapping[str, str] = field(default_factory=dict)


def content(told: Differed) -> Content:
    """Return what fills the template `rules-diff.xlsx`; sheets on the ledger are left out where there is none."""
    tables = [_changes(told.comparison), _regions(told.comparison)]
    tables += [overview.findings_summary(told.findings), findings_table.build(told.findings, told.addresses)]
    omit = {"等级变动矩阵", "客户变动"} if told.moved is None else set()
    if told.moved is not None:
        tables += [*_matrix(told.comparison, told.moved), _moved(told.comparison, told.moved)]
    return Content({table.name: table for table in tables}, _scalars(told), frozenset(omit))


def _changes(comparison: Comparison) -> OutTable:
    heads = {
        "section": "类别",
        "name": "名称",
        "way": "变更",
        "before": "原版本",
        "after": "新版本",
        "effect": "影响",
    }
    rows = [
        (
            word(change.section, "zh"),
            change_name(change, "zh"),
            word(change.way, "zh"),
            change.before,
            change.after,
            _EFFECTS[change.effect],
        )
        for change in comparison.changes
    ]
    nothing = ("", "两版写法完全相同", "", "", "", "")
    return text_table("changes", heads, rows or [nothing], wide={"before", "after"})


def _regions(comparison: Comparison) -> OutTable:
    heads = {"was": "原等级", "now": "新等级", "kind": "变动", "words": "哪类客户", "example": "例如"}
    rows = []
    for move in comparison.moves:
        named = (
            tier_word(comparison, move.before, "zh", is_old=True),
            tier_word(comparison, move.after, "zh", is_old=False),
            move_word(comparison.direction(move.before, move.after), "zh"),
        )
        rows += [(*named, words, example) for words, example in kinds_of(move, "zh")]
    nothing = "类型不同的字段无法对照，未推出" if comparison.findings else "没有任何一类客户的等级会变"
    return text_table("regions", heads, rows or [("", "", "", nothing, "")], wide={"words", "example"})


def _matrix(comparison: Comparison, moved: OnLedger) -> list[OutTable]:
    """Return the matrix of tiers then and now, and the row of its totals; the undecided have a place where there are any."""
    old, new = _places(comparison, moved)
    counts = np.zeros((len(old), len(new)), np.int64)
    for way in moved.ways:
        counts[list(old).index(way.was), list(new).index(way.now)] = way.customers
    first = TableColumn("was", _HEAD, pa.array(old.values(), pa.string()))
    total = TableColumn("was", _HEAD, pa.array([_ALL], pa.string()))
    heads = list(new.values())
    return [
        OutTable("matrix", [first, *_counts(heads, counts)]),
        OutTable("matrix_total", [total, *_counts(heads, counts.sum(axis=0, keepdims=True))]),
    ]


def _places(comparison: Comparison, moved: OnLedger) -> tuple[dict[str, str], dict[str, str]]:
    """Return the labels of the matrix's rows and columns by tier id, best tiers first."""
    found = []
    for rule_set, side in ((comparison.old, "was"), (comparison.new, "now")):
        ranked = sorted(rule_set.tiers.values(), key=lambda tier: tier.rank)
        labels = {tier.id: tier.label for tier in ranked}
        if any(not getattr(way, side) for way in moved.ways):
            labels[""] = rule_set.unknown_label
        found.append(labels)
    return found[0], found[1]


def _counts(
    heads: Sequence[str], counts: np.ndarray[tuple[int, ...], np.dtype[np.int64]]
) -> list[TableColumn]:
    columns = [
        TableColumn(f"m{number}", head, pa.array(counts[:, number - 1]), "count")
        for number, head in enumerate(heads, start=1)
    ]
    return [*columns, TableColumn("all", _ALL, pa.array(counts.sum(axis=1)), "number")]


def _moved(comparison: Comparison, moved: OnLedger) -> OutTable:
    changed = moved.changed
    old, new = (
        {tier.id: tier.label for tier in rules.tiers.values()} | {"": rules.unknown_label}
        for rules in (comparison.old, comparison.new)
    )
    was, now = (pc.fill_null(changed[name], "").to_pylist() for name in ("was", "now"))
    kinds = [move_word(comparison.direction(a, b), "zh") for a, b in zip(was, now, strict=True)]

    def texts(name: str, header: str, cells: object) -> TableColumn:
        look: Look = "wide" if name.startswith("reason") else "medium" if name == "name" else "text"
        return TableColumn(name, header, pa.array(cells, pa.string()), look)

    def own(name: str, header: str) -> TableColumn:
        return texts(name, header, changed[name].combine_chunks())

    return OutTable(
        "moved",
        [
            own("customer_id", "客户编号"),
            own("name", "客户名称"),
            own("owner", "负责人"),
            texts("was", "原等级", [old[tier] for tier in was]),
            texts("now", "新等级", [new[tier] for tier in now]),
            texts("kind", "变动", kinds),
            TableColumn("amount", "金额（元）", yuan(changed["fen"].combine_chunks()), "money"),
            own("reason_before", "原依据"),
            own("reason_after", "新依据"),
        ],
    )


def _scalars(told: Differed) -> dict[str, Scalar]:
    comparison, moved = told.comparison, told.moved
    old, new = comparison.old, comparison.new
    judging = sum(change.effect != "told" for change in comparison.changes)
    kinds = len(comparison.moves)
    return {
        "diff_title": new.name if old.id == new.id else f"{old.name} → {new.name}",
        "old_rules": _version(comparison, is_old=True),
        "new_rules": _version(comparison, is_old=False),
        "as_of": told.as_of,
        "ledger_note": _ledger_note(told),
        "tool_version": f"crmtool {__version__}",
        "changes_count": len(comparison.changes),
        "judging_count": judging,
        "moves_count": kinds,
        "regions_note": f"不看台账、由规则推出：共 {kinds} 种等级变动。每一行是一类客户，行与行可以有重叠。",
        **_figures(comparison, moved),
        **_ways(comparison),
        **overview.findings_scalars(told.findings),
    }


def _version(comparison: Comparison, *, is_old: bool) -> str:
    rules = comparison.old if is_old else comparison.new
    return f"{rules.id} {rules.version}（{file_name(rules.file)}）"


def _ledger_note(told: Differed) -> str:
    if told.moved is None or told.ledger is None:
        return "未给出台账，只由规则推出"
    source = told.ledger.customers.source
    return f"{file_name(source.file)}（{'、'.join(source.sheets)}，共 {len(told.moved.table)} 位客户）"


def _figures(comparison: Comparison, moved: OnLedger | None) -> dict[str, Scalar]:
    """Return how many customers move, up and down, and the sum of their known amounts in yuan."""
    names = ("customers", "moved_customers", "moved_up", "moved_down", "moved_amount")
    if moved is None:
        note = "未给出台账，变动客户未知。"
        return {**dict.fromkeys(names, _DASH), "moved_note": note, "sign_note": note}
    ways = [way for way in moved.ways if way.was != way.now]
    kinds: list[Direction] = [comparison.direction(way.was, way.now) for way in ways]
    known = [way.fen for way in ways if way.fen is not None]
    lacking = moved.changed["fen"].null_count
    note = f"共 {len(moved.changed)} 位客户的等级会变，按台账顺序列出。"
    figures = (
        len(moved.table),
        len(moved.changed),
        sum(way.customers for way, kind in zip(ways, kinds, strict=True) if kind == "up"),
        sum(way.customers for way, kind in zip(ways, kinds, strict=True) if kind == "down"),
        sum(known) / 100 if known or not ways else _DASH,
    )
    more = f"其中 {lacking} 位的金额未知或只是区间，未计入合计。" if lacking else ""
    sign = f"变动客户 {figures[1]} 位，其中升级 {figures[2]} 位、降级 {figures[3]} 位。"
    return {**dict(zip(names, figures, strict=True)), "moved_note": note + more, "sign_note": sign}


def _ways(comparison: Comparison) -> dict[str, Scalar]:
    """Return which pairs of tiers are a way up and which a way down, for the colours of the matrix: `|甲>乙|丙>乙|`."""
    found: dict[str, list[str]] = {"up": [], "down": []}
    for was in comparison.old.tiers.values():
        for now in comparison.new.tiers.values():
            found.setdefault(comparison.direction(was.id, now.id), []).append(f"{was.label}>{now.label}")
    return {f"{way}_ways": f"|{'|'.join(found[way])}|" for way in ("up", "down")}
