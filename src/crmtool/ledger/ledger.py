"""What a ledger is once it is understood: customers, orders, visits, demands and tickets, each row with its place.

How it is made from sheets is in `crmtool.ledger.build`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

import pandas as pd

from crmtool.errors import Finding
from crmtool.ledger.fields import FieldSpec

#: Suffixes of the columns that stand beside a field's own column, each only where some cell needs it.
HIGH = "__high"  #: upper end where a cell is a range (`500-1000`, `1000人+`), same type; null elsewhere
STATE = (
    "__state"  #: int8: 0 empty, 1 read, 2 filled but unreadable (the value is then null: unknown), 3 never
)
LEVEL = "__level"  #: the id of a dimension's level where the cell names one (高频); the value is then null
TEXT = (
    "__text"  #: what a person sees in the cell, where that is text; null where the cell is a number or date
)
#: timestamp[s] of a timed date: the moment, where its time of day is known; null for a day alone, for midnight to the
#: second (systems write days so) and where the value is null
TIME = "__time"
LATER = (
    "__later"  #: bool of a timed date: true where it lies after the as-of day, and the value is null for that
)

EMPTY, READ, UNREAD, NEVER = 0, 1, 2, 3


@dataclass(frozen=True, slots=True)
class Source:
    """Where a table of the ledger was read: for the record and for places in messages."""

    file: str
    sha256: str
    sheets: tuple[str, ...]
    header_row: int
    rows: int


@dataclass(frozen=True, slots=True)
class LedgerColumn:
    """One column of a read table: which field it is, and how the user calls it."""

    field: FieldSpec
    header: str
    column: int  # 1-based column of the (first) sheet


@dataclass(frozen=True)
class Table:
    """One table of the ledger, Arrow-backed throughout.

    `frame` has a RangeIndex in sheet order and the columns `row` (int64, 1-based sheet row), `sheet` (string),
    then for each field id its value and the suffixed columns above. Tables other than customers have also
    `customer` (int64): the position of their customer in the customers' frame, null where it was not joined.
    `columns` maps field id to its column; a field that is not in it has no column in the sheet.
    `unmapped` are headers that are no known field, in sheet order, kept as text columns `other:<header>`.
    Of orders `reach` are the first day that any row is dated, also one that does not count, and the last one up to the
    as-of date (None: all are later): a cancelled order shows how far the sheet reaches. It is None where no row is
    dated, and of other tables.
    """

    frame: pd.DataFrame
    columns: Mapping[str, LedgerColumn]
    source: Source
    unmapped: tuple[str, ...] = ()
    reach: tuple[date, date | None] | None = None


@dataclass(frozen=True)
class Ledger:
    """Everything read, with what was odd about it.

    `customers` is always there; the others are None where no such sheet was found. `orders` holds only rows
    that count (not cancelled, not after the as-of date), one per order line: `order_no`, `order_date`,
    `amount` (fen, refunds negative), `product`. `dated_as_of` is a 统计截止日 found in the title rows.
    `counts` says what was left out: blank_rows, total_rows, footer_rows, hidden_rows, cancelled_orders …
    """

    as_of: date
    customers: Table
    orders: Table | None = None
    visits: Table | None = None
    demands: Table | None = None
    tickets: Table | None = None
    findings: tuple[Finding, ...] = ()
    counts: Mapping[str, int] = field(default_factory=dict)
    dated_as_of: date | None = None
