"""Puts the workbook of an exported history together: every row of every table, and what people read beside them.

Which columns there are is told in `history_sheets`, how a text fits a cell in `history_cells`; where the rows come
from is left to `crmtool.jobs.histories`.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from crmtool import __version__
from crmtool.content import Content, OutTable, Scalar, TableColumn
from crmtool.review.adjusting.deciding import APPLIED, CURRENT, REFUSED, TURNED_DOWN, WAITING
from crmtool.tables.arrays import mapped, rewritten
from crmtool.tables.history_cells import LongTexts, spelt_all
from crmtool.tables.history_digests import digest_of
from crmtool.tables.history_sheets import (
    FORMAT,
    LONG_TEXTS,
    RUN,
    RUNS,
    SHEETS,
    HistoryColumn,
    HistorySheet,
)
from crmtool.visits.frames import one_array
from crmtool.visits.model import OUTCOME_LABELS, STATUS_LABELS

#: The columns of the runs, beside those of the other tables. What is JSON is told by `crmtool.files.history`.
RUN_COLUMNS: Final[Mapping[str, pa.DataType]] = {
    RUN: pa.int64(),
    **dict.fromkeys(("finished_at", "command"), pa.string()),
    "as_of": pa.date32(),
    **dict.fromkeys(("rules_id", "rules_version", "tool_version", "key", "rules_sha256"), pa.string()),
    **dict.fromkeys(("options", "counts", "notes", "inputs", "outputs"), pa.string()),
}
#: Excel knows no day before this one as what it is.
_FIRST_DAY: Final = date(1900, 3, 1)
_YES_NO: Final = {"true": "是", "false": "否"}
#: Columns in words, and the figures that they tell.
_FIGURES: Final = {
    "figure": "actual",
    "figure_before": "before",
    "figure_year_before": "year_before",
    "figure_baseline": "baseline",
}
_CARRIED_OUT: Final[Mapping[str, str]] = {
    APPLIED: "已写回",
    CURRENT: "台账已是如此",
    TURNED_DOWN: "驳回",
    WAITING: "待定",
    REFUSED: "未写回",
}
_PERCENTS: Final = ("percent", "change")
_UNITS: Final[Mapping[str, str]] = {"days": " 天", "money": " 元", "points": "", "count": ""}
Shown = Callable[[pa.Table], pa.Array]


@dataclass(frozen=True)
class Told:
    """All that a history holds: `runs` (RUN_COLUMNS) in the order in which they were finished, and tables by name."""

    runs: pa.Table
    tables: Mapping[str, pa.Table]


def content(told: Told) -> Content:
    """Return what fills the template `history.xlsx`; the same history is the same content, whatever file it is in."""
    long = LongTexts()
    rows = {RUNS: told.runs, **told.tables}
    shown = _Shown(told)
    tables = {
        sheet.table: _table(sheet, rows[sheet.table], shown, long)
        for sheet in SHEETS
        if sheet.table != LONG_TEXTS
    }
    (last,) = (sheet for sheet in SHEETS if sheet.table == LONG_TEXTS)
    tables[LONG_TEXTS] = _table(last, long.table(), shown, LongTexts(), is_spelt=True)
    return Content(tables, _scalars(told, tables), omit=frozenset() if long.texts else frozenset({last.name}))


def _scalars(told: Told, tables: Mapping[str, OutTable]) -> dict[str, Scalar]:
    days = pc.min_max(told.runs["as_of"]).as_py()
    span = f"{days['min']} 至 {days['max']}" if told.runs.num_rows else "还没有记录"
    counts = {f"{name}_rows": table.rows for name, table in tables.items()}
    digests = {"runs_digest": digest_of(told.runs)}
    digests |= {f"{name}_digest": digest_of(table) for name, table in told.tables.items()}
    return {"format": FORMAT, "span": span, "tool_version": f"crmtool {__version__}", **counts, **digests}


def shown_cells(told: Told, sheet: HistorySheet, rows: pa.Table) -> dict[str, pa.Array]:
    """Return the columns of a sheet that are made for people from `rows`, which are those of its table."""
    shown = _Shown(told)
    return {column.id: one_array(shown.cells(column.id, rows)) for column in sheet.columns if column.is_shown}


def _table(
    sheet: HistorySheet, rows: pa.Table, shown: _Shown, long: LongTexts, *, is_spelt: bool = False
) -> OutTable:
    columns = []
    for column in sheet.columns:
        cells = one_array(shown.cells(column.id, rows) if column.is_shown else rows[column.id])
        if pa.types.is_string(cells.type) and not is_spelt:
            cells = one_array(spelt_all(cells, long))
        columns.append(_column(column, cells))
    return OutTable(sheet.table, columns)


def _column(column: HistoryColumn, cells: pa.Array) -> TableColumn:
    """Return a column of a sheet; what a cell cannot hold as its kind stands in it as a text."""
    if column.is_shown:
        return TableColumn(column.id, column.header, cells, column.look)
    texts = None
    if pa.types.is_date(cells.type):
        texts = pc.if_else(pc.less(cells, pa.scalar(_FIRST_DAY)), cells.cast(pa.string()), None)
    elif pa.types.is_floating(cells.type):
        texts = _exactly(cells)
    elif pa.types.is_boolean(cells.type):
        cells = mapped(cells.cast(pa.string()), _YES_NO)
    elif pa.types.is_integer(cells.type):
        # A number of a cell has 15 digits.
        is_long = pc.greater(pc.abs(pc.fill_null(pc.cast(cells, pa.float64(), safe=False), 0)), 1e15)
        texts = pc.if_else(is_long, cells.cast(pa.string()), None)
    texts = None if texts is None or texts.null_count == len(texts) else texts
    return TableColumn(column.id, column.header, cells, column.look, texts=texts)


def _exactly(numbers: pa.Array) -> pa.Array:
    """Return as texts the numbers that a cell, which has 15 digits, would not give back as they are; null for others."""
    distinct = numbers.dictionary_encode()
    words = [
        None if math.isfinite(value) and float(f"{value:.15g}") == value else repr(value)
        for value in distinct.dictionary.to_pylist()
    ]
    return pa.array(words, pa.string()).take(distinct.indices)


class _Shown:
    """What is shown to people of ids and JSON; nothing of it is read back."""

    def __init__(self, told: Told) -> None:
        self._runs = told.runs
        decided = told.tables["classifications"]
        self._decided = decided.group_by([RUN, "tier", "label"]).aggregate([(RUN, "count")])
        self._labels = dict(
            zip(self._decided["tier"].to_pylist(), self._decided["label"].to_pylist(), strict=True)
        )
        self._periods = pa.array([period_of(text) for text in told.runs["options"].to_pylist()], pa.string())

    def cells(self, name: str, rows: pa.Table) -> pa.Array:
        """Return the cells of a column that is made from others."""
        if name in ("customers", "tiers", "read", "written"):
            return getattr(self, f"_{name}")()
        if name in ("as_of", "period"):
            cells = self._runs["as_of"] if name == "as_of" else self._periods
            return one_array(cells).take(pc.index_in(one_array(rows[RUN]), one_array(self._runs[RUN])))
        if name in _FIGURES:
            return _figures(rows, _FIGURES[name])
        if name == "attained":
            return one_array(rows["attainment"])
        source, words = {
            "state": ("status", STATUS_LABELS),
            "result": ("outcome", OUTCOME_LABELS),
            "carried_out": ("applied", _CARRIED_OUT),
            "before": ("previous", self._tier_labels),
            "held": ("held_tier", self._tier_labels),
            "tier_label": ("tier", self._tier_labels),
        }[name]
        cells = rewritten(one_array(rows[source]), lambda id: words.get(id, id))
        # A KPI without a tier is one of all customers.
        return pc.fill_null(cells, "全部") if "actual" in rows.column_names else cells

    @property
    def _tier_labels(self) -> Mapping[str, str]:
        return {tier: label or tier for tier, label in self._labels.items() if tier is not None}

    def _customers(self) -> pa.Array:
        counts = [sum(counts.values()) or None for counts in self._counts()]
        return pa.array(counts, pa.int64())

    def _tiers(self) -> pa.Array:
        told = [
            "、".join(f"{label} {count:,}" for label, count in counts.items()) or None
            for counts in self._counts()
        ]
        return pa.array(told, pa.string())

    def _counts(self) -> list[dict[str, int]]:
        """Return how many customers each run put into each tier, by the tiers' ids, the undecided last."""
        found: dict[int, dict[str, int]] = {}
        ordered = self._decided.sort_by([(RUN, "ascending"), ("tier", "ascending"), ("label", "ascending")])
        for row in ordered.to_pylist():
            label = row["label"] or row["tier"] or "待补资料"
            of_run = found.setdefault(row[RUN], {})
            of_run[label] = of_run.get(label, 0) + row[f"{RUN}_count"]
        return [found.get(run, {}) for run in self._runs[RUN].to_pylist()]

    def _read(self) -> pa.Array:
        return self._names("inputs", "name")

    def _written(self) -> pa.Array:
        return self._names("outputs", "path")

    def _names(self, column: str, key: str) -> pa.Array:
        lists = (json.loads(text) for text in self._runs[column].to_pylist())
        named = [list(dict.fromkeys(str(each[key]) for each in found)) for found in lists]
        return pa.array(["、".join(names) or None for names in named], pa.string())


def _figures(rows: pa.Table, name: str) -> pa.Array:
    """Return what KPIs came to, as people write it: `85.0%`, `28 天`."""
    values = zip(rows[name].to_pylist(), rows["unit"].to_pylist(), strict=True)
    words = [None if value is None else figure(value, unit) for value, unit in values]
    return pa.array(words, pa.string())


def figure(value: float, unit: str | None) -> str:
    """Return a KPI's figure in words.

    >>> figure(0.8512, "percent"), figure(28.0, "days"), figure(-0.05, "change")
    ('85.1%', '28 天', '-5.0%')
    """
    if unit in _PERCENTS:
        return f"{value:.1%}"
    return f"{value:,.2f}".rstrip("0").rstrip(".") + _UNITS.get(unit or "", "")


def period_of(options: str) -> str | None:
    """Return the period that a run's options name, None where they name none."""
    period = _object(options).get("period")
    return period if isinstance(period, str) else None


def _object(text: str) -> dict[str, object]:
    found = json.loads(text)
    return found if isinstance(found, dict) else {}
