"""Which column already carries a tier: the one whose cells are labels of the rule set.

客户类型 is a tier in one ledger and 企业/个人 in another; the header alone cannot tell.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from crmtool.ledger.headers.texts import fold
from crmtool.ledger.headers.vocabulary import TIER, Wanted
from crmtool.ledger.ledger import LEVEL, STATE, TEXT, LedgerColumn
from crmtool.ledger.rows.places import LISTED
from crmtool.ledger.rows.readtable import Raw
from crmtool.ledger.standard.dictionary import TIER_FIELDS, standard_field

#: Share of the filled cells that must be labels for the column to be taken as the tier.
LABELS_AT_LEAST = 0.5


def with_tier(raw: Raw, wanted: Wanted) -> Raw:
    """Return the customers with a column `tier` of the rule set's labels, if some column has them.

    The rule set's own column is asked first, then the other columns that usually hold a tier; the field
    under which such a column was read before gives way. Cells that are no label are null, with a finding.
    """
    labels = _labels(wanted)
    for field_id in (TIER, *TIER_FIELDS):
        if field_id not in raw.columns or not labels:
            continue
        texts = _decided(raw.table[field_id].combine_chunks(), wanted)
        tiers, filled = _as_labels(texts, labels)
        known = len(tiers) - tiers.null_count
        if known and known >= LABELS_AT_LEAST * filled:
            return _taken(raw, field_id, tiers, wanted)
    return _given_back(raw)


def _decided(texts: pa.Array, wanted: Wanted) -> pa.Array:
    """Return the cells without what stands there for customers who are in no tier yet."""
    if not wanted.undecided or not pa.types.is_string(texts.type):
        return texts
    return pc.if_else(pc.equal(texts, wanted.undecided), pa.scalar(None, pa.string()), texts)


def _labels(wanted: Wanted) -> dict[str, str]:
    labels: dict[str, str] = {}
    for tier in wanted.tiers:
        for text in (tier.label, *tier.aliases):
            labels.setdefault(_bare(text), tier.label)
    return labels


def _bare(text: str) -> str:
    return fold(text).removesuffix("客户")


def _as_labels(texts: pa.Array, labels: dict[str, str]) -> tuple[pa.Array, int]:
    encoded = texts.dictionary_encode()
    spelled = [labels.get(_bare(text)) for text in encoded.dictionary.to_pylist()]
    filled = len(texts) - texts.null_count
    return pa.array(spelled, pa.string()).take(encoded.indices), filled


def _taken(raw: Raw, field_id: str, tiers: pa.Array, wanted: Wanted) -> Raw:
    strange = np.flatnonzero(
        np.asarray(
            pc.and_(pc.is_null(tiers), pc.is_valid(_decided(raw.table[field_id].combine_chunks(), wanted)))
        )
    )
    places = [int(i) for i in strange[:LISTED]]
    findings = raw.spots("strange-tier-label", field_id, places, total=len(strange))
    expected = "、".join(tier.label for tier in wanted.tiers)
    findings = [replace(finding, params={**finding.params, "expected": expected}) for finding in findings]
    placed = raw.columns[field_id]
    table = _without(raw.table, field_id)
    table = _without(table, TIER).append_column(TIER, tiers)
    columns = {key: column for key, column in raw.columns.items() if key not in (field_id, TIER)}
    columns[TIER] = LedgerColumn(wanted.tier_field(), placed.header, placed.column)
    return replace(raw, table=table, columns=columns, findings=(*raw.findings, *findings))


def _given_back(raw: Raw) -> Raw:
    """Let a column under the tier's header that holds no labels be the plain field that it is elsewhere."""
    if TIER not in raw.columns:
        return raw
    placed = raw.columns[TIER]
    plain = next((f for f in TIER_FIELDS if f not in raw.columns and _is_named(f, placed.header)), None)
    columns = {key: column for key, column in raw.columns.items() if key != TIER}
    if plain is None:
        return replace(raw, table=_without(raw.table, TIER), columns=columns)
    columns[plain] = LedgerColumn(standard_field("customers", plain), placed.header, placed.column)
    names = [plain + name[len(TIER) :] if name in _BESIDE else name for name in raw.table.column_names]
    return replace(raw, table=raw.table.rename_columns(names), columns=columns)


_BESIDE = (TIER, TIER + STATE, TIER + LEVEL, TIER + TEXT)


def _is_named(field_id: str, header: str) -> bool:
    return fold(header) in {fold(name) for name in standard_field("customers", field_id).names}


def _without(table: pa.Table, field_id: str) -> pa.Table:
    return table.drop_columns(
        [n for n in table.column_names if n == field_id or n.startswith(field_id + "__")]
    )
