"""What is to be said of records that begin later than the windows that fields are counted over.

What is counted all the same is in `crmtool.rules.measuring.derive`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

import numpy as np

from crmtool.errors import Finding
from crmtool.ledger.ledger import EMPTY, READ, Ledger
from crmtool.rules.arrays import Mask
from crmtool.rules.measuring.derive import Derived, Deriving
from crmtool.rules.model import Field


@dataclass(frozen=True, slots=True)
class _Late:
    """The day from which a field's records would have to begin, and whose value is another since they do not."""

    needed_from: date
    customers: Mask


@dataclass
class Beginnings:
    """Gathers the fields that the sheets begin too late for: by code and sheet, each by its label."""

    ledger: Ledger
    deriving: Deriving
    found: dict[tuple[str, str], dict[str, _Late]] = field(default_factory=dict)

    def note(self, wanted: Field, counted: Derived, is_empty: Mask) -> None:
        """Take notice of a field; `is_empty` says who has no cell of their own, so that the count matters."""
        if counted.needed_from is None:
            return
        code = "records-begin-late" if counted.is_told else "records-too-short"
        if self.deriving.tables[counted.source].first_day is None:
            code = "records-without-day"
        self._add(code, wanted, counted, is_empty & (counted.state == EMPTY))
        if counted.is_part:
            self._add("records-cover-part", wanted, counted, is_empty & (counted.state == READ))

    def _add(self, code: str, wanted: Field, counted: Derived, customers: Mask) -> None:
        if counted.needed_from is not None and customers.any():
            late = self.found.setdefault((code, counted.source), {})
            late[wanted.label] = _Late(counted.needed_from, customers)

    def findings(self) -> Iterator[Finding]:
        """Yield a finding for each code and sheet."""
        for (code, source), late in self.found.items():
            records = self.deriving.tables[source]
            origin = records.table.source if records.table is not None else self.ledger.customers.source
            first = "" if records.first_day is None else records.first_day.isoformat()
            yield Finding(code, file=origin.file, sheet=origin.sheets[0], params=_params(late, first))


def _params(late: Mapping[str, _Late], first: str) -> Mapping[str, str]:
    return {
        "first": first,
        "needed": min(each.needed_from for each in late.values()).isoformat(),
        "fields": "、".join(late),
        "customers": str(int(np.logical_or.reduce([each.customers for each in late.values()]).sum())),
    }
