"""Fill a template: plan every sheet, move what refers to them, and write the workbook as a stream.

Puts the modules beside it in order; it knows no customers and replaces no files.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import BinaryIO
from urllib.parse import unquote

from crmtool.content import Content, OutTable, SheetCopy
from crmtool.errors import Finding, OutputError, UsageError
from crmtool.files.xlsx import other_parts
from crmtool.files.xlsx.layout import SheetLayout, find_texts, lay_out, number_cells
from crmtool.files.xlsx.links import address
from crmtool.files.xlsx.markers import MARKER, Marker, Words, may_hold_markers, parse_marker, text_runs
from crmtool.files.xlsx.markup import Node, escape_text
from crmtool.files.xlsx.moves import MAX_ROW, Move
from crmtool.files.xlsx.parts import Parts, relationships_name
from crmtool.files.xlsx.references import Scope, SheetChange, move_formula, parse_range
from crmtool.files.xlsx.render import CellNotes
from crmtool.files.xlsx.sheet_cells import Filling
from crmtool.files.xlsx.sheet_parts import fill_sheet, substitute
from crmtool.files.xlsx.staleness import Stale, find_stale
from crmtool.files.xlsx.workbook import OutSheet, Workbook, clean_sheet_name

Progress = Callable[[str, int, int], None]
_HUGE_BYTES = 2 << 30
_ESCAPED_MARKER = re.compile(r"(?:%7B){2}.*?(?:%7D){2}", re.IGNORECASE)


@dataclass(frozen=True)
class FillReport:
    """What was written: `rows` are the table rows of each sheet, `sheet_rows` the XML rows of each part.

    `digest` is the sha256 over the inflated parts, equal for equal contents whatever made the bytes.
    """

    rows: Mapping[str, int]
    sheet_rows: Mapping[str, int]
    findings: tuple[Finding, ...]
    digest: str


@dataclass
class _Sheet:
    """A sheet on its way: its place in the workbook, what may fill it, and its layout."""

    out: OutSheet
    words: Words
    layout: SheetLayout
    notes: CellNotes
    headers: dict[tuple[int, int], str] = field(default_factory=dict)


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
    content give the same bytes. `progress` is called with a sheet's name, the rows written and their total.
    Missing values become empty cells that keep their style; dates and numbers keep the style of their marker.

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
        self.problems: list[Finding] = []
        self.common = Words("", content.tables, content.scalars, self.problems)
        self.workbook.leave_out(content.omit)
        self.sheets = self._arranged(content)
        self._refuse_problems()

    def _arranged(self, content: Content) -> list[_Sheet]:
        """Return the sheets of the output in order, copied where asked and where rows would not fit."""
        unknown = sorted(set(content.copies) - {sheet.name for sheet in self.workbook.sheets} - content.omit)
        if unknown:
            raise OutputError.of("unknown-sheet", name="、".join(unknown))
        made: list[_Sheet] = []
        taken: dict[str, object] = {sheet.name.casefold(): None for sheet in self.workbook.sheets}
        for out in list(self.workbook.sheets):
            own = content.copies.get(out.name)
            copies = list(own) if own is not None else [SheetCopy(self._named(out, taken))]
            copies = [part for each in copies for part in self._split(out, each, content, taken)]
            outs = self.workbook.copy(out.name, [each.name for each in copies])
            made += [self._sheet(sheet, each, content) for sheet, each in zip(outs, copies, strict=True)]
        return made

    def _named(self, out: OutSheet, taken: dict[str, object]) -> str:
        if not MARKER.search(out.name):
            return out.name
        name = clean_sheet_name(self.common.substitute(out.name), taken)
        taken[name.casefold()] = None
        return name

    def _split(
        self, out: OutSheet, copy: SheetCopy, content: Content, taken: dict[str, object]
    ) -> list[SheetCopy]:
        """Split what has more rows than a sheet holds over several copies: `name`, `name (2)` …"""
        if out.kind != "worksheet":
            return [copy]
        layout = self._layout(out, copy, content, [])
        if not layout.rows or layout.move.is_still:
            return [copy]
        surplus = max(layout.rows) + sum(row.written - 1 for row in layout.marker_rows) - MAX_ROW
        if surplus <= 0:
            return [copy]
        if len(layout.marker_rows) > 1:
            raise OutputError.of("too-many-rows", sheet=copy.name, limit=MAX_ROW)
        row = layout.marker_rows[0]
        room = row.written - surplus
        name = next(name for name, table in layout.words.tables.items() if table is row.table)
        parts = []
        for start in range(0, row.table.rows, room):
            title = (
                copy.name if not start else clean_sheet_name(copy.name, {copy.name.casefold(): 0, **taken})
            )
            taken[title.casefold()] = None
            tables = {**copy.tables, name: _rows_of(row.table, start, room)}
            parts.append(SheetCopy(title, tables, copy.scalars))
        return parts

    def _layout(
        self, out: OutSheet, copy: SheetCopy, content: Content, problems: list[Finding]
    ) -> SheetLayout:
        tables = {**content.tables, **copy.tables}
        words = Words(out.source, tables, {**content.scalars, **copy.scalars}, problems)
        if out.kind != "worksheet":
            return SheetLayout(words)
        return lay_out(self.parts.tree(out.part), self.shared, words)

    def _sheet(self, out: OutSheet, copy: SheetCopy, content: Content) -> _Sheet:
        layout = self._layout(out, copy, content, self.problems)
        return _Sheet(out, layout.words, layout, CellNotes(out.name))

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
            self._fill_own_parts(sheet, scopes[sheet.out.part], stale)
        self._fill_workbook(scopes, stale)
        self._forget_shared_markers()
        self._date_properties(created)
        self._refuse_problems()
        digest = self.parts.write(out, created, self._huge_parts())
        rows = {each.out.name: sum(row.table.rows for row in each.layout.marker_rows) for each in self.sheets}
        sheet_rows = {each.out.part: _sheet_rows(each.layout) for each in self.sheets if each.layout.rows}
        findings = tuple(finding for each in self.sheets for finding in each.notes.found.values())
        return FillReport(rows, sheet_rows, findings, digest)

    def _stale(self) -> Stale:
        filled = [sheet.out.source for sheet in self.sheets if sheet.layout.has_markers]
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

    def _fill_sheet(self, sheet: _Sheet, scope: Scope, stale: Stale) -> None:
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
        self, sheet: _Sheet, scope: Scope, stale: Stale, text_cells: frozenset[tuple[int, int]]
    ) -> Filling:
        is_stale = sheet.out.source.casefold() in stale.sheets
        progress = self.progress
        name = sheet.out.name
        step = None if progress is None else (lambda done, total: progress(name, done, total))
        return Filling(sheet.layout, scope, is_stale, self.workbook.is_1904, text_cells, sheet.notes, step)

    def _table_headers(self, sheet: _Sheet) -> list[tuple[int, int]]:
        """Return the template's header cells of tables outside blocks, whose texts name table columns."""
        cells = []
        for part, relationship in self.workbook.own_parts(sheet.out):
            table = self.parts.tree(part) if relationship.kind == "table" else None
            if table is None or table.attributes.get("headerRowCount", "1") == "0":
                continue
            first, last = parse_range(table.attributes.get("ref", "A1"))
            cells += [(first.row, column) for column in range(first.column, last.column + 1)]
        return [cell for cell in cells if cell not in sheet.layout.headers]

    def _fill_own_parts(self, sheet: _Sheet, scope: Scope, stale: Stale) -> None:
        filling = self._filling(sheet, scope, stale, frozenset())

        def is_stale(formula: str) -> bool:
            return stale.touches(formula, sheet.out.source)

        for part, relationship in self.workbook.own_parts(sheet.out):
            self._fill_targets(part, scope, sheet.words)
            if relationship.kind == "vmlDrawing":
                self._fill_vml(part, scope, sheet.words)
                continue
            if not part.casefold().endswith(".xml"):
                continue
            tree = self.parts.tree(part)
            self._move_part(relationship.kind, part, tree, sheet, scope, is_stale)
            if part in self.parts:
                substitute(tree, filling)
        self._fill_targets(sheet.out.part, scope, sheet.words)

    def _move_part(
        self,
        kind: str,
        part: str,
        tree: Node,
        sheet: _Sheet,
        scope: Scope,
        is_stale: Callable[[str], bool],
    ) -> None:
        if kind == "table":
            other_parts.move_table(tree, scope, sheet.layout, sheet.headers)
        elif kind in ("chart", "chartEx"):
            if not other_parts.move_chart(tree, scope, is_stale):
                self._drop_chart(sheet, part)
        elif kind == "drawing":
            other_parts.move_drawing(tree, scope)
        elif kind in ("comments", "threadedComment"):
            other_parts.move_comments(tree, scope.move)
        elif kind == "ctrlProp":
            other_parts.move_control(tree, scope)
        elif kind == "pivotTable":
            other_parts.move_pivot(tree, scope.move)

    def _drop_chart(self, sheet: _Sheet, chart: str) -> None:
        """Drop a chart that only showed sheets left out, with its frame in the drawing."""
        for part, relationship in self.workbook.own_parts(sheet.out):
            if relationship.kind != "drawing":
                continue
            ids = {each.id for each in self.parts.relationships(part) if each.target == chart}
            if ids:
                other_parts.drop_frames(self.parts.tree(part), ids)
                self.parts.unrelate(part, chart)
                self.parts.remove(chart)

    def _fill_vml(self, part: str, scope: Scope, words: Words) -> None:
        content = self.parts.content(part)
        text = content.decode("utf-8-sig", "surrogateescape")
        moved = words.substitute(other_parts.move_vml(text, scope), escape_text)
        if moved != text:
            self.parts.put(part, moved.encode("utf-8", "surrogateescape"))

    def _fill_targets(self, part: str, scope: Scope, words: Words) -> None:
        """Replace markers in the addresses that a part's links lead to; places in the workbook move."""
        rels = relationships_name(part)
        for node in self.parts.tree(rels).nodes if rels in self.parts else []:
            if node.attributes.get("Target", "").startswith("#"):
                node.attributes["Target"] = "#" + move_formula(node.attributes["Target"][1:], scope)
            elif node.attributes.get("TargetMode") == "External":
                target = _ESCAPED_MARKER.sub(lambda match: unquote(match[0]), node.attributes["Target"])
                if MARKER.search(target):
                    node.attributes["Target"] = words.substitute(target, address)

    def _fill_workbook(self, scopes: dict[str, Scope], stale: Stale) -> None:
        workbook = self.workbook
        workbook.settle()
        common = scopes[workbook.sheets[0].part]
        common = Scope("", {**common.sheets, **self._first_copies()}, {})
        holder = workbook.tree.child("definedNames")
        if holder is not None:
            holder.children = [node for node in holder.nodes if self._move_name(node, common, scopes)]
            workbook.tree.remove(lambda node: node.local == "definedNames" and not node.nodes)
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

    def _date_properties(self, created: date) -> None:
        for each in self.parts.relationships(""):
            if each.kind != "core-properties" or each.target not in self.parts:
                continue
            tree = self.parts.tree(each.target)
            for node in tree.walk():
                if node.local in ("created", "modified"):
                    node.text = f"{created.isoformat()}T00:00:00Z"
                elif "{{" in node.text:
                    node.text = self.common.substitute(node.text)

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


def _rows_of(table: OutTable, start: int, count: int) -> OutTable:
    columns = [
        replace(
            column,
            cells=column.cells.slice(start, count),
            links=column.links.slice(start, count) if column.links is not None else None,
            texts=column.texts.slice(start, count) if column.texts is not None else None,
        )
        for column in table.columns
    ]
    return OutTable(table.name, columns)


def markers(template: bytes) -> list[Marker]:
    """Return the markers of a template, in the order of its sheets: cells first, then other places.

    Raises InputError where the template is no readable workbook.
    """
    parts = Parts(template)
    workbook = Workbook(parts)
    name = workbook.single("sharedStrings")
    shared = parts.tree(name).nodes if name is not None and name in parts else []
    found: list[Marker] = []
    for sheet in workbook.sheets:
        found += [parse_marker(match[1], sheet.name) for match in MARKER.finditer(sheet.name)]
        tree = parts.tree(sheet.part)
        if sheet.kind == "worksheet":
            for each in find_texts(number_cells(tree), shared):
                found += each.markers(sheet.name)
        found += _other_markers(tree, sheet.name)
        for part, _ in workbook.own_parts(sheet):
            if part.casefold().endswith((".xml", ".vml")) and may_hold_markers(parts.content(part)):
                found += _other_markers(parts.tree(part), sheet.name)
    return found


def _other_markers(tree: Node, sheet: str) -> list[Marker]:
    texts: list[str] = []
    for node in tree.walk():
        texts += node.attributes.values()
        if node.local == "p":
            texts.append("".join(run.text for run in text_runs(node)))
        elif node.local not in ("t", "is", "v"):
            texts.append(node.text)
    return [parse_marker(match[1], sheet) for text in texts for match in MARKER.finditer(text)]
