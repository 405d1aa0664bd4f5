"""What the terminal shows of adjustments that are carried out: the tables, who was turned down or waits, and the total."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pyarrow as pa
from rich.text import Text

from crmtool.cli.show import ledger_update, table_of
from crmtool.messages import Lang, say

if TYPE_CHECKING:
    from rich.console import RenderableType

    from crmtool.jobs.apply import ApplyOutcome

#: Rows that are listed unless all are asked for.
_SHOWN = 20
_LINES = {"rejected": "adjustment-line-rejected", "undecided": "adjustment-line-undecided"}


def apply_summary(outcome: ApplyOutcome, lang: Lang, *, lists_all: bool) -> Iterator[RenderableType]:
    """Yield the tables with their verdicts, the rows that people did not approve, the total, and the history."""
    table = table_of(
        (say("adjustment-table-back", lang), False),
        *((say(f"adjustment-{name}", lang), True) for name in ("rows", "approved", "rejected", "open")),
    )
    for each in outcome.tables:
        counts = (each.rows, each.approved, each.rejected, each.rows - each.approved - each.rejected)
        # Brackets would be taken for markup.
        table.add_row(Text(f"[{each.path.name}]{each.sheet}"), *(f"{count:,}" for count in counts))
    yield table
    rows = pa.Table.from_pandas(outcome.decided.rows, preserve_index=False).to_pylist()
    lines = [
        say(_LINES[row["outcome"]], lang, name=row["name"] or row["customer_id"])
        for row in rows
        if row["outcome"] in _LINES
    ]
    yield from map(Text, lines if lists_all else lines[:_SHOWN])
    if len(lines) > _SHOWN and not lists_all:
        yield Text(say("more-changes", lang, count=len(lines) - _SHOWN))
    key = "adjustment-would-total" if outcome.is_rehearsal else "adjustment-total"
    yield Text(say(key, lang, **outcome.decided.counts))
    if outcome.history is not None:
        told = "would-record-in" if outcome.is_rehearsal else "recorded-in"
        yield Text(say(told if outcome.is_recorded else "record-is-current", lang, path=outcome.history))


def what_was_written(outcome: ApplyOutcome, lang: Lang, *, lists_all: bool) -> Iterator[RenderableType]:
    """Yield what was written into the ledger; that it says all of it already only where it does."""
    counts, updated = outcome.decided.counts, outcome.updated
    if updated.is_current and (counts["refused"] or not counts["current"]):
        yield Text(say("ledger-untouched", lang, path=updated.written.path))
    else:
        yield from ledger_update(updated, lang, is_rehearsal=outcome.is_rehearsal, lists_all=lists_all)
