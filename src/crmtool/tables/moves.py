"""The sheets 升级, 降级, 新增与流失 and 临近线: whose tier moved and why, who came and went, who stands near a line.

How moves are found is in `crmtool.review.moves`; how many they are in `crmtool.tables.moves_matrix`.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from crmtool.content import OutTable, TableColumn
from crmtool.review.model import (
    DOWN,
    GONE,
    LEVEL,
    MOVE_LABELS,
    NEW,
    OPENED,
    SAME,
    SETTLED,
    UP,
    Moves,
)
from crmtool.review.moves.moves import kinds_of
from crmtool.rules.model import RuleSet
from crmtool.tables.arrays import array, mapped, rewritten
from crmtool.tables.review_words import CAUSES, NOTHING
from crmtool.tables.tiers import labels
from crmtool.tables.visit_words import owners, tier_words
from crmtool.visits.frames import one_of, rows_where, same_text

RENAMED: Final = "更名"
#: What 新增与流失 lists, in this order; a customer that was renamed and moved is there and among the moved.
_CAME_AND_WENT: Final = (NEW, GONE, OPENED, SETTLED, LEVEL)
_SIDES: Final = {"below": "线下（差一点）", "above": "线上（刚够）"}


def moved(name: str, moves: Moves, kind: str, rule_set: RuleSet) -> OutTable:
    """Return one row a customer whose tier went `kind` (up or down), as the table `name`, in the ledger's order.

    Among them are those whose earlier change holds from this review on.
    """
    rows = rows_where(moves.frame, same_text(_ways(moves.frame, rule_set), kind))
    return OutTable(
        name,
        [
            *_who(rows),
            TableColumn("was", "原等级", tier_words(_former(rows), rule_set)),
            TableColumn("now", "现等级", tier_words(array(rows["now"]), rule_set)),
            TableColumn("reason", "变动原因", array(rows["reason"]), "wide"),
            TableColumn("cause", "归因", mapped(array(rows["cause"]), CAUSES)),
            TableColumn("state", "状态", _states(rows)),
            TableColumn("holds", "目前执行", _holding(rows, rule_set)),
            TableColumn("holds_until", "最早生效日", array(rows["holds_until"]), "date"),
        ],
    )


def _who(rows: pd.DataFrame) -> list[TableColumn]:
    """Return who it is; who looked after those that are not in the ledger any more is not known, where it is not told."""
    looked_after = owners(rows)
    if "kind" in rows:
        is_gone = same_text(array(rows["kind"]), GONE)
        looked_after = pc.if_else(is_gone, pc.fill_null(array(rows["owner"]), NOTHING), looked_after)
    return [
        TableColumn("customer_id", "客户编号", array(rows["customer_id"])),
        TableColumn("name", "客户名称", array(rows["name"]), "medium"),
        TableColumn("owner", "负责人", looked_after),
    ]


def _former(rows: pd.DataFrame) -> pa.Array:
    """Return the tier that customers come from: where a change holds only now, the one that held until now."""
    is_same = same_text(array(rows["kind"]), SAME)
    return pc.if_else(is_same, pc.coalesce(array(rows["confirmed"]), array(rows["was"])), array(rows["was"]))


def _ways(frame: pd.DataFrame, rule_set: RuleSet) -> pa.Array:
    """Return the kind of each move: of a change that holds only now, the way that it went."""
    kinds, former = array(frame["kind"]), array(frame["confirmed"])
    ways = kinds_of(former, array(frame["now"]), kinds, rule_set)
    return pc.if_else(pc.and_(same_text(kinds, SAME), pc.is_valid(former)), ways, kinds)


def _states(rows: pd.DataFrame) -> pa.Array:
    """Return 已确认, 本期起生效, or for how many reviews a change has been waiting: `待确认（第1期）`."""
    times = pc.fill_null(pc.cast(array(rows["pending_reviews"]), pa.string()), "1")
    waiting = pc.binary_join_element_wise("待确认（第", times, "期）", "")
    settled = pc.if_else(pc.is_valid(array(rows["confirmed"])), "本期起生效", "已确认")
    return pc.if_else(pc.is_valid(array(rows["held_tier"])), waiting, settled)


def _holding(rows: pd.DataFrame, rule_set: RuleSet) -> pa.Array:
    return tier_words(pc.coalesce(array(rows["held_tier"]), array(rows["now"])), rule_set)


def came_and_went(moves: Moves, rule_set: RuleSet) -> OutTable:
    """Return who is new, gone, no more or newly undecided, moved between equal tiers, or was renamed; in this order."""
    frame = moves.frame
    kinds, is_renamed = array(frame["kind"]), pc.is_valid(array(frame["was_name"]))
    place = pc.index_in(kinds, pa.array(_CAME_AND_WENT, pa.string()))
    place = pc.coalesce(place, pc.if_else(is_renamed, len(_CAME_AND_WENT), pa.scalar(None, pa.int32())))
    numbers = pc.fill_null(place, -1).to_numpy(zero_copy_only=False)
    order = np.argsort(numbers, kind="stable")
    rows = frame.iloc[order[int((numbers < 0).sum()) :]]
    is_listed = one_of(array(rows["kind"]), _CAME_AND_WENT)
    words = pc.if_else(is_listed, mapped(array(rows["kind"]), MOVE_LABELS), RENAMED)
    return OutTable(
        "came_and_went",
        [
            TableColumn("kind", "变动", words),
            *_who(rows),
            TableColumn("was_name", "原名称", array(rows["was_name"]), "medium"),
            TableColumn("was", "原等级", _side(rows, "was", NEW, rule_set)),
            TableColumn("now", "现等级", _side(rows, "now", GONE, rule_set)),
            TableColumn("reason", "原因", array(rows["reason"]), "wide"),
        ],
    )


def _side(rows: pd.DataFrame, column: str, not_there: str, rule_set: RuleSet) -> pa.Array:
    """Return the tier then or now; the undecided in words, nothing where the customer was not there."""
    words = pc.fill_null(tier_words(array(rows[column]), rule_set), rule_set.unknown_label)
    return pc.if_else(same_text(array(rows["kind"]), not_there), pa.scalar(None, pa.string()), words)


def near(moves: Moves, rule_set: RuleSet) -> OutTable:
    """Return who stands near a line: those short of a better tier first, the nearest first."""
    rows = moves.near
    side = pc.equal(array(rows["side"]), "above").to_numpy(zero_copy_only=False)
    distance = pc.fill_null(array(rows["distance"]), float("inf")).to_numpy(zero_copy_only=False)
    rows = rows.iloc[np.lexsort((distance, side))]
    fields = {field_id: field.spec.label for field_id, field in rule_set.fields.items()}
    names = rewritten(array(rows["field"]), lambda field_id: fields.get(field_id, field_id))
    return OutTable(
        "near",
        [
            TableColumn("side", "位置", mapped(array(rows["side"]), _SIDES)),
            *_who(rows),
            TableColumn("now", "现等级", tier_words(array(rows["now"]), rule_set)),
            TableColumn("tier", "过线后的等级", tier_words(array(rows["tier"]), rule_set)),
            TableColumn("field", "依据", names),
            TableColumn("value", "目前", array(rows["value"])),
            TableColumn("line", "界线", array(rows["line"])),
            TableColumn("distance", "相差", array(rows["distance"]), "percent"),
        ],
    )


def moved_note(moves: Moves, kind: str, rule_set: RuleSet) -> str:
    """Return the line below the title of 升级 or 降级."""
    listed = rows_where(moves.frame, same_text(_ways(moves.frame, rule_set), kind))
    rows = rows_where(listed, same_text(array(listed["kind"]), kind))
    holding = len(listed) - len(rows)
    since = f"另有 {holding} 位的变动此前已见，本期起生效。" if holding else ""
    if not len(rows):
        return f"没有{MOVE_LABELS[kind]}的客户。{since}"
    waiting = len(rows) - array(rows["held_tier"]).null_count
    note = f"{len(rows)} 位客户{MOVE_LABELS[kind]}"
    settled = f"，其中 {waiting} 位待确认，目前仍按原等级执行。" if waiting else "，均已确认。"
    return f"{note}{settled}{since}"


def came_and_went_note(moves: Moves) -> str:
    """Return the line below the title of 新增与流失: how many of each kind."""
    counts = counts_by_kind(moves)
    renamed = len(moves.frame) - array(moves.frame["was_name"]).null_count
    parts = [f"{MOVE_LABELS[kind]} {counts[kind]}" for kind in _CAME_AND_WENT if counts.get(kind)]
    parts += [f"{RENAMED} {renamed}"] if renamed else []
    return f"{'，'.join(parts)}（位）。" if parts else "没有新增、流失或更名的客户。"


def near_note(moves: Moves) -> str:
    """Return the line below the title of 临近线."""
    if not len(moves.near):
        return "没有临近等级界线的客户。"
    below = pc.sum(pc.equal(array(moves.near["side"]), "below")).as_py() or 0
    above = len(moves.near) - below
    return f"按单项数据看：差一点就到更好等级的 {below} 位次，刚够现等级的 {above} 位次；相差为与界线之差占界线的比例。"


def counts_by_kind(moves: Moves) -> dict[str, int]:
    """Return how many customers each kind of move has."""
    found: list[dict[str, Any]] = pc.value_counts(array(moves.frame["kind"])).to_pylist()
    return {pair["values"]: pair["counts"] for pair in found if pair["values"] is not None}


def tier_choices(rule_set: RuleSet) -> OutTable:
    """Return the tiers that may be chosen, best first."""
    names = labels(rule_set)
    by_rank = sorted(rule_set.tiers.values(), key=lambda tier: tier.rank)
    return OutTable(
        "choices", [TableColumn("label", "等级", pa.array([names[t.id] for t in by_rank], pa.string()))]
    )


#: Kinds that the headline counts.
HEADLINE: Final = (UP, DOWN, NEW, GONE, OPENED, SAME)
