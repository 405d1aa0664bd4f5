"""What a sheet that was filled in tells as reports, column by column.

Knows which field is which column of a report; whose visits they are is for the modules that use it.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from crmtool.ledger.ledger import STATE, TEXT, UNREAD
from crmtool.ledger.rows.masks import Mask, true
from crmtool.ledger.standard.outcomes import PENDING, outcomes_of
from crmtool.visits.frames import joined, one_array
from crmtool.visits.model import OUTCOME_DONE, REPORT_COLUMNS
from crmtool.visits.reading.records import FIELDS

#: What a customer said: all of these together.
_SAID: Final = ("feedback", "content", "result")
_NO_TEXT: Final = pa.scalar(None, pa.string())


@dataclass(frozen=True)
class Told:
    """A table of visits as read: `table` with its fields' columns, `fields` those that its sheet has."""

    table: pa.Table
    fields: Collection[str]

    def cells(self, field_id: str) -> pa.Array:
        """Return a field's cells, all null where the sheet has no such column."""
        if field_id not in self.fields or field_id not in self.table.column_names:
            return pa.nulls(self.table.num_rows)
        return one_array(self.table[field_id])

    def stands(self, field_id: str) -> pa.Array:
        """Tell in which rows something stands in a field's cell, be it readable or not."""
        there = pc.is_valid(self.cells(field_id))
        if field_id + STATE in self.table.column_names:
            unread = pc.equal(self.table[field_id + STATE].combine_chunks(), UNREAD)
            there = pc.or_(there, pc.fill_null(unread, False))
        return there

    def typed(self, field_id: str) -> pa.Array:
        """Return what was typed into a field's cells, null where their value says all of it."""
        if field_id + TEXT not in self.table.column_names:
            return pa.nulls(self.table.num_rows, pa.string())
        return self.table[field_id + TEXT].combine_chunks()

    @property
    def pending(self) -> Mask:
        """Return the rows that say of their visit that it is yet to be made."""
        return true(pc.equal(self._said_outcome(), PENDING))

    @property
    def outcome(self) -> pa.Array:
        """Return what became of each visit: by its status, else its result; where no column is for it, a day is done."""
        outcome = pc.if_else(pa.array(self.pending), _NO_TEXT, self._said_outcome())
        if "status" in self.fields:
            return outcome
        is_made = pc.and_(pc.is_valid(self.cells("date")), pa.array(~self.pending))
        return pc.coalesce(outcome, pc.if_else(is_made, OUTCOME_DONE, _NO_TEXT))

    @property
    def said(self) -> pa.Array:
        """Return what the customer said, whichever columns it stands in; a result that is an outcome says no more."""
        texts = []
        for field_id in _SAID:
            cells = self.cells(field_id).cast(pa.string())
            is_word = pc.is_valid(outcomes_of(cells)) if field_id == "result" else pc.is_null(cells)
            texts.append(pc.if_else(is_word, _NO_TEXT, cells))
        return joined(texts, "；")

    def columns(self) -> dict[str, pa.Array]:
        """Return the columns of reports (REPORT_COLUMNS) that the table tells, the others null; channels as they stand."""
        arrays = {name: self.cells(FIELDS.get(name, "")) for name in REPORT_COLUMNS}
        arrays |= {"outcome": self.outcome, "feedback": self.said}
        return {name: arrays[name].cast(kind) for name, kind in REPORT_COLUMNS.items()}

    def _said_outcome(self) -> pa.Array:
        return pc.coalesce(outcomes_of(self.cells("status")), outcomes_of(self.cells("result")))
