"""Knows what each customer's own KPIs came to: those of the tier, those of all, and what the ledger itself states.

How one of them is judged is left to `crmtool.review.kpis.one`, what they come to for groups to
`crmtool.review.kpis.results`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from crmtool.errors import Finding
from crmtool.review.kpis.counts import Measured, Numbers
from crmtool.review.kpis.figures import BEFORE, CHANGE, NOW, scale_of
from crmtool.review.kpis.ground import KpiGround
from crmtool.review.kpis.laying import BLOCK, alike_rows, block_of, counts_laid_out
from crmtool.review.kpis.names import names_of
from crmtool.review.kpis.odd import Odd, stated_otherwise
from crmtool.review.kpis.one import Kind, judged
from crmtool.review.kpis.results import asked_unit, labels_of
from crmtool.review.kpis.stated import Stated, stated_in
from crmtool.review.kpis.unfit import cut_off_findings, target_findings
from crmtool.review.kpis.wording import unit_in
from crmtool.review.model import CUSTOMER_KPI_COLUMNS
from crmtool.rules.arrays import Mask, mask_of
from crmtool.rules.asked_kpis import Asked, asked_of, targets_by_tier
from crmtool.rules.measuring.differences import LISTED
from crmtool.rules.model import RuleSet
from crmtool.visits.frames import column, same_text, table_of
from crmtool.visits.model import frame_of

#: Where KPIs stand among those of a customer: of the tier, stated beside, of all.
_BESIDE, _OF_ALL = 1_000, 1 << 40


@dataclass(frozen=True)
class CustomerKpis:
    """The KPIs of the customers (CUSTOMER_KPI_COLUMNS), and what was odd about them."""

    frame: pd.DataFrame
    findings: tuple[Finding, ...] = ()


def customer_kpis(
    measured: Measured, ground: KpiGround, rule_set: RuleSet, results: pd.DataFrame
) -> CustomerKpis:
    """Return the customers' KPIs; `results` (KPI_COLUMNS) are those of all, whose baselines hold for each.

    A customer has those of the tier (`is_own`), those that the own cell 关键监测指标 states beside (`is_own` too), and those
    of `all:`. What is stated in the cell wins over a column of the KPI's name, that over what is counted; a stated
    target wins over the rules'. Findings say where a stated figure differs from the counted one, which cells cannot be
    read, and which of the rules' targets no KPI can come to.
    """
    stated = stated_in(ground.ledger, names_of(rule_set, measured.labels))
    rows = _Rows(measured, ground, rule_set, stated, _baselines(results))
    blocks = [*rows.of_rules(), *rows.stated_beside(), *rows.under_other_names()]
    cells = pa.concat_tables([BLOCK.empty_table(), *blocks]).combine_chunks()
    cells = cells.sort_by([("customer", "ascending"), ("rank", "ascending")])
    arrays = {
        name: cells[name].combine_chunks() for name in CUSTOMER_KPI_COLUMNS if name in cells.column_names
    }
    keys = ground.keys.take(arrays["customer"])
    frame = frame_of(CUSTOMER_KPI_COLUMNS, {**arrays, "customer_key": keys})
    unfit = (*target_findings(rule_set), *cut_off_findings(results, rule_set))
    odd = (*unfit, *stated.findings, *stated_otherwise(ground.ledger, rows.odd))
    return CustomerKpis(frame, odd)


def _baselines(results: pd.DataFrame) -> dict[tuple[str, str | None], Fraction]:
    """Return what relative targets of each KPI and tier start from, where that is known."""
    table = pa.table({name: column(results, name) for name in ("id", "tier", "baseline")})
    known = table.filter(pc.is_valid(table["baseline"])).to_pylist()
    return {(row["id"], row["tier"]): Fraction(row["baseline"]).limit_denominator(10**9) for row in known}


class _Rows:
    """Makes the rows of one KPI after the other; `odd` gathers what is stated otherwise than it is counted."""

    def __init__(
        self,
        measured: Measured,
        ground: KpiGround,
        rule_set: RuleSet,
        stated: Stated,
        baselines: dict[tuple[str, str | None], Fraction],
    ) -> None:
        self.measured, self.rule_set = measured, rule_set
        self.tiers, self.size = ground.tiers, len(ground.tiers)
        self.stated, self.baselines = stated, baselines
        self.labels = labels_of(rule_set, measured)
        self.odd: list[Odd] = []
        self._in_rules: dict[str, Mask] = {}

    def of_rules(self) -> Iterator[pa.Table]:
        """Yield the rows of the KPIs that the rules name: those of each tier, and of `all:` for whoever has no own."""
        asked = asked_of(self.rule_set)
        for place, entry in enumerate(asked):
            if entry.tier:
                customers = mask_of(same_text(self.tiers, entry.tier))
                yield self._rows(entry, customers, place, is_own=True)
        for place, entry in enumerate(asked):
            if not entry.tier:
                left = ~self._in_rules.get(entry.id, np.zeros(self.size, dtype=np.bool_))
                is_stated = left & (self._parts(entry.id) >= 0)
                yield self._rows(entry, is_stated, _BESIDE + place, is_own=True)
                yield self._rows(entry, left & ~is_stated, _OF_ALL + place, is_own=False)

    def stated_beside(self) -> Iterator[pa.Table]:
        """Yield the rows of the KPIs that cells state and that the rules name neither for the tier nor for all."""
        for place, kpi in enumerate(sorted(self.stated.of_kpi)):
            nowhere = np.zeros(self.size, dtype=np.bool_)
            beside = (self._parts(kpi) >= 0) & ~self._in_rules.get(kpi, nowhere)
            entry = Asked("", kpi, self.labels.get(kpi, kpi), None)
            yield self._rows(entry, beside, _BESIDE + 500 + place, is_own=True)

    def under_other_names(self) -> Iterator[pa.Table]:
        """Yield the rows of what cells state under names that are no KPI's."""
        customers, parts = self.stated.others
        figures = self.stated.figures
        used, place = np.unique(parts, return_inverse=True)
        named = [(figures[part].label, unit_in(figures[part])) for part in used.tolist()]
        kinds = [Kind(label, label, unit, None) for label, unit in named]
        rows = [
            judged(kind, None, figures[part], None) for kind, part in zip(kinds, used.tolist(), strict=True)
        ]
        yield block_of(rows, customers, place, _BESIDE + 900 + parts, is_own=True)

    def _parts(self, kpi: str) -> Numbers:
        return self.stated.of_kpi.get(kpi, np.full(self.size, -1, dtype=np.int64))

    @cached_property
    def _counts(self) -> dict[str, tuple[Numbers, Numbers]]:
        return counts_laid_out(table_of(self.measured.counts), self.size)

    def _rows(self, entry: Asked, mask: Mask, rank: int, *, is_own: bool) -> pa.Table:
        """Return the rows of one KPI for some customers: what is alike is judged once."""
        kpi, unit = entry.id, asked_unit(entry.id, self.rule_set)
        self._in_rules[kpi] = self._in_rules.get(kpi, np.zeros(self.size, dtype=np.bool_)) | mask
        customers = np.flatnonzero(mask)
        if not len(customers):
            return BLOCK.empty_table()
        target = targets_by_tier(self.rule_set, kpi, unit, scale_of(kpi)).get(entry.tier)
        kind = Kind(kpi, entry.label, unit, target, self.baselines.get((kpi, entry.tier or None)))
        nothing = np.zeros(self.size, dtype=np.int64)
        parts = self._parts(kpi)[customers]
        codes, cells = self._cells(kpi, customers)
        names = (NOW, BEFORE) if kpi == CHANGE else (kpi,)
        counts = [each[customers] for name in names for each in self._counts.get(name, (nothing, nothing))]
        alike, place = alike_rows([parts, codes, *counts])
        rows = []
        for part, code, *counted in alike:
            figure = self.stated.figures[part] if part >= 0 else None
            rows.append(judged(kind, counted, figure, cells[code] if code >= 0 else None))
        self._note(kpi, rows, customers, place, parts)
        return block_of(rows, customers, place, np.full(len(customers), rank), is_own=is_own)

    def _cells(self, kpi: str, customers: Numbers) -> tuple[Numbers, list[float]]:
        """Return which figure the column of a KPI holds for each customer (-1: none), and these figures."""
        cells = self.stated.columns.get(kpi)
        if cells is None:
            return np.full(len(customers), -1, dtype=np.int64), []
        coded = cells.take(pa.array(customers)).dictionary_encode()
        codes = pc.fill_null(coded.indices, -1).to_numpy(zero_copy_only=False).astype(np.int64)
        return codes, coded.dictionary.to_pylist()

    def _note(
        self, kpi: str, rows: list[dict[str, Any]], customers: Numbers, place: Numbers, parts: Numbers
    ) -> None:
        differs = np.array([row["counted"] is not None for row in rows], dtype=np.bool_)[place]
        for is_in_cell in (True, False):
            odd = np.flatnonzero(differs & ((parts >= 0) == is_in_cell))
            if len(odd):
                places = tuple(
                    (int(customers[at]), rows[place[at]]["stated"], rows[place[at]]["counted"])
                    for at in odd[:LISTED].tolist()
                )
                self.odd.append(Odd(kpi, rows[place[odd[0]]]["label"], is_in_cell, places, len(odd)))
