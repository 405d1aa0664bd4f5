"""Where a score has which value: the levels of its dimensions added up, one dimension after another.

What a level is, and what is made of the values, is left to `crmtool.rules.proving.terms`.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from crmtool.rules.model import Score
from crmtool.rules.proving.formulas import TRUE, Formula, both, either

if TYPE_CHECKING:
    from crmtool.rules.proving.terms import Terms

#: Points so far and dimensions counted → where it is so.
_Sums = dict[tuple[int, int], Formula]


def values_of_score(terms: Terms, score_id: str) -> list[tuple[Fraction | None, Formula]]:
    """Return where a score has which value; None where some dimension keeps it from being computed."""
    score = terms.rule_set.scores[score_id]
    sums: _Sums = {(0, 0): TRUE}
    undefined: list[Formula] = []
    for dimension in score.dimensions:
        undefined.append(terms.level(dimension, None))
        sums = _added(terms, sums, dimension)
    found: dict[Fraction | None, list[Formula]] = {None: undefined}
    for (points, count), where in sums.items():
        found.setdefault(_value(score, points, count), []).append(where)
    return [(value, either(*where)) for value, where in found.items()]


def _added(terms: Terms, sums: _Sums, name: str) -> _Sums:
    levels = terms.rule_set.dimensions[name].levels
    points_of = {level.id: level.points for level in levels if level.points is not None}
    steps = [(0, 0, terms.left_out(name))]
    steps += [(points, 1, terms.level(name, level)) for level, points in points_of.items()]
    found: dict[tuple[int, int], list[Formula]] = {}
    for (points, count), where in sums.items():
        for more, one, here in steps:
            found.setdefault((points + more, count + one), []).append(both(where, here))
    return {key: either(*where) for key, where in found.items()}


def _value(score: Score, points: int, count: int) -> Fraction | None:
    if not count or (score.kind == "sum" and count < len(score.dimensions)):
        return None
    return Fraction(points, count if score.kind == "mean" else 1)
