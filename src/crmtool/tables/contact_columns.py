"""What reported visits change in the customers' own rows: 最近联系时间, 上次维护内容, 下次跟进时间.

Which sheet column each goes to, and how it is written, is decided where the ledger is read.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from crmtool.content import TableColumn
from crmtool.errors import Finding
from crmtool.ledger.ledger import STATE, TEXT, UNREAD, Ledger
from crmtool.sheets import cell_name
from crmtool.visits.frames import column, day, joined, stacked, table_of
from crmtool.visits.model import OUTCOME_DONE
from crmtool.visits.reporting.agreeing import contents

#: Before all days that a cell can hold.
_NO_DAY: Final = -(1 << 30)


@dataclass(frozen=True)
class ContactColumn:
    """A column with a cell for each customer, the field it belongs to, and whose cells change (bool)."""

    field_id: str
    column: TableColumn
    changes: pa.Array


@dataclass(frozen=True)
class Changed:
    """New and known reports (REPORT_COLUMNS), and those that are replaced by new ones (REPLACED_COLUMNS)."""

    new: pd.DataFrame
    known: pd.DataFrame
    replaced: pd.DataFrame


def contact_columns(
    ledger: Ledger, reports: Changed, labels: Mapping[str, str], as_of: date
) -> list[ContactColumn]:
    """Return what new and known reports change of their customers' rows, columns without a change left out.

    最近联系时间 becomes the later of both. 上次维护内容 goes with the latest visit, unless the ledger knows of a later
    contact. 下次跟进时间 is the day that the latest report agreed on, where that is not over. What was recorded before
    replaces nothing that is not older: it may have been changed by hand since. A last contact that is the day of a
    report that was replaced came from there, and goes with it. `labels` are what channels are called.
    """
    latest = _Latest(ledger, reports.new, reports.known)
    last, is_read = _cells(ledger, "last_contact", pa.date32())
    made_on, is_new = latest.of_done("done_on"), latest.of_done("is_new")
    is_later = pc.fill_null(pc.greater(made_on, last), True)
    is_later = pc.and_(pc.is_valid(made_on), pc.or_(is_later, _is_replaced(last, reports.replaced)))
    contact = pc.and_(is_later, is_read)
    held, _ = _cells(ledger, "last_maintenance", pa.string())
    text = _done_in_words(latest, labels)
    is_same_day = pc.fill_null(pc.equal(made_on, last), False)
    is_due = pc.or_(is_later, pc.and_(is_same_day, pc.or_(pc.fill_null(is_new, False), pc.is_null(held))))
    work = pc.and_(pc.and_(pc.is_valid(text), is_due), is_read)
    agreed, reported_new = latest.of_any("next_contact"), latest.of_any("is_new")
    following, is_following_read = _cells(ledger, "next_followup", pa.date32())
    is_ahead = pc.fill_null(pc.greater_equal(agreed, day(as_of)), False)
    may = pc.and_(pc.or_(pc.fill_null(reported_new, False), pc.is_null(following)), is_following_read)
    columns = [
        ContactColumn("last_contact", TableColumn("last_contact", "最近联系时间", made_on, "date"), contact),
        ContactColumn(
            "last_maintenance", TableColumn("last_maintenance", "上次维护内容", text, "wide"), work
        ),
        ContactColumn(
            "next_followup",
            TableColumn("next_followup", "下次跟进时间", agreed, "date"),
            pc.and_(is_ahead, may),
        ),
    ]
    return [each for each in columns if pc.any(each.changes, min_count=0).as_py()]


def unread_contacts(ledger: Ledger, reports: Changed, as_of: date) -> list[Finding]:
    """Return a finding for each cell of a last or next contact that a report would change if it could be read."""
    latest = _Latest(ledger, reports.new, reports.known)
    found = []
    days = {"last_contact": latest.of_done("done_on"), "next_followup": latest.of_any("next_contact")}
    for field_id, cells in days.items():
        _, is_read = _cells(ledger, field_id, pa.date32())
        is_due = pc.is_valid(cells)
        if field_id == "next_followup":
            is_due = pc.fill_null(pc.greater_equal(cells, pa.scalar(as_of, pa.date32())), False)
        places = np.flatnonzero(np.asarray(pc.and_(is_due, pc.invert(is_read)))).tolist()
        found += [_unread(ledger, field_id, at, cells[at].as_py()) for at in places]
    return found


def _unread(ledger: Ledger, field_id: str, at: int, day: date) -> Finding:
    table = ledger.customers
    frame, column = table.frame, table.columns[field_id]
    typed = frame[field_id + TEXT].iloc[at] if field_id + TEXT in frame else None
    return Finding(
        f"{field_id.replace('_', '-')}-left",
        file=table.source.file,
        sheet=str(frame["sheet"].iloc[at]),
        cell=cell_name(int(frame["row"].iloc[at]), column.column),
        column=column.header,
        value="" if typed is None or pd.isna(typed) else str(typed),
        params={"day": day.isoformat()},
    )


def _is_replaced(last: pa.Array, replaced: pd.DataFrame) -> pa.Array:
    """Tell whose last contact is the day of a visit whose report is replaced."""
    mask = np.zeros(len(last), bool)
    for customer, made_on in zip(replaced["customer"], replaced["done_on"], strict=True):
        if not (pd.isna(customer) or pd.isna(made_on)):
            mask[customer] |= last[customer].as_py() == made_on
    return pa.array(mask)


class _Latest:
    """The latest report of each customer: of a visit that was made, and of any that agrees on a next day."""

    def __init__(self, ledger: Ledger, new: pd.DataFrame, known: pd.DataFrame) -> None:
        self._customers = len(ledger.customers.frame)
        is_new = np.arange(len(new) + len(known)) < len(new)
        self._rows = table_of(stacked(new, known)).append_column("is_new", pa.array(is_new))
        owned = pc.is_valid(self._rows["customer"])
        self._done = self._last(pc.and_(owned, pc.equal(self._rows["outcome"], OUTCOME_DONE)))
        self._agreed = self._last(pc.and_(owned, pc.is_valid(self._rows["next_contact"])))

    def _last(self, chosen: Any) -> pa.Array:
        """Return for each customer the place of its last chosen row, null where it has none."""
        chosen = pc.fill_null(chosen, False)
        rows = self._rows.append_column("place", pa.array(np.arange(len(self._rows)))).filter(chosen)
        day = pc.fill_null(pc.coalesce(rows["done_on"], rows["planned_on"]).cast(pa.int32()), _NO_DAY)
        ranked = pa.table(
            {"customer": rows["customer"], "day": day, "said": contents(rows), "place": rows["place"]}
        )
        ranked = ranked.take(pc.sort_indices(ranked, sort_keys=[("day", "ascending"), ("said", "ascending")]))
        found = np.full(self._customers, -1)
        found[np.asarray(ranked["customer"])] = np.asarray(ranked["place"])
        return pc.if_else(pa.array(found >= 0), pa.array(found), pa.scalar(None, pa.int64()))

    def of_done(self, name: str) -> pa.Array:
        """Return a column of each customer's last visit that was made."""
        return self._rows[name].combine_chunks().take(self._done)

    def of_any(self, name: str) -> pa.Array:
        """Return a column of each customer's last report that names a next day."""
        return self._rows[name].combine_chunks().take(self._agreed)


def _cells(ledger: Ledger, field_id: str, kind: pa.DataType) -> tuple[pa.Array, pa.Array]:
    """Return what the customers' cells of a field hold, and which can be read: one that cannot is left alone."""
    frame = ledger.customers.frame
    if field_id not in frame:
        return pa.nulls(len(frame), kind), pa.array(np.ones(len(frame), bool))
    cells = column(frame, field_id).cast(kind)
    if field_id + STATE not in frame:
        return cells, pa.array(np.ones(len(frame), bool))
    return cells, pc.fill_null(pc.not_equal(column(frame, field_id + STATE), UNREAD), True)


def _done_in_words(latest: _Latest, labels: Mapping[str, str]) -> pa.Array:
    """Return what was done at each customer's last visit, in a line: what was said, asked for, and comes next."""
    parts = [latest.of_done("feedback")]
    for name, word in (("demand", "新增需求"), ("complaint", "投诉"), ("next_step", "下一步")):
        parts.append(pc.binary_join_element_wise(word, latest.of_done(name), "："))
    line = joined(parts, "；")
    channel = latest.of_done("channel")
    names = pa.array(
        [None if each is None else labels.get(each, each) for each in channel.to_pylist()], pa.string()
    )
    return pc.coalesce(line, pc.binary_join_element_wise(names, "回访", ""))
