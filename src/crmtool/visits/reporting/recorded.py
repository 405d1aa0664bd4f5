"""The ledger's 回访记录 as reports, and reports from elsewhere as rows of it, so that they count when customers are judged.

Reading and judging are left to others; each visit counts once, wherever it was recorded.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from crmtool.ledger.ledger import Ledger, LedgerColumn, Source, Table
from crmtool.ledger.rows.masks import Mask
from crmtool.ledger.standard.dictionary import standard_field
from crmtool.rules.language.common import Common
from crmtool.visits.frames import column, frame_from, one_array, replaced, rows_where, table_of
from crmtool.visits.keys import customer_keys
from crmtool.visits.model import OUTCOME_DONE, OUTCOME_LABELS
from crmtool.visits.reading.records import FIELDS, records_of
from crmtool.visits.reporting.agreeing import one_of_each, visit_keys
from crmtool.visits.reporting.candidates import positions


def recorded_visits(ledger: Ledger, common: Common) -> pd.DataFrame:
    """Return the ledger's 回访记录 as reports (REPORT_COLUMNS), without rows that say nothing of what became of the visit.

    A row that was joined to nobody, because it has no id, is the customer's whose name only one has.
    """
    keys = customer_keys(ledger.customers.frame)
    records = records_of(ledger, keys, common)
    if "name" in ledger.customers.frame and len(records):
        found = positions(column(records, "name"), column(ledger.customers.frame, "name"))
        found = pc.if_else(pc.is_null(column(records, "customer_id")), found, pa.scalar(None, pa.int64()))
        customer = pc.coalesce(column(records, "customer"), found)
        records = replaced(records, {"customer": customer, "customer_key": keys.take(customer)})
    return rows_where(records, pc.is_valid(column(records, "outcome")))


def with_reports(ledger: Ledger, reports: pd.DataFrame, common: Common) -> Ledger:
    """Return the ledger with reported visits (REPORT_COLUMNS) among its own: those that were made and are not there yet.

    A visit is there where its id is, or one of the same customer and day
    by the same channel. Customers are found by `customer_key`; whose customer is not in the ledger is left out.
    """
    made = table_of(one_of_each(reports))
    keys = customer_keys(ledger.customers.frame)
    customer = pc.index_in(made["customer_key"], keys).cast(pa.int64())
    made = made.set_column(made.column_names.index("customer"), "customer", customer)
    counts = pc.and_(pc.equal(made["outcome"], OUTCOME_DONE), pc.is_valid(customer))
    made = made.filter(pc.and_(counts, pc.is_valid(made["done_on"])))
    if ledger.visits is not None:
        made = made.filter(pa.array(~_is_there(made, ledger, common)))
    if not made.num_rows:
        return ledger
    return replace(ledger, visits=_joined(ledger, made, common))


def _is_there(made: pa.Table, ledger: Ledger, common: Common) -> Mask:
    there = table_of(recorded_visits(ledger, common))
    by_id = pc.and_(pc.is_valid(made["visit_id"]), pc.is_in(made["visit_id"], one_array(there["visit_id"])))
    by_day = pc.is_in(visit_keys(made, by_id=False), visit_keys(there, by_id=False))
    return np.asarray(pc.or_(by_id, by_day))


def _joined(ledger: Ledger, made: pa.Table, common: Common) -> Table:
    """Return the ledger's visits with more of them below."""
    own = ledger.visits or _no_visits(ledger)
    table = table_of(own.frame)
    last = pc.max(table["row"]).as_py() or 0
    labels = {key: channel.label for key, channel in common.channels.items()}
    named = pa.array([labels.get(each, each) for each in made["channel"].to_pylist()], pa.string())
    statuses = pa.array([OUTCOME_LABELS[each] for each in made["outcome"].to_pylist()], pa.string())
    cells: dict[str, pa.Array] = {field: made[name] for name, field in FIELDS.items()}
    cells |= {"channel": named, "status": statuses, "customer": made["customer"]}
    cells["row"] = pa.array(np.arange(last + 1, last + 1 + made.num_rows), table.schema.field("row").type)
    cells["sheet"] = pa.repeat(pa.scalar(own.source.sheets[0]), made.num_rows)
    rows = pa.table({name: cell for name, cell in cells.items() if pc.any(pc.is_valid(cell)).as_py()})
    frame = frame_from(pa.concat_tables([table, rows], promote_options="permissive"))
    columns = {
        field: LedgerColumn(standard_field("visits", field), standard_field("visits", field).label, 1)
        for field in rows.column_names
        if field in FIELDS.values()
    }
    return replace(own, frame=frame, columns={**columns, **own.columns})


def _no_visits(ledger: Ledger) -> Table:
    """Return a table of visits without any, as of the ledger's own file."""
    source = ledger.customers.source
    schema = pa.schema({"row": pa.int64(), "sheet": pa.string(), "customer": pa.int64()})
    frame = frame_from(schema.empty_table())
    return Table(frame, {}, Source(source.file, source.sha256, source.sheets[:1], 0, 0))
