"""Hold a template as parts with content types and relationships, and remember which were changed.

Knows the package conventions of Office files; which sheets there are is for `workbook`.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import BinaryIO

from crmtool.errors import InputError
from crmtool.files.xlsx import markup
from crmtool.files.xlsx.markup import Node
from crmtool.files.xlsx.package import PackageWriter, Packed
from crmtool.files.xlsx.unpacking import Entry, inflate, read_directory

MAX_ENTRIES = 5_000
MAX_INFLATED_BYTES = 1 << 30
CONTENT_TYPES = "[Content_Types].xml"


@dataclass(frozen=True, slots=True)
class Relationship:
    """One relationship: `target` is a part's name, or an address where it is external."""

    id: str
    kind: str
    target: str
    is_external: bool


def relationships_name(part: str) -> str:
    """Return the name of the part that holds a part's relationships.

    >>> relationships_name("xl/workbook.xml"), relationships_name("")
    ('xl/_rels/workbook.xml.rels', '_rels/.rels')
    """
    folder, name = posixpath.split(part)
    return posixpath.join(folder, "_rels", f"{name}.rels")


class Parts:
    """The parts of one package, read when asked for; changed ones are written anew, all others copied raw."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._entries: dict[str, Entry] = {}
        self._names: dict[str, str] = {}
        self._trees: dict[str, tuple[Node, bytes]] = {}
        self._changed: dict[str, Node | bytes] = {}
        self._packed: dict[str, Packed] = {}
        entries = read_directory(data)
        small = (entry.size for entry in entries if "worksheets/" not in entry.name)
        if len(entries) > MAX_ENTRIES or sum(small) > MAX_INFLATED_BYTES:
            raise InputError.of("oversized-package", part="")
        self.has_duplicates = len({entry.name.casefold() for entry in entries}) < len(entries)
        for entry in entries:
            self._entries[entry.name] = entry
            self._names[entry.name.casefold()] = entry.name

    def __contains__(self, name: str) -> bool:
        return name.casefold() in self._names

    def names(self) -> list[str]:
        """Return the parts' names in the order of the package, new ones last."""
        return list(self._names.values())

    def content(self, name: str) -> bytes:
        """Return a part's bytes as the template has them, or as they were last put."""
        real = self._names.get(name.casefold())
        if real is None:
            raise InputError.of("missing-part", part=name)
        changed = self._changed.get(real)
        if changed is not None and real in self._trees:
            return markup.to_bytes(self._trees[real][0])
        if isinstance(changed, bytes):
            return changed
        return inflate(self._data, self._entries[real])

    def tree(self, name: str) -> Node:
        """Return a part's tree, always the same one, to be looked at or changed in place."""
        real = self._names.get(name.casefold(), name)
        if real not in self._trees:
            root = markup.parse(self.content(real), real)
            self._trees[real] = (root, markup.to_bytes(root))
        return self._trees[real][0]

    def put(self, name: str, content: bytes | Node) -> None:
        """Add a part or replace one."""
        real = self._names.setdefault(name.casefold(), name)
        self._trees.pop(real, None)
        if isinstance(content, Node):
            self._trees[real] = (content, b"")
        self._changed[real] = content

    def put_packed(self, name: str, content: Packed) -> None:
        """Replace a part by one that is deflated already; it cannot be read any more."""
        self._packed[self._names[name.casefold()]] = content

    def remove(self, name: str) -> None:
        """Remove a part with its relationships and its content type."""
        self._forget(name)
        self.remove_relationships(name)
        override = "/" + name
        types = self.tree(CONTENT_TYPES)
        types.remove(lambda node: node.attributes.get("PartName", "").casefold() == override.casefold())

    def remove_relationships(self, name: str) -> None:
        """Remove what says which parts a part is related to."""
        self._forget(relationships_name(name))

    def _forget(self, name: str) -> None:
        real = self._names.pop(name.casefold(), None)
        if real is not None:
            for held in (self._entries, self._trees, self._changed, self._packed):
                held.pop(real, None)

    def content_type(self, name: str) -> str:
        """Return a part's content type, from its override or from its extension."""
        extension = posixpath.splitext(name)[1].lstrip(".").casefold()
        found = ""
        for node in self.tree(CONTENT_TYPES).nodes:
            if node.attributes.get("PartName", "").casefold() == f"/{name}".casefold():
                return node.attributes.get("ContentType", "")
            if node.attributes.get("Extension", "").casefold() == extension:
                found = node.attributes.get("ContentType", "")
        return found

    def declare(self, name: str, content_type: str) -> None:
        """Give a new part its content type."""
        types = self.tree(CONTENT_TYPES)
        prefix = types.prefix
        types.children.append(
            Node(f"{prefix}Override", {"PartName": f"/{name}", "ContentType": content_type})
        )

    def relationships(self, part: str) -> list[Relationship]:
        """Return a part's relationships in order; `""` is the package itself."""
        name = relationships_name(part)
        return [_relationship(node, part) for node in self.tree(name).nodes] if name in self else []

    def relate(self, part: str, kind: str, target: str, *, is_external: bool = False) -> str:
        """Add a relationship to a part and return its id."""
        name = relationships_name(part)
        if name not in self:
            namespace = "http://schemas.openxmlformats.org/package/2006/relationships"
            self.put(name, Node("Relationships", {"xmlns": namespace}))
        tree = self.tree(name)
        taken = {node.attributes.get("Id") for node in tree.nodes}
        number = len(taken) + 1
        while f"rId{number}" in taken:
            number += 1
        attributes = {"Id": f"rId{number}", "Type": kind, "Target": target if is_external else f"/{target}"}
        if is_external:
            attributes["TargetMode"] = "External"
        tree.children.append(Node(f"{tree.prefix}Relationship", attributes))
        return attributes["Id"]

    def unrelate(self, part: str, target: str) -> None:
        """Remove a part's relationships to another part."""
        name = relationships_name(part)
        if name in self:
            self.tree(name).remove(
                lambda node: _relationship(node, part).target.casefold() == target.casefold()
            )

    def fresh_name(self, like: str) -> str:
        """Return a part name not yet taken, like the given one: `xl/tables/table1.xml` → `…/table2.xml`."""
        stem, extension = posixpath.splitext(like)
        stem = re.sub(r"\d+$", "", stem)
        number = 1
        while f"{stem}{number}{extension}" in self:
            number += 1
        return f"{stem}{number}{extension}"

    def is_changed(self, name: str) -> bool:
        """Return whether a part reads otherwise than in the template."""
        real = self._names[name.casefold()]
        if real in self._changed or (real in self._trees and _has_stream(self._trees[real][0])):
            return True
        return real in self._trees and markup.to_bytes(self._trees[real][0]) != self._trees[real][1]

    def write(self, out: BinaryIO, created: date, huge: Iterable[str] = ()) -> str:
        """Write the package and return its digest; `huge` parts may outgrow 4 GiB."""
        writer = PackageWriter(out, created)
        wide = set(huge)
        for name in self.names():
            tree = self._trees.get(name)
            changed = self._changed.get(name)
            if name in self._packed:
                writer.write_packed(name, self._packed[name])
            elif isinstance(changed, bytes) and tree is None:
                writer.write(name, [changed])
            elif tree is not None and (changed is not None or name in wide or _has_stream(tree[0])):
                writer.write(name, markup.to_pieces(tree[0]), is_huge=name in wide)
            elif tree is not None and markup.to_bytes(tree[0]) != tree[1]:
                writer.write(name, markup.to_pieces(tree[0]))
            else:
                writer.copy(self._data, self._entries[name])
        return writer.finish()


def _has_stream(root: Node) -> bool:
    return any(isinstance(node, markup.Stream) for node in root.walk())


def _relationship(node: Node, part: str) -> Relationship:
    target = node.attributes.get("Target", "")
    is_external = node.attributes.get("TargetMode") == "External"
    if not is_external:
        folder = posixpath.dirname(part)
        joined = posixpath.normpath(posixpath.join("/", folder, target.replace("\\", "/")))
        target = joined.lstrip("/")
    kind = node.attributes.get("Type", "").rpartition("/")[2]
    return Relationship(node.attributes.get("Id", ""), kind, target, is_external)


def related(
    parts: Parts, part: str, shared: frozenset[str], seen: set[str] | None = None
) -> Iterator[tuple[str, Relationship]]:
    """Yield every part reachable from `part`, with the relationship that led there.

    Relationships of the `shared` kinds are not followed: what they lead to belongs to no sheet alone.
    """
    visited = seen if seen is not None else {part.casefold()}
    for relationship in parts.relationships(part):
        target = relationship.target
        if relationship.is_external or relationship.kind in shared or target not in parts:
            continue
        if target.casefold() in visited:
            continue
        visited.add(target.casefold())
        yield target, relationship
        yield from related(parts, target, shared, visited)
