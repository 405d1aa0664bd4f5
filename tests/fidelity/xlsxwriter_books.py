"""Workbooks with every feature that XlsxWriter writes, one feature each, all with a small ledger on the first sheet.

A book is built when it is asked for and is the same bytes every time; what the features are is in the modules beside
this one. Nothing here knows what is done with the books.
"""

from __future__ import annotations

import io
import warnings
from collections.abc import Mapping
from copy import deepcopy
from datetime import UTC, datetime
from itertools import chain
from types import MappingProxyType
from typing import Any

import feature_books
import feature_cells
import feature_charts
import feature_rules
import feature_sheets
import xlsxwriter
from feature_ledger import SHEET, Feature, write_ledger

_CREATED = datetime(2024, 6, 30, tzinfo=UTC)


def _all() -> dict[str, tuple[Feature, Mapping[str, Any]]]:
    rooms = (feature_charts, feature_rules, feature_cells, feature_sheets, feature_books)
    found: dict[str, tuple[Feature, Mapping[str, Any]]] = {}
    for name, feature in chain.from_iterable(room.features() for room in rooms):
        assert name not in found, f"two features are called {name}"
        found[name] = (feature, {})
    for name, (options, feature) in feature_books.OPTIONS.items():
        found[f"option-{name}"] = (feature, options)
    return found


#: Feature and options of each workbook, by its name.
BOOKS: Mapping[str, tuple[Feature, Mapping[str, Any]]] = MappingProxyType(_all())


def build(name: str) -> bytes:
    """Return the workbook of this name; a warning of XlsxWriter, which would be a feature left out, raises."""
    feature, options = BOOKS[name]
    buffer = io.BytesIO()
    stored = {"in_memory": not options.get("constant_memory"), **deepcopy(dict(options))}
    with warnings.catch_warnings():
        warnings.simplefilter("error", UserWarning)
        with xlsxwriter.Workbook(buffer, stored) as book:
            book.set_properties({"created": _CREATED})
            sheet = book.add_worksheet(SHEET)
            write_ledger(book, sheet)
            feature(book, sheet)
    return buffer.getvalue()


def suffix(name: str) -> str:
    """Return how a file of this workbook is called: macros need their own."""
    return ".xlsm" if "macros" in name else ".xlsx"
