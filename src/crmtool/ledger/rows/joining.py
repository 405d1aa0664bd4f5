"""Whose order (or visit, demand, ticket) a row is: by id where both sides have one, else by a unique exact name.

Never by likeness: what does not join is a finding at its cell.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from crmtool.errors import Finding
from crmtool.ledger.rows.places import LISTED
from crmtool.ledger.rows.readtable import Raw


@dataclass(frozen=True)
class Joined:
    """For each row the position of its customer (int64, null where not joined), and what did not join."""

    customer: pa.Array
    findings: tuple[Finding, ...]
    unjoined: int


def join(customers: Raw, rows: Raw) -> Joined:
    """Find the customer of every row.

    An id or name that two customers share joins nothing, nor does a name that stands for two ids among the rows.
    """
    sides = _sides(customers, rows)
    nobody = pa.nulls(rows.table.num_rows, pa.int64())
    if sides is None:
        finding = Finding("sheets-not-joinable", file=rows.file, sheet=rows.layouts[0].sheet)
        return Joined(nobody, (finding,), rows.table.num_rows)
    key, row_key = sides
    own = _flat(rows.table, row_key)
    keys, positions, shared = _unique_keys(_flat(customers.table, key))
    if row_key == "customer_name":
        shared = pa.concat_arrays([shared, _names_of_two_ids(rows)]).unique()
    found = pc.if_else(
        pc.is_in(own, value_set=shared),
        pa.scalar(None, pa.int64()),
        positions.take(pc.index_in(own, value_set=keys)),
    )
    findings, unjoined = _unjoined(rows, row_key, own, found, shared)
    return Joined(found, tuple(findings), unjoined)


def _sides(customers: Raw, rows: Raw) -> tuple[str, str] | None:
    if "customer_id" in customers.columns and "customer_id" in rows.columns:
        return "customer_id", "customer_id"
    if "name" in customers.columns and "customer_name" in rows.columns:
        return "name", "customer_name"
    return None


def _unique_keys(keys: pa.Array) -> tuple[pa.Array, pa.Array, pa.Array]:
    """Return the keys that occur once, their positions, and the keys that occur more than once."""
    encoded = keys.dictionary_encode()
    codes = np.asarray(encoded.indices.fill_null(-1))
    present = np.flatnonzero(codes >= 0)
    often = np.bincount(codes[present], minlength=len(encoded.dictionary))
    once = present[often[codes[present]] == 1]
    return (
        keys.take(pa.array(once)),
        pa.array(once, pa.int64()),
        encoded.dictionary.filter(pa.array(often > 1)),
    )


def _names_of_two_ids(rows: Raw) -> pa.Array:
    if "customer_id" not in rows.columns:
        return pa.array([], pa.string())
    pairs = rows.table.select(["customer_name", "customer_id"]).group_by("customer_name")
    counted = pairs.aggregate([("customer_id", "count_distinct")])
    several = pc.greater(counted["customer_id_count_distinct"], 1)
    return _flat(counted.filter(several), "customer_name").drop_null()


def _unjoined(
    rows: Raw, row_key: str, own: pa.Array, found: pa.Array, shared: pa.Array
) -> tuple[list[Finding], int]:
    lost = pc.is_null(found)
    blank = pc.is_null(own)
    ambiguous = pc.is_in(own, value_set=shared)
    kinds = {
        "row-without-customer": blank,
        "ambiguous-customer": pc.and_(lost, ambiguous),
        "unknown-customer": pc.and_(lost, pc.invert(pc.or_(blank, ambiguous))),
    }
    findings: list[Finding] = []
    for code, mask in kinds.items():
        places = np.flatnonzero(np.asarray(mask))
        firsts = places if code == "row-without-customer" else _first_of_each(own, places)
        findings += rows.spots(code, row_key, [int(i) for i in firsts[:LISTED]], total=len(places))
    return findings, int(pc.sum(pc.cast(lost, pa.int64())).as_py() or 0)


def _first_of_each(keys: pa.Array, places: np.ndarray) -> np.ndarray:
    """Return the first of the places for each distinct key, in row order."""
    codes = np.asarray(keys.take(pa.array(places)).dictionary_encode().indices.fill_null(-1))
    return places[np.sort(np.unique(codes, return_index=True)[1])] if len(places) else places


def _flat(table: pa.Table, column: str) -> pa.Array:
    chunks = table[column]
    return chunks.combine_chunks() if isinstance(chunks, pa.ChunkedArray) else chunks
