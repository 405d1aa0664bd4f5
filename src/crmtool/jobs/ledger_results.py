"""What is to be written into a ledger: which sheet column each result goes to, and which cells differ from it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from crmtool.content import TableColumn
from crmtool.errors import Finding
from crmtool.files.book import Book, open_book
from crmtool.files.xlsx import NewSheet, SheetUpdate, UpdateColumn, UpdateReport
from crmtool.jobs.assess import Assessment
from crmtool.ledger.headers.layout import SheetLayout
from crmtool.ledger.headers.vocabulary import TIER, fold_name, is_findings_sheet
from crmtool.sheets import Column, Sheet, cell_name
from crmtool.tables.in_ledger import FINDINGS_SHEET, OTHER_TIER_COLUMN, findings_in, result_columns


@dataclass(frozen=True)
class SheetAsked:
    """The update of one sheet, and what its columns held before, each as texts; None where there was none."""

    update: SheetUpdate
    before: Sequence[pa.Array | None]


class Results:
    """What is to be written, told from the judgement and from the ledger as it stands.

    Its sheets are those of the same read; it is opened again only where some columns are there already.
    """

    def __init__(self, assessment: Assessment) -> None:
        self._assessment = assessment
        self._path = assessment.read.request.ledger
        self._peeks = {peek.sheet: peek for peek in assessment.read.peeks}
        sheets = assessment.read.layout.sheets
        layouts = [each for each in sheets if each.role == "customers" and each.file == self._path.name]
        self.findings: list[Finding] = []
        self._results = result_columns(assessment.decisions, assessment.rule_set, assessment.as_of)
        self.updates = [self._sheet(layout) for layout in layouts]

    @cached_property
    def _book(self) -> Book:
        return open_book(self._path)

    def _sheet(self, layout: SheetLayout) -> SheetAsked:
        frame = self._assessment.read.ledger.customers.frame
        places = np.flatnonzero(np.asarray(pc.equal(pa.array(frame["sheet"]), layout.sheet)))
        rows = pa.array(frame["row"]).take(pa.array(places)).cast(pa.int32())
        known = {fold_name(header): column for column, header in sorted(layout.headers.items(), reverse=True)}
        named = [self._named(result, layout, known) for result in self._results]
        numbers = [known.get(fold_name(result.header)) for result in named]
        held = self._held([number for number in numbers if number is not None], layout, rows)
        columns, before = [], []
        for result, number in zip(named, numbers, strict=True):
            cells = result.cells.take(pa.array(places))
            old = held.get(number) if number is not None else None
            texts = None if old is None else _texts(old)
            mask = None if old is None else pc.invert(_is_same(old, cells))
            columns.append(UpdateColumn(result.header, cells, number, result.look, mask))
            before.append(texts)
        edges = sorted(layout.headers)
        peek = self._peeks[layout.sheet]
        used = max([peek.columns, *(area.right for area in peek.merged)])
        asked = SheetUpdate(
            layout.sheet, layout.header_rows, edges[0], edges[-1], rows, columns, used_columns=used
        )
        return SheetAsked(asked, before)

    def _named(self, result: TableColumn, layout: SheetLayout, known: Mapping[str, int]) -> TableColumn:
        """Return a result under the header it gets: another one where a column of that name holds something else.

        客户类型 is a tier in one ledger and 企业/个人 in another.
        """
        number = known.get(fold_name(result.header))
        if result.id != "tier" or number is None:
            return result
        tier = self._assessment.read.ledger.customers.columns.get(TIER)
        is_tier = tier is not None and tier.column == number
        cells = self._book.read(layout.sheet, [number], layout.first_row).columns[number]
        if is_tier or _is_blank(cells, self._assessment.rule_set.unknown_label):
            return result
        self.findings.append(
            Finding(
                "tier-written-elsewhere",
                file=self._path.name,
                sheet=layout.sheet,
                cell=cell_name(layout.header_rows[-1], number),
                column=result.header,
                params={"instead": OTHER_TIER_COLUMN},
            )
        )
        return TableColumn(result.id, OTHER_TIER_COLUMN, result.cells, result.look)

    def _held(self, columns: Sequence[int], layout: SheetLayout, rows: pa.Array) -> dict[int, Column]:
        """Return what some columns hold in the customers' rows."""
        if not columns:
            return {}
        sheet: Sheet = self._book.read(layout.sheet, columns, layout.first_row)
        at = pc.subtract(rows, layout.first_row)
        return {number: _taken(column, at) for number, column in sheet.columns.items()}

    def sheets(self, findings: Sequence[Finding]) -> list[NewSheet]:
        """Return 问题清单, unless there is nothing to tell and no earlier one."""
        table = findings_in(findings, self._path.name)
        name, number = FINDINGS_SHEET, 1
        while name in self._peeks and not is_findings_sheet(self._peeks[name]):
            number += 1
            name = f"{FINDINGS_SHEET} ({number})"
        if not table.rows and name not in self._peeks:
            return []
        rule_set = self._assessment.rule_set
        places = sum(finding.count for finding in findings)
        caption = (
            f"统计截止日 {self._assessment.as_of.isoformat()} · {rule_set.name} {rule_set.version} · "
            f"{f'共 {places} 处' if places else '没有发现问题'}"
        )
        return [NewSheet(name, FINDINGS_SHEET, caption, table)]


def _is_blank(column: Column, undecided: str) -> bool:
    """Tell whether nothing stands in a column but the words for customers in no tier yet."""
    if any(array is not None for array in (column.number, column.moment, column.error)):
        return False
    return column.text is None or set(pc.unique(column.text).to_pylist()) <= {None, undecided}


def _taken(column: Column, at: pa.Array) -> Column:
    arrays = (column.text, column.number, column.moment, column.error)
    return Column(len(at), *(None if array is None else array.take(at) for array in arrays))


def _texts(column: Column) -> pa.Array:
    """Return what stands in a column as text; null where a cell is empty."""
    parts = [column.text, column.error]
    if column.moment is not None:
        parts.append(pc.strftime(column.moment, format="%Y-%m-%d"))
    if column.number is not None:
        parts.append(column.number.cast(pa.string()))
    filled = [part for part in parts if part is not None]
    return pc.coalesce(*filled) if filled else pa.nulls(column.length, pa.string())


def _is_same(column: Column, cells: pa.Array) -> pa.Array:
    """Tell, cell by cell, whether a column holds what is to be written."""
    before, after = _texts(column), cells.cast(pa.string())
    both_empty = pc.and_(pc.is_null(before), pc.is_null(after))
    is_kind = column.moment is None if not pa.types.is_date(cells.type) else column.moment is not None
    if not is_kind:
        return both_empty
    return pc.or_(both_empty, pc.fill_null(pc.equal(before, after), False))


def changed_cells(updates: Sequence[SheetAsked], report: UpdateReport) -> pa.Table:
    """Return the cells that change, sheet by sheet, column by column."""
    tables = [_CHANGES.empty_table()]
    for asked in updates:
        for column, before in zip(asked.update.columns, asked.before, strict=True):
            number = report.columns[asked.update.sheet][column.header]
            rows, after = asked.update.rows, column.cells.cast(pa.string())
            old = pa.nulls(len(rows), pa.string()) if before is None else before
            if column.mask is not None:
                rows, after, old = (array.filter(column.mask) for array in (rows, after, old))
            names = pa.array([cell_name(row, number) for row in rows.to_pylist()], pa.string())
            sheet, header = (
                pa.repeat(pa.scalar(text), len(rows)) for text in (asked.update.sheet, column.header)
            )
            tables.append(pa.table([sheet, names, header, old, after], schema=_CHANGES))
    return pa.concat_tables(tables)


_CHANGES = pa.schema([(name, pa.string()) for name in ("sheet", "cell", "header", "before", "after")])
