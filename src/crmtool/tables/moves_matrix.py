"""The sheet 等级变动矩阵: customers by their tier then and now, the ways that were most taken, and whose doing it was.

Who moved is found in `crmtool.review.moves`; the single customers are in `crmtool.tables.moves`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
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
from crmtool.rules.model import RuleSet
from crmtool.tables.arrays import array, share
from crmtool.tables.tiers import labels
from crmtool.visits.frames import one_of, rows_where, same_text

#: Rows and columns for those who are not in a tier: undecided, and not in the ledger.
_UNDECIDED, _NOT_THERE = "", "\x00"
_NEW_ROW: Final = "新增客户"
_ALL: Final = "合计"
#: Ways that the chart and the table below it show; the rest is one row.
FLOWS: Final = 12
_DIRECTIONS: Final = {UP: "升级", DOWN: "降级"}
_OTHERWISE: Final = "其他"


@dataclass(frozen=True)
class Matrix:
    """Customers by where they were (rows) and are (columns): ids of tiers, then the undecided, then those not there."""

    rows: Sequence[str]
    columns: Sequence[str]
    counts: NDArray[np.int64]


def matrix_of(frame: pd.DataFrame, rule_set: RuleSet) -> Matrix:
    """Count the moves (MOVE_COLUMNS); a tier that today's rules do not know has a row or column too."""
    known = [tier.id for tier in sorted(rule_set.tiers.values(), key=lambda tier: tier.rank)]
    was, now = (_places(frame, *side) for side in (("was", NEW), ("now", GONE)))
    sides = [_sides(known, cells) for cells in (was, now)]
    row, column = (
        pc.index_in(cells, pa.array(ids, pa.string())).to_numpy(zero_copy_only=False)
        for cells, ids in zip((was, now), sides, strict=True)
    )
    shape = (len(sides[0]), len(sides[1]))
    counts = np.bincount(row * shape[1] + column, minlength=shape[0] * shape[1])
    return Matrix(sides[0], sides[1], counts.reshape(shape))


def _places(frame: pd.DataFrame, side: str, not_there: str) -> pa.Array:
    tiers = pc.fill_null(array(frame[side]), _UNDECIDED)
    return pc.if_else(same_text(array(frame["kind"]), not_there), _NOT_THERE, tiers)


def _sides(known: Sequence[str], cells: pa.Array) -> list[str]:
    found = set(pc.unique(cells).to_pylist()) - {_UNDECIDED, _NOT_THERE}
    return [*known, *sorted(found - set(known)), _UNDECIDED, _NOT_THERE]


def tables(moves: Moves, rule_set: RuleSet) -> list[OutTable]:
    """Return the matrix, the row of its totals, and the ways that were taken."""
    found = matrix_of(moves.frame, rule_set)
    heads = _names(found.columns, rule_set, MOVE_LABELS[GONE])
    first = [
        TableColumn("was", "原等级 ＼ 现等级", pa.array(_names(found.rows, rule_set, _NEW_ROW), pa.string()))
    ]
    total = [TableColumn("was", first[0].header, pa.array([_ALL], pa.string()))]
    return [
        OutTable("matrix", [*first, *_counts(heads, found.counts)]),
        OutTable("matrix_total", [*total, *_counts(heads, found.counts.sum(axis=0, keepdims=True))]),
        flows(moves, rule_set),
    ]


def _names(ids: Sequence[str], rule_set: RuleSet, not_there: str) -> list[str]:
    names = labels(rule_set) | {_UNDECIDED: rule_set.unknown_label, _NOT_THERE: not_there}
    return [names.get(place, place) for place in ids]


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


def flows(moves: Moves, rule_set: RuleSet) -> OutTable:
    """Return the ways from tier to tier, the most taken first: how many took it, and whose doing it was.

    There are at most `FLOWS` ways and one row for all others; where nobody moved a row says so.
    """
    frame = moves.frame
    was, now = _places(frame, "was", NEW), _places(frame, "now", GONE)
    is_moved = pc.not_equal(was, now)
    rows = rows_where(frame, is_moved)
    ways = pa.table({"was": was.filter(is_moved), "now": now.filter(is_moved), "kind": array(rows["kind"])})
    ways = ways.append_column("cause", array(rows["cause"]))
    counted = ways.group_by(["was", "now", "kind", "cause"], use_threads=False).aggregate([([], "count_all")])
    found: dict[tuple[str, str, str], dict[str | None, int]] = {}
    for row in counted.to_pylist():
        way = found.setdefault((row["was"], row["now"], row["kind"]), {})
        way[row["cause"]] = way.get(row["cause"], 0) + row["count_all"]
    then = dict(zip(*_then(was), strict=True))
    return _flow_table(found, then, rule_set)


def _then(was: pa.Array) -> tuple[list[str], list[int]]:
    counts = pc.value_counts(was)
    return counts.field("values").to_pylist(), counts.field("counts").to_pylist()


def _flow_table(
    found: dict[tuple[str, str, str], dict[str | None, int]], then: dict[str, int], rule_set: RuleSet
) -> OutTable:
    names = labels(rule_set) | {_UNDECIDED: rule_set.unknown_label}
    order = sorted(found, key=lambda way: (-sum(found[way].values()), way))
    rows: list[tuple[str, str, int, float | None, dict[str | None, int]]] = []
    for was, now, kind in order[:FLOWS]:
        start = "新增" if was == _NOT_THERE else names.get(was, was)
        end = MOVE_LABELS[GONE] if now == _NOT_THERE else names.get(now, now)
        causes = found[was, now, kind]
        count = sum(causes.values())
        of_then = None if was == _NOT_THERE else share(count, then[was])
        rows.append((f"{start} → {end}", MOVE_LABELS[kind], count, of_then, causes))
    if order[FLOWS:]:
        causes = {}
        for way in order[FLOWS:]:
            for cause, count in found[way].items():
                causes[cause] = causes.get(cause, 0) + count
        rows.append((f"其余 {len(order) - FLOWS} 种", _OTHERWISE, sum(causes.values()), None, causes))
    return OutTable("flows", _flow_columns(rows or [("没有变动", _OTHERWISE, 0, None, {})]))


def _flow_columns(
    rows: Sequence[tuple[str, str, int, float | None, dict[str | None, int]]],
) -> list[TableColumn]:
    def by(*causes: str) -> pa.Array:
        return pa.array([sum(row[4].get(cause, 0) for cause in causes) for row in rows], pa.int64())

    def bars(*words: str) -> pa.Array:
        return pa.array([row[2] if row[1] in words else None for row in rows], pa.int64())

    counts = pa.array([row[2] for row in rows], pa.int64())
    told = [by(BY_CUSTOMER), by(BY_RULES), by(BY_BOTH)]
    rest = counts
    for each in told:
        rest = pc.subtract(rest, each)
    others = sorted({row[1] for row in rows} - set(_DIRECTIONS.values()))
    return [
        TableColumn("way", "原等级 → 现等级", pa.array([row[0] for row in rows], pa.string())),
        TableColumn("kind", "变动", pa.array([row[1] for row in rows], pa.string())),
        TableColumn("customers", "客户数", counts, "count"),
        TableColumn("share", "占原等级", pa.array([row[3] for row in rows], pa.float64()), "percent"),
        *(
            TableColumn(name, header, cells, "count")
            for name, header, cells in zip(
                ("by_customer", "by_rules", "by_both", "by_other"),
                ("客户变化", "规则变化", "客户与规则", "其他原因"),
                (*told, rest),
                strict=True,
            )
        ),
        TableColumn("up", "升级", bars(_DIRECTIONS[UP]), "count"),
        TableColumn("down", "降级", bars(_DIRECTIONS[DOWN]), "count"),
        TableColumn("other", "其他变动", bars(*others), "count"),
    ]


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
