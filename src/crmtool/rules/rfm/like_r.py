"""R's scores laid out over a ledger's customers, with our segments: what `rfm --method r` shows.

The scores themselves are in `crmtool.rules.rfm.compat`.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from crmtool.ledger.quantities import FEN_PER_YUAN
from crmtool.rules.arrays import array_of, frame_of
from crmtool.rules.rfm.compat import RScores
from crmtool.rules.rfm.model import RfmRules
from crmtool.rules.rfm.scores import RfmScores
from crmtool.rules.rfm.segments import Segmenting


def scores_from_r(scored: RScores, rules: RfmRules, customers: int, bins: int) -> RfmScores:
    """Return R's scores in the ledger's order; customers without orders stay without a score.

    `scored` has `customer` as positions in the ledger. Segments are those of the chosen map; they are left out
    where the scores have another number of bins than the map was made for. `recency` stays empty: R keeps days.
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
        "recency": pa.nulls(customers, pa.date32()),
        "recency_days": laid_out("recency_days", pa.int64()),
        "frequency": laid_out("transaction_count", pa.int64()),
        "monetary": pa.array(fen).take(rows),
        **{letter: laid_out(name, pa.int64()) for letter, name in letters.items()},
        "rfm": laid_out("rfm_score", pa.string()),
    }
    fits = all(measure.bins == bins for measure in rules.measures)
    columns |= _segments(columns["rfm"], rules, bins) if fits else _no_segments(customers)
    cuts = {
        "recency": tuple(f"{cut:g}" for cut in scored.cuts.recency),
        "frequency": tuple(f"{cut:g}" for cut in scored.cuts.frequency),
        "monetary": tuple(f"{cut:g}" for cut in scored.cuts.monetary),
    }
    means = {letter: float(pc.mean(columns[letter]).as_py()) for letter in letters}
    return RfmScores(frame_of(columns), cuts, means, rules.chosen)


def _segments(codes: pa.Array, rules: RfmRules, bins: int) -> dict[str, pa.Array]:
    known = pc.unique(codes.drop_null()).to_pylist()
    segmenting = Segmenting(rules.segment_map, (bins, bins, bins))
    ids = {code: segmenting.possible((int(code[0]), int(code[1]), int(code[2])))[0] for code in known}
    labels = {segment.id: segment.label for segment in rules.segment_map.segments.values()}
    found = pa.array([ids.get(code) for code in codes.to_pylist()], pa.string())
    return {
        "segment": found,
        "segment_label": pa.array(
            [labels.get(i, rules.unknown_label) for i in found.to_pylist()], pa.string()
        ),
    }


def _no_segments(customers: int) -> dict[str, pa.Array]:
    return {name: pa.nulls(customers, pa.string()) for name in ("segment", "segment_label")}
