"""From sheets to a `Ledger`: read every table, leave out what does not count, and tie the tables together.

Each step is in a module of its own; this one knows their order.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from crmtool.errors import Finding, InputError
from crmtool.ledger.headers.layout import Layout
from crmtool.ledger.headers.vocabulary import fold_name
from crmtool.ledger.ledger import Ledger, LedgerColumn, Source, Table
from crmtool.ledger.rows.freshness import newest_day, stale_findings
from crmtool.ledger.rows.joining import join
from crmtool.ledger.rows.masks import Mask
from crmtool.ledger.rows.orders import counting_orders, reach_of
from crmtool.ledger.rows.places import LISTED
from crmtool.ledger.rows.readtable import Raw, read_sheets
from crmtool.ledger.rows.tiers import with_tier
from crmtool.ledger.standard.dictionary import ROLES, Role, standard_field
from crmtool.sheets import Sheet, cell_name

#: Date fields that say when a customer was last dealt with.
_CONTACT_DAYS = ("last_order", "last_contact", "recency")


def build_ledger(
    layout: Layout,
    sheets: Mapping[Role, Sequence[Sheet]],
    *,
    as_of: date,
    is_default_as_of: bool = False,
    units: Mapping[str, str] | None = None,
    sources: Mapping[str, str] | None = None,
) -> Ledger:
    """Build the ledger from the sheets that the layout asked for.

    `units` maps a header to the unit of its bare numbers, over what the header says. `sources` are the sha256
    digests of the files, by the name that the sheets carry. With `is_default_as_of` a ledger whose newest day
    is more than three months before the as-of date is a finding. Where the layout has orders and no customers,
    the customers are those who ordered. Raises `InputError` where no customer is left to read.
    """
    digests = sources or {}
    declared = {fold_name(header): unit for header, unit in (units or {}).items()}
    raws = {
        role: read_sheets(layout.of(role), sheets[role], as_of=as_of, units=declared)
        for role in ROLES
        if layout.of(role)
    }
    reach = reach_of(raws["orders"], as_of) if "orders" in raws else None
    if "orders" in raws:
        raws["orders"] = counting_orders(raws["orders"], as_of=as_of)
    customers = raws["customers"] if "customers" in raws else customers_of_orders(raws["orders"])
    if not customers.table.num_rows:
        seen = customers.layouts[0]
        raise InputError(
            Finding(
                "no-customers", file=seen.file, sheet=seen.sheet, params={"row": str(seen.header_rows[-1])}
            )
        )
    customers = with_tier(customers, layout.wanted)
    findings = [*layout.findings, *customers.findings, *_identity_findings(customers)]
    counts = Counter(customers.counts)
    tables: dict[Role, Table] = {}
    for role in ROLES[1:]:
        if role in raws:
            tables[role], more, told = _tied(customers, raws[role], role, digests)
            findings += told
            counts.update(more)
    if reach is not None:
        tables["orders"] = replace(tables["orders"], reach=reach)
    if is_default_as_of:
        newest = newest_day(_days(customers, raws), as_of)
        findings += stale_findings(newest, layout.dated_as_of, as_of, file=customers.file)
    return Ledger(
        as_of=as_of,
        customers=_table(customers, digests),
        orders=tables.get("orders"),
        visits=tables.get("visits"),
        demands=tables.get("demands"),
        tickets=tables.get("tickets"),
        findings=tuple(findings),
        counts=dict(counts),
        dated_as_of=layout.dated_as_of,
    )


def customers_of_orders(orders: Raw) -> Raw:
    """Return the customers that orders name, in the order of their first line: by id where there is one."""
    key = "customer_id" if "customer_id" in orders.columns else "customer_name"
    table = orders.table
    codes = table[key].combine_chunks().dictionary_encode().indices.fill_null(-1)
    known, first = np.unique(np.asarray(codes), return_index=True)
    table = table.take(pa.array(np.sort(first[known >= 0])))
    arrays = {"row": table["row"], "sheet": table["sheet"]}
    columns: dict[str, LedgerColumn] = {}
    for own, there in (("customer_id", "customer_id"), ("name", "customer_name")):
        if there in orders.columns:
            arrays[own] = table[there]
            columns[own] = replace(orders.columns[there], field=standard_field("customers", own))
    return Raw(pa.table(arrays), columns, (), orders.layouts)


def _tied(
    customers: Raw, rows: Raw, role: Role, digests: Mapping[str, str]
) -> tuple[Table, Counter[str], list[Finding]]:
    joined = join(customers, rows)
    table = rows.table.add_column(2, "customer", joined.customer)
    counts = Counter(
        {f"{role}_{name}" if name.endswith("_rows") else name: n for name, n in rows.counts.items()}
    )
    counts[f"unjoined_{role}"] += joined.unjoined
    tied = replace(rows, table=table)
    return _table(tied, digests), counts, [*rows.findings, *joined.findings]


def _table(raw: Raw, digests: Mapping[str, str]) -> Table:
    frame = raw.table.to_pandas(types_mapper=pd.ArrowDtype)
    assert isinstance(frame.index, pd.RangeIndex)
    assert all(isinstance(dtype, pd.ArrowDtype) for dtype in frame.dtypes), "a column left Arrow"
    first = raw.layouts[0]
    names = tuple(layout.sheet for layout in raw.layouts)
    source = Source(raw.file, digests.get(raw.file, ""), names, first.header_rows[-1], len(frame))
    return Table(frame, dict(raw.columns), source, raw.unmapped)


def _identity_findings(customers: Raw) -> list[Finding]:
    """Return customers without a name, and names and ids that occur again."""
    findings: list[Finding] = []
    for field_id, code in (("name", "duplicate-customer-name"), ("customer_id", "duplicate-customer-id")):
        if field_id in customers.columns:
            findings += _repeated(customers, field_id, code)
    if "name" in customers.columns:
        nameless = np.flatnonzero(np.asarray(pc.is_null(customers.table["name"])))
        places = [int(i) for i in nameless[:LISTED]]
        findings += customers.spots("customer-without-name", "name", places, total=len(nameless))
    return findings


def _repeated(customers: Raw, field_id: str, code: str) -> list[Finding]:
    values = customers.table[field_id].combine_chunks()
    # The usual case, and found in half the time that numbering them takes.
    if len(values.drop_null().unique()) == len(values) - values.null_count:
        return []
    coded = values.dictionary_encode()
    codes = np.asarray(coded.indices.fill_null(-1))
    # Codes are given in the order of first occurrence: what is above all codes before it is new.
    highest = np.maximum.accumulate(codes)
    is_first: Mask = np.append(True, codes[1:] > highest[:-1]) & (codes >= 0)
    places = np.flatnonzero((codes >= 0) & ~is_first)
    first = np.flatnonzero(is_first)[codes[places]]
    findings = customers.spots(code, field_id, [int(i) for i in places[:LISTED]], total=len(places))
    column = customers.columns[field_id].column
    return [
        replace(f, params={**f.params, "first": cell_name(customers.row_at(int(place)), column)})
        for f, place in zip(findings, first, strict=False)
    ]


def _days(customers: Raw, raws: Mapping[Role, Raw]) -> list[pa.ChunkedArray]:
    fields = [(customers, field_id) for field_id in _CONTACT_DAYS]
    if "orders" in raws:
        fields.append((raws["orders"], "order_date"))
    if "visits" in raws:
        fields.append((raws["visits"], "date"))
    return [
        raw.table[field_id]
        for raw, field_id in fields
        if field_id in raw.columns and pa.types.is_date32(raw.table.schema.field(field_id).type)
    ]
