"""A curve in few steps, as people look at it: places that part the customers evenly, and where the cut stands now.

The whole curve is in `crmtool.rules.tuning.curves`.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

import numpy as np

from crmtool.rules.conditions import Quantity
from crmtool.rules.model import RuleSet
from crmtool.rules.tuning.curves import Counts, Curve, present_place
from crmtool.rules.tuning.places import to_number
from crmtool.rules.tuning.proposing import figure_at

#: Steps of one curve, besides the present one and those that are asked for.
MOST_STEPS = 11


@dataclass(frozen=True, eq=False)
class Step:
    """A cut at `figure`, and customers and known amounts (fen) of each group of the curve; `place` None: as it is now."""

    figure: Quantity
    place: int | None
    customers: Counts
    amounts: Counts


def steps_of(
    curve: Curve, rule_set: RuleSet, as_of: date, *, also: Collection[int] = (), most: int = MOST_STEPS
) -> list[Step]:
    """Return steps by rising figure; `also` are places that are to be among them."""
    here = present_place(curve)
    chosen = sorted({*_evenly(curve, most, here), *also} - {here})
    steps = [
        Step(figure_at(curve, place, rule_set, as_of), place, curve.customers[place], curve.amounts[place])
        for place in chosen
    ]
    at = sum(curve.values[place] < to_number(curve.cut.value) for place in chosen)
    steps.insert(int(at), Step(curve.cut.quantity, None, curve.now, curve.now_amounts))
    return steps[::-1] if isinstance(curve.cut.value, date) else steps


def _evenly(curve: Curve, most: int, here: int) -> set[int]:
    """Return places at which something changes on the way from now, and between which about as many customers stand."""
    differs = (curve.customers[1:] != curve.customers[:-1]).any(axis=1)
    upwards, downwards = np.append(True, differs), np.append(differs, True)
    is_step = np.where(np.arange(len(curve.values)) < here, downwards, upwards)
    changing = np.flatnonzero(is_step & (curve.customers != curve.now).any(axis=1))
    if len(changing) <= most:
        return set(changing.tolist())
    passed = (np.cumsum(curve.ties) - curve.ties)[changing]
    marks = np.linspace(passed[0], passed[-1], most)
    return {int(changing[place]) for place in np.searchsorted(passed, marks, "left")}
