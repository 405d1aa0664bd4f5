"""The sheet 等级变动矩阵: customers by their tier then and now, the ways that were most taken, and whose doing it was.

Who moved is found in `crmtool.review.moves`; the single customers are in `crmtool.tables.moves`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from crmtool.content import OutTable, TableColumn
from crmtool.review.model import (
    BY_BOTH,
    BY_CUSTOMER,
    BY_RULES,
    DOWN,
    GONE,
    MOVE_LABELS,
    NEW,
    UP,
    Moves,
)
from crmtool.review.moves.matrix import NO_MORE, NO_TIER, NOT_YET, matrix_of
from crmtool.rules.model import RuleSet
from crmtool.tables.arrays import array, share
from crmtool.tables.review_words import NOTHING
from crmtool.tables.tiers import labels
from crmtool.visits.frames import one_of, rows_where, same_text

_ALL: Final = "合计"
#: Ways that the table shows, where the rest is one row, and those that the chart shows.
FLOWS: Final = 12
BARS: Final = 10


def tables(moves: Moves, rule_set: RuleSet) -> list[OutTable]:
    """Return the matrix, the row of its totals, the ways that were taken, and the bars of the chart."""
    found = matrix_of(moves.frame, rule_set)
    head = "原等级 ＼ 现等级"
    first = TableColumn("was", head, pa.array(found.row_labels, pa.string()))
    total = TableColumn("was", head, pa.array([_ALL], pa.string()))
    cells = np.array(found.counts, np.int64)
    ways = _ways(moves, rule_set)
    return [
        OutTable("matrix", [first, *_counts(found.column_labels, cells)]),
        OutTable("matrix_total", [total, *_counts(found.column_labels, cells.sum(axis=0, keepdims=True))]),
        _flows(ways),
        _bars(ways[:BARS]),
    ]


def _counts(heads: Sequence[str], counts: NDArray[np.int64]) -> list[TableColumn]:
    columns = [
        TableColumn(f"m{number}", head, pa.array(counts[:, number - 1]), "count")
        for number, head in enumerate(heads, start=1)
    ]
    return [*columns, TableColumn("all", _ALL, pa.array(counts.sum(axis=1)), "number")]


def directions(rule_set: RuleSet) -> tuple[str, str]:
    """Return which pairs of tiers are a way up and which a way down, for the colours of the matrix: `|甲>乙|丙>乙|`.

    Pairs of equal rank are in neither.
    """
    ranked = [(tier.label, tier.rank) for tier in rule_set.tiers.values()]
    pairs = [(f"{was}>{now}", then - rank) for was, then in ranked for now, rank in ranked]
    ups, downs = ([pair for pair, by in pairs if by * sign > 0] for sign in (1, -1))
    return f"|{'|'.join(ups)}|", f"|{'|'.join(downs)}|"


@dataclass(frozen=True, slots=True)
class _Way:
    """From where to where, in words, what kind of move that is, and how many took it, by whose doing."""

    words: str
    kind: str
    share: float | None
    causes: Mapping[str | None, int]

    @property
    def customers(self) -> int:
        return sum(self.causes.values())


def _ways(moves: Moves, rule_set: RuleSet) -> list[_Way]:
    """Return the ways from tier to tier, the most taken first."""
    frame = moves.frame
    kinds = array(frame["kind"])
    was = pc.if_else(same_text(kinds, NEW), NOT_YET, pc.fill_null(array(frame["was"]), NO_TIER))
    now = pc.if_else(same_text(kinds, GONE), NO_MORE, pc.fill_null(array(frame["now"]), NO_TIER))
    ways = pa.table({"was": was, "now": now, "kind": kinds, "cause": array(frame["cause"])})
    ways = ways.filter(pc.not_equal(was, now))
    counted = ways.group_by(["was", "now", "kind", "cause"], use_threads=False).aggregate([([], "count_all")])
    found: dict[tuple[str, str, str], dict[str | None, int]] = {}
    for row in counted.to_pylist():
        found.setdefault((row["was"], row["now"], row["kind"]), {})[row["cause"]] = row["count_all"]
    then = {pair["values"]: pair["counts"] for pair in pc.value_counts(was).to_pylist()}
    names = labels(rule_set) | {NO_TIER: rule_set.unknown_label, NOT_YET: "新增", NO_MORE: MOVE_LABELS[GONE]}
    order = [NOT_YET, *rule_set.tiers, NO_TIER, NO_MORE]
    places = {tier: place for place, tier in enumerate(order)}

    def ranked(way: tuple[str, str, str]) -> tuple[int, int, int, tuple[str, str, str]]:
        was, now = (places.get(tier, len(order)) for tier in way[:2])
        return -sum(found[way].values()), was, now, way

    return [
        _Way(
            f"{names.get(was, was)} → {names.get(now, now)}",
            MOVE_LABELS[kind],
            None if was == NOT_YET else share(sum(found[was, now, kind].values()), then[was]),
            found[was, now, kind],
        )
        for was, now, kind in sorted(found, key=ranked)
    ]


def _flows(ways: Sequence[_Way]) -> OutTable:
    """Return one row a way, at most `FLOWS`, and one for all others; where nobody moved a row says so."""
    rows = list(ways[:FLOWS])
    if ways[FLOWS:]:
        causes: Counter[str | None] = Counter()
        for way in ways[FLOWS:]:
            causes.update(way.causes)
        rows.append(_Way(f"其余 {len(ways) - FLOWS} 种", "其他", None, causes))
    rows = rows or [_Way("没有变动", NOTHING, None, {})]

    def count(column_id: str, header: str, cells: list[int]) -> TableColumn:
        return TableColumn(column_id, header, pa.array(cells, pa.int64()), "count")

    told = {
        "by_customer": ("客户变化", BY_CUSTOMER),
        "by_rules": ("规则变化", BY_RULES),
        "by_both": ("客户与规则", BY_BOTH),
    }
    apart = {cause for _, cause in told.values()}
    return OutTable(
        "flows",
        [
            *_named(rows),
            count("customers", "客户数", [way.customers for way in rows]),
            TableColumn("share", "占原等级", pa.array([way.share for way in rows], pa.float64()), "percent"),
            *(
                count(name, header, [way.causes.get(cause, 0) for way in rows])
                for name, (header, cause) in told.items()
            ),
            count(
                "by_other",
                "其他原因",
                [sum(n for cause, n in way.causes.items() if cause not in apart) for way in rows],
            ),
        ],
    )


def _named(rows: Sequence[_Way]) -> list[TableColumn]:
    return [
        TableColumn("way", "原等级 → 现等级", pa.array([way.words for way in rows], pa.string()), "medium"),
        TableColumn("kind", "变动", pa.array([way.kind for way in rows], pa.string())),
    ]


def _bars(ways: Sequence[_Way]) -> OutTable:
    """Return the bars of the most taken ways, those up, down, and other ones in columns of their own; always one."""
    rows = ways or [_Way("没有变动", NOTHING, None, {})]
    up, down = MOVE_LABELS[UP], MOVE_LABELS[DOWN]
    columns = []
    for name, header, is_shown in (
        ("up", up, lambda kind: kind == up),
        ("down", down, lambda kind: kind == down),
        ("other", "其他变动", lambda kind: kind not in (up, down)),
    ):
        cells = [way.customers if is_shown(way.kind) else None for way in rows]
        columns.append(TableColumn(name, header, pa.array(cells, pa.int64()), "count"))
    return OutTable("flow_bars", [*_named(rows)[:1], *columns])


def note(moves: Moves, rule_set: RuleSet) -> str:
    """Return whose doing the changes of tier are: the customers' or the rules'."""
    previous = moves.previous
    if previous is None:
        return ""
    before = f"{previous.rules_id} {previous.rules_version}".strip()
    today = f"{rule_set.id} {rule_set.version}"
    if not moves.rules_changed:
        return f"两次判定用的是同一版规则（{today}），等级变动都不是规则造成的。"
    if not moves.is_told_apart:
        return f"规则由 {before or '不详的版本'} 改为 {today}；当时的判定依据没有保存，规则与客户的作用无法区分。"
    changed = rows_where(moves.frame, one_of(array(moves.frame["cause"]), (BY_RULES, BY_BOTH, BY_CUSTOMER)))
    counts = {
        cause: pc.sum(pc.equal(array(changed["cause"]), cause)).as_py() or 0
        for cause in (BY_RULES, BY_CUSTOMER, BY_BOTH)
    }
    return (
        f"规则由 {before} 改为 {today}：{counts[BY_RULES]} 位客户的等级只因规则变化而变，"
        f"{counts[BY_CUSTOMER]} 位只因自身变化，{counts[BY_BOTH]} 位两者都有。"
    )
