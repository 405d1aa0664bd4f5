"""Knows how the attributes of a cell or a row are spelled, and what a cell is by its type and its style.

Where the tags stand is left to `crmtool.files.sheetdata.cells`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from crmtool.files.sheetdata.formats import NUMBER
from crmtool.files.sheetdata.plain import NotPlain

# What a cell is by its type attribute; a number is one of the kinds of `formats` (0 to 3).
SHARED_TEXT, FORMULA_TEXT, INLINE_TEXT, TRUTH, ERROR, ISO_DATE = range(4, 10)
_TYPES = {b"s": SHARED_TEXT, b"str": FORMULA_TEXT, b"inlineStr": INLINE_TEXT, b"b": TRUTH, b"e": ERROR,
          b"d": ISO_DATE}  # fmt: skip

_ATTRIBUTES = re.compile(rb"""(?:\s+[A-Za-z_][\w:.-]*\s*=\s*(?:"[^"<]*"|'[^'<]*'))*\s*/?""")
_ATTRIBUTE = re.compile(rb"""\s([A-Za-z_][\w:.-]*)\s*=\s*(?:"([^"<]*)"|'([^'<]*)')""")


@dataclass(slots=True)
class AttributeReader:
    """Reads cells' attributes; remembers what it has read, since a sheet repeats a few of them.

    `style_kinds` has the kind of number format of each style. `hidden` collects hidden sheet rows.
    """

    style_kinds: Sequence[int]
    hidden: set[int] = field(default_factory=set)
    _known: dict[bytes, int] = field(default_factory=dict)

    def kind(self, attributes: bytes) -> int:
        """Return what a cell with the attributes (without `r`) is."""
        known = self._known.get(attributes)
        if known is None:
            named = attribute_map(attributes)
            if b"r" in named:
                raise NotPlain("a cell has two places")
            known = self._known[attributes] = self.kind_of(named)
        return known

    def kind_of(self, named: dict[bytes, bytes]) -> int:
        """Return what a cell with the attributes is."""
        kind = named.get(b"t", b"n")
        if kind != b"n":
            if kind not in _TYPES:
                raise NotPlain("an unknown type of cell")
            return _TYPES[kind]
        style = named.get(b"s", b"0")
        if not style.isdigit():
            raise NotPlain("a style that is no number")
        return self.style_kinds[int(style)] if int(style) < len(self.style_kinds) else NUMBER


def attribute_map(attributes: bytes) -> dict[bytes, bytes]:
    """Return the attributes of a tag, given what stands between its name and its `>`; NotPlain if malformed."""
    if not _ATTRIBUTES.fullmatch(attributes):
        raise NotPlain("malformed attributes")
    pairs = [(name, double or single) for name, double, single in _ATTRIBUTE.findall(attributes)]
    named = dict(pairs)
    if len(named) != len(pairs) or any(name.startswith(b"xmlns") for name in named):
        raise NotPlain("odd attributes")
    return named
