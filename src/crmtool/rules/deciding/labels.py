"""Tiers that the ledger itself names: the previous tier of each customer, and tiers locked by hand.

Which of them is the result is left to `crmtool.rules.deciding.decide`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import pyarrow as pa
import pyarrow.compute as pc

from crmtool.errors import Finding
from crmtool.ledger.ledger import LEVEL, Table
from crmtool.rules.model import RuleSet
from crmtool.sheets import cell_name

TIER_FIELD, LOCK_TIER, LOCK_REASON, LOCK_UNTIL = "tier", "lock_tier", "lock_reason", "lock_until"
#: What people leave out at the end of a tier's name, or add to it.
_ENDING = "客户"


def tier_names(rule_set: RuleSet) -> Mapping[str, str]:
    """Return every text that means a tier of the rule set: label, long name and id, with and without 客户."""
    names: dict[str, str] = {}
    for tier in rule_set.tiers.values():
        for name in (tier.label, tier.long, tier.id):
            if name:
                names.setdefault(name, tier.id)
                names.setdefault(_stem(name), tier.id)
    return names


def _stem(name: str) -> str:
    return name.removesuffix(_ENDING) or name


def tiers_of(texts: pa.Array, rule_set: RuleSet) -> pa.Array:
    """Return the tier id that each text names, null where it names none."""
    names = tier_names(rule_set)
    coded = texts.dictionary_encode()
    found = [names.get(text.strip(), names.get(_stem(text.strip()))) for text in coded.dictionary.to_pylist()]
    return pa.array(found, pa.string()).take(coded.indices)


def column(table: Table, name: str, kind: pa.DataType) -> pa.Array:
    """Return a column of the customers' frame, all null where there is none."""
    if name not in table.frame.columns:
        return pa.nulls(len(table.frame), kind)
    array = pa.array(table.frame[name], from_pandas=True)
    array = array.combine_chunks() if isinstance(array, pa.ChunkedArray) else array
    return array if array.type.equals(kind) else array.cast(kind)


@dataclass(frozen=True, slots=True)
class Locks:
    """Overrides in force: the tier of each locked customer (null elsewhere), the reason and the last day."""

    tier: pa.Array
    reason: pa.Array
    until: pa.Array


def previous_tiers(customers: Table, rule_set: RuleSet) -> tuple[pa.Array, tuple[Finding, ...]]:
    """Return the tier that the ledger's tier column names for each customer (id, null where none).

    Texts that are no tier are findings, unless the column has no tier at all: then it is some other column of
    that name (客户类型 of a CRM export) and says nothing.
    """
    texts = column(customers, TIER_FIELD, pa.string())
    if TIER_FIELD + LEVEL in customers.frame.columns:
        named = column(customers, TIER_FIELD + LEVEL, pa.string())
        texts = pc.coalesce(named, texts)
    found = tiers_of(texts, rule_set)
    unknown = pc.and_(pc.is_valid(texts), pc.is_null(found))
    if found.null_count == len(found):
        return found, ()
    return found, tuple(
        _label_findings("unknown-tier-label", unknown, texts, customers, TIER_FIELD, rule_set)
    )


def locks_in_force(customers: Table, rule_set: RuleSet, as_of: date) -> tuple[Locks, tuple[Finding, ...]]:
    """Return the overrides that hold on the as-of date (last day included), and findings on the others."""
    texts = column(customers, LOCK_TIER, pa.string())
    until = column(customers, LOCK_UNTIL, pa.date32())
    found = tiers_of(texts, rule_set)
    expired = pc.and_(pc.is_valid(found), pc.fill_null(pc.less(until, pa.scalar(as_of)), False))
    unknown = pc.and_(pc.is_valid(texts), pc.is_null(found))
    findings = (
        *_label_findings("unknown-lock-label", unknown, texts, customers, LOCK_TIER, rule_set),
        *_expired_findings(expired, texts, until, customers),
    )
    tier = pc.if_else(expired, pa.scalar(None, pa.string()), found)
    return Locks(tier, column(customers, LOCK_REASON, pa.string()), until), findings


def _label_findings(
    code: str, rows: pa.Array, texts: pa.Array, customers: Table, field: str, rule_set: RuleSet
) -> Iterable[Finding]:
    """Yield one finding for each different text, at the first row that has it."""
    known = "、".join(tier.label for tier in rule_set.tiers.values())
    for text, places in _by_text(rows, texts).items():
        yield finding_at(customers, field, places, code, text, rule_set=rule_set.id, known=known)


def _expired_findings(
    rows: pa.Array, texts: pa.Array, until: pa.Array, customers: Table
) -> Iterable[Finding]:
    for text, places in _by_text(rows, texts).items():
        yield finding_at(customers, LOCK_UNTIL, places, "lock-expired", text, until=until[places[0]].as_py())


def _by_text(rows: pa.Array, texts: pa.Array) -> Mapping[str, list[int]]:
    found: dict[str, list[int]] = {}
    for row in pc.indices_nonzero(rows).to_pylist():
        found.setdefault(texts[row].as_py(), []).append(row)
    return found


def finding_at(
    customers: Table, field: str, rows: Sequence[int], code: str, value: str = "", **params: object
) -> Finding:
    """Return a finding for these rows (positions), placed at the first of them."""
    place = customers.columns.get(field)
    first = customers.frame.iloc[rows[0]]
    return Finding(
        code,
        file=customers.source.file,
        sheet=str(first["sheet"]),
        cell=cell_name(int(first["row"]), place.column) if place else "",
        column=place.header if place else "",
        value=value,
        params={name: str(text) for name, text in params.items()},
        count=len(rows),
    )
