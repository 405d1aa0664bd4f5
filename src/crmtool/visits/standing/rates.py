"""Visit rates (回访率): visits made ÷ visits due, in all, by tier, owner and channel, against the rule set's targets.

Which visits count is told by `crmtool.visits.standing.made`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from crmtool.rules.asked_kpis import targets_by_tier
from crmtool.rules.model import RuleSet
from crmtool.rules.target_lines import SCALES
from crmtool.rules.targets import Target, fraction
from crmtool.visits.frames import column
from crmtool.visits.model import frame_of

#: The id of the rate among a rule set's `kpis:`.
KPI: Final = "visit_rate"
#: What visits are put together by; `each` is all three at once.
TOTAL, BY_TIER, BY_OWNER, BY_CHANNEL, BY_ALL = "total", "tier", "owner", "channel", "each"
_KEYS: Final[Mapping[str, tuple[str, ...]]] = {
    TOTAL: (),
    BY_TIER: ("tier",),
    BY_OWNER: ("owner",),
    BY_CHANNEL: ("channel",),
    BY_ALL: ("tier", "owner", "channel"),
}
#: One row a rate. `by` says what visits it puts together (above); `tier`, `owner` and `channel` are null where it is
#: not by them, and where visits have none. `on_time` and `late` add up to `done`. `rate` is null where nothing was due,
#: `target` (the words of the rules) and `goal` (its lowest rate) where nothing is asked, `met` where either is.
RATE_COLUMNS: Final[Mapping[str, pa.DataType]] = {
    **dict.fromkeys(("by", "tier", "owner", "channel"), pa.string()),
    **dict.fromkeys(("due", "done", "on_time", "late"), pa.int64()),
    "rate": pa.float64(),
    "target": pa.string(),
    "goal": pa.float64(),
    "met": pa.bool_(),
}


def targets_of(rule_set: RuleSet) -> dict[str, Target]:
    """Return what is asked of each tier's visit rate: its own target, else that of `all:`; of `""` that of `all:`.

    A tier without either is not in it. A target that is relative to a baseline has its words alone: what it starts
    from is known to reviews only.
    """
    return targets_by_tier(rule_set, KPI, "percent", SCALES["percent"])


def rates_of(visits: pd.DataFrame, rule_set: RuleSet, channels: Sequence[str]) -> pd.DataFrame:
    """Return the rates (RATE_COLUMNS) of visits that were due (MADE_COLUMNS): total, by tier, owner, channel, and each.

    Every tier of the rule set has a row, in its order; owners come by name, channels in the order given, and what has
    no name last.
    """
    targets = targets_of(rule_set)
    table = pa.table(
        {name: column(visits, name) for name in ("tier", "owner", "channel")}
        | {"done": pc.is_valid(column(visits, "made_on")), "late": column(visits, "is_late")}
    )
    rows = [row for by in _KEYS for row in _rows(table, by, targets, list(rule_set.tiers), channels)]
    cells = {name: pa.array([row.get(name) for row in rows], kind) for name, kind in RATE_COLUMNS.items()}
    return frame_of(RATE_COLUMNS, cells)


def _rows(
    table: pa.Table, by: str, targets: Mapping[str, Target], tiers: Sequence[str], channels: Sequence[str]
) -> Iterator[dict[str, Any]]:
    keys = _KEYS[by]
    grouped = table.group_by(list(keys), use_threads=False).aggregate(
        [([], "count_all"), ("done", "sum"), ("late", "sum")]
    )
    found = {tuple(row[key] for key in keys): row for row in grouped.to_pylist()}
    # All together, and each tier, have a rate even where nothing was due: an unknown one.
    always: list[tuple[str, ...]] = (
        [()] if by == TOTAL else [(tier,) for tier in tiers] if by == BY_TIER else []
    )
    found = {**{names: {} for names in always}, **found}
    ranks = {"tier": tiers, "owner": (), "channel": channels}

    def order(names: tuple[str | None, ...]) -> list[Any]:
        return [_rank(name, ranks[key]) for name, key in zip(names, keys, strict=True)]

    for names in sorted(found, key=order):
        named = dict(zip(keys, names, strict=True))
        # What is asked of every tier is asked of the visits of several too.
        yield {"by": by, **named, **_figures(found[names], targets.get(named.get("tier") or ""))}


def _rank(name: str | None, known: Sequence[str]) -> tuple[bool, int, str]:
    place = known.index(name) if name in known else len(known)
    return (name is None, place, name or "")


def _figures(row: Mapping[str, Any], target: Target | None) -> dict[str, Any]:
    due, done, late = row.get("count_all", 0), row.get("done_sum") or 0, row.get("late_sum") or 0
    figures = {"due": due, "done": done, "late": late, "on_time": done - late}
    figures["rate"] = done / due if due else None
    if target is None:
        return figures
    lowest = target.low.at(None) if target.low is not None else None
    goal = None if lowest is None else float(lowest)
    return figures | {"target": target.text, "goal": goal, "met": target.is_met(fraction(done, due))}
