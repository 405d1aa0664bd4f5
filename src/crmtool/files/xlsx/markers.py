"""Know how markers are written, and put values in their place in any text.

The grammar: `{{name}}`, `{{table.column}}`, `{{columns:table}}`, `{{table.*}}`, `{{table.*|look}}`. Which
cells hold which markers is for `layout`.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, get_args

from crmtool.content import Look, OutTable, Scalar
from crmtool.errors import Finding
from crmtool.files.xlsx.cleaning import clean_text
from crmtool.files.xlsx.markup import Node

Kind = Literal["scalar", "column", "header", "all"]
LOOKS: tuple[str, ...] = get_args(Look)
MARKER = re.compile(r"\{\{\s*([^{}]+?)\s*\}\}")
_SPLIT_MARKER = re.compile(rb"\{(?:<[^<>]*>\s*)*\{")


@dataclass(frozen=True, slots=True)
class Marker:
    """A marker of a template and where it stands.

    `kind` is `scalar` (`column` is its name, `table` is None), `column` (`{{table.column}}`), `header`
    (`{{columns:table}}`) or `all` (`{{table.*}}`, with `look` where it is a sample). `cell` is empty for a
    marker outside the cells, such as in a page header.
    """

    sheet: str
    cell: str
    table: str | None
    column: str
    look: str | None = None
    kind: Kind = "scalar"


def parse_marker(text: str, sheet: str = "", cell: str = "") -> Marker:
    """Return the marker that the text between the braces is.

    >>> parse_marker("tiers.*|money").look, parse_marker("as_of").kind
    ('money', 'scalar')
    """
    if text.startswith("columns:"):
        return Marker(sheet, cell, text.removeprefix("columns:").strip(), "*", kind="header")
    table, dot, column = text.partition(".")
    if not dot:
        return Marker(sheet, cell, None, text)
    name, bar, look = column.partition("|")
    if name.strip() == "*":
        return Marker(sheet, cell, table.strip(), "*", look.strip() if bar else None, "all")
    return Marker(sheet, cell, table.strip(), column.strip(), kind="column")


def may_hold_markers(content: bytes) -> bool:
    """Return whether a part may hold a marker, also one that is split over formatted runs."""
    return _SPLIT_MARKER.search(content) is not None


def scalar_text(value: Scalar) -> str:
    """Return a value as it reads inside longer text: dates as ISO, no `.0`, nothing for None."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return clean_text(value) if isinstance(value, str) else str(value)


@dataclass
class Words:
    """What the markers of one sheet may name, and the mistakes found so far."""

    sheet: str
    tables: Mapping[str, OutTable]
    scalars: Mapping[str, Scalar]
    problems: list[Finding] = field(default_factory=list)

    def complain(self, code: str, cell: str, **params: str) -> None:
        """Note a mistake of the template at one of its cells."""
        self.problems.append(Finding(code, sheet=self.sheet, cell=cell, params=params))

    def scalar(self, name: str, cell: str = "") -> Scalar:
        """Return a single value; an unknown name is noted with the nearest one there is."""
        if name in self.scalars:
            return self.scalars[name]
        self.complain("unknown-marker", cell, marker=name, nearest=nearest(name, self.names()))
        return None

    def names(self) -> list[str]:
        """Return everything that a marker may name here."""
        columns = [f"{name}.{column.id}" for name, table in self.tables.items() for column in table.columns]
        return [*self.scalars, *columns, *(f"{name}.*" for name in self.tables)]

    def substitute(self, text: str, escape: Callable[[str], str] = str, cell: str = "") -> str:
        """Return `text` with its markers replaced; `escape` makes a value fit for where the text stands."""
        return MARKER.sub(lambda match: escape(scalar_text(self.scalar(match[1], cell))), text)


def nearest(name: str, names: Iterable[str]) -> str:
    """Return the known name most like the given one, or nothing."""
    return next(iter(difflib.get_close_matches(name, list(names), n=1, cutoff=0.5)), "")


def text_runs(node: Node) -> list[Node]:
    """Return the `t` elements of a text in order, without those of phonetic guides."""
    if node.local == "t":
        return [node]
    return [run for child in node.nodes if child.local != "rPh" for run in text_runs(child)]


def substitute_runs(runs: Sequence[Node], words: Words, cell: str = "") -> None:
    """Replace the markers of a text whose runs may split them; a value looks like the run it starts in."""
    texts = [run.text for run in runs]
    whole = "".join(texts)
    if "{{" not in whole:
        return
    starts = [sum(map(len, texts[:index])) for index in range(len(texts))]
    made = ["" for _ in texts]
    position = 0
    for match in MARKER.finditer(whole):
        _spread(whole, position, match.start(), starts, made)
        value = scalar_text(words.scalar(match[1], cell))
        made[_run_at(starts, match.start())] += value
        position = match.end()
    _spread(whole, position, len(whole), starts, made)
    for run, text in zip(runs, made, strict=True):
        run.text = text
        if text != text.strip() and run.prefix in ("", "x:"):
            run.attributes["xml:space"] = "preserve"


def _run_at(starts: Sequence[int], position: int) -> int:
    return max(index for index, start in enumerate(starts) if start <= position)


def _spread(whole: str, start: int, stop: int, starts: Sequence[int], made: list[str]) -> None:
    """Give each run its own characters of `whole[start:stop]`."""
    bounds = [*starts, len(whole)]
    for index in range(len(starts)):
        made[index] += whole[
            max(start, bounds[index]) : max(min(stop, bounds[index + 1]), max(start, bounds[index]))
        ]


def in_formula(text: str) -> str:
    """Return a value as it may stand between the quotes of a formula."""
    return text.replace('"', '""')


def in_header(text: str) -> str:
    """Return a value as it may stand in a page header, where `&` begins a code."""
    return text.replace("&", "&&")
