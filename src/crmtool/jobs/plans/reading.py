"""Reading a plan back from its workbook, whatever a person did to it: sorted, filtered, moved columns, typed into.

Which headers a plan has is told by `crmtool.tables.plan_rows`; what becomes of the visits by `crmtool.visits`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from crmtool.errors import Finding, InputError
from crmtool.files.book import open_book
from crmtool.ledger.fields import FieldSpec, Kind
from crmtool.ledger.headers.layout import PlacedColumn, SheetLayout
from crmtool.ledger.headers.texts import normalise
from crmtool.ledger.ledger import LedgerColumn
from crmtool.ledger.rows.readtable import Raw, read_sheets
from crmtool.rules.language.common import Common
from crmtool.rules.model import RuleSet
from crmtool.sheets import Peek
from crmtool.tables.plan_rows import (
    AGREED_REMARK,
    DONE_REMARK,
    MADE_UP_REMARK,
    MOVED_REMARK,
    NEVER_REMARK,
    PLAN_HEADERS,
    UNPUBLISHED_REMARK,
)
from crmtool.tables.visit_words import NO_OWNER
from crmtool.visits.frames import same_text
from crmtool.visits.model import AGREED, CANCELLED, DONE, OPEN, PLAN_COLUMNS, STATUS_LABELS, frame_of

#: How the cells of a plan's columns are read; columns that are not here are not read back.
_KINDS: Final[Mapping[str, Kind]] = {
    "visit_id": "id",
    "planned_on": "date",
    "customer_id": "id",
    "name": "text",
    "tier": "text",
    "channel": "text",
    "label": "text",
    "role": "text",
    "owner": "text",
    "due_on": "date",
    "overdue_days": "number",
    "status": "text",
    "invite_on": "date",
    "report_by": "date",
    "remark": "text",
    "set_on": "date",
}
#: Without these a sheet is no plan.
_NEEDED: Final = frozenset({"visit_id", "planned_on", "name"})
#: Rows at the top of a sheet in which the header may stand.
_SEARCHED_ROWS: Final = 40
#: What people type for a status, beside the words that the plan itself uses.
_STATUS_WORDS: Final[Mapping[str, str]] = {
    **{label: status for status, label in STATUS_LABELS.items()},
    "约定": AGREED,
    "已约": AGREED,
    "已确认": AGREED,
    "完成": DONE,
    "已回访": DONE,
    "已拜访": DONE,
    "已取消": CANCELLED,
    "未开始": OPEN,
}


def read_plan(
    path: Path, rule_set: RuleSet, common: Common, *, as_of: date, password: str | None = None
) -> tuple[pd.DataFrame, tuple[Finding, ...]]:
    """Return the visits of a plan workbook (PLAN_COLUMNS, in the order of its rows) and what is odd about them.

    Every sheet that has the headers of 回访计划 is read, wherever they stand. A day that a person changed is one that
    was agreed with the customer, and so is one whose 状态 says 已约定. `customer` and `customer_key` are null, and so is
    `kind` but for an agreed visit: a plan is put in a ledger's terms by `crmtool.visits.planning.earlier.in_ledger`.
    A row without 回访编号 is not read, of two rows with the same one the first is. Raises `InputError` where the file
    cannot be read or has no such sheet.
    """
    book = open_book(path, password=password)
    layouts = [layout for peek in book.peeks if (layout := _layout(peek, book.file)) is not None]
    if not layouts:
        raise InputError.of("no-plan-in-file", file=path.name)
    sheets = [
        replace(book.read(each.sheet, each.wanted_columns, each.first_row), file=book.file)
        for each in layouts
    ]
    raw = read_sheets(layouts, sheets, as_of=as_of, units={})
    status, odd = _statuses(raw)
    visits = _visits(raw, status, rule_set, common)
    ids = pa.array(visits["visit_id"])
    is_first = _first_of_each(ids)
    twice = np.flatnonzero(~is_first & ~np.asarray(pc.is_null(ids)))
    nameless = np.flatnonzero(np.asarray(pc.is_null(ids)))
    findings = [
        *book.findings,
        *(found for found in raw.findings if found.code not in _OF_LEDGERS),
        *odd,
        *raw.spots("plan-visit-twice", "visit_id", twice.tolist()),
        *raw.spots("plan-row-without-id", "visit_id", nameless.tolist()),
    ]
    return visits[is_first].reset_index(drop=True), tuple(findings)


#: What is worth saying of a ledger and a matter of course in a plan that somebody filtered.
_OF_LEDGERS: Final = frozenset({"hidden-rows-read", "blank-rows-left-out"})


def _layout(peek: Peek, file: str) -> SheetLayout | None:
    """Return where a sheet has a plan's columns, or None where it has none."""
    headers = {normalise(header).key: key for key, (header, _) in PLAN_HEADERS.items() if key in _KINDS}
    for row, cells in enumerate(peek.cells[:_SEARCHED_ROWS], start=1):
        texts = {number: cell.strip() for number, cell in enumerate(cells, start=1) if isinstance(cell, str)}
        found: dict[str, PlacedColumn] = {}
        for number, text in texts.items():
            key = headers.get(normalise(text).key)
            if key is not None and key not in found:
                spec = FieldSpec(key, PLAN_HEADERS[key][0], _KINDS[key], future=_KINDS[key] == "date")
                found[key] = PlacedColumn(LedgerColumn(spec, text, number))
        if found.keys() >= _NEEDED:
            columns = tuple(found.values())
            return SheetLayout("visits", file, peek.sheet, (row,), row + 1, columns, {}, headers=texts)
    return None


def _cells(raw: Raw, key: str) -> pa.Array:
    """Return a column as read, or nulls where the sheet has none."""
    if key not in raw.columns:
        kinds = {"date": pa.date32(), "number": pa.float64()}
        return pa.nulls(raw.table.num_rows, kinds.get(_KINDS[key], pa.string()))
    return raw.table[key].combine_chunks()


def _statuses(raw: Raw) -> tuple[pa.Array, list[Finding]]:
    """Return the status that each row's 状态 names, open where it is empty or no status, and what was none."""
    typed = _cells(raw, "status")
    status = _mapped(typed, _STATUS_WORDS)
    unknown = np.flatnonzero(np.asarray(pc.and_(pc.is_valid(typed), pc.is_null(status))))
    odd = raw.spots("unknown-visit-status", "status", unknown.tolist())
    return pc.fill_null(status, OPEN), odd


def _mapped(cells: pa.Array, words: Mapping[str, str]) -> pa.Array:
    known = pa.array(list(words), pa.string())
    return pa.array(list(words.values()), pa.string()).take(pc.index_in(cells, known))


def _visits(raw: Raw, status: pa.Array, rule_set: RuleSet, common: Common) -> pd.DataFrame:
    planned_on, set_on = _cells(raw, "planned_on"), _cells(raw, "set_on")
    is_moved = pc.fill_null(pc.not_equal(planned_on, set_on), False)
    is_open = pc.equal(status, OPEN)
    remark = _cells(raw, "remark")
    tiers = {tier.label: tier.id for tier in rule_set.tiers.values()}
    channels = {common.media(each): each for each in common.channels}
    channels |= {channel.label: each for each, channel in common.channels.items()}
    owner = _cells(raw, "owner")
    base = pc.coalesce(set_on, planned_on)
    same = {"visit_id", "customer_id", "name", "label", "role", "due_on"}
    cells = {key: _cells(raw, key) for key in same} | {
        # A visit that is settled has a day, even where somebody cleared it.
        "planned_on": pc.if_else(is_open, planned_on, pc.coalesce(planned_on, set_on, _cells(raw, "due_on"))),
        "status": pc.if_else(pc.and_(is_open, is_moved), AGREED, status),
        "tier": _known(_cells(raw, "tier"), tiers),
        "channel": _known(_cells(raw, "channel"), channels),
        "owner": pc.if_else(same_text(owner, NO_OWNER), None, owner),
        "kind": pc.if_else(_says(remark, AGREED_REMARK), "agreed", pa.scalar(None, pa.string())),
        "is_never_visited": _says(remark, NEVER_REMARK),
        "is_unpublished": _says(remark, UNPUBLISHED_REMARK),
        "overdue_days": pc.coalesce(_cells(raw, "overdue_days").cast(pa.int64()), _made_up(remark)),
        "done_on": _day_in(remark, DONE_REMARK),
        "moved_from": _day_in(remark, MOVED_REMARK),
        "prepare_days": pc.days_between(_cells(raw, "invite_on"), base),
        "report_days": pc.days_between(base, _cells(raw, "report_by")),
    }
    return frame_of(PLAN_COLUMNS, cells)


def _known(cells: pa.Array, ids: Mapping[str, str]) -> pa.Array:
    return pc.coalesce(_mapped(cells, ids), cells)


def _says(remark: pa.Array, text: str) -> pa.Array:
    return pc.fill_null(pc.match_substring(remark, text), False)


def _day_in(remark: pa.Array, words: str) -> pa.Array:
    """Return the day that a remark names in some words; null where it names none."""
    return _told(remark, words, r"\d{4}-\d{2}-\d{2}").cast(pa.date32())


def _told(remark: pa.Array, words: str, form: str) -> pa.Array:
    """Return what of a form stands where `words` have `{}`, a blank or none beside it; null where nothing does."""
    before, after = (re.escape(part.strip()) for part in words.split("{}"))
    found = pc.extract_regex(remark, f"{before} ?(?P<told>{form}) ?{after}")
    return pc.struct_field(found, "told")


def _made_up(remark: pa.Array) -> pa.Array:
    """Return the age of the missed days that a settled visit made up for (int64); null where the remark names none."""
    return _told(remark, MADE_UP_REMARK, r"\d+").cast(pa.int64())


def _first_of_each(ids: pa.Array) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Tell which rows are the first with their id; a row without one is not."""
    coded = ids.dictionary_encode()
    codes = np.asarray(coded.indices.fill_null(-1))
    is_first = np.zeros(len(codes), bool)
    known, first = np.unique(codes, return_index=True)
    is_first[first[known >= 0]] = True
    return is_first
