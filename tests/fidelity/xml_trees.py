"""XML as trees that keep names, prefixes and namespace declarations as they are written.

Canonical XML drops declarations that no name uses, but `mc:Ignorable="x14ac"` needs its own. What makes no difference
to any reader does not count here either: the order of attributes, the way an empty element is closed, character
references.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from xml.parsers import expat


@dataclass
class Node:
    """An element as it is written: its name with its prefix, its attributes, its children and texts."""

    name: str
    attributes: dict[str, str]
    children: list[Node | str] = field(default_factory=list)

    @property
    def local(self) -> str:
        """Return the name without its prefix."""
        return self.name.rpartition(":")[2]

    def elements(self, local: str | None = None) -> list[Node]:
        """Return the child elements, or those of a name without prefix."""
        found = [child for child in self.children if isinstance(child, Node)]
        return [child for child in found if local in (None, child.local)]


def tree(xml: bytes) -> Node:
    """Return the root of an XML document; its declaration, comments and instructions are its first children."""
    top = Node("", {})
    open_nodes = [top]

    def begin(name: str, attributes: dict[str, str]) -> None:
        node = Node(name, attributes)
        open_nodes[-1].children.append(node)
        open_nodes.append(node)

    def note(kind: str) -> Callable[..., None]:
        return lambda *words: open_nodes[-1].children.append(f"<{kind} {words}>")

    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = begin
    parser.EndElementHandler = lambda name: open_nodes.pop() and None
    parser.CharacterDataHandler = lambda text: open_nodes[-1].children.append(text)
    parser.XmlDeclHandler, parser.CommentHandler = note("declaration"), note("comment")
    parser.ProcessingInstructionHandler, parser.StartDoctypeDeclHandler = note("instruction"), note("doctype")
    parser.Parse(xml, True)
    (root,) = top.elements()
    root.children[:0] = [child for child in top.children if isinstance(child, str) and child.strip()]
    return root


def lines(node: Node, depth: int = 0) -> Iterator[str]:
    """Yield a tree as lines: one for each element and text."""
    space = "  " * depth
    yield space + " ".join(
        [node.name, *(f"{name}={value!r}" for name, value in sorted(node.attributes.items()))]
    )
    for child in _joined(node.children):
        if isinstance(child, Node):
            yield from lines(child, depth + 1)
        else:
            yield f"{space}  {child!r}"


def _joined(children: Iterable[Node | str]) -> Iterator[Node | str]:
    """Yield children with neighbouring texts as one."""
    text = ""
    for child in children:
        if isinstance(child, str):
            text += child
            continue
        if text:
            yield text
            text = ""
        yield child
    if text:
        yield text


def difference(before: Node, after: Node, where: str) -> list[str]:
    """Return how two trees differ as lines to be read, empty where they are equal."""
    return list(
        difflib.unified_diff([*lines(before)], [*lines(after)], where, f"{where}, after", "", "", 1, "")
    )
