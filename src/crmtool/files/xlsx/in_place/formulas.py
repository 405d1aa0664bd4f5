"""Keep formulas right where cells are written over: shared ones, the calculation chain, calculation on opening.

Knows formulas as cells spell them; which cells are written is decided in `rows`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from html import unescape

import pyarrow as pa
import pyarrow.compute as pc

from crmtool.errors import Finding, OutputError
from crmtool.files.xlsx.markup import Node, escape_text
from crmtool.files.xlsx.moves import MAX_COLUMN, MAX_ROW
from crmtool.files.xlsx.references import Point, parse_point, parse_range, shift_shared
from crmtool.files.xlsx.workbook import Workbook
from crmtool.sheets import Area, cell_name

_FORMULA = re.compile(rb"<((?:[\w.-]+:)?)f(\s[^>]*?)?(?:/>|>([^<]*)</\1f>)")
_SHARED = re.compile(rb'\st="shared"')
_INDEX = re.compile(rb'\ssi="([0-9]+)"')
_PLACE = re.compile(rb'\sr="([A-Za-z]{1,3}[0-9]+)"')
_SPANNING = re.compile(rb"<(?:[\w.-]+:)?f\s([^>]*\bt=\"(?:array|dataTable)\"[^>]*)>")
_REF = re.compile(rb'\bref="([^"]+)"')
_ANY = re.compile(rb"<(?:[\w.-]+:)?f[\s>/]")


@dataclass(frozen=True, slots=True)
class _Freed:
    """A shared formula without its first cell: where that was, what it said, and which cells may share it."""

    row: int
    column: int
    text: str
    reach: Area

    def covers(self, point: Point) -> bool:
        """Tell whether a cell is among those that share the formula."""
        within = self.reach
        return within.top <= point.row <= within.bottom and within.left <= point.column <= within.right


@dataclass
class Formulas:
    """The formulas of one sheet that an update of some `rows` (int32, ascending) in some `columns` meets.

    `dropped` are cells (row, column) whose formula gave way, `kept` those that were left, by header. `freed`
    are shared formulas whose first cell was written over, by index.
    """

    rows: pa.Array
    columns: Collection[int]
    are_there: bool = False
    dropped: set[tuple[int, int]] = field(default_factory=set)
    kept: dict[str, list[str]] = field(default_factory=dict)
    freed: dict[bytes, _Freed] = field(default_factory=dict)

    def watch(self, rows: bytes) -> None:
        """Look at some rows with formulas before they are written into.

        Raises OutputError where a part of an array formula or data table would be written over.
        """
        self.are_there = True
        if b't="array"' not in rows and b't="dataTable"' not in rows:
            return
        for area in _areas(rows):
            across = range(area.left, area.right + 1)
            hit = [column for column in across if column in self.columns]
            within = pc.and_(pc.greater_equal(self.rows, area.top), pc.less_equal(self.rows, area.bottom))
            inside = pc.sum(within).as_py() or 0 if hit else 0
            if inside and not (len(hit) == len(across) and inside == area.bottom - area.top + 1):
                raise OutputError.of("update-array-formula", area=_name(area))

    def keep(self, row: int, column: int, header: str) -> None:
        """Note a cell of somebody else's whose formula is left as it is."""
        self.kept.setdefault(header, []).append(cell_name(row, column))

    def drop(self, cell: bytes, row: int, column: int) -> None:
        """Note a cell whose formula gives way to a value; one that others share is kept for those."""
        self.dropped.add((row, column))
        formula = _FORMULA.search(cell)
        if formula is None or not _SHARED.search(formula[2] or b"") or not formula[3]:
            return
        index = _INDEX.search(formula[2])
        if index is not None:
            text = unescape(formula[3].decode("utf-8"))
            self.freed[index[1]] = _Freed(row, column, text, _reach(formula[2], row, column))

    def unshared(self, match: re.Match[bytes]) -> bytes:
        """Return a cell with its own formula where it shared one whose first cell is gone; others as they are."""
        formula = _FORMULA.search(match[0])
        index = _INDEX.search(formula[2] or b"") if formula else None
        if formula is None or index is None or index[1] not in self.freed or not _SHARED.search(formula[2]):
            return match[0]
        place = _PLACE.search(match[1])
        if place is None:
            raise OutputError.of("update-odd-sheet", part="sheetData")
        freed, point = self.freed[index[1]], parse_point(place[1].decode())
        if formula[3] or not freed.covers(point):
            # Another formula that some program gave the same index.
            return match[0]
        shifted = shift_shared(freed.text, point.row - freed.row, point.column - freed.column)
        own = b"<%bf>%b</%bf>" % (formula[1], escape_text(shifted).encode(), formula[1])
        return match[0][: formula.start()] + own + match[0][formula.end() :]

    def findings(self, sheet: str) -> list[Finding]:
        """Return what was left as it is: one finding for each column, at its first cell."""
        return [
            Finding("update-formula-kept", sheet=sheet, cell=cells[0], column=header, count=len(cells))
            for header, cells in self.kept.items()
        ]


def _reach(attributes: bytes, row: int, column: int) -> Area:
    """Return the cells that may share a formula; all below and beside where it does not say."""
    reference = _REF.search(attributes)
    if reference is None:
        return Area(row, 1, MAX_ROW, MAX_COLUMN)
    start, end = parse_range(reference[1].decode("ascii", "replace"))
    return Area(start.row, start.column, end.row, end.column)


def _areas(rows: bytes) -> Iterator[Area]:
    """Yield the areas of array formulas and data tables of more than one cell."""
    for attributes in _SPANNING.findall(rows):
        reference = _REF.search(attributes)
        first, last = (
            parse_range(reference[1].decode("ascii", "replace")) if reference else (Point(0, 0),) * 2
        )
        if first.row and last.row and (first.row, first.column) != (last.row, last.column):
            yield Area(first.row, first.column, last.row, last.column)


def _name(area: Area) -> str:
    return f"{cell_name(area.top, area.left)}:{cell_name(area.bottom, area.right)}"


def settle_chain(workbook: Workbook, sheet_id: str, dropped: Collection[tuple[int, int]]) -> None:
    """Take cells whose formula is gone out of the calculation chain; an empty chain goes altogether.

    An entry without a sheet id of its own is on the sheet of the one before it (ECMA-376 part 1, 18.6.1).
    """
    names = {cell_name(row, column) for row, column in dropped}
    if names:
        _settle(workbook, sheet_id, lambda name: name in names)


def settle_chain_without(workbook: Workbook, sheet_id: str) -> None:
    """Take every cell of a sheet, whose formulas are all gone, out of the calculation chain."""
    _settle(workbook, sheet_id, lambda _: True)


def _settle(workbook: Workbook, sheet_id: str, is_gone: Callable[[str], bool]) -> None:
    part = workbook.single("calcChain")
    if part is None or part not in workbook.parts:
        return
    chain = workbook.parts.tree(part)
    kept: list[Node] = []
    home = written = "0"
    for node in chain.nodes:
        home = node.attributes.get("i", home)
        if home == sheet_id and is_gone(node.attributes.get("r", "")):
            continue
        if home != written:
            node.attributes["i"] = home
        written = home
        kept.append(node)
    chain.children = list(kept)
    if not kept:
        workbook.parts.remove(part)
        workbook.parts.unrelate(workbook.part, part)


#: What stands before `calcPr` in a workbook part (ECMA-376 part 1, 18.2.27).
_BEFORE: Sequence[str] = ("sheets", "functionGroups", "externalReferences", "definedNames")


def ask_for_calculation(workbook: Workbook) -> None:
    """Have the workbook calculated when it is opened: values cached for its formulas may be of before."""
    tree = workbook.tree
    properties = tree.child("calcPr")
    if properties is None:
        properties = Node(f"{tree.prefix}calcPr")
        places = [i for i, n in enumerate(tree.children) if isinstance(n, Node) and n.local in _BEFORE]
        tree.children.insert(max(places, default=len(tree.children) - 1) + 1, properties)
    properties.attributes["fullCalcOnLoad"] = "1"


def has_formula(chunks: Iterable[bytes]) -> bool:
    """Tell whether a worksheet has a formula, from its bytes."""
    carry = b""
    for chunk in chunks:
        data = carry + chunk
        if _ANY.search(data):
            return True
        carry = data[-64:]
    return False
