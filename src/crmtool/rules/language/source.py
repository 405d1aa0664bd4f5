"""YAML text to nodes that know their place, in the small and unsurprising part of YAML that rules need.

What the nodes mean is left to `crmtool.rules.language.parse` and `crmtool.rules.language.load`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal

import yaml

from crmtool.rules.language.events import yaml_events
from crmtool.rules.language.nodes import (
    LINE_END,
    ListNode,
    MapNode,
    Mistakes,
    Node,
    Place,
    TextNode,
    Value,
    walk,
)

MAX_BYTES = 256 * 1024
MAX_DEPTH = 30

_INTEGER = re.compile(r"-?(0|[1-9][0-9]*)")
_DECIMAL = re.compile(r"-?(0|[1-9][0-9]*)\.[0-9]+")
#: Plain scalars that YAML readers turn into something else than what is written: yes/no words, null,
#: sexagesimal 12:30, octal 010, 0x1F, 1_000, 1e3, .5, +5, dates. Here each must be quoted or put otherwise.
_SURPRISES = re.compile(
    r"(?i:yes|no|on|off|null|~|true|false)|[-+]?[0-9]+(:[0-9]+)+(\.[0-9]*)?|[-+]?0[0-9_]+(\.[0-9_]*)?|0[xob][0-9a-fA-F_]+"
    r"|[-+]?[0-9][0-9_]*_[0-9_.]*|[-+]?[0-9]*\.?[0-9]*[eE][-+]?[0-9]+|[-+]?\.[0-9]+|[-+]?[0-9]+\.|\+[0-9][0-9.]*"
    r"|[-+]?\.(?i:inf|nan)|[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}([Tt \t].*)?|<<|="
)
_WIDE_COLON_KEY = re.compile(r"[ ]*(?:-[ ]+)*([A-Za-z_][A-Za-z0-9_]*)[ ]*：")
#: A value that starts with a quote which its line does not close.
_OPEN_QUOTE = re.compile(r'[ ]*(?:-[ ]+)*(?:[^\s"\'#]+:[ ]+)?"(?=[^"]*$)')
_TAB_INDENT = re.compile(r"[ ]*\t")


def parse_yaml(text: str, name: str) -> Node:
    """Return the root node of one YAML document; `name` is the file's name in messages (`rules/x.yaml`).

    Every scalar stays text except plain whole numbers, plain decimals and `true` / `false`. Raises
    `UsageError` with one finding for each mistake, at `line:column`, where the text is no YAML, is over
    256 KB, nests deeper than 30, or uses duplicate keys, anchors, aliases, tags, several documents, tabs as
    indentation, a full-width colon, or a word that YAML readers would silently change.

    >>> parse_yaml("version: '2024.10'", "rules/x.yaml").get("version").value
    '2024.10'
    """
    mistakes = Mistakes(text, name)
    if len(text.encode("utf-8", "surrogatepass")) > MAX_BYTES:
        mistakes.add("yaml-too-large", Place(1, 1, 0, 0), limit=f"{MAX_BYTES // 1024} KB")
        raise mistakes.stop()
    _check_tabs(text, mistakes)
    mistakes.check()
    try:
        root = _Composer(mistakes, yaml_events(text)).document()
    except yaml.reader.ReaderError as error:
        mistakes.add(
            "yaml-character",
            _place_of_offset(text, error.position),
            value=f"U+{ord(text[error.position]):04X}",
        )
        raise mistakes.stop() from None
    except yaml.MarkedYAMLError as error:
        _add_syntax_error(error, text, mistakes)
        raise mistakes.stop() from None
    _check_wide_colons(root, mistakes)
    mistakes.check()
    return root


@dataclass
class _Composer:
    """Builds nodes from parser events, refusing what rules do not need."""

    mistakes: Mistakes
    events: Iterator[yaml.Event]
    depth: int = 0
    keys: dict[str, Place] = field(default_factory=dict)

    def document(self) -> Node:
        """Return the only document's root; an empty one is an empty mapping."""
        nodes: list[Node] = []
        for event in self.events:
            if isinstance(event, yaml.DocumentStartEvent) and nodes:
                self.mistakes.add("yaml-documents", _place(event))
                raise self.mistakes.stop()
            if isinstance(event, yaml.NodeEvent):
                nodes.append(self.node(event))
        return nodes[0] if nodes else MapNode(Place(1, 1, 0, 0), ())

    def node(self, event: yaml.Event) -> Node:
        """Return the node that starts with an event."""
        self._refuse_references(event)
        if isinstance(event, yaml.ScalarEvent):
            return self.scalar(event)
        if isinstance(event, yaml.AliasEvent):
            return TextNode(_place(event), "", "")
        self.depth += 1
        if self.depth > MAX_DEPTH:
            self.mistakes.add("yaml-too-deep", _place(event), limit=MAX_DEPTH)
            raise self.mistakes.stop()
        mapping = isinstance(event, yaml.MappingStartEvent)
        node = self.mapping(event) if mapping else self.sequence(event)
        self.depth -= 1
        return node

    def _refuse_references(self, event: yaml.Event) -> None:
        if isinstance(event, yaml.AliasEvent):
            self.mistakes.add("yaml-reference", _place(event), value=f"*{event.anchor}")
        elif (anchor := getattr(event, "anchor", None)) is not None:
            self.mistakes.add("yaml-reference", _place(event), value=f"&{anchor}")
        tag = getattr(event, "tag", None)
        if tag is not None:
            short = tag.replace("tag:yaml.org,2002:", "!!")
            self.mistakes.add("yaml-tag", _place(event), value=short)

    def scalar(self, event: yaml.ScalarEvent) -> TextNode:
        """Return a scalar with the only value it can be taken for."""
        place, text = _place(event), event.value
        if event.style:
            return TextNode(place, text, text, is_quoted=True)
        if _SURPRISES.fullmatch(text) and text not in ("true", "false"):
            self.mistakes.add("yaml-surprise", place, value=text)
        return TextNode(place, _plain_value(text), text)

    def sequence(self, start: yaml.Event) -> ListNode:
        """Return a sequence up to its end."""
        items = []
        while not isinstance(event := next(self.events), yaml.SequenceEndEvent):
            items.append(self.node(event))
        return ListNode(_span(start, event), tuple(items))

    def mapping(self, start: yaml.Event) -> MapNode:
        """Return a mapping up to its end; a key that occurs again is a mistake."""
        entries: list[tuple[TextNode, Node]] = []
        seen: dict[str, int] = {}
        while not isinstance(event := next(self.events), yaml.MappingEndEvent):
            key, value = self.node(event), self.node(next(self.events))
            if not isinstance(key, TextNode):
                self.mistakes.add("yaml-key", key)
            elif key.text in seen:
                self.mistakes.add("duplicate-key", key, first=seen[key.text])
            else:
                seen[key.text] = key.place.line
                entries.append((key, value))
        return MapNode(_span(start, event), tuple(entries))


def _plain_value(text: str) -> Value:
    if _INTEGER.fullmatch(text):
        return int(text)
    if _DECIMAL.fullmatch(text):
        return Decimal(text)
    return {"true": True, "false": False, "": None}.get(text, text)


def _place(event: yaml.Event) -> Place:
    return _span(event, event)


def _span(first: yaml.Event, last: yaml.Event) -> Place:
    start, end = first.start_mark, last.end_mark
    assert start is not None and end is not None  # the parser marks every event
    return Place(start.line + 1, start.column + 1, start.index, end.index)


def _place_of_offset(text: str, offset: int) -> Place:
    before = LINE_END.split(text[:offset])
    return Place(len(before), len(before[-1]) + 1, offset, offset + 1)


def _lines(text: str) -> Iterator[tuple[int, int, str]]:
    """Yield the number, offset and text of each line."""
    start, number = 0, 1
    for end in LINE_END.finditer(text):
        yield number, start, text[start : end.start()]
        start, number = end.end(), number + 1
    yield number, start, text[start:]


def _check_tabs(text: str, mistakes: Mistakes) -> None:
    for number, start, line in _lines(text):
        if found := _TAB_INDENT.match(line):
            column = found.end() - 1
            mistakes.add("yaml-tab", Place(number, column + 1, start + column, start + column + 1), value="")


def _check_wide_colons(root: Node, mistakes: Mistakes) -> None:
    for node in walk(root):
        if isinstance(node, TextNode) and not node.is_quoted and (found := _WIDE_COLON_KEY.match(node.text)):
            mistakes.add("yaml-wide-colon", node, value=found[1])


#: Parts of the parser's problem texts, and the mistake that a writer of rules has then made.
_PROBLEMS = (
    ("expected chomping or indentation indicators", "yaml-unquoted-test"),
    ("found character '>' that cannot start any token", "yaml-unquoted-test"),
    ("found unexpected end of stream", "yaml-unclosed-quote"),
    ("expected ',' or", "yaml-unclosed-bracket"),
    ("that cannot start any token", "yaml-unquoted-character"),
    ("mapping values are not allowed here", "yaml-unexpected-colon"),
    ("could not find expected ':'", "yaml-missing-colon"),
    ("expected <block end>", "yaml-indentation"),
    ("undefined tag handle", "yaml-tag"),
)


def _add_syntax_error(error: yaml.MarkedYAMLError, text: str, mistakes: Mistakes) -> None:
    for number, start, line in _lines(text):
        if found := _WIDE_COLON_KEY.match(line):
            at = Place(number, found.start(1) + 1, start + found.start(1), start + found.end())
            mistakes.add("yaml-wide-colon", at, value=found[1])
            return
    if unclosed := _unclosed_quote(text, error.problem_mark.line + 1 if error.problem_mark else 0):
        mistakes.add("yaml-unclosed-quote", unclosed, value="")
        return
    problem = error.problem or ""
    code = next((code for part, code in _PROBLEMS if part in problem), "yaml-syntax")
    mark = error.problem_mark or error.context_mark
    if code in ("yaml-unclosed-quote", "yaml-unclosed-bracket") and error.context_mark is not None:
        mark = error.context_mark
    at = Place(mark.line + 1, mark.column + 1, mark.index, mark.index + 1) if mark else Place(1, 1, 0, 0)
    mistakes.add(code, at, value=text[at.start : at.end], problem=problem)


def _unclosed_quote(text: str, last: int) -> Place | None:
    """Return the quote that was left open in the lines up to one: the parser stumbles only over the next quote."""
    for number, start, line in _lines(text):
        if number <= last and (found := _OPEN_QUOTE.match(line)):
            column = found.end() - 1
            return Place(number, column + 1, start + column, start + column + 1)
    return None
