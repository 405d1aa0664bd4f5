"""The places where a header can be: one, two or three rows, merged or not, below title rows.

Knows the shape of header blocks; what the headers mean is left to `crmtool.ledger.headers.matching`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from crmtool.ledger.headers.texts import HeaderText, fold, normalise
from crmtool.sheets import Area, Peek, RawCell

#: Headers further down than this are not looked for.
SEARCHED_ROWS = 40
_DEPTHS = (1, 2, 3)
_LONGEST_GROUP = 12
#: Group headers that change what stands below them: 2022年, 上年, 预计.
_QUALIFIER = re.compile(r"\d{2,4}|去年|上年|前年|上期|上月|同期|计划|目标|预算|预计|预测")


@dataclass(frozen=True, slots=True)
class HeaderCell:
    """The header of one column: as the user reads it, and as it is looked up (best reading first)."""

    column: int
    shown: str
    readings: tuple[HeaderText, ...]
    unit: str | None


@dataclass(frozen=True, slots=True)
class HeaderBlock:
    """Rows that may be the header; `evidence` below 1 is what merged cells say for it."""

    rows: tuple[int, ...]
    cells: tuple[HeaderCell, ...]
    evidence: float = 0.0


def cell_text(cell: RawCell) -> str:
    """Return a cell as header text; a whole number reads without its decimal point."""
    if cell is None or isinstance(cell, bool):
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()


def blocks(peek: Peek, known: frozenset[str]) -> Iterator[HeaderBlock]:
    """Yield every block of rows that could be a header, top to bottom, shallow before deep.

    `known` are the keys of all known headers; a block without one of them is not worth a look.
    """
    last = min(len(peek.cells), SEARCHED_ROWS)
    knowing = [any(_is_known(cell, known) for cell in peek.cells[row]) for row in range(last)]
    for top in range(last):
        for depth in _DEPTHS:
            if top + depth > last or not any(knowing[top : top + depth]):
                continue
            block = _block(peek, top, depth)
            if block:
                yield block


def _is_known(cell: RawCell, known: frozenset[str]) -> bool:
    if not isinstance(cell, str) or len(cell) > 60:
        return False
    header = normalise(cell)
    return header.key in known or header.full_key in known


def _block(peek: Peek, top: int, depth: int) -> HeaderBlock | None:
    rows = [list(peek.cells[top + step]) for step in range(depth)]
    if _is_row_of_data(rows[0]) or any(_is_data(cell) for row in rows[1:] for cell in row):
        return None
    if top and _is_group_row(peek, top - 1):
        return None
    if depth > 1 and not any(cell_text(cell) for cell in rows[-1]):
        return None
    width = max((len(row) for row in rows), default=0)
    texts = [[cell_text(row[j]) if j < len(row) else "" for j in range(width)] for row in rows]
    merged = [area for area in peek.merged if top + 1 <= area.top and area.bottom <= top + depth]
    _spread(texts, merged, top)
    if depth > 1 and not merged:
        _spread_right(texts)
    names = [_parts([texts[step][j] for step in range(depth)]) for j in range(width)]
    cells = tuple(_cells(names))
    if not cells:
        return None
    evidence = _evidence(merged, depth, width) + 0.8 * _has_unit_row(texts[1:])
    return HeaderBlock(tuple(range(top + 1, top + depth + 1)), cells, min(evidence, 0.9))


def _is_row_of_data(row: list[RawCell]) -> bool:
    """Tell whether a row is data rather than headers with a stray number beside them."""
    filled = [cell for cell in row if cell_text(cell)]
    return 3 * sum(map(_is_data, filled)) > len(filled)


def _is_group_row(peek: Peek, row: int) -> bool:
    """Tell whether a row groups the headers below it, so that these mean nothing without it (2022年 | 2023年)."""
    texts = [cell_text(cell) for cell in peek.cells[row]]
    filled = [text for text in texts if text]
    if len(filled) < 2 or _is_row_of_data(list(peek.cells[row])):
        return False
    is_wide = any(a.top == a.bottom == row + 1 and a.right > a.left for a in peek.merged)
    years = sum(bool(_QUALIFIER.search(text)) and len(text) <= _LONGEST_GROUP for text in filled)
    below = sum(bool(cell_text(cell)) for cell in peek.cells[row + 1])
    return len(filled) < below and (is_wide or years >= 2)


def _is_data(cell: RawCell) -> bool:
    if isinstance(cell, (datetime, date)):
        return True
    if isinstance(cell, (int, float)) and not isinstance(cell, bool):
        return not 1990 <= cell <= 2100  # a year may head a column
    return False


def _spread(texts: list[list[str]], merged: list[Area], top: int) -> None:
    for area in merged:
        text = _at(texts, area.top - 1 - top, area.left - 1)
        for row in range(area.top - 1 - top, area.bottom - top):
            for column in range(area.left - 1, min(area.right, len(texts[row]))):
                texts[row][column] = text


def _at(texts: list[list[str]], row: int, column: int) -> str:
    return texts[row][column] if column < len(texts[row]) else ""


def _spread_right(texts: list[list[str]]) -> None:
    """Let a group header reach over the sub headers to its right, where the file does not tell merged cells."""
    group = ""
    for column, text in enumerate(texts[0]):
        below = any(row[column] for row in texts[1:])
        if text:
            group = text if below else ""
        elif below and group:
            texts[0][column] = group


def _parts(column: list[str]) -> tuple[str, ...]:
    parts: list[str] = []
    for text in column:
        if text and (not parts or parts[-1] != text):
            parts.append(text)
    return tuple(parts)


def _cells(names: list[tuple[str, ...]]) -> Iterator[HeaderCell]:
    often = Counter(fold(parts[-1]) for parts in names if len(parts) > 1)
    for column, parts in enumerate(names, start=1):
        if not parts:
            continue
        sub, groups = parts[-1], parts[:-1]
        whole = normalise("".join(parts))
        alone = normalise(sub)
        is_clear = often[fold(sub)] <= 1 and not any(_QUALIFIER.search(group) for group in groups)
        readings = (alone,) if not groups else (alone, whole) if is_clear else (whole,)
        unit = alone.unit or next((u for g in reversed(groups) if (u := normalise(g).unit)), None)
        shown = " ".join((sub if is_clear and alone.name else " ".join(parts)).split())
        yield HeaderCell(column, shown, readings, unit)


def _has_unit_row(below: list[list[str]]) -> bool:
    headers = [normalise(text) for row in below for text in row if text]
    return any(header.unit and not header.name for header in headers)


def _evidence(merged: list[Area], depth: int, width: int) -> float:
    if depth == 1:
        return 0.0
    tall = any(area.bottom - area.top == depth - 1 for area in merged)
    wide = any(area.top == area.bottom and 1 <= area.right - area.left < width - 1 for area in merged)
    return 0.6 * tall + 0.3 * wide
