"""Knows the KPIs of becoming a customer: which prospects were won, and how long that took.

Which visits and orders count is left to `crmtool.review.kpis.counts`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from crmtool.ledger.values.spelling import fold
from crmtool.review.kpis.answers import YES
from crmtool.review.kpis.basis import Basis
from crmtool.review.kpis.counts import Counts, Numbers, Outcome, as_numbers, tally
from crmtool.rules.arrays import Mask, array_of, mask_of
from crmtool.rules.measuring.records import DAYS, Records
from crmtool.visits.frames import same_text

PROSPECT, WON = "意向", "成交"
_ENDING: Final = "客户"
_NO_DAY: Final = np.iinfo(np.int64).max


def conversion(basis: Basis) -> Outcome:
    """Count the prospects who became buyers, of those who were visited in the period."""
    visits = basis.visits_now
    if not visits.num_rows:
        return "no_visits"
    is_prospect, is_known = _prospects(basis)
    if not is_known.any():
        return "no_status"
    visited = tally(visits["customer"], basis.customers) > 0
    asked = is_prospect & visited
    return Counts(as_numbers(asked & _became(basis)), as_numbers(asked), ~is_known)


def _prospects(basis: Basis) -> tuple[Mask, Mask]:
    """Return who was a prospect at the start of the period, and of whom that is known."""
    status = basis.ground.status_before
    if status is None:
        status = pa.nulls(basis.customers, pa.string())
    is_told, is_prospect = mask_of(pc.is_valid(status)), _is(status, PROSPECT)
    if basis.lacking_orders_before():
        return is_prospect, is_told
    never = basis.orders_in(basis.earlier) == 0
    return np.where(is_told, is_prospect, never), is_told | ~basis.doubtful


def _became(basis: Basis) -> Mask:
    """Return who is a buyer now: by a visit of the period, by 客户状态, or by a first order in the period."""
    visits = basis.visits_now
    told = visits.filter(same_text(visits["converted"], YES))
    became = tally(told["customer"], basis.customers) > 0
    customers = basis.ground.ledger.customers.frame
    if "status" in customers:
        became |= _is(array_of(customers["status"]), WON)
    if not basis.lacking_orders_before():
        is_new = (basis.orders_in(basis.earlier) == 0) & (basis.orders_in(basis.now) > 0)
        became |= is_new & ~basis.doubtful
    return became


def _is(status: Any, word: str) -> Mask:
    """Tell which statuses are a word, with 客户 behind it or without."""
    coded = array_of(status).cast(pa.string()).dictionary_encode()
    same = [fold(text or "").removesuffix(_ENDING) == word for text in coded.dictionary.to_pylist()]
    return mask_of(pa.array(same, pa.bool_()).take(coded.indices))


def cycle(basis: Basis) -> Outcome:
    """Count the days from the first contact on record to the first order, of each whose first order is in the period.

    Who has no contact on record before that day has no part in it.
    """
    if lacking := basis.lacking_orders_before():
        return lacking
    contacts = list(_contacts(basis))
    if not contacts:
        return "no_contacts"
    start, first = _first(contacts, basis.customers), _first([basis.order_days()], basis.customers)
    is_new = (basis.orders_in(basis.earlier) == 0) & (basis.orders_in(basis.now) > 0)
    counted = is_new & (start < first)
    days = np.where(counted, first - np.where(counted, start, 0), 0)
    return Counts(days, as_numbers(counted), basis.doubtful)


def _contacts(basis: Basis) -> Iterator[tuple[Any, Any]]:
    """Yield the customers and days of demands, tickets and visits, each kind where it is on record."""
    for source in ("demands", "tickets"):
        records = Records(basis.ground.ledger, source)
        if records.has(DAYS[source]):
            yield array_of(records.frame["customer"]), array_of(records.frame[DAYS[source]])
    if basis.visits.num_rows:
        yield basis.visits["customer"], basis.visits["day"]


def _first(sources: list[tuple[Any, Any]], size: int) -> Numbers:
    """Return each customer's first day, as days since 1970; a day beyond all where there is none."""
    found = np.full(size, _NO_DAY)
    for customers, days in sources:
        table = pa.table({"customer": customers, "day": days}).filter(
            pc.and_(pc.is_valid(customers), pc.is_valid(days))
        )
        firsts = table.group_by("customer", use_threads=False).aggregate([("day", "min")])
        places = firsts["customer"].to_numpy()
        day = firsts["day_min"].cast(pa.int32()).to_numpy().astype(np.int64)
        found[places] = np.minimum(found[places], day)
    return found


OF_PROSPECTS: Final[Mapping[str, Callable[[Basis], Outcome]]] = {"conversion": conversion, "cycle": cycle}
