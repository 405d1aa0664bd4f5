"""Which rows below a header are customers (or orders, visits …) and which are totals, footers or blank.

Knows rows by their first texts; what the cells say is left to `crmtool.ledger.values`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from crmtool.errors import Finding
from crmtool.ledger.headers.layout import LABEL_COLUMNS, SheetLayout
from crmtool.ledger.rows.masks import Mask, matching, true
from crmtool.ledger.rows.places import LISTED, Spot, listed
from crmtool.sheets import Column, Sheet, cell_name

_TOTAL = (
    r"(?i)^\s*(.{0,8}(合\s*计|小\s*计|总\s*计|共\s*计|累\s*计|汇\s*总)|平\s*均(值|数)?|(sub|grand)?[ -]?total|sum)\s*"
    r"([:：(（]?\s*(共\s*)?[\d.,]*\s*(家|户|个|人|条|笔|行|元|万元)?\s*[)）]?)?\s*$"
)
_FOOTER = (
    r"^\s*(制\s*表(人|日期|时间|单位)?|填\s*表(人|日期|单位)?|填\s*报(人|日期|单位)?|编\s*制(人|日期|单位)?|审\s*核(人)?|"
    r"复\s*核(人)?|审\s*批(人)?|批\s*准(人)?|统\s*计(人|日期|截止日|截止日期)|经\s*办(人)?|主\s*管|负责人签字|日\s*期|"
    r"打\s*印(人|日期|时间)|导\s*出(人|日期|时间)|数据(来源|截止.{0,3})|截止日期|备\s*注|说\s*明|注|附注|单\s*位|页\s*码)\s*(签\s*[字名章])?\s*\d?\s*[:：]"
    r"|^\s*(以上|以下)(数据|信息|内容|空白).*$|^\s*第?\s*\d+\s*页.*$"
)
_TOTAL_HINTS = ("计", "汇", "均", "otal", "OTAL", "um", "UM")
_FOOTER_HINTS = (":", "：", "以", "页")
#: A footer is a remark beside the table: a row with more filled cells than this is a row of the table.
_FOOTER_CELLS = 4


@dataclass(frozen=True)
class Sifted:
    """The rows that are read (positions into the sheet's rows), and what was left out, counted and placed."""

    keep: pa.Array
    rows: pa.Array
    counts: Mapping[str, int]
    findings: tuple[Finding, ...]


def filled(column: Column) -> Mask:
    """Return which cells of a column hold anything; a text of spaces only is nothing."""
    mask = np.zeros(column.length, dtype=bool)
    for array in (column.number, column.moment, column.error):
        if array is not None:
            mask |= ~np.asarray(pc.is_null(array))
    if column.text is not None:
        is_something = pc.and_not(pc.greater(pc.binary_length(column.text), 0), pc.utf8_is_space(column.text))
        mask |= true(is_something)
    return mask


def taken(column: Column, positions: pa.Array) -> Column:
    """Return the cells of a column at some positions."""
    arrays = (column.text, column.number, column.moment, column.error, column.is_percent)
    return Column(len(positions), *(array if array is None else array.take(positions) for array in arrays))


def sift(sheet: Sheet, layout: SheetLayout) -> Sifted:
    """Sort the rows of a sheet into those to read and those to leave out."""
    masks = {number: filled(column) for number, column in sheet.columns.items()}
    facts = [mask for number, mask in masks.items() if number not in layout.labels]
    depth = np.sum(facts, axis=0) if facts else np.zeros(sheet.length, dtype=int)
    blank = depth == 0
    labels = _label_columns(layout)
    total = _labelled(sheet, labels, _TOTAL, _TOTAL_HINTS, ~_has_own_id(masks, layout, sheet))
    footer = _labelled(sheet, labels, _FOOTER, _FOOTER_HINTS, (depth <= _FOOTER_CELLS) & ~total)
    again = _repeats_header(sheet, layout) & ~total
    kept = ~(blank | total | footer | again)
    inner = blank & (np.arange(sheet.length) < (np.flatnonzero(~blank)[-1] if (~blank).any() else 0))
    rows = np.asarray(sheet.row_numbers, dtype=np.int64)
    hidden = kept & np.isin(rows, list(sheet.hidden_rows)) if sheet.hidden_rows else np.zeros_like(kept)
    found = {
        "total_rows": total,
        "footer_rows": footer,
        "repeated_header_rows": again,
        "blank_rows": inner,
        "hidden_rows": hidden,
    }
    findings = [f for name, mask in found.items() for f in _told(name, mask, rows, sheet, layout)]
    keep = pa.array(np.flatnonzero(kept))
    counts = {name: int(mask.sum()) for name, mask in found.items()}
    return Sifted(keep, pa.array(rows[kept]), counts, tuple(findings))


_CODES = {
    "total_rows": "total-row-left-out",
    "footer_rows": "footer-left-out",
    "repeated_header_rows": "repeated-header-left-out",
    "blank_rows": "blank-rows-left-out",
    "hidden_rows": "hidden-rows-read",
}


def _told(name: str, mask: Mask, rows: np.ndarray, sheet: Sheet, layout: SheetLayout) -> list[Finding]:
    places = np.flatnonzero(mask)
    if not len(places):
        return []
    first = min(layout.wanted_columns, default=1)
    if name in ("blank_rows", "hidden_rows"):
        cell = cell_name(int(rows[places[0]]), first)
        return [Finding(_CODES[name], file=sheet.file, sheet=sheet.name, cell=cell, count=len(places))]
    labels = _label_columns(layout)
    spots = [Spot(int(rows[i]), _first_text(sheet, labels, int(i))) for i in places[:LISTED]]
    return listed(_CODES[name], spots, file=sheet.file, sheet=sheet.name, column=first, total=len(places))


def _first_text(sheet: Sheet, labels: tuple[int, ...], position: int) -> str:
    for number in labels:
        column = sheet.columns.get(number)
        if column is not None and column.text is not None and column.text[position].is_valid:
            return str(column.text[position].as_py())
    return ""


def _label_columns(layout: SheetLayout) -> tuple[int, ...]:
    wanted = layout.wanted_columns
    named = {
        column.number
        for column in layout.columns
        if column.field_id in ("name", "customer_id", "customer_name")
    }
    return tuple(sorted(set(wanted[:LABEL_COLUMNS]) | named))


def _labelled(
    sheet: Sheet, numbers: tuple[int, ...], pattern: str, hints: tuple[str, ...], among: Mask
) -> Mask:
    """Return which of the rows that may be (`among`) have a text like the pattern in one of some columns."""
    mask = np.zeros(sheet.length, dtype=bool)
    rows = np.flatnonzero(among)
    for number in numbers:
        column = sheet.columns.get(number)
        if column is not None and column.text is not None and len(rows):
            texts = column.text if len(rows) == sheet.length else column.text.take(pa.array(rows))
            mask[rows] |= matching(texts, pattern, hints=hints)
    return mask


def _has_own_id(masks: Mapping[int, Mask], layout: SheetLayout, sheet: Sheet) -> Mask:
    """Return rows with an id that is no total's label: a customer may be called Total."""
    mask = np.zeros(sheet.length, dtype=bool)
    for column in layout.columns:
        if column.field_id in ("customer_id", "order_no") and column.number in masks:
            has_id = masks[column.number]
            mask |= has_id & ~_labelled(sheet, (column.number,), _TOTAL, _TOTAL_HINTS, has_id)
    return mask


def _repeats_header(sheet: Sheet, layout: SheetLayout) -> Mask:
    """Return rows in which the header stands again, as where pages were pasted below each other."""
    named = [c for c in layout.columns if c.field_id in ("name", "customer_id", "customer_name", "order_no")]
    mask = np.zeros(sheet.length, dtype=bool)
    for placed in named:
        column = sheet.columns.get(placed.number)
        if column is not None and column.text is not None:
            mask |= true(pc.equal(pc.utf8_trim_whitespace(column.text), placed.placed.header))
    return mask
