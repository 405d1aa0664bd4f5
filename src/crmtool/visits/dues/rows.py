"""Puts due visits into the frame that everyone shares: ids, who and whose they are, and how urgent.

When they are due is found elsewhere; which of them get a day is left to `crmtool.visits.levelling`.
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

from crmtool.ledger.quantities import Duration
from crmtool.rules.model import CadenceLine, RuleSet
from crmtool.visits.calendar.days import Numbers, day_cells
from crmtool.visits.dues.found import NOT_OVERDUE, Found, repeated
from crmtool.visits.dues.lines import MONTH
from crmtool.visits.frames import frame_from
from crmtool.visits.model import DUE_COLUMNS, frame_of

#: The kinds of visits, the ones that can least be left out first.
_BY_WEIGHT: Final = ("deadline", "step", "agreed", "every", "birthday", "festival")
_OLDEST: Final = 99_999  # days overdue beyond which no difference is made
_NEVER_AND_OVERDUE, _OVERDUE, _NEVER, _ELSE = range(4)
_WORST_RANK: Final = 999
#: Before a visit on site the invitation goes out, after it a report is due, in days, where the cadence says nothing.
_ON_SITE: Final = "onsite"
_PREPARE, _REPORT = Duration(days=3), Duration(days=2)


@dataclass(frozen=True, eq=False)
class People:
    """Who the customers are, a cell each: what is said of them in every row, and whether none was ever in touch."""

    key: pa.Array
    customer_id: pa.Array
    name: pa.Array
    owner: pa.Array
    is_never_visited: NDArray[np.bool_]


def rows_of(found: Sequence[Found], people: People, rule_set: RuleSet, done_ids: pa.Array) -> pd.DataFrame:
    """Return due visits (DUE_COLUMNS) in the order they were found in, without those that are on record as made."""
    parts = [_table(each, people, rule_set) for each in found if len(each.customer)]
    if not parts:
        return frame_of(DUE_COLUMNS, {"visit_id": []})
    whole = pa.concat_tables(parts)
    if len(done_ids):
        whole = whole.filter(pc.invert(pc.is_in(whole["visit_id"], done_ids)))
    return frame_from(whole)


def _table(found: Found, people: People, rule_set: RuleSet) -> pa.Table:
    line, count, customer = found.line, len(found.customer), pa.array(found.customer)
    key = people.key.take(customer)
    prepare, report = _notice(line.cadence)
    never = people.is_never_visited[found.customer]
    rank = rule_set.tiers[line.tier].rank if line.tier else _WORST_RANK
    cells = {
        "visit_id": visit_ids(found, key),
        "customer": customer,
        "customer_key": key,
        "customer_id": people.customer_id.take(customer),
        "name": people.name.take(customer),
        "tier": repeated(line.tier, count) if line.tier else pa.nulls(count),
        "channel": repeated(line.cadence.channel, count),
        "label": repeated(line.cadence.label, count),
        "role": repeated(line.cadence.role.text, count) if line.cadence.role.text else pa.nulls(count),
        "owner": people.owner.take(customer),
        "kind": repeated(found.kind, count),
        "occasion": pa.nulls(count) if found.occasion is None else found.occasion,
        "due_on": day_cells(found.due_on),
        "earliest": day_cells(found.windows.earliest),
        "preferred": day_cells(found.windows.preferred),
        "latest": day_cells(found.windows.latest),
        "overdue_days": pa.array(found.overdue, mask=found.overdue == NOT_OVERDUE),
        "is_never_visited": pa.array(never),
        "urgency": pa.array(_urgency(found, never, rank)),
        "prepare_days": _number_cells(prepare, count),
        "report_days": _number_cells(report, count),
    }
    return pa.table({name: cells[name].cast(kind) for name, kind in DUE_COLUMNS.items()})


def visit_ids(found: Found, key: pa.Array) -> pa.Array:
    """Return the ids of due visits; `key` has their customers' keys."""
    return pc.binary_join_element_wise(key, pa.scalar(found.line.slot), found.period, "-")


def _urgency(found: Found, never: NDArray[np.bool_], rank: int) -> Numbers:
    """Return the order in which visits find room, the lowest first.

    Overdue ones of customers who were never visited, then the other overdue ones, the oldest first; then the first
    visits of customers who were never visited; within each the better tier, then the weightier kind.
    """
    is_overdue = found.overdue != NOT_OVERDUE
    group = np.where(
        is_overdue,
        np.where(never, _NEVER_AND_OVERDUE, _OVERDUE),
        np.where(never & found.is_first, _NEVER, _ELSE),
    ).astype(np.int64)
    age = np.where(is_overdue, np.minimum(found.overdue, _OLDEST), 0)
    urgency: Numbers = (group * (_OLDEST + 1) + (_OLDEST - age)) * (_WORST_RANK + 1) + min(rank, _WORST_RANK)
    return urgency * len(_BY_WEIGHT) + _BY_WEIGHT.index(found.kind)


def _notice(line: CadenceLine) -> tuple[int | None, int | None]:
    """Return how many days before a visit the invitation goes out, and after it the report is due."""
    is_on_site = line.channel == _ON_SITE
    prepare = line.prepare or (_PREPARE if is_on_site else None)
    report = line.report or (_REPORT if is_on_site else None)
    return _whole_days(prepare), _whole_days(report)


def _whole_days(span: Duration | None) -> int | None:
    return None if span is None else int(span.months * MONTH) + span.days


def _number_cells(number: int | None, count: int) -> pa.Array:
    return pa.repeat(pa.scalar(number, pa.int64()), count)
