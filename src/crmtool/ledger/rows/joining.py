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


@dataclass(frozen=True)
class _Matched:
    """Rows looked up by one of their columns: their keys, who was found, and the keys that may be two customers'."""

    row_key: str
    own: pa.Array
    found: pa.Array
    shared: pa.Array


def join(customers: Raw, rows: Raw) -> Joined:
    """Find the customer of every row.

    An id or name that two customers share joins nothing, nor does a name that stands for two ids among the rows.
    Where both sides have ids, a row whose id is blank is found by its name, unless that stands by another id.
    """
    sides = _sides(customers, rows)
    if sides is None:
        nobody = pa.nulls(rows.table.num_rows, pa.int64())
        finding = Finding("sheets-not-joinable", file=rows.file, sheet=rows.layouts[0].sheet)
        return Joined(nobody, (finding,), rows.table.num_rows)
    key, row_key = sides
    shared = _names_of_two_ids(rows) if row_key == "customer_name" else pa.array([], pa.string())
    matched = _matched(_flat(customers.table, key), rows, row_key, shared)
    everywhere = pa.array(np.ones(rows.table.num_rows, dtype=np.bool_))
    if key == "name" or "name" not in customers.columns or "customer_name" not in rows.columns:
        findings = _unjoined(rows, matched, everywhere)
        return Joined(matched.found, tuple(findings), matched.found.null_count)
    named = _matched(
        _flat(customers.table, "name"), rows, "customer_name", _names_of_other_ids(customers, rows)
    )
    by_name = pc.and_(pc.is_null(matched.own), pc.is_valid(named.own))
    found = pc.if_else(by_name, named.found, matched.found)
    findings = [
        *_unjoined(rows, matched, pc.invert(by_name)),
        *_unjoined(rows, named, by_name),
    ]
    return Joined(found, tuple(findings), found.null_count)


def _sides(customers: Raw, rows: Raw) -> tuple[str, str] | None:
    if "customer_id" in customers.columns and "customer_id" in rows.columns:
        return "customer_id", "customer_id"
    if "name" in customers.columns and "customer_name" in rows.columns:
        return "name", "customer_name"
    return None


def _matched(theirs: pa.Array, rows: Raw, row_key: str, unclear: pa.Array) -> _Matched:
    """Look up each row's key among the customers' keys; `unclear` are keys that join nothing."""
    own = _flat(rows.table, row_key)
    keys, positions, shared = _unique_keys(theirs)
    shared = pa.concat_arrays([shared, unclear]).unique()
    found = pc.if_else(
        pc.is_in(own, value_set=shared),
        pa.scalar(None, pa.int64()),
        positions.take(pc.index_in(own, value_set=keys)),
    )
    return _Matched(row_key, own, found, shared)


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


def _names_of_other_ids(customers: Raw, rows: Raw) -> pa.Array:
    """Return the names that stand, among the rows, by another id than the ledger's customer of that name has."""
    ids, names = _flat(rows.table, "customer_id"), _flat(rows.table, "customer_name")
    place = pc.index_in(names, value_set=_flat(customers.table, "name"))
    at_home = _flat(customers.table, "customer_id").take(place)
    is_other = pc.and_(pc.is_valid(ids), pc.invert(pc.fill_null(pc.equal(ids, at_home), False)))
    return names.filter(is_other).drop_null().unique()


def _unjoined(rows: Raw, matched: _Matched, among: pa.Array) -> list[Finding]:
    """Return what is to be said of those of some rows that joined nobody."""
    lost = pc.and_(among, pc.is_null(matched.found))
    blank = pc.is_null(matched.own)
    ambiguous = pc.is_in(matched.own, value_set=matched.shared)
    unknown = "unknown-customer" if matched.row_key == "customer_id" else "unknown-customer-name"
    kinds = {
        "row-without-customer": pc.and_(lost, blank),
        "ambiguous-customer": pc.and_(lost, ambiguous),
        unknown: pc.and_(lost, pc.invert(pc.or_(blank, ambiguous))),
    }
    findings: list[Finding] = []
    for code, mask in kinds.items():
        places = np.flatnonzero(np.asarray(mask))
        firsts = places if code == "row-without-customer" else _first_of_each(matched.own, places)
        findings += rows.spots(code, matched.row_key, [int(i) for i in firsts[:LISTED]], total=len(places))
    return findings


def _first_of_each(keys: pa.Array, places: np.ndarray) -> np.ndarray:
    """Return the first of the places for each distinct key, in row order."""
    codes = np.asarray(keys.take(pa.array(places)).dictionary_encode().indices.fill_null(-1))
    return places[np.sort(np.unique(codes, return_index=True)[1])] if len(places) else places


def _flat(table: pa.Table, column: str) -> pa.Array:
    chunks = table[column]
    return chunks.combine_chunks() if isinstance(chunks, pa.ChunkedArray) else chunks
