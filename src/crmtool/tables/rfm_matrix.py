"""The sheet RFM矩阵: customers by recency and frequency score, and what each segment is worth.

Scores come from `crmtool.rules.rfm.scores`.
"""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from crmtool.content import OutTable, TableColumn
from crmtool.tables.arrays import array
from crmtool.tables.overview import breakdown_columns, count_and_sum
from crmtool.tables.rfm import Scored


def build(scored: Scored) -> OutTable:
    """Return a row per recency score, best first, and a column of customer counts per frequency score.

    Customers without both scores are not counted; a pair of scores that nobody has is 0.
    """
    r, f = (array(scored.scores.frame[letter]) for letter in ("r", "f"))
    radix = scored.rules.frequency.bins + 1
    codes = pc.drop_null(pc.add(pc.multiply(r, radix), f))
    count = {divmod(pair["values"], radix): pair["counts"] for pair in pc.value_counts(codes).to_pylist()}
    r_scores = range(scored.rules.recency.bins, 0, -1)
    f_scores = range(1, scored.rules.frequency.bins + 1)
    columns = [
        TableColumn(f"f{f}", f"F{f}", pa.array([count.get((r, f), 0) for r in r_scores], pa.int64()), "count")
        for f in f_scores
    ]
    heads = TableColumn("r", "最近购买 R ＼ 频率 F", pa.array([f"R{r}" for r in r_scores], pa.string()))
    totals = pa.array([sum(count.get((r, f), 0) for f in f_scores) for r in r_scores], pa.int64())
    return OutTable("rfm_matrix", [heads, *columns, TableColumn("all", "合计", totals, "number")])


def segments(scored: Scored) -> OutTable:
    """Return a row per segment in the map's order with customers, shares and amounts, the unscored last.

    The last row is left out where everybody has a segment.
    """
    segment = pc.fill_null(array(scored.scores.frame["segment"]), "")
    names = {known.id: known.label for known in scored.rules.segment_map.segments.values()}
    if pc.any(pc.equal(segment, "")).as_py():
        names[""] = scored.rules.unknown_label
    customers, amounts = count_and_sum(segment, array(scored.scores.frame["monetary"]), names)
    return OutTable("rfm_segments", breakdown_columns("客户分群", names.values(), customers, amounts))
