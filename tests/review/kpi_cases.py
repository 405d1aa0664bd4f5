"""Small grounds for KPIs, typed into tests: orders, visits and the like of a few customers as plain lists."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa

from crmtool.ledger.ledger import Ledger, LedgerColumn, Source, Table
from crmtool.ledger.standard.dictionary import standard_field
from crmtool.review.kpis.figures import Figure, Figures
from crmtool.review.kpis.ground import KpiGround
from crmtool.review.kpis.measure import measured
from crmtool.review.period import period_named
from crmtool.rules.language.load import load_rule_set
from crmtool.rules.model import RuleSet
from crmtool.visits.frames import table_of
from crmtool.visits.model import REPORT_COLUMNS, frame_of

RULES = Path(__file__).parents[2] / "rules"
_TYPES: Mapping[str, pa.DataType] = {
    **dict.fromkeys(("order_date", "date", "raised", "replied", "done_on", "planned_on"), pa.date32()),
    **dict.fromkeys(("amount", "customer", "row"), pa.int64()),
    **dict.fromkeys(("complaint_rate", "churn_rate", "repeat_rate", "complaint_rate__high"), pa.float64()),
}


@cache
def rules(name: str) -> RuleSet:
    """Return a shipped rule set."""
    common = (RULES / "common.yaml").read_text(encoding="utf-8")
    return load_rule_set((RULES / f"{name}.yaml").read_text(encoding="utf-8"), f"{name}.yaml", common=common)


def with_kpis(kpis: Mapping[str, Sequence[Mapping[str, Any]]], name: str = "annual_plan") -> RuleSet:
    """Return a shipped rule set with other `kpis:`."""
    return replace(rules(name), plain={"kpis": kpis})


def table(header: str, *rows: Sequence[Any]) -> Table:
    """Return a table of these fields (`customer order_date amount`), days as texts."""
    names = header.split()
    columns = {name: [row[place] for row in rows] for place, name in enumerate(names)}
    cells = {name: _cells(name, column) for name, column in columns.items()}
    placed = {"row": pa.array(range(2, 2 + len(rows))), "sheet": pa.array(["明细"] * len(rows))}
    frame = pa.table(placed | cells).to_pandas(types_mapper=pd.ArrowDtype)
    return Table(frame, {}, Source("a.xlsx", "", ("明细",), 1, len(rows)))


def _cells(name: str, column: Sequence[Any]) -> pa.Array:
    kind = _TYPES.get(name, pa.string())
    if kind == pa.date32():
        column = [None if day is None else date.fromisoformat(day) for day in column]
    return pa.array(column, kind)


def customers(count: int, **columns: Sequence[Any]) -> Table:
    """Return customers C0, C1 … with these standard fields, from sheet column C on."""
    cells = {name: _cells(name, column) for name, column in columns.items()}
    names = pa.array([f"C{i}" for i in range(count)])
    arrays = {
        "row": pa.array(range(2, 2 + count)),
        "sheet": pa.array(["客户"] * count),
        "name": names,
        **cells,
    }
    placed = {}
    for number, name in enumerate((name for name in columns if "__" not in name), start=3):
        field = standard_field("customers", name)
        placed[name] = LedgerColumn(field, field.label, number)
    frame = pa.table(arrays).to_pandas(types_mapper=pd.ArrowDtype)
    return Table(frame, placed, Source("a.xlsx", "", ("客户",), 1, count))


def visits(*rows: Mapping[str, Any]) -> pd.DataFrame:
    """Return visits on record; made ones unless their outcome is said."""
    whole = [{"outcome": "done", **row} for row in rows]
    cells = {
        name: pa.array(
            [
                date.fromisoformat(v) if isinstance(v := row.get(name), str) and kind == pa.date32() else v
                for row in whole
            ],
            kind,
        )
        for name, kind in REPORT_COLUMNS.items()
    }
    return frame_of(REPORT_COLUMNS, cells)


def ground(
    people: int | Table,
    *,
    period: str = "2026Q3",
    as_of: str | None = None,
    tiers: Sequence[str | None] | None = None,
    records: pd.DataFrame | None = None,
    made: pd.DataFrame | None = None,
    status_before: Sequence[str | None] | None = None,
    **tables: Table,
) -> KpiGround:
    """Return the ground of a period; so many customers, or the table of them."""
    named = period_named(period)
    assert named is not None
    day = named.last if as_of is None else date.fromisoformat(as_of)
    table = customers(people) if isinstance(people, int) else people
    size = len(table.frame)
    return KpiGround(
        ledger=Ledger(day, table, **tables),
        tiers=pa.array([None] * size if tiers is None else list(tiers), pa.string()),
        keys=pa.array([f"C{i}" for i in range(size)]),
        records=visits() if records is None else records,
        made=made,
        period=named,
        as_of=day,
        status_before=None if status_before is None else pa.array(list(status_before), pa.string()),
    )


def figure(kpi: str, where: KpiGround, tier: str | None = None) -> Figure:
    """Return what a KPI comes to."""
    return Figures(measured(where), where.tiers).of(kpi, tier)


def parts(kpi: str, where: KpiGround) -> dict[int | None, tuple[float, float]]:
    """Return numerator and denominator of a KPI by customer."""
    rows = table_of(measured(where).counts).to_pylist()
    return {row["customer"]: (row["numerator"], row["denominator"]) for row in rows if row["id"] == kpi}
