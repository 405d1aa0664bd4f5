"""Knows whether the kinds of the ticket sheet are those that the lines of `sla:` ask for.

How soon tickets were answered is counted in `crmtool.review.kpis.responses`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from crmtool.errors import Finding
from crmtool.ledger.ledger import Table
from crmtool.visits.frames import column

#: Kinds that a finding names, the most frequent ones.
_NAMED: Final = 8


def unmatched_kinds(table: Table, events: Iterable[str]) -> Iterator[Finding]:
    """Yield a finding where events of the rules occur nowhere in the sheet, and kinds of the sheet in no line.

    A sheet without other kinds simply has had no such event yet.
    """
    asked = list(dict.fromkeys(events))
    kinds = _by_frequency(pc.utf8_trim_whitespace(column(table.frame, "kind")))
    absent, others = [each for each in asked if each not in kinds], [k for k in kinds if k not in asked]
    if not (absent and others):
        return
    placed = table.columns.get("kind")
    shown = "、".join(others[:_NAMED]) + ("…" if len(others) > _NAMED else "")
    yield Finding(
        "response-kinds-unmatched",
        file=table.source.file,
        sheet=table.source.sheets[0] if table.source.sheets else "",
        column=placed.header if placed else "",
        value="、".join(absent),
        params={"kinds": shown, "asked": "、".join(asked)},
    )


def _by_frequency(kinds: pa.Array) -> list[str]:
    counted = [(row["counts"], row["values"]) for row in pc.value_counts(kinds).to_pylist() if row["values"]]
    return [kind for _, kind in sorted(counted, key=lambda found: (-found[0], found[1]))]
