"""Fields that tiers depend on and that no column of the ledger is, while it has headers that nobody knows.

The header that may be the field is found by likeness and by what stands below it; it is offered, never taken.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

import pyarrow as pa

from crmtool.errors import Finding
from crmtool.ledger.fields import FieldSpec
from crmtool.ledger.headers.suggest import likeness, map_line
from crmtool.ledger.headers.texts import normalise
from crmtool.ledger.ledger import Ledger, Table
from crmtool.ledger.quantities import MONEY_UNITS
from crmtool.ledger.values.columns import read_column
from crmtool.rules.arrays import array_of
from crmtool.rules.judging.fitting import judged_fields
from crmtool.rules.model import RuleSet
from crmtool.sheets import Column

#: Share of a column's filled cells that must read as a field's for the column to be offered for it.
_READS_AT_LEAST = 0.8
#: Cells looked at: enough to tell dates from amounts.
_CELLS_READ = 200
_HEADERS_SHOWN = 12
#: Kinds that only a date or a listed word can be; any figure reads as a count, so there the names must be alike.
_TELLING = frozenset({"date", "age"})
_ALIKE = 0.2


def unseen_findings(ledger: Ledger, rule_set: RuleSet) -> list[Finding]:
    """Return a finding for each field whose column may be under an unknown header, and one for all others.

    Only fields that decide tiers are asked for. Fields for which a header was found alike while the headers
    were read (`near-header`) are not told again.
    """
    table = ledger.customers
    if not table.unmapped:
        return []
    lines = {finding.params.get("line") for finding in ledger.findings if finding.code == "near-header"}
    wanted = [
        spec
        for spec in (rule_set.fields[field].spec for field in judged_fields(rule_set))
        if spec.id not in table.columns
        and spec.dimension not in table.columns
        and not any(map_line(header, spec) in lines for header in table.unmapped)
    ]
    offered = _offers(table, wanted, ledger.as_of)
    found = [_finding(table, spec, offered[spec.id]) for spec in wanted if spec.id in offered]
    return [*found, *_without_offer(table, [spec for spec in wanted if spec.id not in offered])]


def _offers(table: Table, wanted: Iterable[FieldSpec], as_of: date) -> Mapping[str, str]:
    """Return for each field the header that is likeliest to mean it; no header is offered twice.

    Of equally likely ones the rule set's first field has the ledger's first header.
    """
    rated = [
        (likeness(header, spec), -number, -place, header, spec.id)
        for number, spec in enumerate(wanted)
        for place, header in enumerate(table.unmapped)
        if _may_be(table, header, spec, as_of)
    ]
    offers: dict[str, str] = {}
    for *_, header, field in sorted(rated, reverse=True):
        if field not in offers and header not in offers.values():
            offers[field] = header
    return offers


def _may_be(table: Table, header: str, spec: FieldSpec, as_of: date) -> bool:
    unit = normalise(header).unit
    is_named = likeness(header, spec) >= _ALIKE or (spec.kind == "money" and unit in MONEY_UNITS)
    if not is_named and spec.kind not in _TELLING:
        return False
    if "other:" + header not in table.frame:
        return False
    cells = array_of(table.frame["other:" + header]).drop_null()[:_CELLS_READ]
    if not len(cells):
        return False
    read = read_column(Column(len(cells), text=cells.cast(pa.string())), spec, as_of=as_of, unit=unit)
    return len(cells) - int(read.value.null_count) >= _READS_AT_LEAST * len(cells)


def _finding(table: Table, spec: FieldSpec, header: str) -> Finding:
    params = {"field": spec.label, "unmapped": _shown(table), "line": map_line(header, spec)}
    return Finding(
        "field-without-column",
        file=table.source.file,
        sheet=table.source.sheets[0],
        column=header,
        params=params,
    )


def _without_offer(table: Table, wanted: list[FieldSpec]) -> Iterable[Finding]:
    if wanted:
        params = {
            "fields": "、".join(spec.label for spec in wanted),
            "unmapped": _shown(table),
            "line": map_line(table.unmapped[0], wanted[0]),
        }
        yield Finding(
            "fields-without-column", file=table.source.file, sheet=table.source.sheets[0], params=params
        )


def _shown(table: Table) -> str:
    more = "…" if len(table.unmapped) > _HEADERS_SHOWN else ""
    return "、".join(table.unmapped[:_HEADERS_SHOWN]) + more
