"""Fill a template: plan every sheet, move what refers to them, and write the workbook as a stream.

Puts the modules beside it in order; it knows no customers and replaces no files.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import BinaryIO

from crmtool.content import Content
from crmtool.errors import Finding, UsageError
from crmtool.files.xlsx import other_parts
from crmtool.files.xlsx.doubts import doubts_of
from crmtool.files.xlsx.layout import SheetLayout
from crmtool.files.xlsx.markers import MARKER, Words, text_runs
from crmtool.files.xlsx.markup import Node
from crmtool.files.xlsx.moves import Move
from crmtool.files.xlsx.own_parts import fill_own_parts
from crmtool.files.xlsx.parts import Parts
from crmtool.files.xlsx.planning import Plan, PlannedSheet
from crmtool.files.xlsx.properties import write_properties
from crmtool.files.xlsx.references import Scope, SheetChange, parse_range
from crmtool.files.xlsx.sheet_cells import Filling
from crmtool.files.xlsx.sheet_parts import fill_sheet, substitute
from crmtool.files.xlsx.staleness import Stale, find_stale
from crmtool.files.xlsx.styles import read_styles
from crmtool.files.xlsx.workbook import Workbook

Progress = Callable[[str, int, int], None]
_HUGE_BYTES = 2 << 30


@dataclass(frozen=True)
class FillReport:
    """What was written: `rows` are the table rows of each sheet, `sheet_rows` the XML rows of each part.

    `findings` are about cells that could not be written as they are, about tables that go on on further sheets,
    and about what in the template is hardly meant as it stands there. `digest` is the sha256 over the inflated
    parts, equal for equal contents whatever made the bytes.
    """

    rows: Mapping[str, int]
    sheet_rows: Mapping[str, int]
    findings: tuple[Finding, ...]
    digest: str


def fill(
    template: bytes,
    content: Content,
    out: BinaryIO,
    *,
    created: date,
    progress: Progress | None = None,
) -> FillReport:
    """Fill an .xlsx template with `content` and write the workbook to `out`, a seekable binary file.

    `created` becomes the date of every entry and of the document properties, so that the same template and
    content give the same bytes; their author becomes crmtool, whoever saved the template. Missing values
    become empty cells that keep their style; dates and numbers keep the style of their marker. Rows become
    higher where the texts of wrapping cells need it. `progress` is called with a sheet's name, the rows
    written and their total.

    Raises InputError where the template is no readable workbook, UsageError with one finding for each marker
    that is wrong, OutputError where the content cannot be a workbook.
    """
    return _Fill(template, content, progress).write(out, created)


class _Fill:
    def __init__(self, template: bytes, content: Content, progress: Progress | None) -> None:
        self.parts = Parts(template)
        self.workbook = Workbook(self.parts)
        self.progress = progress
        name = self.workbook.single("sharedStrings")
        self.shared_name = name if name is not None and name in self.parts else None
        self.shared: list[Node] = self.parts.tree(self.shared_name).nodes if self.shared_name else []
        styles = self.workbook.single("styles")
        self.styles = read_styles(
            self.parts.tree(styles) if styles is not None and styles in self.parts else None
        )
        self.problems: list[Finding] = []
        self.common = Words("", content.tables, content.scalars, self.problems)
        self.workbook.leave_out(content.omit)
        plan = Plan(self.workbook, content, self.shared, self.problems)
        self.sheets = plan.sheets()
        self.continued = plan.findings
        self._refuse_problems()
        self.doubts = [
            doubt for sheet in self.sheets for doubt in doubts_of(sheet, self.workbook, self.shared)
        ]

    def _refuse_problems(self) -> None:
        if self.problems:
            raise UsageError(*_distinct(self.problems))

    def write(self, out: BinaryIO, created: date) -> FillReport:
        """Move everything, then write the package."""
        stale = self._stale()
        scopes = self._scopes()
        for sheet in self.sheets:
            self._fill_sheet(sheet, scopes[sheet.out.part], stale)
        for sheet in self.sheets:
            scope = scopes[sheet.out.part]
            fill_own_parts(
                self.workbook, sheet, self._filling(sheet, scope, stale, frozenset()), scope, stale
            )
        self._fill_workbook(scopes, stale)
        self._forget_shared_markers()
        write_properties(self.parts, created, self.common)
        self._refuse_problems()
        digest = self.parts.write(out, created, self._huge_parts())
        rows = {each.out.name: sum(row.table.rows for row in each.layout.marker_rows) for each in self.sheets}
        sheet_rows = {each.out.part: _sheet_rows(each.layout) for each in self.sheets if each.layout.rows}
        noted = [finding for each in self.sheets for finding in each.notes.found.values()]
        return FillReport(rows, sheet_rows, (*_distinct(self.doubts), *self.continued, *noted), digest)

    def _stale(self) -> Stale:
        kept = {sheet.out.source for sheet in self.sheets}
        filled = [sheet.out.source for sheet in self.sheets if sheet.layout.has_markers]
        filled += [name for name in self.workbook.source_names if name not in kept]
        formulas = {sheet.out.source: _formulas(sheet.layout) for sheet in self.sheets}
        names = [(node.attributes.get("name", ""), node.text) for node in self.workbook.defined_names()]
        tables = {
            self.parts.tree(part).attributes.get("displayName", ""): sheet.out.source
            for sheet in self.sheets
            for part, relationship in self.workbook.own_parts(sheet.out)
            if relationship.kind == "table"
        }
        return find_stale(filled, formulas, names, tables)

    def _scopes(self) -> dict[str, Scope]:
        """Return what references mean on each sheet: its own copy for its template's name, else the first."""
        changes: dict[str, SheetChange] = {
            name.casefold(): SheetChange(None, Move()) for name in self.workbook.source_names
        }
        for sheet in reversed(self.sheets):
            changes[sheet.out.source.casefold()] = SheetChange(sheet.out.name, sheet.layout.move)
        scopes = {}
        for sheet in self.sheets:
            own = {**changes, sheet.out.source.casefold(): SheetChange(sheet.out.name, sheet.layout.move)}
            scopes[sheet.out.part] = Scope(sheet.out.source, own, sheet.out.tables)
        return scopes

    def _fill_sheet(self, sheet: PlannedSheet, scope: Scope, stale: Stale) -> None:
        if sheet.out.kind != "worksheet":
            tree = self.parts.tree(sheet.out.part)
            substitute(tree, self._filling(sheet, scope, stale, frozenset()))
            return
        table_headers = self._table_headers(sheet)
        filling = self._filling(sheet, scope, stale, frozenset(table_headers))
        for row, column in table_headers:
            text = sheet.layout.texts.get((row, column))
            if text is not None:
                whole = "".join(run.text for run in text_runs(text))
                sheet.headers[row, column] = sheet.words.substitute(whole)
        fill_sheet(self.parts, sheet.out.part, filling)

    def _filling(
        self, sheet: PlannedSheet, scope: Scope, stale: Stale, text_cells: frozenset[tuple[int, int]]
    ) -> Filling:
        is_stale = sheet.out.source.casefold() in stale.sheets
        progress = self.progress
        name = sheet.out.name
        step = None if progress is None else (lambda done, total: progress(name, done, total))
        return Filling(
            sheet.layout, scope, is_stale, self.workbook.is_1904, text_cells, sheet.notes, step, self.styles
        )

    def _table_headers(self, sheet: PlannedSheet) -> list[tuple[int, int]]:
        """Return the template's header cells of tables outside blocks, whose texts name table columns."""
        cells = []
        for part, relationship in self.workbook.own_parts(sheet.out):
            table = self.parts.tree(part) if relationship.kind == "table" else None
            if table is None or table.attributes.get("headerRowCount", "1") == "0":
                continue
            first, last = parse_range(table.attributes.get("ref", "A1"))
            cells += [(first.row, column) for column in range(first.column, last.column + 1)]
        return [cell for cell in cells if cell not in sheet.layout.headers]

    def _fill_workbook(self, scopes: dict[str, Scope], stale: Stale) -> None:
        workbook = self.workbook
        workbook.settle()
        common = scopes[workbook.sheets[0].part]
        common = Scope("", {**common.sheets, **self._first_copies()}, {})
        holder = workbook.tree.child("definedNames")
        if holder is not None:
            kept = [node for node in holder.nodes if self._move_name(node, common, scopes)]
            if len(kept) < len(holder.nodes):
                holder.children = list(kept)
                workbook.tree.remove(lambda node: node is holder and not kept)
        for part in self.parts.names():
            if "pivotcachedefinition" in part.casefold() and part.endswith(".xml"):
                other_parts.move_pivot_source(self.parts.tree(part), common, stale.touches)
        touched = any(self.parts.is_changed(sheet.out.part) for sheet in self.sheets)
        if touched or len(workbook.sheets) != len(workbook.source_names):
            self._drop_calculation_chain()
        dependent = [sheet for sheet in self.sheets if sheet.out.source.casefold() in stale.sheets]
        if any(_formulas(sheet.layout) for sheet in dependent):
            self._ask_for_calculation()

    def _first_copies(self) -> dict[str, SheetChange]:
        first = [sheet for sheet in self.sheets if sheet.out.first]
        return {s.out.source.casefold(): SheetChange(s.out.name, s.layout.move) for s in first}

    def _move_name(self, node: Node, common: Scope, scopes: dict[str, Scope]) -> bool:
        local = node.attributes.get("localSheetId")
        scope = common if local is None else scopes[self.workbook.sheets[int(local)].part]
        kept = other_parts.move_name(node, scope)
        if "{{" in node.text:
            node.text = self.common.substitute(node.text)
        return kept

    def _drop_calculation_chain(self) -> None:
        chain = self.workbook.single("calcChain")
        if chain is not None:
            self.parts.remove(chain)
            self.parts.unrelate(self.workbook.part, chain)

    def _ask_for_calculation(self) -> None:
        tree = self.workbook.tree
        properties = tree.child("calcPr")
        if properties is None:
            properties = Node(f"{tree.prefix}calcPr")
            before = {"sheets", "functionGroups", "externalReferences", "definedNames"}
            at = max(
                (i for i, n in enumerate(tree.children) if isinstance(n, Node) and n.local in before),
                default=0,
            )
            tree.children.insert(at + 1, properties)
        properties.attributes["fullCalcOnLoad"] = "1"

    def _forget_shared_markers(self) -> None:
        """Empty the shared strings that were markers: every cell that had one holds its own text now."""
        for node in self.shared:
            if MARKER.search("".join(run.text for run in text_runs(node))):
                node.children = [Node(f"{node.prefix}t")]

    def _huge_parts(self) -> Iterator[str]:
        for sheet in self.sheets:
            bound = 0
            for row in sheet.layout.marker_rows:
                bound += row.table.rows * len(row.cells) * 90
                bound += sum(3 * column.cells.nbytes for column in row.table.columns)
            if bound > _HUGE_BYTES:
                yield sheet.out.part


def _distinct(findings: Sequence[Finding]) -> list[Finding]:
    kept: list[Finding] = []
    for finding in findings:
        if finding not in kept:
            kept.append(finding)
    return kept


def _formulas(layout: SheetLayout) -> list[str]:
    cells = (cell for row in layout.rows.values() for cell in row.nodes)
    return [formula.text for cell in cells for formula in cell.nodes if formula.local == "f" and formula.text]


def _sheet_rows(layout: SheetLayout) -> int:
    return len(layout.rows) + sum(row.written - 1 for row in layout.marker_rows)
