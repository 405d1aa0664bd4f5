"""Hold an XML part as a small tree that keeps prefixes, attribute order and text as they stand.

Knows XML only: the standard library's trees rename the prefixes that `mc:Ignorable` lists by name. What an
element means is for the other modules.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from xml.parsers import expat

from crmtool.errors import InputError

_DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


#: No number in a workbook has that many.
_DIGITS = 12


class Node:
    """An element: `name` as written with its prefix, attributes in order, children and texts in order."""

    __slots__ = ("attributes", "children", "name")

    def __init__(
        self, name: str, attributes: dict[str, str] | None = None, children: Iterable[Node | str] = ()
    ) -> None:
        self.name = name
        self.attributes = attributes if attributes is not None else {}
        self.children: list[Node | str] = list(children)

    @property
    def local(self) -> str:
        """Return the name without its prefix."""
        return self.name.rpartition(":")[2]

    @property
    def prefix(self) -> str:
        """Return the prefix with its colon, or nothing."""
        head, colon, _ = self.name.rpartition(":")
        return head + colon

    def number(self, attribute: str, default: int | None = None) -> int:
        """Return an attribute as a whole number; InputError `broken-xml` where it is none, or lacks without default."""
        text = self.attributes.get(attribute)
        if text is None and default is not None:
            return default
        try:
            return int(text or "")
        except ValueError as error:
            raise InputError.of("broken-xml", part=self.name, reason=f'{attribute}="{text}"') from error

    @property
    def nodes(self) -> list[Node]:
        """Return the child elements."""
        return [child for child in self.children if isinstance(child, Node)]

    @property
    def text(self) -> str:
        """Return the element's own text, without that of its children."""
        return "".join(child for child in self.children if isinstance(child, str))

    @text.setter
    def text(self, value: str) -> None:
        self.children = [value]

    def whole(self, name: str) -> int:
        """Return an attribute that is a whole number; 0 where it is missing or something else."""
        text = self.attributes.get(name, "")
        return int(text) if len(text) < _DIGITS and text.isascii() and text.isdigit() else 0

    def child(self, local: str) -> Node | None:
        """Return the first child element of that local name."""
        return next((node for node in self.nodes if node.local == local), None)

    def walk(self) -> Iterator[Node]:
        """Yield the element and all below it, in document order."""
        yield self
        for node in self.nodes:
            yield from node.walk()

    def each(self, *locals_: str) -> list[Node]:
        """Return all elements of these local names, the element itself included."""
        return [node for node in self.walk() if node.local in locals_]

    def remove(self, unwanted: Callable[[Node], bool]) -> int:
        """Remove all elements below for which `unwanted` holds; return how many."""
        kept: list[Node | str] = []
        removed = 0
        for child in self.children:
            if isinstance(child, Node):
                if unwanted(child):
                    removed += 1
                    continue
                removed += child.remove(unwanted)
            kept.append(child)
        self.children = kept
        return removed

    def copy(self) -> Node:
        """Return a deep copy."""
        children = [child.copy() if isinstance(child, Node) else child for child in self.children]
        return Node(self.name, dict(self.attributes), children)


class Stream(Node):
    """An element whose bytes are made while the part is written, because they may be many."""

    __slots__ = ("pieces",)

    def __init__(self, name: str, pieces: Callable[[], Iterable[bytes | memoryview]]) -> None:
        super().__init__(name)
        self.pieces = pieces


def parse(content: bytes, part: str = "") -> Node:
    """Return the root element of an XML part.

    Raises InputError `broken-xml` where it is not well-formed or declares a document type.
    """
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.ordered_attributes = True
    top = Node("")
    open_nodes = [top]

    def start(name: str, attributes: list[str]) -> None:
        node = Node(name, dict(zip(attributes[::2], attributes[1::2], strict=True)))
        open_nodes[-1].children.append(node)
        open_nodes.append(node)

    def refuse(*_: object) -> None:
        raise InputError.of("broken-xml", part=part, reason="DOCTYPE")

    parser.StartElementHandler = start
    parser.EndElementHandler = lambda _: open_nodes.pop()
    parser.CharacterDataHandler = lambda text: open_nodes[-1].children.append(text)
    parser.StartDoctypeDeclHandler = refuse
    try:
        parser.Parse(content, True)
    # Python cannot decode every encoding for the parser: some are unknown, those of several bytes not offered.
    except (expat.ExpatError, ValueError, LookupError) as error:
        raise InputError.of("broken-xml", part=part, reason=str(error)) from error
    return top.nodes[0]


_TEXT = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#13;"}
_ATTRIBUTE = {**_TEXT, '"': "&quot;", "\n": "&#10;", "\t": "&#9;"}
_TEXT_SPECIAL = re.compile("[&<>\r]")
_ATTRIBUTE_SPECIAL = re.compile('[&<>\r"\n\t]')


def escape_text(text: str) -> str:
    """Return `text` as it may stand between tags."""
    return _TEXT_SPECIAL.sub(lambda match: _TEXT[match[0]], text)


def escape_attribute(text: str) -> str:
    """Return `text` as it may stand between double quotes."""
    return _ATTRIBUTE_SPECIAL.sub(lambda match: _ATTRIBUTE[match[0]], text)


def open_tag(node: Node, end: str = ">") -> str:
    """Return the element's start tag; `end` is `/>` for an empty one."""
    attributes = "".join(f' {key}="{escape_attribute(value)}"' for key, value in node.attributes.items())
    return f"<{node.name}{attributes}{end}"


def to_pieces(root: Node) -> Iterator[bytes | memoryview]:
    """Yield the part's bytes; the elements that are streams are made only now."""
    texts = [_DECLARATION]
    for piece in _pieces(root):
        if isinstance(piece, str):
            texts.append(piece)
        else:
            yield "".join(texts).encode("utf-8")
            texts.clear()
            yield from piece.pieces()
    yield "".join(texts).encode("utf-8")


def _pieces(node: Node) -> Iterator[str | Stream]:
    if isinstance(node, Stream):
        yield node
    elif not node.children:
        yield open_tag(node, "/>")
    else:
        yield open_tag(node)
        for child in node.children:
            if isinstance(child, Node):
                yield from _pieces(child)
            else:
                yield escape_text(child)
        yield f"</{node.name}>"


def to_bytes(root: Node) -> bytes:
    """Return the whole part as bytes."""
    return b"".join(to_pieces(root))


def to_text(node: Node) -> str:
    """Return an element without streams as text."""
    return "".join(piece for piece in _pieces(node) if isinstance(piece, str))
