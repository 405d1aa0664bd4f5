"""Why customers moved, in words: what each field was and is, and the tier that came of it.

Which fields those are is found in `crmtool.review.moves.causes`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from crmtool.ledger.ledger import LEVEL, READ
from crmtool.messages import Lang
from crmtool.messages.review_moves import PHRASES
from crmtool.review.moves.twodays import Part, TwoDays
from crmtool.rules.cases import Cases
from crmtool.rules.judging.cells import DATED
from crmtool.rules.model import RuleSet
from crmtool.rules.telling.celltexts import CellTexts
from crmtool.rules.telling.words import label_of, phrase, span_text


def words(key: str, lang: Lang, **params: object) -> str:
    """Return a phrase of moves in one language, filled in."""
    zh, en = PHRASES[key]
    return (zh if lang == "zh" else en).format(**params)


def between(key: str, lang: Lang, **parts: Any) -> pa.Array:
    """Return a phrase filled in with whole columns (or texts, the same for all rows)."""
    pieces: list[Any] = []
    text = words(key, lang, **{name: f"\0{name}\0" for name in parts})
    for place, piece in enumerate(text.split("\0")):
        pieces.append(parts[piece] if place % 2 else piece)
    return pc.binary_join_element_wise(*pieces, "")


def tier_labels(tiers: pa.Array, rule_set: RuleSet) -> pa.Array:
    """Return the label of each tier (id): 待补资料 for none, the id itself for one that the rules do not have."""
    ids = pa.array(list(rule_set.tiers), pa.string())
    labels = pa.array([tier.label for tier in rule_set.tiers.values()], pa.string())
    return pc.coalesce(labels.take(pc.index_in(tiers, ids)), tiers, pa.scalar(rule_set.unknown_label))


@dataclass(frozen=True)
class Cause:
    """The places (in `TwoDays.subjects`) of the fields that make a move, and what they say on both days."""

    places: tuple[int, ...]
    then: tuple[Part, ...]
    now: tuple[Part, ...]


class FieldReasons:
    """What fields were and are, of some customers: row by row of `then` and `now` the same ones."""

    def __init__(self, days: TwoDays, then: Cases, now: Cases, lang: Lang) -> None:
        self.days, self.rule_set, self.lang = days, days.rule_set, lang
        sides = (then, now)
        self._texts = [CellTexts(replace(c, derived={}), days.rule_set, None, lang) for c in sides]
        self._cases = sides

    def of(self, causes: Sequence[Cause], which: pa.Array) -> pa.Array:
        """Return what changed, joined by semicolons; `which` is the place of each row's cause among `causes`.

        Null where nothing did.
        """
        found = pa.nulls(len(which), pa.string())
        for place in sorted({place for cause in causes for place in cause.places}):
            has = pa.array([place in cause.places for cause in causes]).take(which)
            said = pc.if_else(has, self._subject(place, causes, which), pa.scalar(None, pa.string()))
            both = pc.binary_join_element_wise(found, said, words("semicolon", self.lang))
            found = pc.coalesce(both, found, said)
        return found

    def _subject(self, place: int, causes: Sequence[Cause], which: pa.Array) -> pa.Array:
        subject = self.days.subjects[place]
        is_level = subject in self.days.dimensions
        sides = [self._level(subject, side) if is_level else self._field(subject, side) for side in (0, 1)]
        label = label_of(self.rule_set, subject, self.lang)
        moved = between("change", self.lang, label=label, was=sides[0], now=sides[1])
        if is_level or self.rule_set.fields[subject].spec.kind not in DATED:
            return moved
        lines = pa.array([self._line(subject, cause, place) for cause in causes], pa.string()).take(which)
        is_old = pc.and_(pc.equal(*sides), pc.is_valid(lines))
        return pc.if_else(
            is_old, between("grown-old", self.lang, label=label, day=sides[1], line=lines), moved
        )

    def _field(self, field: str, side: int) -> pa.Array:
        if field in self._cases[side].absent:
            return pa.repeat(words("no-column", self.lang), self._texts[side].rows)
        return self._texts[side].of(field)

    def _level(self, dimension: str, side: int) -> pa.Array:
        levels = self._texts[side].column(dimension + LEVEL)
        none = words("no-level", self.lang)
        if levels is None or dimension not in self._cases[side].level_columns:
            return pa.repeat(none, self._texts[side].rows)
        known = self.rule_set.dimensions[dimension].levels
        labels = pa.array([level.label for level in known], pa.string())
        return labels.take(
            pc.index_in(levels, pa.array([level.id for level in known], pa.string()))
        ).fill_null(none)

    def _line(self, field: str, cause: Cause, place: int) -> str | None:
        """Return the span that an age has grown over, in words; None where it has not grown over any."""
        cell, bounds = cause.now[place].reading[1], self.days.outcomes.cells_now[field].bounds
        is_read = cause.now[place].reading[0] == cause.then[place].reading[0] == READ
        if not is_read or cell >= len(bounds):
            return None
        bound = bounds[cell]
        if bound.span is None:
            return None
        key = "age-not-at-least" if bound.inclusive else "age-at-least"
        return phrase(key, self.lang, value=span_text(bound.span, self.lang))


def some_rows(cases: Cases, rows: pa.Array) -> Cases:
    """Return the cases of some rows, in their order."""
    places = rows.to_numpy(zero_copy_only=False)
    return replace(cases, frame=cases.frame.iloc[places].reset_index(drop=True))
