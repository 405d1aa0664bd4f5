"""Find out which sheets, names and tables depend on cells that a filling changes.

Goes by whole sheets, which may drop a cached value too many but never one too few.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from crmtool.files.xlsx.references import mentions


@dataclass(frozen=True)
class Stale:
    """The case-folded template names of stale sheets, and of names and tables over them."""

    sheets: frozenset[str]
    words: frozenset[str]

    def touches(self, formula: str, home: str = "") -> bool:
        """Return whether a formula on the sheet `home` depends on something stale."""
        sheets, words = mentions(formula)
        named = {sheet or home.casefold() for sheet in sheets}
        return bool(self.sheets and "*" in named) or bool(self.sheets & named) or bool(self.words & words)


def find_stale(
    filled: Iterable[str],
    formulas: Mapping[str, Iterable[str]],
    names: Iterable[tuple[str, str]],
    tables: Mapping[str, str],
) -> Stale:
    """Return what depends on the sheets that are filled, directly or through other formulas.

    `formulas` are those of each sheet; `names` pairs of a defined name and its text; `tables` says on which
    sheet each table is.
    """
    sheets = {name.casefold() for name in filled}
    words: set[str] = set()
    named = [(name.casefold(), text) for name, text in names]
    texts = {name: list(each) for name, each in formulas.items()}
    while True:
        stale = Stale(frozenset(sheets), frozenset(words))
        more_words = {name for name, text in named if stale.touches(text)}
        more_words |= {table.casefold() for table, sheet in tables.items() if sheet.casefold() in sheets}
        more_sheets = {
            name.casefold() for name, each in texts.items() if any(stale.touches(text, name) for text in each)
        }
        if more_words <= words and more_sheets <= sheets:
            return stale
        words |= more_words
        sheets |= more_sheets
