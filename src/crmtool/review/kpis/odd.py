"""Knows how it is told that the ledger states a KPI otherwise than its sheets count it.

Which of the two holds is decided in `crmtool.review.kpis.one`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from crmtool.errors import Finding
from crmtool.ledger.ledger import Ledger, LedgerColumn, Table
from crmtool.review.kpis.stated import CELLS
from crmtool.rules.measuring.differences import LISTED
from crmtool.sheets import cell_name


@dataclass(frozen=True, slots=True)
class Odd:
    """A KPI that is stated otherwise than it is counted, in cells 关键监测指标 or in the KPI's own column.

    `places` are the first few customers with both figures in words, in the ledger's order; `total` is how many there are.
    """

    kpi: str
    label: str
    is_in_cell: bool
    places: tuple[tuple[int, str, str], ...]
    total: int


def stated_otherwise(ledger: Ledger, odd: Sequence[Odd]) -> tuple[Finding, ...]:
    """Return findings at the cells, a few of each KPI and column; the last stands for the others too."""
    groups: dict[tuple[str, bool], list[Odd]] = {}
    for each in odd:
        groups.setdefault((each.kpi, each.is_in_cell), []).append(each)
    return tuple(finding for group in groups.values() for finding in _listed(ledger, group))


def _listed(ledger: Ledger, group: Sequence[Odd]) -> Iterator[Finding]:
    places = sorted((place, each.label) for each in group for place in each.places)[:LISTED]
    total = sum(each.total for each in group)
    column = ledger.customers.columns.get(CELLS if group[0].is_in_cell else group[0].kpi)
    found = [_finding(ledger.customers, column, *place, label) for place, label in places]
    yield from found[:-1]
    yield replace(found[-1], count=total - len(found) + 1)


def _finding(
    table: Table, column: LedgerColumn | None, customer: int, stated: str, counted: str, label: str
) -> Finding:
    row = int(table.frame["row"].iloc[customer])
    return Finding(
        "kpi-stated-otherwise",
        file=table.source.file,
        sheet=str(table.frame["sheet"].iloc[customer]),
        cell="" if column is None else cell_name(row, column.column),
        column="" if column is None else column.header,
        value=stated,
        params={"kpi": label, "stated": stated, "counted": counted},
    )
