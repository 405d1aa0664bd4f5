"""Write a table as CSV that Excel opens as it is meant: UTF-8 with its mark, and no text that acts as a formula.

Knows how CSV spells cells; reading it is for `text`, where the file goes for the jobs.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterator

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from crmtool.content import OutTable, TableColumn
from crmtool.files.coded import Coded, coded, join_rows, longest, rows_at_once
from crmtool.files.xlsx.cleaning import clean_array
from crmtool.files.xlsx.columns_xml import CellNotes
from crmtool.files.xlsx.render import slice_of
from crmtool.files.xlsx.sheet_cells import column_headers
from crmtool.sheets import cell_name

_ESCAPED_BYTES = 2
_NUMBER_BYTES = 32
_NEEDS_QUOTES = '[",\r\n]|^[ \t]|[ \t]$'
#: What spreadsheet programs may take for a formula, in half and full width (OWASP, CSV injection).
_ACTS = r"^[=@\t\r＝＠]|^[+\-＋－]"
#: A sign alone, a signed number or percent, a phone: what begins with a sign and can call nothing.
_HARMLESS = r"^[+\-＋－][+\-]*$|^[+\-＋－][0-9０-９ ().,/\-]*(?:[eE][+\-]?[0-9]+)?[%％]?$"


def csv_pieces(table: OutTable, notes: CellNotes) -> Iterator[bytes | memoryview]:
    """Yield a table as CSV: a mark of UTF-8, the headers, one line a row, each ended as Excel ends it.

    Numbers are plain, dates `2024-06-30`, missing values nothing. A text that a spreadsheet program might take for
    a formula gets an apostrophe in front, noted as `csv-text-marked`; signed numbers, phones and a lone sign do
    not. Control characters are taken out, noted as `text-cleaned`.
    """
    headers = column_headers([column.header for column in table.columns])
    line = ",".join(_quoted(_marked(pa.array(headers, pa.string()))[0]).to_pylist())
    yield codecs.BOM_UTF8 + line.encode() + b"\r\n"
    row_bytes = sum(
        _NUMBER_BYTES + _ESCAPED_BYTES * max(longest(column.cells), longest(column.texts))
        for column in table.columns
    )
    step = rows_at_once(row_bytes)
    for start in range(0, table.rows, step):
        stop = min(start + step, table.rows)
        parts: list[str | Coded] = []
        for place, column in enumerate(table.columns):
            parts += ["," if place else "", _cells(column, place + 1, start, stop, notes)]
        yield from join_rows([*parts, "\r\n"], stop - start)


def _cells(column: TableColumn, place: int, start: int, stop: int, notes: CellNotes) -> Coded:
    values = coded(slice_of(column, start, stop))
    spelt = _spelt(values, column, place, start, notes)
    if column.texts is None:
        return Coded(spelt, values.which)
    texts = coded(column.texts.slice(start, stop - start))
    told = _texts(texts, column, place, start, notes)
    is_told = pc.is_valid(texts.values).to_numpy(zero_copy_only=False)
    which = np.where(is_told[texts.which], texts.which, values.which + np.int32(len(told)))
    return Coded(pa.concat_arrays([told, spelt]), which)


def _spelt(values: Coded, column: TableColumn, place: int, start: int, notes: CellNotes) -> pa.Array:
    """Return the distinct values of a column as CSV has them."""
    cells = values.values
    if pa.types.is_boolean(cells.type):
        return pc.fill_null(pc.if_else(cells, "TRUE", "FALSE"), "")
    if pa.types.is_floating(cells.type):
        return pc.fill_null(pc.if_else(pc.is_finite(cells), cells, None).cast(pa.string()), "")
    if not pa.types.is_string(cells.type):
        return pc.fill_null(cells.cast(pa.string()), "")
    return _texts(values, column, place, start, notes)


def _texts(values: Coded, column: TableColumn, place: int, start: int, notes: CellNotes) -> pa.Array:
    clean = clean_array(values.values, is_cut=False)
    texts, acting = _marked(pc.fill_null(clean.texts, ""))
    for code, places in (("text-cleaned", np.array(clean.cleaned)), ("csv-text-marked", acting)):
        if len(places):
            rows = values.rows_with(places)
            # The first row is the headers'.
            notes.note(code, column.header, cell_name(start + int(rows[0]) + 2, place), len(rows))
    return _quoted(texts)


def _marked(texts: pa.Array) -> tuple[pa.Array, np.ndarray]:
    """Return texts with an apostrophe before what might act, and the positions of these."""
    acts = pc.match_substring_regex(texts, _ACTS)
    if not pc.any(acts).as_py():
        return texts, np.array([], dtype=np.int64)
    acts = pc.and_not(acts, pc.match_substring_regex(texts, _HARMLESS))
    marked = pc.if_else(acts, pc.binary_join_element_wise("'", texts, ""), texts)
    return marked, pc.indices_nonzero(acts).to_numpy()


def _quoted(texts: pa.Array) -> pa.Array:
    needs = pc.match_substring_regex(texts, _NEEDS_QUOTES)
    if not pc.any(needs).as_py():
        return texts
    doubled = pc.replace_substring(texts, '"', '""')
    return pc.if_else(needs, pc.binary_join_element_wise('"', doubled, '"', ""), texts)
