"""A field counted for every customer, from the first to the last, with what having no row means.

No row is a fact (0, or never) where the sheet's records reach back to the window's start, else unknown. Which
measure is counted is in `crmtool.rules.measuring.counting`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

import numpy as np
import pyarrow as pa

from crmtool.ledger.ledger import EMPTY, NEVER, READ, UNREAD, Ledger
from crmtool.ledger.quantities import Duration
from crmtool.rules.arrays import Mask, States, array_of, choose, fit, mask_of, type_of
from crmtool.rules.measuring.counting import Counted, count
from crmtool.rules.measuring.records import DAYS, Records
from crmtool.rules.model import Derivation, Field


@dataclass(frozen=True, slots=True)
class Derived:
    """One field's values counted from a table, a row per customer, in the columns of `Cases.frame`.

    `needed_from` is the day from which the records would have to begin for having no row to be a fact; it is
    set where they begin later. With `is_told` false the table cannot tell the field for anyone; with `is_part` its
    totals are of a part of their window.
    """

    source: str
    value: pa.Array
    state: States
    high: pa.Array | None = None
    needed_from: date | None = None
    is_told: bool = True
    is_part: bool = False


@dataclass(frozen=True)
class Deriving:
    """Counts the fields of one ledger. `asked` is, per field, the longest span that any test asks of its date."""

    ledger: Ledger
    asked: Mapping[str, Duration] = field(default_factory=dict)

    @cached_property
    def tables(self) -> Mapping[str, Records]:
        """Return the tables by name, each made ready once."""
        return {source: Records(self.ledger, source) for source in DAYS}

    def can_tell(self, derivation: Derivation) -> bool:
        """Tell whether the ledger has the sheet and the columns that a derivation counts."""
        source = self.tables[derivation.source]
        if derivation.per == "order" and not self.tables["orders"].has("order_date"):
            return False
        return source.has(source.day, *_columns_of(derivation))

    def derive(self, wanted: Field) -> Derived | None:
        """Return a field's values, or None where it has no derivation or the ledger lacks what it counts."""
        how = wanted.derivation
        if how is None or not self.can_tell(how):
            return None
        source = self.tables[how.source]
        counted = count(source, self.tables["orders"], how, self.ledger.as_of, self.asked.get(wanted.id))
        doubtful = source.doubtful(counted.window, _columns_of(how))
        if how.per == "order":
            doubtful |= self.tables["orders"].doubtful(counted.window, ())
        return _lay_out(counted, how.source, type_of(wanted.spec.kind), doubtful)


def _columns_of(how: Derivation) -> tuple[str, ...]:
    if how.source == "tickets":
        return ("kind",) if how.kind else ()
    if how.of in (None, "count") or how.of == DAYS[how.source]:
        return ()
    return (str(how.of),)


def _lay_out(counted: Counted, source: str, kind: pa.DataType, doubtful: Mask) -> Derived:
    """Lay a measure's rows out over all customers; those in doubt are unreadable, as a cell would be."""
    places = np.full(len(doubtful), -1, dtype=np.int64)
    places[counted.rows["customer"].to_numpy()] = np.arange(len(counted.rows))
    index = pa.array(places, mask=places < 0)
    values = fit(array_of(counted.rows["value"]), kind).take(index)
    state = np.where(mask_of(values.is_valid()), READ, EMPTY).astype(np.int8)
    is_fact = (places < 0) & counted.is_covered
    if counted.absent == "never":
        state[is_fact] = NEVER
    elif counted.absent == "zero":
        values = choose(is_fact, pa.scalar(0), values)
        state[is_fact] = READ
    unknown = doubtful if counted.is_told else np.ones_like(doubtful)
    values = choose(unknown, pa.scalar(None, kind), values)
    state[unknown] = EMPTY
    state[doubtful] = UNREAD
    high = None
    if "high" in counted.rows.column_names:
        laid_out = fit(array_of(counted.rows["high"]), kind).take(index)
        high = choose(unknown, pa.scalar(None, kind), laid_out)
    needed_from = None if counted.is_covered else counted.reach.first_day
    return Derived(source, values, state, high, needed_from, counted.is_told, counted.is_part)
