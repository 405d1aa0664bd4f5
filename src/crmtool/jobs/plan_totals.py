"""What a plan comes to: visits by tier and channel, by owner, and how many of them are late or new."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from crmtool.jobs.plans.making import Ground
from crmtool.tables.visit_words import channel_label, in_order, owners, that_count
from crmtool.visits.frames import column, one_of, same_text, stacked
from crmtool.visits.model import ADDED, DONE, DROPPED, LIVE, MOVED, Plan
from crmtool.visits.reading.contacts import contacts_of
from crmtool.visits.reading.facts import days

if TYPE_CHECKING:
    from crmtool.jobs.plan import PlanOutcome


@dataclass(frozen=True, slots=True)
class OwnerTotal:
    """One person's visits, the most of them on one day, and those that found no day."""

    name: str
    visits: int
    greatest_day: int
    unplaced: int


@dataclass(frozen=True)
class PlanTotals:
    """The figures of a plan: `tiers` has a count for each of `channels`, by the tier's label in the rules' order, the
    undecided last.

    `owners` come with the most visits first. `notes` counts overdue visits, customers who were never
    visited, and those for whom nothing is due; `changes` what moved, came and went.
    """

    channels: tuple[str, ...]
    tiers: Mapping[str, tuple[int, ...]]
    owners: tuple[OwnerTotal, ...]
    notes: Mapping[str, int]
    changes: Mapping[str, int]


def totals_of(outcome: PlanOutcome) -> PlanTotals:
    """Count a plan; visits that were cancelled or given up are left out."""
    plan, rule_set, common = outcome.plan, outcome.assessment.rule_set, outcome.planned.judged.common
    visits = that_count(plan.visits)
    pairs = pa.table({name: column(visits, name) for name in ("tier", "channel")})
    counts = {
        (row["tier"], row["channel"]): row["count_all"]
        for row in pairs.group_by(["tier", "channel"]).aggregate([([], "count_all")]).to_pylist()
    }
    channels = in_order({channel for _, channel in counts if channel}, common.channels)
    known = in_order({tier for tier, _ in counts if tier}, rule_set.tiers)
    tiers: list[str | None] = [*known]
    labels: dict[str | None, str] = {
        tier: rule_set.tiers[tier].label if tier in rule_set.tiers else tier for tier in known
    }
    if any(tier is None for tier, _ in counts):
        tiers, labels = [*tiers, None], labels | {None: rule_set.unknown_label}
    is_live = one_of(column(visits, "status"), LIVE)
    is_late = pc.and_(is_live, pc.greater(pc.fill_null(column(visits, "overdue_days"), 0), 0))
    kinds = column(plan.changes, "change")
    return PlanTotals(
        tuple(channel_label(channel, common) for channel in channels),
        {labels[t]: tuple(counts.get((t, channel), 0) for channel in channels) for t in tiers},
        _owners(outcome),
        {
            "overdue": _true(is_late),
            "never": _true(outcome.planned.is_never_visited),
            "undue": len(plan.undue),
        },
        {kind: _true(same_text(kinds, kind)) for kind in (MOVED, ADDED, DROPPED)},
    )


def never_visited(ground: Ground, plan: Plan) -> pa.Array:
    """Tell for each customer whether something is to be due for them and no contact is on record, in the span or not."""
    customers = ground.assessment.read.ledger.customers.frame
    contacts = contacts_of(ground.records, ground.keys, days(customers, "last_contact"), plan.as_of)
    is_never = np.isnat(contacts.last())
    whole = stacked(plan.visits, plan.beyond)
    made = column(whole, "customer").filter(same_text(column(whole, "status"), DONE))
    for known in (made, column(plan.undue, "customer")):
        is_never[known.drop_null().to_numpy(zero_copy_only=False)] = False
    return pa.array(is_never)


def _true(mask: pa.Array) -> int:
    return int(pc.sum(mask).as_py() or 0)


def _owners(outcome: PlanOutcome) -> tuple[OwnerTotal, ...]:
    visits, unplaced = that_count(outcome.plan.visits), outcome.plan.unplaced
    table = pa.table({"owner": owners(visits), "day": column(visits, "planned_on")})
    a_day = table.group_by(["owner", "day"], use_threads=False).aggregate([([], "count_all")])
    whole = a_day.group_by("owner", use_threads=False).aggregate([("count_all", "sum"), ("count_all", "max")])
    left = {row["values"]: row["counts"] for row in pc.value_counts(owners(unplaced)).to_pylist()}
    found = {
        row["owner"]: OwnerTotal(
            row["owner"], row["count_all_sum"], row["count_all_max"], left.get(row["owner"], 0)
        )
        for row in whole.to_pylist()
    }
    found |= {name: OwnerTotal(name, 0, 0, count) for name, count in left.items() if name not in found}
    return tuple(sorted(found.values(), key=lambda each: (-each.visits, each.name)))
