"""Knows what the KPIs of a period are counted from. How each is counted is left to `crmtool.review.kpis.measure`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pandas as pd
import pyarrow as pa

from crmtool.ledger.ledger import Ledger
from crmtool.review.period import Period


@dataclass(frozen=True)
class KpiGround:
    """A ledger as it is known on `as_of`, judged, with what is on record about visits.

    `tiers` (string, null: undecided), `keys` and `status_before` (客户状态 at the start of the period, null where not
    known; None: not known of anybody) are aligned with the ledger's customers. `records` (REPORT_COLUMNS of
    `crmtool.visits.model`, `customer` filled) are all visits on record, `made` (MADE_COLUMNS) those of a plan that were
    due in the period, None where no plan is known. `sla` is that section of the rule set.
    """

    ledger: Ledger
    tiers: pa.Array
    keys: pa.Array
    records: pd.DataFrame
    made: pd.DataFrame | None
    period: Period
    as_of: date
    status_before: pa.Array | None = None
    sla: tuple[Mapping[str, Any], ...] = field(default=())
