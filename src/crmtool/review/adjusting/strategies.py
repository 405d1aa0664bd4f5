"""Knows which strategies the rules give for a tier and what falls short of it; none is ever made up.

Who falls short, and what people typed instead, is for `crmtool.review.adjusting.rows`.
"""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa
import pyarrow.compute as pc

from crmtool.review.adjusting.spreading import each_distinct
from crmtool.rules.model import RuleSet
from crmtool.rules.reviewing import AdjustedStrategy, Adjustment
from crmtool.rules.telling.rhythm import rhythm_of
from crmtool.visits.frames import packed

#: Between the parts of a current strategy and of an adjusted one, as the source's table has them.
_CURRENT, _ADJUSTED = "+", ","
_BETWEEN = "\x1f"


def tier_strategies(rule_set: RuleSet) -> dict[str, str]:
    """Return what is done for each tier by the rules, as 当前核心策略 has it; tiers without a strategy are left out."""
    return {tier: _CURRENT.join(text.text for text in texts) for tier, texts in rule_set.strategy.items()}


def tier_rhythms(rule_set: RuleSet) -> dict[str, str]:
    """Return how often each tier is visited by the rules, as 策略执行周期 has it; tiers without a rhythm are left out."""
    return {tier: words for tier in rule_set.tiers if (words := rhythm_of(tier, rule_set))}


def adjusted_strategies(tiers: pa.Array, short: pa.Array, adjustment: Adjustment) -> pa.Array:
    """Return what the rules adjust to for each customer's tier and KPIs that fall short (ids joined by `|`).

    Of several entries for a tier the one most of whose KPIs fall short is taken, of equal ones the first; null where no
    entry names any of them.
    """
    return each_distinct(packed(tiers, short), lambda text: _adjusted(text, adjustment.strategies))


def all_suggestions(rule_set: RuleSet, adjustment: Adjustment) -> pa.Array:
    """Return every text that the rules can suggest as 调整后策略: what is none of these was written by a person."""
    texts = [_ADJUSTED.join(entry.then) for entry in adjustment.strategies]
    return pa.array(sorted({*texts, *tier_strategies(rule_set).values()}), pa.string())


def suggested(
    by_shortfall: pa.Array, has_moved: pa.Array, tier_text: pa.Array, current: pa.Array
) -> pa.Array:
    """Return what is suggested: for the shortfall, else for who has moved what is done for the tier.

    What is the `current` strategy already is no suggestion.
    """
    nothing = pa.scalar(None, pa.string())
    parts = (by_shortfall, pc.if_else(has_moved, tier_text, nothing))
    return pc.coalesce(
        *(pc.if_else(pc.fill_null(pc.equal(each, current), False), nothing, each) for each in parts)
    )


def _adjusted(text: str, strategies: Sequence[AdjustedStrategy]) -> str | None:
    tier, _, short = text.partition(_BETWEEN)
    names = set(short.split("|"))
    counts = [len(names.intersection(entry.short)) if entry.tier == tier else 0 for entry in strategies]
    most = max(counts, default=0)
    return _ADJUSTED.join(strategies[counts.index(most)].then) if most else None
