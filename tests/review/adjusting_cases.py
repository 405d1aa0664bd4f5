"""Small ledgers, moves and KPIs typed into tests, to put adjustment tables together from."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa

from crmtool.ledger.ledger import Ledger, Source, Table
from crmtool.review.adjusting.rows import adjustments_of
from crmtool.review.model import (
    ADJUSTMENT_COLUMNS,
    CUSTOMER_KPI_COLUMNS,
    MOVE_COLUMNS,
    SNAPSHOT_COLUMNS,
    Moves,
    Snapshot,
)
from crmtool.rules.language.common import Common
from crmtool.rules.language.load import load_common, load_rule_set
from crmtool.rules.model import RuleSet
from crmtool.visits.frames import column
from crmtool.visits.keys import customer_keys
from crmtool.visits.model import frame_of

AS_OF = date(2024, 3, 31)
RULES = Path(__file__).parents[2] / "rules"
Row = dict[str, Any]


def common() -> Common:
    return load_common((RULES / "common.yaml").read_text(encoding="utf-8"))


def rules(name: str = "value_risk", **sections: str) -> RuleSet:
    """Return a shipped rule set, with sections replaced by other lines where some are given."""
    text = (RULES / f"{name}.yaml").read_text(encoding="utf-8")
    for key, value in sections.items():
        begin = text.index(f"\n{key}:")
        end = next(at for at in range(begin + 2, len(text)) if text[at - 1] == "\n" and text[at] not in " #")
        text = text[:begin] + f"\n{key}: {value}\n" + text[end:]
    return load_rule_set(
        text, f"rules/{name}.yaml", common=(RULES / "common.yaml").read_text(encoding="utf-8")
    )


def frame(columns: Any, rows: Sequence[Row]) -> pd.DataFrame:
    """Return rows as a frame of the given columns; what a row does not say is null."""
    return frame_of(
        columns, {name: pa.array([row.get(name) for row in rows], kind) for name, kind in columns.items()}
    )


def ledger(rows: Sequence[Row]) -> Ledger:
    """Return a ledger of customers; `adjusted_on` and `lock_until` are days, all else text."""
    names = dict.fromkeys(name for row in rows for name in row)
    kinds = {name: pa.date32() if name in ("adjusted_on", "lock_until") else pa.string() for name in names}
    customers = Table(frame(kinds, rows), {}, Source("客户台账.xlsx", "", ("客户",), 1, len(rows)))
    return Ledger(AS_OF, customers)


def kpi(customer: int, kpi_id: str, text: str, attainment: float | None, *, is_own: bool = True) -> Row:
    """Return a row of customers' KPIs; it is met where it was attained in full."""
    met = None if attainment is None else attainment >= 1
    told: Row = {"customer": customer, "id": kpi_id, "text": text, "attainment": attainment}
    return {**told, "met": met, "is_own": is_own}


def adjusted(
    customers: Sequence[Row],
    tiers: Sequence[str | None],
    kpis: Sequence[Row] = (),
    moves: Sequence[Row] = (),
    carried: Sequence[Row] | None = None,
    rule_set: RuleSet | None = None,
    settled: Sequence[bool] | None = None,
) -> list[Row]:
    """Return the rows of the adjustment table, as dicts without what is empty."""
    made = ledger(customers)
    keys = customer_keys(made.customers.frame).to_pylist()
    stand = [
        {"customer_key": key, "name": row.get("name"), "customer_id": row.get("customer_id"), "tier": tier}
        for key, row, tier in zip(keys, customers, tiers, strict=True)
    ]
    table = adjustments_of(
        made,
        Snapshot(AS_OF, frame(SNAPSHOT_COLUMNS, stand), "judged"),
        Moves(frame(MOVE_COLUMNS, moves)),
        frame(CUSTOMER_KPI_COLUMNS, kpis),
        rule_set or rules(),
        common(),
        None if carried is None else frame(ADJUSTMENT_COLUMNS, carried),
        None if settled is None else pa.array(settled),
    )
    assert {name: column(table, name).type for name in table.columns} == dict(ADJUSTMENT_COLUMNS)
    rows = pa.Table.from_pandas(table, preserve_index=False).to_pylist()
    return [{name: value for name, value in row.items() if value is not None} for row in rows]
