"""RFM scores and segments of customers by our own binning: ties never split, units and row order do not matter.

Where the values come from is in `crmtool.rules.rfm.values`; R's way of scoring is in `crmtool.rules.rfm.compat`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

import numpy as np
import pandas as pd
import pyarrow as pa

from crmtool.errors import Finding
from crmtool.ledger.ledger import EMPTY, HIGH, NEVER, READ, STATE, TEXT, Ledger
from crmtool.ledger.quantities import Duration
from crmtool.rules.arrays import Mask, array_of, choose, fit, frame_of, is_arrow_backed, mask_of
from crmtool.rules.conditions import Quantity
from crmtool.rules.rfm.binning import Numbers, Scores, quantile_scores, scores_by_cuts, smallest_of_scores
from crmtool.rules.rfm.model import MEASURES, Measure, RfmRules
from crmtool.rules.rfm.segments import Code, Segmenting
from crmtool.rules.rfm.staleness import empty_window_notes
from crmtool.rules.rfm.values import values_from_ledger

_EPOCH = date(1970, 1, 1)


@dataclass(frozen=True)
class RfmScores:
    """One row per customer, in the order of the values (RangeIndex), Arrow-backed.

    Columns of `frame`: `recency` (date32) · `recency_days` (int64) · `frequency` (int64; float64 where the field
    is no count) · `monetary` (int64, fen), each null where the ledger tells no one value, with what stands in its
    cell instead (`5-8万`) in `recency_typed` … where some cell does · `r` `f` `m` (int64, null: unknown) · `rfm`
    (the code, `543`) ·
    `segment` (id, null where several are possible) · `segment_label` (or the rules' label for undecided) ·
    `possible` (ids joined by `|`) and `missing` (letters joined by `|`) where the segment is not decided.
    `cuts` are the cuts of each measure as a rules file writes them under `frozen_cuts:` (`none`: nobody reached
    that score); `means` the mean score of each letter.
    """

    frame: pd.DataFrame
    cuts: Mapping[str, tuple[str, ...]]
    means: Mapping[str, float]
    map_id: str
    notes: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class _Scored:
    """One measure's scores (0: unknown), the cuts that give them, and what is to say."""

    scores: Scores
    cuts: tuple[str, ...]
    notes: tuple[Finding, ...]


def score(
    values: pd.DataFrame, rules: RfmRules, as_of: date, means: Mapping[str, float] | None = None
) -> RfmScores:
    """Return the scores and segments of all customers.

    `values` are as in `crmtool.rules.rfm.values.RfmValues.frame` (fen, dates); a column `f__state` may be left
    out. An unknown value, a range and a date after `as_of` have no score and never change another customer's; a
    customer who never bought has recency 1. `means` pins the mean scores that a split by mean compares with, as
    frozen cuts pin the scores; without it they are the means of the customers scored here.
    """
    if not is_arrow_backed(values):
        raise TypeError("a column of the values is not Arrow-backed")
    scored = {measure.letter: _score_measure(values, measure, as_of) for measure in rules.measures}
    found = {letter: _mean(one.scores) for letter, one in scored.items()} | dict(means or {})
    segmenting = Segmenting(rules.segment_map, [measure.bins for measure in rules.measures], found)
    columns = _value_columns(values, rules, as_of)
    for letter, one in scored.items():
        columns[letter] = pa.array(one.scores, mask=one.scores == 0)
    columns |= _segment_columns([one.scores for one in scored.values()], segmenting, rules)
    cuts = {MEASURES[letter]: one.cuts for letter, one in scored.items()}
    notes = tuple(note for one in scored.values() for note in one.notes)
    return RfmScores(frame_of(columns), cuts, found, rules.chosen, notes)


def score_ledger(ledger: Ledger, rules: RfmRules) -> RfmScores | None:
    """Return the scores of a ledger's customers, or None where it has neither orders nor the three columns.

    Notes begin with orders that are too old to score by, and with what was odd about the values.
    """
    values = values_from_ledger(ledger, rules)
    if values is None:
        return None
    scores = score(values.frame, rules, ledger.as_of)
    stale = empty_window_notes(scores.frame, rules, ledger.as_of)
    return replace(scores, notes=(*stale, *values.findings, *scores.notes))


def letters_for_rules(scores: RfmScores) -> pd.DataFrame:
    """Return `r`, `f`, `m`, `rfm` and `segment` as columns of cases, each with its `__state`.

    For `crmtool.rules.measuring.metrics.measure`, so that rule sets can test them; unknown ones are empty cells.
    """
    columns: dict[str, pa.Array] = {}
    for name in (*MEASURES, "rfm", "segment"):
        values = array_of(scores.frame[name])
        columns[name] = values if pa.types.is_string(values.type) else values.cast(pa.float64())
        columns[name + STATE] = pa.array(np.where(mask_of(values.is_valid()), READ, EMPTY).astype(np.int8))
    return frame_of(columns)


def _score_measure(values: pd.DataFrame, measure: Measure, as_of: date) -> _Scored:
    name = MEASURES[measure.letter]
    column, state = array_of(values[name]), _states(values, name)
    is_known = _is_known(values, name, as_of) & (state == READ)
    known = _as_numbers(column.filter(pa.array(is_known)))
    if measure.frozen is None and measure.cuts == "quantile":
        found = quantile_scores(known, measure.bins)
        smallest = smallest_of_scores(known, found, measure.bins)
        texts = tuple(_value_text(value, measure, as_of) for value in smallest)
        merged = "rfm-bins-merged"
    else:
        cuts = _cuts_by_score(measure, as_of)
        found = scores_by_cuts(known, [_reaches(cut, as_of) for cut in cuts])
        texts = tuple("none" if cut is None else _cut_text(cut, measure) for cut in cuts)
        merged = "rfm-score-not-reached"
    scores = np.zeros(len(column), dtype=np.int64)
    scores[is_known] = found
    scores[state == NEVER] = 1
    return _Scored(scores, texts, tuple(_notes(scores, measure, merged)))


def _states(values: pd.DataFrame, name: str) -> Scores:
    if name + STATE in values:
        return np.asarray(array_of(values[name + STATE]).to_numpy(zero_copy_only=False), dtype=np.int64)
    return np.where(mask_of(array_of(values[name]).is_valid()), READ, EMPTY).astype(np.int64)


def _is_known(values: pd.DataFrame, name: str, as_of: date) -> Mask:
    """Return which cells hold one value, for a date one up to `as_of`."""
    known = mask_of(array_of(values[name]).is_valid())
    if pa.types.is_date32(array_of(values[name]).type):
        known &= mask_of(values[name] <= as_of)
    if name + HIGH in values:
        known &= mask_of(array_of(values[name + HIGH]).is_null())
    return known


def _as_numbers(column: pa.Array) -> Numbers:
    """Return values as numbers of which more is better: dates as days since 1970."""
    if pa.types.is_date32(column.type):
        column = column.cast(pa.int32())
    return np.asarray(column.to_numpy(zero_copy_only=False))


def _cuts_by_score(measure: Measure, as_of: date) -> tuple[Quantity | None, ...]:
    """Return the cuts of scores 2, 3, …: the frozen ones, else the given ones from worst to best."""
    if measure.frozen is not None:
        return measure.frozen
    cuts = [cut for cut in measure.cuts if not isinstance(cut, str)]
    return tuple(sorted(cuts, key=lambda cut: _cut_number(cut, as_of)))


def _cut_number(cut: Quantity, as_of: date) -> Decimal:
    if isinstance(cut, Duration):
        return Decimal((cut.before(as_of) - _EPOCH).days)
    return Decimal(cut)


def _reaches(cut: Quantity | None, as_of: date) -> Callable[[Numbers], Mask] | None:
    if cut is None:
        return None
    number = _cut_number(cut, as_of)
    bound = int(number) if number == int(number) else float(number)
    return lambda known: known >= bound


def _value_text(value: int | float | None, measure: Measure, as_of: date) -> str:
    if value is None:
        return "none"
    if measure.letter == "r":
        return f"{(as_of - _EPOCH).days - int(value)}天"
    return _cut_text(int(value) if measure.letter == "m" else Decimal(repr(value)), measure)


def _cut_text(cut: Quantity, measure: Measure) -> str:
    """Return a cut as a rules file writes it: `115天`, `4次`, `1234.56元`."""
    if isinstance(cut, Duration):
        return cut.text()
    if measure.field.spec.kind == "money":
        return f"{Decimal(cut) / 100:f}元"
    text = f"{Decimal(cut):f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return f"{text}次" if measure.field.spec.kind == "count" else text


def _notes(scores: Scores, measure: Measure, merged: str) -> list[Finding]:
    label, unknown = measure.field.label, int((scores == 0).sum())
    unused = [str(each) for each in range(1, measure.bins + 1) if not (scores == each).any()]
    notes = []
    if unused and unknown < len(scores):
        params = {
            "measure": label,
            "bins": str(measure.bins),
            "found": str(measure.bins - len(unused)),
            "unused": "、".join(unused),
        }
        notes.append(Finding(merged, params=params))
    if unknown:
        notes.append(Finding("rfm-unknown", params={"measure": label, "customers": str(unknown)}))
    return notes


def _mean(scores: Scores) -> float:
    known = scores[scores > 0]
    return int(known.sum()) / len(known) if len(known) else 0.0


def _value_columns(values: pd.DataFrame, rules: RfmRules, as_of: date) -> dict[str, pa.Array]:
    recency = _single(values, "recency")
    days = (as_of - _EPOCH).days - fit(recency.cast(pa.int32()), pa.float64()).to_numpy(zero_copy_only=False)
    known = _is_known(values, "recency", as_of)
    frequency = _single(values, "frequency")
    if rules.frequency.field.spec.kind == "count":
        frequency = fit(frequency, pa.int64())
    columns = {
        "recency": recency,
        "recency_days": pa.array(np.where(known, days, 0).astype(np.int64), mask=~known),
        "frequency": frequency,
        "monetary": fit(_single(values, "monetary"), pa.int64()),
    }
    return columns | _typed_columns(values, columns)


def _single(values: pd.DataFrame, name: str) -> pa.Array:
    """Return the values of a measure, null for a range: its lower end is no value of anybody."""
    column = array_of(values[name])
    if name + HIGH not in values:
        return column
    return choose(mask_of(array_of(values[name + HIGH]).is_valid()), pa.scalar(None, column.type), column)


def _typed_columns(values: pd.DataFrame, single: Mapping[str, pa.Array]) -> dict[str, pa.Array]:
    """Return what stands in the cells that tell no one value, for the measures that have such cells."""
    columns = {}
    for name in MEASURES.values():
        if name + TEXT in values:
            typed = array_of(values[name + TEXT]).cast(pa.string())
            typed = choose(mask_of(single[name].is_valid()), pa.scalar(None, pa.string()), typed)
            if typed.null_count < len(typed):
                columns[f"{name}_typed"] = typed
    return columns


def _segment_columns(scores: list[Scores], segmenting: Segmenting, rules: RfmRules) -> dict[str, pa.Array]:
    """Return the columns that follow from the code; each code that occurs is looked at once."""
    radix = 1 + max(int(each.max(initial=1)) for each in scores)
    packed = (scores[0] * radix + scores[1]) * radix + scores[2]
    coded = pa.array(packed).dictionary_encode()
    rows = [_segment_row(_unpack(code, radix), segmenting, rules) for code in coded.dictionary.to_pylist()]
    names = ("rfm", "segment", "segment_label", "possible", "missing")
    return {name: pa.array([row[name] for row in rows], pa.string()).take(coded.indices) for name in names}


def _unpack(code: int, radix: int) -> Code:
    rest, m = divmod(code, radix)
    r, f = divmod(rest, radix)
    return r or None, f or None, m or None


def _segment_row(code: Code, segmenting: Segmenting, rules: RfmRules) -> dict[str, str | None]:
    possible = segmenting.possible(code)
    missing = [letter for letter, each in zip(MEASURES, code, strict=True) if each is None]
    joint = "" if max(segmenting.bins) < 10 else "-"
    segment = possible[0] if len(possible) == 1 else None
    return {
        "rfm": None if missing else joint.join(str(each) for each in code),
        "segment": segment,
        "segment_label": rules.segment_map.segments[segment].label if segment else rules.unknown_label,
        "possible": None if segment else "|".join(possible),
        "missing": "|".join(missing) if missing and not segment else None,
    }
