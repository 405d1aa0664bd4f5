"""Know the sheets of a template: their names, parts and own parts; leave sheets out, copy them, rename them.

What stands in the sheets is for `layout`; the references that follow a sheet are moved by `other_parts`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from crmtool.errors import InputError, OutputError
from crmtool.files.xlsx.markup import Node
from crmtool.files.xlsx.parts import CONTENT_TYPES, Parts, Relationship, related, relationships_name

_SHARED = frozenset(
    {
        "image",
        "media",
        "person",
        "pivotCacheDefinition",
        "theme",
        "styles",
        "sharedStrings",
        "printerSettings",
    }
)
_WITH_MACROS = (
    "application/vnd.ms-excel.sheet.macroEnabled",
    "application/vnd.ms-excel.template.macroEnabled",
)
_SINGLE = frozenset({"slicer", "timeline", "pivotTable", "queryTable", "vbaProject"})


@dataclass
class OutSheet:
    """A sheet of the output: `source` is the template sheet's name, `name` its own."""

    source: str
    name: str
    part: str
    kind: str
    node: Node
    tables: dict[str, str] = field(default_factory=dict)
    first: bool = True


class Workbook:
    """The workbook part of a package and its sheets, in order; one with macros only where those are welcome."""

    def __init__(self, parts: Parts, *, takes_macros: bool = False) -> None:
        self.parts = parts
        if CONTENT_TYPES not in parts:
            raise InputError.of("not-a-workbook")
        mains = [each for each in parts.relationships("") if each.kind == "officeDocument"]
        content_type = parts.content_type(mains[0].target) if mains else ""
        is_plain = "spreadsheetml" in content_type
        if not is_plain and not (takes_macros and content_type.startswith(_WITH_MACROS)):
            raise InputError.of("not-a-workbook")
        self.part = mains[0].target
        self.tree = parts.tree(self.part)
        self._by_id = {each.id: each for each in parts.relationships(self.part)}
        self.sheets = [self._sheet(node) for node in self._sheet_nodes()]
        self.source_names = [sheet.name for sheet in self.sheets]
        self._highest_id = max((node.number("sheetId", 0) for node in self._sheet_nodes()), default=0)
        if not self.sheets:
            raise InputError.of("not-a-workbook")

    def _sheet_nodes(self) -> list[Node]:
        holder = self.tree.child("sheets")
        return holder.nodes if holder else []

    def _sheet(self, node: Node) -> OutSheet:
        relation_id = next((value for key, value in node.attributes.items() if key.endswith(":id")), "")
        relationship = self._by_id.get(relation_id)
        name = node.attributes.get("name", "")
        if relationship is None or relationship.target not in self.parts:
            raise InputError.of("missing-part", part=name)
        return OutSheet(name, name, relationship.target, relationship.kind, node)

    @property
    def is_1904(self) -> bool:
        """Return whether dates count from 1904."""
        properties = self.tree.child("workbookPr")
        return properties is not None and properties.attributes.get("date1904") in ("1", "true")

    @property
    def namespace(self) -> str:
        """Return the namespace of the workbook's elements: that of strict files is another."""
        prefix = self.tree.prefix.removesuffix(":")
        return self.tree.attributes.get(f"xmlns:{prefix}" if prefix else "xmlns", "")

    def relation_type(self, kind: str) -> str:
        """Return how a relationship of a kind, such as `styles`, is called beside those that are there."""
        sheet = self.sheets[0]
        own = next(each for each in self._by_id.values() if each.target == sheet.part)
        known = self.parts.tree(relationships_name(self.part)).nodes
        kinds = (n.attributes.get("Type", "") for n in known if n.attributes.get("Id") == own.id)
        return next(kinds).removesuffix(own.kind) + kind

    def single(self, kind: str) -> str | None:
        """Return the workbook's part of a kind such as `sharedStrings`."""
        return next((each.target for each in self._by_id.values() if each.kind == kind), None)

    def own_parts(self, sheet: OutSheet) -> list[tuple[str, Relationship]]:
        """Return the parts that belong to one sheet: its drawings, charts, tables, comments …"""
        return list(related(self.parts, sheet.part, _SHARED))

    def defined_names(self) -> list[Node]:
        """Return the elements of the defined names."""
        holder = self.tree.child("definedNames")
        return holder.nodes if holder else []

    def leave_out(self, names: frozenset[str]) -> None:
        """Remove sheets with their parts, if they are there; references to them follow in `other_parts`."""
        kept = [sheet for sheet in self.sheets if sheet.name not in names]
        if not any(sheet.node.attributes.get("state", "visible") == "visible" for sheet in kept):
            raise OutputError.of("no-sheet-left")
        for sheet in self.sheets:
            if sheet not in kept:
                for part, _ in self.own_parts(sheet):
                    self.parts.remove(part)
                self.parts.remove(sheet.part)
                self.parts.unrelate(self.part, sheet.part)
        self.sheets = kept

    def copy(self, source: str, names: Sequence[str]) -> list[OutSheet]:
        """Replace a sheet by copies of it, in its place; the first one keeps the sheet's own parts.

        Raises OutputError `cannot-copy-sheet` for a sheet with a pivot table, slicer or query.
        """
        at = next((index for index, sheet in enumerate(self.sheets) if sheet.name == source), None)
        if at is None:
            raise OutputError.of("unknown-sheet", name=source)
        if not names:
            self.leave_out(frozenset({source}))
            return []
        original = self.sheets[at]
        blocking = [pair[1].kind for pair in self.own_parts(original) if pair[1].kind in _SINGLE]
        if len(names) > 1 and (blocking or original.kind != "worksheet"):
            raise OutputError.of("cannot-copy-sheet", sheet=source, reason=(blocking or [original.kind])[0])
        copies = [original] + [self._copied(original, name) for name in names[1:]]
        original.name = names[0]
        self.sheets[at : at + 1] = copies
        return copies

    def _copied(self, original: OutSheet, name: str) -> OutSheet:
        part = self._copy_part(original.part, {})
        tree = self.parts.tree(part)
        for node in tree.walk():
            node.attributes.pop("codeName", None)
            if node.local == "sheetView":
                node.attributes.pop("tabSelected", None)
        sheet = OutSheet(
            original.source, name, part, original.kind, self._entered(original, part), first=False
        )
        sheet.tables = self._rename_tables(sheet)
        return sheet

    def _entered(self, like: OutSheet, part: str) -> Node:
        """Return the entry of one more worksheet, related to the workbook, with an id of its own."""
        kind = next(
            each.attributes.get("Type", "")
            for each in self.parts.tree(relationships_name(self.part)).nodes
            if each.attributes.get("Type", "").endswith("/worksheet")
        )
        node = like.node.copy()
        key = next(key for key in node.attributes if key.endswith(":id"))
        node.attributes[key] = self.parts.relate(self.part, kind, part)
        self._highest_id += 1
        node.attributes["sheetId"] = str(self._highest_id)
        return node

    def add(self, name: str, content: bytes) -> OutSheet:
        """Add a worksheet at the end; its name must be free."""
        like = next(sheet for sheet in self.sheets if sheet.kind == "worksheet")
        part = self.parts.fresh_name(like.part)
        self.parts.put(part, content)
        self.parts.declare(part, self.parts.content_type(like.part))
        node = self._entered(like, part)
        node.attributes.pop("state", None)
        node.attributes["name"] = name
        sheet = OutSheet(name, name, part, "worksheet", node)
        self.sheets.append(sheet)
        holder = self.tree.child("sheets")
        assert holder is not None
        holder.children.append(node)
        self._forget_titles()
        return sheet

    def _copy_part(self, part: str, done: dict[str, str]) -> str:
        """Copy a part and, with it, the parts that belong to it alone."""
        name = self.parts.fresh_name(part)
        done[part.casefold()] = name
        self.parts.put(name, self.parts.content(part))
        content_type = self.parts.content_type(part)
        if self.parts.content_type(name) != content_type:
            self.parts.declare(name, content_type)
        rels = relationships_name(part)
        if rels in self.parts:
            tree = self.parts.tree(rels).copy()
            for node, each in zip(tree.nodes, self.parts.relationships(part), strict=True):
                if not each.is_external and each.target in self.parts:
                    shared = each.kind in _SHARED
                    known = each.target if shared else done.get(each.target.casefold())
                    node.attributes["Target"] = "/" + (known or self._copy_part(each.target, done))
            self.parts.put(relationships_name(name), tree)
        return name

    def _rename_tables(self, sheet: OutSheet) -> dict[str, str]:
        """Give the tables of a copied sheet ids and names of their own."""
        renamed: dict[str, str] = {}
        everything = [
            tree
            for name in self.parts.names()
            if _TABLE_PART.search(name)
            for tree in [self.parts.tree(name)]
        ]
        for part, relationship in self.own_parts(sheet):
            if relationship.kind != "table":
                continue
            table = self.parts.tree(part)
            others = [tree for tree in everything if tree is not table]
            ids = [tree.number("id", 0) for tree in others]
            taken = {tree.attributes.get("displayName", "").casefold() for tree in others}
            old = table.attributes.get("displayName", "")
            new, number = old, 1
            while new.casefold() in taken:
                number += 1
                new = f"{old}_{number}"
            table.attributes |= {"id": str(max(ids, default=0) + 1), "name": new, "displayName": new}
            table.attributes.pop("xr:uid", None)
            renamed[old.casefold()] = new
        return renamed

    def settle(self) -> None:
        """Write the sheets' order and names, and what counts sheets by position, to the workbook part."""
        holder = self.tree.child("sheets")
        if holder is None:
            return
        for sheet in self.sheets:
            sheet.node.attributes["name"] = sheet.name
        if self.source_names != [sheet.source for sheet in self.sheets]:
            holder.children = [sheet.node for sheet in self.sheets]
            self._settle_names()
            self._settle_views()
        if self.source_names != [sheet.name for sheet in self.sheets]:
            self._forget_titles()

    def _settle_names(self) -> None:
        """Give names that belong to one sheet that sheet's new position, once for each of its copies."""
        holder = self.tree.child("definedNames")
        if holder is None:
            return
        kept: list[Node | str] = []
        for node in holder.nodes:
            local = node.attributes.get("localSheetId")
            if local is None:
                kept.append(node)
                continue
            source = self.source_names[int(local)] if int(local) < len(self.source_names) else ""
            for index, sheet in enumerate(self.sheets):
                if sheet.source == source:
                    own = node.copy()
                    own.attributes["localSheetId"] = str(index)
                    kept.append(own)
        holder.children = kept

    def _settle_views(self) -> None:
        visible = [
            i for i, s in enumerate(self.sheets) if s.node.attributes.get("state", "visible") == "visible"
        ]
        for view in self.tree.each("workbookView"):
            active = view.number("activeTab", 0)
            source = self.source_names[active] if active < len(self.source_names) else ""
            index = next((i for i, sheet in enumerate(self.sheets) if sheet.source == source), visible[0])
            index = index if index in visible else visible[0]
            if "activeTab" in view.attributes or index != 0:
                view.attributes["activeTab"] = str(index)
            if view.number("firstSheet", 0) >= len(self.sheets):
                view.attributes["firstSheet"] = "0"
            if len(self.sheets) != len(self.source_names) and self.sheets[index].kind == "worksheet":
                for sheet_view in self.parts.tree(self.sheets[index].part).each("sheetView"):
                    sheet_view.attributes["tabSelected"] = "1"

    def _forget_titles(self) -> None:
        """Drop the list of sheet names from the document properties; programs write it anew on saving."""
        for each in self.parts.relationships(""):
            if each.kind == "extended-properties" and each.target in self.parts:
                tree = self.parts.tree(each.target)
                tree.remove(lambda node: node.local in ("TitlesOfParts", "HeadingPairs"))


_TABLE_PART = re.compile(r"tables?/table\d*\.xml$", re.IGNORECASE)
_FORBIDDEN_IN_NAME = re.compile(r"[\[\]:*?/\\\x00-\x1f]")


def clean_sheet_name(name: str, taken: Mapping[str, object]) -> str:
    """Return a name Excel allows: no `[]:*?/\\`, at most 31 UTF-16 units, unlike those taken (case-folded).

    >>> clean_sheet_name("*经理", {}), clean_sheet_name("Q1", {"q1": 0})
    ('经理', 'Q1 (2)')
    """
    clean = _FORBIDDEN_IN_NAME.sub("", name).strip("' ") or "Sheet"
    number, wanted = 1, _units(clean, 31)
    while wanted.casefold() in taken:
        number += 1
        suffix = f" ({number})"
        wanted = _units(clean, 31 - len(suffix)) + suffix
    return wanted


def _units(text: str, limit: int) -> str:
    while len(text.encode("utf-16-le")) > 2 * limit:
        text = text[:-1]
    return text
