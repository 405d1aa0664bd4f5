"""Change what stands around a sheet's rows where the ledger grows to the right: widths, filter, formats, views.

Only attributes are rewritten, in the bytes as they are; rows are for `rows`, tables and names for `tables`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from crmtool.content import Look
from crmtool.files.xlsx.markup import Node, to_text
from crmtool.files.xlsx.references import parse_range
from crmtool.sheets import cell_name

#: Widths in characters of new columns, by look.
WIDTHS: Mapping[Look, float] = {"wide": 60, "date": 12.7, "money": 14.7, "short": 10.7}
_WIDTH = 14.7


_HIDDEN = re.compile(rb'\shidden="(?:1|true)"')
#: The ranges of a conditional format of the extended kind, which are an element of their own.
_EXTENDED = (
    rb"(<(?:[\w.-]+:)?conditionalFormatting[\s>]"
    rb"(?:(?!</(?:[\w.-]+:)?conditionalFormatting>).)*?"
    rb"<(?:[\w.-]+:)?sqref>)([^<]+)"
)


@dataclass(frozen=True)
class Growth:
    """How a ledger grows: its columns `first` to `last` become `first` to `new_last`.

    Its header stands in the rows `top` to `header`, its customers end in `bottom`. `looks` are those of the
    new columns by number; they lie beyond `new_last` where something else stands at the ledger's edge.
    `old_bottom`, where it is set, is the row that its rows ended in before some were added.
    """

    first: int
    last: int
    new_last: int
    top: int
    header: int
    bottom: int
    looks: Mapping[int, Look]
    old_bottom: int = 0

    @property
    def grows(self) -> bool:
        """Tell whether what refers to the whole ledger has to reach further."""
        return self.new_last > self.last or self.old_bottom > 0

    @property
    def reach(self) -> int:
        """Return the last column that is written."""
        return max(self.new_last, *self.looks) if self.looks else self.new_last

    def over_whole(self, reference: str) -> str:
        """Return a list of ranges; those over all columns of the ledger reach over the new ones too."""
        return " ".join(
            self._deeper(self._widened(part, start.column <= self.first and start.row <= self.bottom))
            for part in reference.split()
            for start, _ in [parse_range(part)]
        )

    def to_edge(self, reference: str) -> str:
        """Return a range; one that begins in or above the header and ends at the edge ends at the new one."""
        start, _ = parse_range(reference)
        is_whole = start.row <= self.header
        return self._deeper(self._widened(reference, is_whole)) if is_whole else reference

    def sorted(self, reference: str) -> str:
        """Return the range that is sorted; one that begins below the header or above grows as a filter does."""
        start, _ = parse_range(reference)
        return self._widened(reference, start.row <= self.header + 1)

    def _widened(self, reference: str, is_meant: bool) -> str:
        start, end = parse_range(reference)
        reaches_down = end.row >= self.top or not end.row
        is_over = ":" in reference and start.column < end.column == self.last and reaches_down
        if not (is_meant and is_over) or self.new_last == self.last:
            return reference
        return f"{reference.partition(':')[0]}:{end.spell(self.new_last, end.row)}"

    def _deeper(self, reference: str) -> str:
        """Return a range; one over several rows that ended with the ledger ends with it again."""
        start, end = parse_range(reference)
        if not self.old_bottom or not start.row < end.row == self.old_bottom:
            return reference
        return f"{reference.partition(':')[0]}:{end.spell(end.column, self.bottom)}"


def edit_head(head: bytes, prefix: bytes, growth: Growth) -> bytes:
    """Return what stands before the rows, with its dimension and the widths of new columns."""
    p = re.escape(prefix)
    head = re.sub(
        rb'(<%bdimension\s[^>]*?ref=")([^"]*)"' % p,
        lambda match: match[1] + _dimension(match[2].decode("latin-1"), growth).encode("latin-1") + b'"',
        head,
        count=1,
    )
    return _with_widths(head, prefix, growth)


def _dimension(reference: str, growth: Growth) -> str:
    start, end = parse_range(reference)
    if not end.column or not end.row:
        return reference
    first = cell_name(min(start.row, growth.top), min(start.column, growth.first))
    last = cell_name(max(end.row, growth.bottom), max(end.column, growth.reach))
    return f"{first}:{last}"


def _with_widths(head: bytes, prefix: bytes, growth: Growth) -> bytes:
    """Give the new columns widths that fit them, unless the sheet has set some for them already."""
    name = prefix.decode() + "col"
    p = re.escape(prefix)
    pattern = re.compile(rb"<%bcols(?:\s[^>]*)?>.*?</%bcols>" % (p, p), re.DOTALL)
    if growth.looks:
        # Columns that nobody uses are often hidden; what is written there is to be seen.
        head = pattern.sub(lambda match: _shown(match[0], p, min(growth.looks), max(growth.looks)), head)
    found = pattern.search(head)
    settled: set[int] = set()
    for low, high in _spans(found[0]) if found else []:
        settled |= set(range(max(low, growth.last + 1), min(high, growth.reach) + 1))
    made = [
        (
            column,
            to_text(Node(name, {"min": at, "max": at, "width": f"{width:g}", "customWidth": "1"})).encode(),
        )
        for column, look in sorted(growth.looks.items())
        if column not in settled
        for at, width in [(str(column), WIDTHS.get(look, _WIDTH))]
    ]
    if not made:
        return head
    if found is None:
        data = re.search(rb"<%bsheetData(?:\s[^>]*)?/?>" % p, head)
        at = data.start() if data else len(head)
        return (
            head[:at]
            + b"<%bcols>%b</%bcols>" % (prefix, b"".join(tag for _, tag in made), prefix)
            + head[at:]
        )
    cols = found[0]
    for column, tag in made:
        # Columns stand in order: each new one goes before the first that lies beyond it.
        beyond = (
            m.start() for m in re.finditer(rb"<%bcol\s[^>]*>" % p, cols) if _bound(m[0], b"min") > column
        )
        at = next(beyond, len(cols) - len(b"</%bcols>" % prefix))
        cols = cols[:at] + tag + cols[at:]
    return head[: found.start()] + cols + head[found.end() :]


def _shown(cols: bytes, p: bytes, first: int, last: int) -> bytes:
    """Return the widths of columns without those of hidden ones among the new, `first` to `last`."""

    def outside(match: re.Match[bytes]) -> bytes:
        tag = match[0]
        low, high = _bound(tag, b"min"), _bound(tag, b"max")
        if not _HIDDEN.search(tag) or high < first or low > last:
            return tag
        left = _with_bound(tag, b"max", first - 1) if low < first else b""
        right = _with_bound(tag, b"min", last + 1) if high > last else b""
        return left + right

    return re.sub(rb"<%bcol\s[^>]*/>" % p, outside, cols)


def _with_bound(tag: bytes, name: bytes, column: int) -> bytes:
    return re.sub(rb'(\s%b=")[0-9]+"' % name, rb'\g<1>%d"' % column, tag)


def _spans(cols: bytes) -> list[tuple[int, int]]:
    return [
        (_bound(tag, b"min"), _bound(tag, b"max")) for tag in re.findall(rb"<(?:[\w.-]+:)?col\s[^>]*>", cols)
    ]


def _bound(tag: bytes, name: bytes) -> int:
    found = re.search(rb'\s%b="([0-9]{1,9})"' % name, tag)
    return int(found[1]) if found else 0


def edit_tail(tail: bytes, prefix: bytes, growth: Growth) -> bytes:
    """Return what stands behind the rows, with filter and formats over the whole ledger reaching further."""
    if not growth.grows:
        return tail
    p = re.escape(prefix)
    tail = _each(rb'<%bautoFilter\s[^>]*?\bref="()([^"]+)"' % p, growth.to_edge, tail)
    tail = _each(rb'<%bsortState\s[^>]*?\bref="()([^"]+)"' % p, growth.sorted, tail)
    tail = _each(rb'<%bconditionalFormatting\s[^>]*?\bsqref="()([^"]+)"' % p, growth.over_whole, tail)
    return _each(_EXTENDED, growth.over_whole, tail) if b"sqref>" in tail else tail


def _each(pattern: bytes, change: Callable[[str], str], text: bytes) -> bytes:
    def changed(match: re.Match[bytes]) -> bytes:
        start, end = match.start(2) - match.start(), match.end(2) - match.start()
        return match[0][:start] + change(match[2].decode("latin-1")).encode("latin-1") + match[0][end:]

    return re.sub(pattern, changed, text, flags=re.DOTALL)
