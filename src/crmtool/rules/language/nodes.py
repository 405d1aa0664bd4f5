"""What a rules file is as text: nodes that know their place, and the mistakes found at them.

Turning text into nodes is in `crmtool.rules.language.source`; what the nodes mean is left to `parse` and `load`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from difflib import get_close_matches
from functools import cached_property
from unicodedata import east_asian_width

from crmtool.errors import Finding, UsageError

#: YAML's own line ends; `str.splitlines` knows more and would count lines differently.
LINE_END = re.compile("\r\n|[\n\r\x85\u2028\u2029]")
#: Columns of a terminal that a quoted line may take.
SHOWN_WIDTH = 96
#: A file with more mistakes than this is not read to its end.
MOST_MISTAKES = 100

#: How like a label a Chinese word must be (0 to 1) to be taken for a slip in it.
_LABELS_ALIKE = 0.4

Value = str | int | Decimal | bool | None
#: The ids that a label is of.
Labels = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Place:
    """A stretch of the text: 1-based line and column of its start, and offsets in characters."""

    line: int
    column: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class TextNode:
    """A scalar. `value` is an int, Decimal or bool only where it was written plainly so; None if empty."""

    place: Place
    value: Value
    text: str
    is_quoted: bool = False


@dataclass(frozen=True, slots=True)
class ListNode:
    """A sequence."""

    place: Place
    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class MapNode:
    """A mapping, in file order; no key occurs twice."""

    place: Place
    entries: tuple[tuple[TextNode, Node], ...]

    def get(self, key: str) -> Node | None:
        """Return the value under a key, or None."""
        return next((value for name, value in self.entries if name.text == key), None)

    def key(self, key: str) -> TextNode | None:
        """Return the key itself, for messages about it."""
        return next((name for name, _ in self.entries if name.text == key), None)


Node = TextNode | ListNode | MapNode


def node_at(root: Node, path: Iterable[str | int]) -> Node:
    """Return the node at a path of keys and indices; steps that do not exist in the file are passed over."""
    node = root
    for step in path:
        below: Node | None = None
        if isinstance(node, MapNode):
            below = node.get(str(step))
        elif isinstance(node, ListNode) and isinstance(step, int) and step < len(node.items):
            below = node.items[step]
        node = below or node
    return node


def plain(node: Node) -> object:
    """Return the node as dicts, lists and scalars, without places."""
    if isinstance(node, MapNode):
        return {key.text: plain(value) for key, value in node.entries}
    if isinstance(node, ListNode):
        return [plain(item) for item in node.items]
    return node.value


def walk(node: Node) -> Iterator[Node]:
    """Yield a node and all nodes in it, keys included, in file order."""
    yield node
    if isinstance(node, MapNode):
        for key, value in node.entries:
            yield key
            yield from walk(value)
    elif isinstance(node, ListNode):
        for item in node.items:
            yield from walk(item)


def nearest(word: str, known: Iterable[str], likeness: float = 0.6) -> str:
    """Return the known name that is most like a word, or an empty text if none is like enough (0 to 1).

    >>> nearest("teir", ["tier", "rules"]), nearest("zzz", ["tier"])
    ('tier', '')
    """
    close = get_close_matches(word, list(known), n=1, cutoff=likeness)
    return close[0] if close else ""


def suggestion(word: str, known: Iterable[str], labels: Labels | None = None) -> dict[str, str]:
    """Return the parameters of a message about an unknown name: the nearest of those known, and all of them.

    `labels` has the ids that a label is of: who writes 高价值客户 means the id with that label. A Chinese word that
    is like no label and no name has no nearest one (`-`).

    >>> suggestion("高价值客户", ["high_value", "stable"], {"高价值客户": ["high_value"]})["nearest"]
    'high_value'
    """
    names = list(known)
    params = {"nearest": "-", "known": ", ".join(names) or "-"}
    labelled = {label: id for label, ids in (labels or {}).items() for id in ids if label and id in names}
    if word in labelled:
        return params | {"nearest": labelled[word]}
    if word.isascii():
        return params | {"nearest": nearest(word, names, likeness=0) or "-"}
    alike = nearest(word, [*names, *labelled], likeness=_LABELS_ALIKE)
    return params | {"nearest": labelled.get(alike, alike) or "-"}


def width(text: str) -> int:
    """Return how many columns a text takes on a terminal; Chinese characters take two.

    >>> width("tier: 高")
    8
    """
    return sum(2 if east_asian_width(char) in "WF" else 1 for char in text)


def _excerpt(line: str, column: int, length: int) -> tuple[str, str]:
    """Return the part of a line around a 0-based column and the carets below `length` characters of it."""
    line = "".join(char if char.isprintable() else " " for char in line)
    first, last = max(0, column - SHOWN_WIDTH), min(len(line), column + SHOWN_WIDTH)
    while width(line[first:last]) > SHOWN_WIDTH:
        if column - first > (last - first) / 2:
            first += 1
        else:
            last -= 1
    before, after = ("... " if first else ""), (" ..." if last < len(line) else "")
    marked = line[column : min(column + max(length, 1), last)]
    caret = " " * width(before + line[first:column]) + "^" * max(width(marked), 1)
    return before + line[first:last] + after, caret


@dataclass
class Mistakes:
    """Collects what is wrong in one file, each at its place, so that all of it is told at once.

    `labels` are those of the file's entries, for who writes a label where an id belongs.
    """

    text: str
    file: str
    findings: list[tuple[int, Finding]] = field(default_factory=list)
    labels: dict[str, list[str]] = field(default_factory=dict)

    @cached_property
    def lines(self) -> list[str]:
        """The lines of the text, without their ends."""
        return LINE_END.split(self.text)

    def add(self, code: str, where: Node | Place, *, value: str | None = None, **params: object) -> None:
        """Add one mistake at a node or place; `value` is what stands there unless told otherwise.

        Raises `UsageError` at once when there are more mistakes than anyone would read.
        """
        place = where if isinstance(where, Place) else where.place
        line = self.lines[place.line - 1]
        shown, caret = _excerpt(line, place.column - 1, place.end - place.start)
        if value is None:
            value = where.text if isinstance(where, TextNode) else ""
        texts = {key: str(param) for key, param in params.items()}
        finding = Finding(
            code,
            file=self.file,
            cell=f"{place.line}:{place.column}",
            value=value,
            params={"line_text": shown, "caret": caret, **texts},
        )
        self.findings.append((place.start, finding))
        if len(self.findings) >= MOST_MISTAKES:
            raise self.stop()

    def add_unknown(self, code: str, where: Node | Place, known: Iterable[str], **params: str) -> None:
        """Add a mistake about a name that is not among those known, with the nearest of them."""
        names = tuple(known)
        word = where.text if isinstance(where, TextNode) else ""
        self.add(code, where, value=word, **suggestion(word, names, self.labels), **params)

    def stop(self) -> UsageError:
        """Return the error with everything found so far, in file order."""
        ordered = sorted(self.findings, key=lambda found: found[0])
        return UsageError(*(finding for _, finding in ordered))

    def check(self) -> None:
        """Raise the error if there is any mistake."""
        if self.findings:
            raise self.stop()
