"""Knows which customers complained: by tickets, and by what was written down at visits.

Which tickets and visits count is left to `crmtool.review.kpis.counts`.
"""

from __future__ import annotations

from datetime import date
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from crmtool.ledger.values.spelling import fold
from crmtool.ledger.values.words import is_placeholder
from crmtool.review.kpis.basis import Basis
from crmtool.review.kpis.counts import Counts, Outcome, as_numbers, laid_out, tally
from crmtool.review.kpis.ending import has_ended
from crmtool.rules.arrays import Mask, mask_of
from crmtool.rules.measuring.record_measures import count_rows, of_kind
from crmtool.rules.measuring.records import Records

#: What people write at a visit where there was no complaint.
_NOTHING: Final = frozenset({"没有", "否", "0", "no", "无投诉", "没有投诉", "未投诉", "无抱怨"})


def complaint_rate(basis: Basis) -> Outcome:
    """Count who complained in the period, of those who ordered in the 12 months."""
    if lacking := basis.lacking_orders(basis.year):
        return lacking
    tickets = Records(basis.ground.ledger, "tickets")
    has_tickets = tickets.has("raised", "kind")
    told = basis.visits.filter(pc.is_valid(basis.visits["complaint"]))
    if not has_tickets and not told.num_rows:
        return "no_complaints"
    days = [tickets.first_day, tickets.last_day] if has_tickets else []
    days += pc.min_max(basis.visits["day"]).as_py().values() if told.num_rows else []
    known: list[date] = [day for day in days if day is not None]
    if not basis.now.is_covered_from(min(known, default=None)):
        return "complaints_late"
    if has_ended(max(known), basis.ground.period):
        return "complaints_ended"
    complained = _at_visits(basis)
    if has_tickets:
        # A ticket without a day that can be read is told where it is read; one of a later day looks the same here.
        rows = count_rows(of_kind(tickets.rows, "complaint"), "raised", basis.now)
        complained |= laid_out(rows.to_arrow(), basis.customers) > 0
    is_active = basis.orders_in(basis.year) > 0
    return Counts(as_numbers(is_active & complained), as_numbers(is_active), basis.doubtful)


def _at_visits(basis: Basis) -> Mask:
    visits = basis.visits_now
    coded = visits["complaint"].combine_chunks().dictionary_encode()
    holds = [is_complaint(text) for text in coded.dictionary.to_pylist()]
    held = mask_of(pa.array(holds, pa.bool_()).take(coded.indices))
    complained: Any = tally(visits["customer"].filter(pa.array(held)), basis.customers) > 0
    return np.asarray(complained, dtype=np.bool_)


def is_complaint(text: str | None) -> bool:
    """Tell whether what was written at a visit holds a complaint.

    >>> is_complaint("送货太慢"), is_complaint("无"), is_complaint(None)
    (True, False, False)
    """
    return text is not None and not is_placeholder(text) and fold(text) not in _NOTHING
