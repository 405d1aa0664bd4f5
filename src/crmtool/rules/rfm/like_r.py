"""R's scores laid out over a ledger's customers, with our segments: what `rfm --method r` shows.

The scores themselves are in `crmtool.rules.rfm.compat`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from crmtool.errors import Finding
from crmtool.ledger.quantities import FEN_PER_YUAN
from crmtool.rules.arrays import array_of, frame_of
from crmtool.rules.rfm.compat import RScores
from crmtool.rules.rfm.model import RfmRules, SegmentMap
from crmtool.rules.rfm.scores import RfmScores
from crmtool.rules.rfm.segments import Segmenting

#: The segment of everybody where no map is made for the scores.
NO_SEGMENTS = SegmentMap("", "", {})


def rules_like_r(rules: RfmRules, bins: int) -> RfmRules:
    """Return the rules with R's number of scores, and without segments where the maps are made for another."""
    if all(measure.bins == bins for measure in rules.measures):
        return rules
    recency, frequency, monetary = (
        replace(measure, cuts="quantile", bins=bins, frozen=None) for measure in rules.measures
    )
    return replace(
        rules,
        recency=recency,
        frequency=frequency,
        monetary=monetary,
        maps={NO_SEGMENTS.id: NO_SEGMENTS},
        chosen=NO_SEGMENTS.id,
        unknown_label="未分群",
        examples=(),
    )


def scores_from_r(scored: RScores, rules: RfmRules, customers: int, bins: int, as_of: date) -> RfmScores:
    """Return R's scores in the ledger's order; customers without orders stay without a score.

    `scored` has `customer` as positions in the ledger. Segments are those of the chosen map; where it was made
    for another number of scores there are none, and a note says so. `as_of` is the day that R's days lie before.
    Show the scores with `rules_like_r`. Cuts are those of the scores from 2 up; R's recency scores lie below them.
    """
    frame = scored.frame
    place = np.full(customers, -1, dtype=np.int64)
    place[np.asarray(frame["customer"], dtype=np.int64)] = np.arange(len(frame))
    rows = pa.array(place, mask=place < 0)

    def laid_out(name: str, kind: pa.DataType) -> pa.Array:
        return array_of(frame[name]).cast(kind).take(rows)

    letters = {"r": "recency_score", "f": "frequency_score", "m": "monetary_score"}
    fen = np.rint(np.asarray(frame["amount"], dtype=np.float64) * FEN_PER_YUAN).astype(np.int64)
    columns = {
        "recency": pa.array(_days_before(as_of, np.asarray(frame["recency_days"], dtype=np.int64))).take(
            rows
        ),
        "recency_days": laid_out("recency_days", pa.int64()),
        "frequency": laid_out("transaction_count", pa.int64()),
        "monetary": pa.array(fen).take(rows),
        **{letter: laid_out(name, pa.int64()) for letter, name in letters.items()},
        "rfm": laid_out("rfm_score", pa.string()),
    }
    means = {letter: float(pc.mean(columns[letter]).as_py()) for letter in letters}
    fits = all(measure.bins == bins for measure in rules.measures)
    columns |= _segments(columns, rules, bins, means) if fits else _no_segments(customers)
    notes = () if fits else (_no_map(rules, bins),)
    return RfmScores(frame_of(columns), _cut_texts(scored), means, rules.chosen if fits else "", notes)


def _days_before(as_of: date, days: npt.NDArray[np.int64]) -> npt.NDArray[np.datetime64]:
    return np.datetime64(as_of, "D") - days.astype("timedelta64[D]")


def _cut_texts(scored: RScores) -> dict[str, tuple[str, ...]]:
    """Return where each score from 2 up begins; a better recency score lies below its cut, not at it."""
    cuts = scored.cuts
    return {
        "recency": tuple(f"<{_short(cut)}天" for cut in sorted(cuts.recency, reverse=True)),
        "frequency": tuple(f"{_short(cut)}次" for cut in sorted(cuts.frequency)),
        "monetary": tuple(f"{_short(cut)}元" for cut in sorted(cuts.monetary)),
    }


def _short(cut: float) -> str:
    text = f"{cut:.4f}"
    return text.rstrip("0").rstrip(".")


def _no_map(rules: RfmRules, bins: int) -> Finding:
    made_for = "×".join(str(measure.bins) for measure in rules.measures)
    params = {"map": rules.chosen, "bins": str(bins), "made_for": made_for}
    return Finding("rfm-map-of-other-bins", params=params)


def _segments(
    columns: Mapping[str, pa.Array], rules: RfmRules, bins: int, means: Mapping[str, float]
) -> dict[str, pa.Array]:
    codes = list(zip(*(columns[letter].to_pylist() for letter in ("r", "f", "m")), strict=True))
    segmenting = Segmenting(rules.segment_map, (bins, bins, bins), means)
    ids = {code: segmenting.possible(code)[0] for code in set(codes) if None not in code}
    labels = {segment.id: segment.label for segment in rules.segment_map.segments.values()}
    found = pa.array([ids.get(code) for code in codes], pa.string())
    return {
        "segment": found,
        "segment_label": pa.array(
            [labels.get(i, rules.unknown_label) for i in found.to_pylist()], pa.string()
        ),
    }


def _no_segments(customers: int) -> dict[str, pa.Array]:
    return {name: pa.nulls(customers, pa.string()) for name in ("segment", "segment_label")}
