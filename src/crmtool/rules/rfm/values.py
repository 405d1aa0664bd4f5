"""Recency, frequency and monetary of every customer of a ledger: from its columns, else from its orders."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pandas as pd

from crmtool.errors import Finding
from crmtool.ledger.headers.vocabulary import fold_name
from crmtool.ledger.ledger import HIGH, STATE, TEXT, Ledger
from crmtool.ledger.quantities import Duration
from crmtool.rules.measuring.metrics import measure_fields
from crmtool.rules.measuring.windows import longest
from crmtool.rules.model import Field
from crmtool.rules.rfm.model import MEASURES, RfmRules

_SAME_KIND = {"age": ("age", "date"), "date": ("age", "date"), "count": ("count", "number")}


@dataclass(frozen=True)
class RfmValues:
    """What is scored, a row per customer in the ledger's order, Arrow-backed.

    Columns of `frame`: `recency` (date32), `frequency` (float64), `monetary` (int64, fen), each with its
    `__state` (0 empty, 1 read, 2 unreadable, 3 never) and, where some cell is a range, its `__high`. `__text` is
    what the ledger's own cell shows, where it has the column.
    """

    frame: pd.DataFrame
    findings: tuple[Finding, ...] = ()


def values_from_ledger(ledger: Ledger, rules: RfmRules) -> RfmValues | None:
    """Return the values to score, or None where the ledger has neither orders nor all three columns.

    A column counts by any name that the RFM rules know, whichever rule set's field it was read as; a filled cell
    goes before the orders, as everywhere.
    """
    ids = {
        name: _field_id(ledger, measure.field)
        for name, measure in zip(MEASURES.values(), rules.measures, strict=True)
    }
    fields = [
        replace(measure.field, spec=replace(measure.field.spec, id=ids[name]))
        for name, measure in zip(MEASURES.values(), rules.measures, strict=True)
    ]
    cuts = rules.recency.frozen or (() if isinstance(rules.recency.cuts, str) else rules.recency.cuts)
    asked = longest([cut for cut in cuts if isinstance(cut, Duration)], ledger.as_of)
    cases = measure_fields(ledger, fields, {} if asked is None else {ids["recency"]: asked})
    if cases.absent:
        return None
    names = {ids[name] + end: name + end for name in ids for end in ("", STATE, HIGH)}
    frame = cases.frame[[column for column in cases.frame.columns if column in names]].rename(columns=names)
    people = ledger.customers.frame
    typed = {name + TEXT: people[ids[name] + TEXT] for name in ids if ids[name] + TEXT in people.columns}
    return RfmValues(frame.assign(**typed), cases.findings)


def _field_id(ledger: Ledger, field: Field) -> str:
    """Return the id under which the ledger has the column of a field, else the field's own."""
    if field.id in ledger.customers.columns:
        return field.id
    names = {fold_name(name) for name in field.spec.names}
    kinds = _SAME_KIND.get(field.spec.kind, (field.spec.kind,))
    for field_id, column in ledger.customers.columns.items():
        theirs = {fold_name(name) for name in (*column.field.names, column.header)}
        if column.field.kind in kinds and names & theirs:
            return field_id
    return field.id
