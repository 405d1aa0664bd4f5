"""What would move each customer up: the way that changes fewest fields, and then least, in figures.

Which ways there are is found, and proved, in `crmtool.rules.telling.moves`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from crmtool.ledger.fields import Kind
from crmtool.ledger.quantities import Duration
from crmtool.messages import Lang
from crmtool.rules.arrays import in_row_order, rows_by_class
from crmtool.rules.judging.cells import DATED
from crmtool.rules.judging.judge import CustomerClass, Judgement
from crmtool.rules.judging.meanings import Meaning
from crmtool.rules.model import RuleSet
from crmtool.rules.telling.amounts import money_texts
from crmtool.rules.telling.celltexts import CellTexts
from crmtool.rules.telling.moves import Plan, Ways, plans
from crmtool.rules.telling.steps import Move
from crmtool.rules.telling.words import label_of, phrase, quantity_text, span_text


def advise(judgement: Judgement, texts: CellTexts, as_of: date, lang: Lang) -> tuple[pa.Array, pa.Array]:
    """Return for each customer the tier that is next (id) and what is lacking, in words; else null.

    The next tier is of the nearest better rank that the customer can reach; undecided customers are asked for
    what is missing instead. Of ways that change equally many fields, each customer is given the one that
    changes theirs least, in proportion.
    """
    advice = Advice(judgement, texts, as_of, lang)
    order, starts = rows_by_class(judgement.classes, len(judgement.kinds))
    tiers: list[pa.Array] = []
    words: list[pa.Array] = []
    for number, kind in enumerate(judgement.kinds):
        rows = order[starts[number] : starts[number + 1]]
        if len(rows):
            tier, text = advice.of_class(kind, rows)
            tiers.append(tier)
            words.append(text)
    return in_row_order(tiers, order), in_row_order(words, order)


def advise_higher(judgement: Judgement, texts: CellTexts, as_of: date, lang: Lang) -> Mapping[str, pa.Array]:
    """Return for each tier what each customer below it lacks of it, in words, best tiers last; null where nothing is told.

    That is the case for those who are in a tier as good or better, the undecided, and where no change of at most
    `moves.MOST_MOVES` fields in their good direction reaches the tier.
    """
    advice = Advice(judgement, texts, as_of, lang)
    tiers = sorted(judgement.judging.rule_set.tiers.values(), key=lambda tier: -tier.rank)
    order, starts = rows_by_class(judgement.classes, len(judgement.kinds))
    words: dict[str, list[pa.Array]] = {tier.id: [] for tier in tiers}
    for number, kind in enumerate(judgement.kinds):
        rows = order[starts[number] : starts[number + 1]]
        if len(rows):
            ways = Ways(judgement.judging, kind)
            higher = {tier.id for tier in ways.higher}
            for tier, parts in words.items():
                options = ways.to(tier) if tier in higher else ()
                parts.append(advice.of_plans(options, kind, rows)[1])
    return {tier: in_row_order(parts, order) for tier, parts in words.items()}


class Advice:
    """Advice on one as-of date, in one language."""

    def __init__(self, judgement: Judgement, texts: CellTexts, as_of: date, lang: Lang) -> None:
        self.judging, self.texts, self.as_of, self.lang = judgement.judging, texts, as_of, lang
        self.rule_set: RuleSet = judgement.judging.rule_set

    def of_class(self, kind: CustomerClass, rows: npt.NDArray[np.int64]) -> tuple[pa.Array, pa.Array]:
        """Return next tier and words for these rows, which are all of one class."""
        return self.of_plans(plans(self.judging, kind), kind, rows)

    def of_plans(
        self, options: Sequence[Plan], kind: CustomerClass, rows: npt.NDArray[np.int64]
    ) -> tuple[pa.Array, pa.Array]:
        """Return the tier and the words of the plan that changes each of these rows least, which are of one class."""
        if not options:
            return pa.nulls(len(rows), pa.string()), pa.nulls(len(rows), pa.string())
        chosen = self._cheapest(options, kind.meaning, rows)
        tiers = pa.array([plan.tier for plan in options], pa.string()).take(pa.array(chosen))
        order, starts = rows_by_class(pa.array(chosen), len(options))
        parts = [
            self.words(plan, kind.meaning, rows[order[starts[number] : starts[number + 1]]])
            for number, plan in enumerate(options)
            if starts[number] < starts[number + 1]
        ]
        return tiers, parts[0] if len(parts) == 1 else in_row_order(parts, order)

    def by_cost(self, options: Sequence[Plan], kind: CustomerClass, row: int) -> list[Plan]:
        """Return the plans for one row, the one that changes least first."""
        rows = np.array([row], np.int64)
        costs = [float(self._cost_of(plan, kind.meaning, rows)[0]) for plan in options]
        return [options[place] for place in sorted(range(len(options)), key=costs.__getitem__)]

    def _cheapest(
        self, options: Sequence[Plan], meaning: Meaning, rows: npt.NDArray[np.int64]
    ) -> npt.NDArray[np.int64]:
        if len(options) == 1:
            return np.zeros(len(rows), dtype=np.int64)
        costs = [self._cost_of(plan, meaning, rows) for plan in options]
        cheapest: npt.NDArray[np.int64] = np.argmin(np.vstack(costs), axis=0)
        return cheapest

    def _cost_of(self, plan: Plan, meaning: Meaning, rows: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
        return sum((self._cost(move, meaning, rows) for move in plan.moves), np.zeros(len(rows)))

    def _cost(self, move: Move, meaning: Meaning, rows: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
        """Return the change in proportion to the target (a figure), to the age (a day), or to the scale."""
        if move.bound is None:
            return np.full(len(rows), move.share)
        values = self._values(move.subject, meaning, rows)
        if isinstance(move.bound.value, date):
            return _in_proportion(values, move.bound.value, self.as_of)
        target = float(move.bound.value)
        numbers = values.cast(pa.float64(), safe=False).fill_null(0.0).to_numpy(zero_copy_only=False)
        change: npt.NDArray[np.float64] = np.abs(target - numbers) / (abs(target) or 1.0)
        return change

    def _values(self, field: str, meaning: Meaning, rows: npt.NDArray[np.int64]) -> pa.Array:
        """Return the rows' values of a field: what was read, or what an empty cell was taken as."""
        policy = meaning.policies.get(field)
        if policy is not None:
            value: Any = 0 if policy.kind == "zero" else policy.value if policy.kind == "as" else None
            if self.rule_set.fields[field].spec.kind in DATED:
                value = value.before(self.as_of) if isinstance(value, Duration) else None
                return pa.array([value] * len(rows), pa.date32())
            return pa.array([value] * len(rows), pa.float64())
        column = self.texts.column(field)
        return pa.nulls(len(rows), pa.float64()) if column is None else column.take(pa.array(rows))

    # -- words ---------------------------------------------------------------------------------------------

    def words(
        self, plan: Plan, meaning: Meaning, rows: npt.NDArray[np.int64], key: str = "lacks"
    ) -> pa.Array:
        """Return what each of these rows, which are of one class, lacks by one plan, in the words of a phrase."""
        changes = [self._change(move, meaning, rows) for move in plan.moves]
        tier = self.rule_set.tiers[plan.tier].label
        before, after = phrase(key, self.lang, tier=tier, changes="\0").split("\0")
        parts: list[Any] = [before]
        for number, change in enumerate(changes):
            parts += [phrase("semicolon", self.lang), change] if number else [change]
        if all(isinstance(part, str) for part in (*parts, after)):
            return pa.repeat("".join(parts) + after, len(rows))
        return pc.binary_join_element_wise(*parts, after, "")

    def _change(self, move: Move, meaning: Meaning, rows: npt.NDArray[np.int64]) -> str | pa.Array:
        label = label_of(self.rule_set, move.subject, self.lang)
        bound = move.bound
        if bound is None:
            field = self.rule_set.fields.get(move.subject)
            has_direction = field is None or field.better != "none"
            return phrase(
                "change-value" if has_direction else "change-is", self.lang, label=label, value=move.text
            )
        if move.way == "recent":
            assert bound.span is not None
            key = "change-recent" if bound.inclusive else "change-newer"
            return phrase(key, self.lang, label=label, span=span_text(bound.span, self.lang))
        values = self._values(move.subject, meaning, rows)
        if move.way == "wait":
            return _each(values, lambda day: self._wait(label, day, move))
        kind = self.rule_set.fields[move.subject].spec.kind
        if move.way == "down":
            key = "change-under" if bound.inclusive else "change-down"
            return phrase(
                key, self.lang, label=label, value=quantity_text(_figure(bound.value), kind, self.lang)
            )
        if kind in ("money", "count"):
            key = (
                ("change-more" if kind == "money" else "change-raise") if bound.inclusive else "change-above"
            )
            before, after = phrase(key, self.lang, label=label, value="\0").split("\0")
            return pc.binary_join_element_wise(before, self._gaps(values, bound.value, kind), after, "")
        key = "change-to" if bound.inclusive else "change-over"
        return phrase(key, self.lang, label=label, value=quantity_text(_figure(bound.value), kind, self.lang))

    def _gaps(self, values: pa.Array, target: Any, kind: Kind) -> pa.Array:
        """Return what each value lacks of a figure, in words; nothing known lacks all of it."""
        if kind == "money":
            fen = values.fill_null(0).cast(pa.int64(), safe=False)
            return money_texts(pc.subtract(int(target), fen), self.lang)
        wanted = _figure(target)
        return _each(values, lambda value: quantity_text(wanted - _figure(value or 0), kind, self.lang))

    def _wait(self, label: str, day: date | None, move: Move) -> str:
        assert move.bound is not None and move.bound.span is not None and day is not None
        span = move.bound.span
        if move.bound.inclusive:  # older than the span: from the day after it is reached
            reached = reached_on(day, span)
            return phrase(
                "change-wait-over", self.lang, label=label, span=span_text(span, self.lang), day=reached
            )
        shown = span_text(span, self.lang)
        return phrase("change-wait", self.lang, label=label, span=shown, day=reached_on(day, span))


def reached_on(start: date, span: Duration) -> date:
    """Return the first day on which a start day lies a whole span back (民法典 art. 1259: 届满 counts).

    >>> reached_on(date(2023, 8, 1), Duration(months=12)), reached_on(date(2023, 8, 31), Duration(months=6))
    (datetime.date(2024, 8, 1), datetime.date(2024, 3, 1))
    """
    day = span.after(start)
    while span.before(day) < start:
        day += timedelta(days=1)
    return day


def _in_proportion(days: pa.Array, target: date, as_of: date) -> npt.NDArray[np.float64]:
    """Return how far each day is from a day, in proportion to the older one's age; 1 where it is not known."""
    since, now = (pa.scalar(day, pa.date32()).cast(pa.int32()).as_py() for day in (target, as_of))
    known = days.cast(pa.int32()).fill_null(0).to_numpy(zero_copy_only=False)
    change = np.abs(since - known) / np.maximum(now - np.minimum(known, since), 1)
    return np.where(days.is_valid().to_numpy(zero_copy_only=False), change, 1.0)


def _figure(value: Any) -> Decimal:
    return Decimal(str(value))


def _each(values: pa.Array, word: Callable[[Any], str]) -> pa.Array:
    coded = values.dictionary_encode(null_encoding="encode")
    return pa.array([word(value) for value in coded.dictionary.to_pylist()], pa.string()).take(coded.indices)
