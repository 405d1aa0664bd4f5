"""Knows what a ledger itself says of its customers' KPIs: cells 关键监测指标, and columns such as 投诉率.

What is counted, and which of the two holds, is left to `crmtool.review.kpis.customers`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from crmtool.errors import Finding
from crmtool.ledger.ledger import HIGH, Ledger
from crmtool.ledger.values.kpis import KpiFigure, parse_kpis
from crmtool.ledger.values.readings import Refusal
from crmtool.ledger.values.spelling import fold
from crmtool.rules.arrays import array_of, mask_of
from crmtool.visits.reading.columns import distinct_texts, findings_at

#: The column of the cells, and those that state a KPI of their own name.
CELLS: Final = "kpi_text"
COLUMNS: Final = ("complaint_rate", "churn_rate", "repeat_rate")
Numbers = NDArray[np.int64]
_NOBODY: Final[Numbers] = np.zeros(0, dtype=np.int64)


@dataclass(frozen=True)
class Stated:
    """What is stated of KPIs.

    `figures` are the distinct parts of all cells. `of_kpi` says for each KPI which part each customer's cell has of it
    (-1: none). `others` are the parts that stand for themselves, under names that are no KPI's: the customers, and
    which part each has. `columns` are the cells of columns that state a KPI (float64, null: none).
    """

    figures: tuple[KpiFigure, ...] = ()
    of_kpi: Mapping[str, Numbers] = field(default_factory=dict)
    others: tuple[Numbers, Numbers] = (_NOBODY, _NOBODY)
    columns: Mapping[str, pa.Array] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()


def stated_in(ledger: Ledger, names: Mapping[str, str]) -> Stated:
    """Return what the customers' cells state; `names` is that of `crmtool.review.kpis.names.names_of`.

    Of one KPI twice in a cell the first is the KPI's; the other stands for itself.
    """
    columns = _columns(ledger)
    frame = ledger.customers.frame
    if CELLS not in frame:
        return Stated(columns=columns)
    texts, codes = distinct_texts(frame[CELLS])
    read = [parse_kpis(text) for text in texts]
    is_odd = np.array([isinstance(each, Refusal) for each in read] + [False])
    findings = findings_at("kpi-cell-unreadable", ledger.customers, CELLS, is_odd[codes])
    figures: list[KpiFigure] = []
    of_text: dict[str, Numbers] = {}
    others: list[tuple[int, int]] = []
    for place, each in enumerate(read):
        for figure in () if isinstance(each, Refusal) else each:
            id = names.get(fold(figure.label))
            # One more place for the customers without a cell, whose code is -1.
            parts = (
                None if id is None else of_text.setdefault(id, np.full(len(texts) + 1, -1, dtype=np.int64))
            )
            if parts is None or parts[place] >= 0:
                others.append((place, len(figures)))
            else:
                parts[place] = len(figures)
            figures.append(figure)
    of_kpi = {id: parts[codes] for id, parts in of_text.items()}
    return Stated(tuple(figures), of_kpi, _spread(others, codes, len(texts)), columns, findings)


def _spread(parts: list[tuple[int, int]], codes: Numbers, texts: int) -> tuple[Numbers, Numbers]:
    """Return the customers of each part and the part itself, one row each; a part is of all who have its text."""
    if not parts:
        return _NOBODY, _NOBODY
    place, figure = np.array(parts, dtype=np.int64).T
    known = np.flatnonzero(codes >= 0)
    by_text = known[np.argsort(codes[known], kind="stable")]
    sizes = np.bincount(codes[known], minlength=texts)
    starts = np.append(0, np.cumsum(sizes))
    counts = sizes[place]
    steps = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
    return by_text[np.repeat(starts[place], counts) + steps], np.repeat(figure, counts)


def _columns(ledger: Ledger) -> dict[str, pa.Array]:
    """Return the columns that state a KPI; a range states no figure."""
    frame, found = ledger.customers.frame, {}
    for name in COLUMNS:
        if name in frame:
            cells = array_of(frame[name]).cast(pa.float64())
            if name + HIGH in frame:
                cells = pa.array(
                    cells.to_numpy(zero_copy_only=False),
                    mask=~mask_of(cells.is_valid()) | mask_of(array_of(frame[name + HIGH]).is_valid()),
                )
            found[name] = cells
    return found
