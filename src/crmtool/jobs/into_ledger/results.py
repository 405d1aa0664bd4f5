"""What a classification writes into a ledger: tier, day and reason of each customer, and the sheet 问题清单.

Where the columns go and which cells differ is worked out in `crmtool.jobs.into_ledger.columns`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pyarrow.compute as pc

from crmtool.content import TableColumn
from crmtool.errors import Finding
from crmtool.files.xlsx import NewSheet
from crmtool.jobs.assess import Assessment
from crmtool.jobs.into_ledger.columns import CustomerRows, Given, LedgerChange
from crmtool.ledger.headers.layout import SheetLayout
from crmtool.ledger.headers.vocabulary import TIER, is_findings_sheet
from crmtool.sheets import Column, cell_name
from crmtool.tables.in_ledger import FINDINGS_SHEET, OTHER_TIER_COLUMN, findings_in, result_columns


def results(assessment: Assessment, findings: Sequence[Finding]) -> LedgerChange:
    """Return what is to be written, told from the judgement and from the ledger as it stands."""
    rows = CustomerRows(assessment.read)
    columns = result_columns(assessment.decisions, assessment.rule_set, assessment.as_of)
    found: list[Finding] = []
    updates = []
    for layout in rows.layouts:
        named = [Given(_named(column, assessment, layout, rows, found)) for column in columns]
        updates.append(rows.asked(layout, named))
    return LedgerChange(updates, _sheets(assessment, findings, rows), found)


def _named(
    result: TableColumn, assessment: Assessment, layout: SheetLayout, rows: CustomerRows, found: list[Finding]
) -> TableColumn:
    """Return a result under the header it gets: another one where a column of that name holds something else.

    客户类型 is a tier in one ledger and 企业/个人 in another.
    """
    number = rows.number_of(Given(result), layout)
    if result.id != "tier" or number is None:
        return result
    tier = assessment.read.ledger.customers.columns.get(TIER)
    is_tier = tier is not None and tier.column == number
    cells = rows.book.read(layout.sheet, [number], layout.first_row).columns[number]
    if is_tier or _is_blank(cells, assessment.rule_set.unknown_label):
        return result
    found.append(
        Finding(
            "tier-written-elsewhere",
            file=rows.path.name,
            sheet=layout.sheet,
            cell=cell_name(layout.header_rows[-1], number),
            column=result.header,
            params={"instead": OTHER_TIER_COLUMN},
        )
    )
    return replace(result, header=OTHER_TIER_COLUMN)


def _sheets(assessment: Assessment, findings: Sequence[Finding], rows: CustomerRows) -> list[NewSheet]:
    """Return 问题清单, unless there is nothing to tell and no earlier one."""
    table = findings_in(findings, rows.path.name)
    name, number = FINDINGS_SHEET, 1
    while name in rows.peeks and not is_findings_sheet(rows.peeks[name]):
        number += 1
        name = f"{FINDINGS_SHEET} ({number})"
    if not table.rows and name not in rows.peeks:
        return []
    rule_set = assessment.rule_set
    places = sum(finding.count for finding in findings)
    caption = (
        f"统计截止日 {assessment.as_of.isoformat()} · {rule_set.name} {rule_set.version} · "
        f"{f'共 {places} 处' if places else '没有发现问题'}"
    )
    return [NewSheet(name, FINDINGS_SHEET, caption, table)]


def _is_blank(column: Column, undecided: str) -> bool:
    """Tell whether nothing stands in a column but the words for customers in no tier yet."""
    if any(array is not None for array in (column.number, column.moment, column.error)):
        return False
    return column.text is None or set(pc.unique(column.text).to_pylist()) <= {None, undecided}
