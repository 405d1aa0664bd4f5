"""Spell the cells of one column as XML: every distinct value once, then which of them stands in which row.

Knows how cells of each type are written; which rows there are and what surrounds the cells in them is left to
`render` and to whoever writes into a sheet that is there already.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from crmtool.errors import Finding
from crmtool.files.coded import Coded, Indices, coded
from crmtool.files.xlsx.cells import serial_offset
from crmtool.files.xlsx.cleaning import clean_array, escape_array, without_empty
from crmtool.sheets import cell_name, letters


@dataclass
class CellNotes:
    """Findings about cells of one sheet, one for each code and column, counted."""

    sheet: str
    found: dict[tuple[str, str], Finding] = field(default_factory=dict)

    def note(self, code: str, header: str, cell: str, count: int) -> None:
        """Count places of a kind; the first one of a column is kept."""
        known = self.found.get((code, header))
        if known is None:
            self.found[code, header] = Finding(code, sheet=self.sheet, cell=cell, column=header, count=count)
        else:
            first = Finding(code, sheet=self.sheet, cell=known.cell, column=header, count=known.count + count)
            self.found[code, header] = first


@dataclass(frozen=True, slots=True)
class CellForm:
    """What all cells of a column have in common.

    `column` counts from 1. `style` is the index of the cells' format (`s`), None where they have none. `prefix` is
    the XML prefix of the sheet's elements, with its colon. Cells that could not be written as they are, are noted
    in `notes` under `header`.
    """

    column: int
    style: str | None
    notes: CellNotes
    header: str = ""
    prefix: str = ""
    is_1904: bool = False

    @property
    def opening(self) -> str:
        """Return how every cell begins, up to its row number."""
        return f'<{self.prefix}c r="{letters(self.column)}'

    @property
    def styled(self) -> str:
        """Return what follows the row number in every cell."""
        return '"' if self.style is None else f'" s="{self.style}"'


def cell_xml(values: pa.Array, rows: Indices, form: CellForm, texts: pa.Array | None = None) -> pa.Array:
    """Return whole cells, `<c r="B7" s="3">…</c>`, one for each value (a string array without nulls).

    `values` are string, bool, integers, floats or dates, `rows` the number of the sheet row of each. A null, an
    empty text and a number that is not finite make an empty cell that keeps its style. A text of `texts`, where
    that is not null, stands instead of the value.
    """
    numbers = pa.array(rows).cast(pa.string())
    told = None if texts is None else coded(texts)
    return pc.binary_join_element_wise(
        form.opening, numbers, cell_ends(coded(values), told, rows, form).of_rows(), ""
    )


def cell_ends(values: Coded, texts: Coded | None, rows: Indices, form: CellForm, after: str = "") -> Coded:
    """Return the cells of a column from behind their row number on, each followed by the text `after`."""
    spelt = _spelt(values, rows, form)
    if texts is None:
        return Coded(spelt.within(form, after), values.which)
    told = _spelt_texts(texts, rows, form)
    is_told = pc.is_valid(told.body).to_numpy(zero_copy_only=False)
    which = np.where(is_told[texts.which], texts.which, values.which + np.int32(len(told.body)))
    return Coded(pa.concat_arrays([told.within(form, after), spelt.within(form, after)]), which)


@dataclass(frozen=True, slots=True)
class _Spelt:
    """What stands inside of cells of one type (null: nothing), and which have white space to preserve."""

    type: str
    body: pa.Array
    is_spaced: pa.Array | None = None

    def within(self, form: CellForm, after: str) -> pa.Array:
        """Return the cells from behind their row number on."""
        tag = form.prefix
        if self.type == "s":
            head, tail = (
                f'{form.styled} t="inlineStr"><{tag}is><{tag}t>',
                f"</{tag}t></{tag}is></{tag}c>{after}",
            )
        else:
            kind = ' t="b"' if self.type == "b" else ""
            head, tail = f"{form.styled}{kind}><{tag}v>", f"</{tag}v></{tag}c>{after}"
        opening = head
        if self.is_spaced is not None:
            opening = pc.if_else(self.is_spaced, f'{head[:-1]} xml:space="preserve">', head)
        cells = pc.binary_join_element_wise(opening, self.body, tail, "")
        return pc.fill_null(cells, f"{form.styled}/>{after}") if cells.null_count else cells


def _spelt(values: Coded, rows: Indices, form: CellForm) -> _Spelt:
    kind = values.values.type
    if pa.types.is_boolean(kind):
        return _Spelt("b", pc.if_else(values.values, "1", "0"))
    if pa.types.is_integer(kind):
        return _Spelt("n", values.values.cast(pa.string()))
    if pa.types.is_floating(kind):
        finite = pc.if_else(pc.is_finite(values.values), values.values, None)
        return _Spelt("n", finite.cast(pa.string()))
    if pa.types.is_date(kind):
        return _Spelt("n", _serials(values, rows, form))
    return _spelt_texts(values, rows, form)


def _serials(values: Coded, rows: Indices, form: CellForm) -> pa.Array:
    """Return dates as Excel counts days; those before its first day are null, and noted."""
    serials = pc.add(values.values.cast(pa.date32()).cast(pa.int32()), serial_offset(form.is_1904))
    if not form.is_1904:
        serials = pc.subtract(serials, pc.less_equal(serials, 60).cast(pa.int32()))
    before = pc.less(serials, 0 if form.is_1904 else 1)
    early = pc.indices_nonzero(before).to_numpy()
    if len(early):
        _note("date-before-calendar", early, values, rows, form)
        serials = pc.if_else(before, None, serials)
    return serials.cast(pa.string())


def _spelt_texts(texts: Coded, rows: Indices, form: CellForm) -> _Spelt:
    values = texts.values if pa.types.is_string(texts.values.type) else texts.values.cast(pa.string())
    clean = clean_array(values)
    for code, places in (("text-cleaned", clean.cleaned), ("text-truncated", clean.truncated)):
        if places:
            _note(code, np.array(places), texts, rows, form)
    escaped, is_spaced = escape_array(without_empty(clean.texts))
    return _Spelt("s", escaped, is_spaced)


def _note(code: str, places: Indices, values: Coded, rows: Indices, form: CellForm) -> None:
    """Note the cells that have one of the distinct values at `places`."""
    found = values.rows_with(places)
    form.notes.note(code, form.header, cell_name(int(rows[found[0]]), form.column), len(found))
