"""Where in the file each part of a rule set stands: conditions with the key or the entry that says them.

Reading the file is left to `crmtool.rules.language`; what is odd about a condition to the modules beside this one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from crmtool.rules.conditions import All, Any, Atom, Condition, Not
from crmtool.rules.language.nodes import ListNode, MapNode, Node, TextNode, node_at


@dataclass(frozen=True, slots=True)
class Located:
    """A condition, the key that says it (the first of several), the text from `start` to `end`, and its parts."""

    condition: Condition
    node: TextNode
    start: int
    end: int
    parts: tuple[Located, ...] = ()


@dataclass(frozen=True, slots=True)
class Statement:
    """A whole condition of the file: of a rule, a level or a tag; `owner` is a dimension's id."""

    kind: str  # rule | level | tag
    id: str
    node: Node
    when: Located
    owner: str = ""


class Places:
    """The nodes of a rules file by what they say."""

    def __init__(self, root: MapNode) -> None:
        self.root = root

    def at(self, *path: str | int) -> Node:
        """Return the node at a path."""
        return node_at(self.root, path)

    def key(self, section: str, name: str) -> Node:
        """Return the key of an entry of a section."""
        owner = self.at(section)
        return (owner.key(name) if isinstance(owner, MapNode) else None) or owner

    def statements(self) -> Iterator[tuple[str, int, str, Node, Node]]:
        """Yield kind, index, owner, the node of the id and the node of the condition of each `when:`."""
        for kind, section in (("rule", "rules"), ("tag", "tags")):
            for index in range(self._length(section)):
                yield kind, index, "", self.at(section, index, "id"), self.at(section, index, "when")
        dimensions = self.root.get("dimensions")
        for name in [key.text for key, _ in dimensions.entries] if isinstance(dimensions, MapNode) else ():
            for index in range(self._length("dimensions", name, "levels")):
                path = ("dimensions", name, "levels", index)
                yield "level", index, name, self.at(*path, "id"), self.at(*path, "when")

    def _length(self, *path: str | int) -> int:
        node: Node | None = self.root
        for step in path:
            node = node.get(str(step)) if isinstance(node, MapNode) else None
        return len(node.items) if isinstance(node, ListNode) else 0


def located(condition: Condition, node: Node) -> Located:
    """Return a condition with the nodes of its parts; `node` is the one that it was parsed from."""
    assert isinstance(node, MapNode)
    if len(node.entries) == 1:
        return _entry(condition, *node.entries[0])
    assert isinstance(condition, All)
    parts = tuple(_entry(part, *entry) for part, entry in zip(condition.parts, node.entries, strict=True))
    return Located(condition, node.entries[0][0], parts[0].start, parts[-1].end, parts)


def _entry(condition: Condition, key: TextNode, value: Node) -> Located:
    parts: tuple[Located, ...] = ()
    if isinstance(condition, Not):
        parts = (located(condition.part, value),)
    elif isinstance(condition, All | Any):
        assert isinstance(value, ListNode)
        parts = tuple(located(part, item) for part, item in zip(condition.parts, value.items, strict=True))
    return Located(condition, key, key.place.start, value.place.end, parts)


def tests(where: Located) -> Iterator[Located]:
    """Yield every test of a condition, in the order in which it is written."""
    if isinstance(where.condition, Atom):
        yield where
    for part in where.parts:
        yield from tests(part)
