"""Who stands near a line: whom one field, moved a little, would take to another tier.

Which change of several fields would do is left to `crmtool.rules.telling.moves`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from crmtool.ledger.ledger import HIGH, READ, STATE
from crmtool.messages import Lang
from crmtool.review.model import NEAR_COLUMNS
from crmtool.review.moves.judged import Judged
from crmtool.review.moves.reasons import some_rows
from crmtool.review.moves.transitions import transitions_of
from crmtool.rules.judging.cells import DATED, ORDERED, Boundary, FieldCells
from crmtool.rules.judging.judge import Judging
from crmtool.rules.judging.meanings import meaning_of
from crmtool.rules.model import Field, RuleSet
from crmtool.rules.telling.celltexts import CellTexts
from crmtool.rules.telling.words import quantity_text, span_text
from crmtool.visits.frames import column, one_array, same_text
from crmtool.visits.model import frame_of
from crmtool.visits.reading.facts import owners

ABOVE, BELOW = "above", "below"
#: What division leaves of a share that is one exactly.
_ROUNDING: Final = 1e-12


@dataclass(frozen=True)
class _Crossing:
    """Rows that one boundary of one field is near to, the tier beyond it, and how near it is."""

    field: str
    bound: Boundary
    tier: str
    side: str
    rows: NDArray[np.int64]
    distances: NDArray[np.float64]


def near_of(judged: Judged, rule_set: RuleSet, as_of: date, lang: Lang = "zh") -> pd.DataFrame:
    """Return who is near a line by one field (NEAR_COLUMNS), in the order of the ledger, then of the rule set's fields.

    Near is a share of the line's figure, of ages of its span: what `near:` of `transitions:` says for going up (side
    below) and down (side above). Whether another tier lies beyond the line was judged, all else left as it is. Of the lines
    that lie one way the nearest counts. Nobody is near a better tier by a field that would have to get worse for it, nor
    near a worse one by growing younger with us. Lines at zero, ranges, and tiers that the rules did not find are left out.
    """
    found = [each for field in rule_set.fields for each in _of_field(judged, rule_set, field, as_of)]
    if not found:
        return frame_of(NEAR_COLUMNS, {})
    rows = np.concatenate([each.rows for each in found])
    which = np.repeat(np.arange(len(found)), [len(each.rows) for each in found])
    order = np.argsort(rows, kind="stable")
    places, which = pa.array(rows[order]), pa.array(which[order])
    return _frame(judged, rule_set, found, places, which, order, lang)


def _frame(
    judged: Judged,
    rule_set: RuleSet,
    found: list[_Crossing],
    places: pa.Array,
    which: pa.Array,
    order: NDArray[np.int64],
    lang: Lang,
) -> pd.DataFrame:
    frame = judged.snapshot.frame
    texts = CellTexts(some_rows(judged.cases, places), rule_set, None, lang)
    fields = pa.array([each.field for each in found], pa.string()).take(which)
    values = pa.nulls(len(places), pa.string())
    for field in dict.fromkeys(each.field for each in found):
        values = pc.if_else(pc.equal(fields, field), texts.of(field), values)
    lines = [_line(each.bound, rule_set.fields[each.field].spec.kind, lang) for each in found]
    cells = {
        "customer": places,
        **{name: column(frame, name).take(places) for name in ("customer_key", "customer_id", "name")},
        "owner": owners(judged.customers.frame).take(places),
        "now": column(frame, "tier").take(places),
        "side": pa.array([each.side for each in found]).take(which),
        "tier": pa.array([each.tier for each in found]).take(which),
        "field": fields,
        "value": values,
        "line": pa.array(lines, pa.string()).take(which),
        "distance": pa.array(np.concatenate([each.distances for each in found])[order]),
    }
    return frame_of(NEAR_COLUMNS, cells)


def _line(bound: Boundary, kind: str, lang: Lang) -> str:
    if bound.span is not None:
        return span_text(bound.span, lang)
    assert not isinstance(bound.value, date)
    return quantity_text(bound.value, kind, lang)  # type: ignore[arg-type]


def _of_field(judged: Judged, rule_set: RuleSet, field: str, as_of: date) -> Iterator[_Crossing]:
    cells = judged.judgement.judging.outcomes.cells.get(field)
    kind = rule_set.fields[field].spec.kind
    if cells is None or kind not in ORDERED or field in judged.cases.absent:
        return
    values, usable = _values(judged, field)
    for is_above in (True, False):
        left = usable.copy()  # whom no nearer line of this way has been found for
        lines = range(len(cells.bounds)) if not is_above else reversed(range(len(cells.bounds)))
        for line in lines:
            yield from _crossings(judged, rule_set, cells, line, is_above, values, left, as_of)


def _crossings(
    judged: Judged,
    rule_set: RuleSet,
    cells: FieldCells,
    line: int,
    is_above: bool,
    values: NDArray[np.float64],
    left: NDArray[np.bool_],
    as_of: date,
) -> Iterator[_Crossing]:
    """Yield who crosses a line to another tier; lines are asked from the nearest on."""
    bound = cells.bounds[line]
    distance = _distances(values, bound, as_of)
    reached = values >= _number(bound.value) if bound.inclusive else values > _number(bound.value)
    terms = transitions_of(rule_set)
    most = max(terms.upgrade.near, terms.downgrade.near)
    rows = np.flatnonzero(left & (reached == is_above) & (distance <= float(most) + _ROUNDING))
    classes = judged.judgement.classes.take(pa.array(rows)).to_numpy(zero_copy_only=False)
    target = line if is_above else line + 1
    for number in np.unique(classes).tolist():
        own = judged.judgement.kinds[number]
        tier = _tier_at(judged.judgement.judging, number, judged, cells.field.id, target)
        if not tier or tier == own.verdict.tier:
            continue
        ahead = rule_set.tiers[own.verdict.tier].rank - rule_set.tiers[tier].rank
        mine = rows[classes == number]
        left[mine] = False
        limit = terms.upgrade.near if ahead > 0 else terms.downgrade.near
        mine = mine[distance[mine] <= float(limit) + _ROUNDING]
        if ahead and len(mine) and _can_be(cells.field, is_gain=ahead > 0, rises=not is_above):
            yield _Crossing(cells.field.id, bound, tier, BELOW if ahead > 0 else ABOVE, mine, distance[mine])


def _can_be(field: Field, *, is_gain: bool, rises: bool) -> bool:
    """Say whether a field can be expected to cross a line that way: a day that rises is a younger age."""
    is_dated = field.spec.kind in DATED
    is_good = rises == (field.better == ("down" if is_dated else "up"))
    if is_gain:
        return is_good or field.better == "none"
    return not (is_dated and field.better == "up" and rises)


def _tier_at(judging: Judging, number: int, judged: Judged, field: str, cell: int) -> str:
    """Return the proved tier of a class of customers with one field in another cell, empty where there is none."""
    kind = judged.judgement.kinds[number]
    meaning = meaning_of(judging.outcomes, {**kind.readings, field: (READ, cell, cell)}, kind.given)
    tiers = judging.tiers(meaning)
    return next(iter(tiers)) if len(tiers) == 1 else ""


def _values(judged: Judged, field: str) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Return the figures of a field (days as numbers), and whose count: read, no range, the tier found by the rules."""
    frame, snapshot = judged.cases.frame, judged.snapshot.frame
    cells, states = one_array(frame[field]), one_array(frame[field + STATE])
    usable = pc.and_(pc.equal(states, READ), pc.is_valid(cells))
    if field + HIGH in frame:
        high = one_array(frame[field + HIGH])
        usable = pc.and_(usable, pc.fill_null(pc.equal(high, cells), True))
    by_rules = same_text(column(snapshot, "origin"), "computed")
    proved = pa.array([kind.verdict.is_decided for kind in judged.judgement.kinds], pa.bool_())
    usable = pc.and_(pc.and_(usable, by_rules), proved.take(judged.judgement.classes))
    numbers = cells.cast(pa.int32()) if pa.types.is_date(cells.type) else cells
    values = numbers.cast(pa.float64(), safe=False).fill_null(0.0).to_numpy(zero_copy_only=False)
    return values, np.array(pc.fill_null(usable, False).to_numpy(zero_copy_only=False), dtype=bool)


def _number(value: int | float | date) -> float:
    return float((value - date(1970, 1, 1)).days) if isinstance(value, date) else float(value)


def _distances(values: NDArray[np.float64], bound: Boundary, as_of: date) -> NDArray[np.float64]:
    """Return how far each value is from a line, as a share of the line; infinite where that is zero."""
    line = _number(bound.value)
    whole = _number(as_of) - line if isinstance(bound.value, date) else abs(line)
    far: NDArray[np.float64] = np.full(len(values), np.inf) if whole <= 0 else np.abs(values - line) / whole
    return far
