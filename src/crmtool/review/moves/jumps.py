"""Money figures that are a hundred times what they were: a column whose unit has changed, most likely.

Who is who on two days is left to `crmtool.review.moves.matching`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from crmtool.errors import Finding
from crmtool.ledger.ledger import READ, STATE, Table
from crmtool.rules.cases import Cases
from crmtool.rules.deciding.labels import finding_at
from crmtool.rules.judging.outcomes import judging_subjects
from crmtool.rules.model import RuleSet
from crmtool.visits.frames import one_array

#: More than so many times is no business that grew.
_TIMES: Final = 100


def money_jumps(
    now: Cases, then: Cases, place: pa.Array, rule_set: RuleSet, customers: Table, was_as_of: date
) -> Iterator[Finding]:
    """Yield a finding for each judged money field that some customers' figures jumped in, with their number.

    `place` is where each customer of now is among those of then (null: not there). Figures of 0 and of different signs
    are not compared.
    """
    for field in judging_subjects(rule_set)[0]:
        spec = rule_set.fields[field].spec
        if spec.kind != "money" or field in now.absent or field in then.absent:
            continue
        was, figure = _read(then, field).take(place), _read(now, field)
        grew = pc.greater(figure, pc.multiply(was, _TIMES))
        shrank = pc.greater(was, pc.multiply(figure, _TIMES))
        rows = pc.indices_nonzero(pc.fill_null(pc.or_(grew, shrank), False)).to_pylist()
        if rows:
            found = finding_at(customers, field, rows, "money-jumped", was_as_of=was_as_of.isoformat())
            yield found if found.column else replace(found, column=spec.label)


def _read(cases: Cases, field: str) -> pa.Array:
    """Return the size of each figure that was read, null for the others."""
    values, states = (one_array(cases.frame[name]) for name in (field, field + STATE))
    is_usable = pc.and_(pc.equal(states, READ), pc.greater(values, 0))
    return pc.if_else(is_usable, values, pa.scalar(None, values.type))
