"""What the terminal shows of sheets that were taken back: the sheets, what changes, and where it is recorded."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pyarrow as pa
from rich.text import Text

from crmtool.cli.show import table_of
from crmtool.messages import Lang, say

if TYPE_CHECKING:
    from rich.console import RenderableType

    from crmtool.jobs.collect import CollectOutcome

#: Changes that are listed unless all are asked for.
_SHOWN = 20


def collect_summary(outcome: CollectOutcome, lang: Lang, *, lists_all: bool) -> Iterator[RenderableType]:
    """Yield the sheets with their rows, the changes one by one, what was left, and where reports are recorded."""
    table = table_of(
        (say("sheet-back", lang), False),
        (say("rows-filled", lang), True),
        (say("rows-blank", lang), True),
    )
    for sheet in outcome.sheets:
        # Brackets would be taken for markup.
        place = Text(f"[{sheet.path.name}]{sheet.sheet}")
        table.add_row(place, f"{sheet.filled:,}", f"{sheet.blank:,}")
    yield table
    changes = pa.Table.from_pandas(outcome.collected.changes, preserve_index=False).to_pylist()
    for change in changes if lists_all else changes[:_SHOWN]:
        yield Text(_change(change, outcome, lang))
    if len(changes) > _SHOWN and not lists_all:
        yield Text(say("more-changes", lang, count=len(changes) - _SHOWN))
    found = outcome.collected
    for cell in pa.Table.from_pandas(found.corrections, preserve_index=False).to_pylist():
        yield Text(_correction(cell, lang))
    is_told = outcome.is_recorded and not outcome.is_rehearsal
    yield Text(
        say(
            "collect-total" if is_told else "collect-total-unrecorded",
            lang,
            new=len(found.reports),
            known=len(found.known),
            conflicts=len(found.conflicts),
            left=found.left,
            blank=found.blank,
        )
    )
    if outcome.history is not None:
        key = "would-record-in" if outcome.is_rehearsal else "recorded-in"
        yield Text(say(key if len(found.reports) else "record-is-current", lang, path=outcome.history))


def _correction(cell: dict[str, Any], lang: Lang) -> str:
    """Return a cell of the record that a sheet's takes the place of, in a line."""
    who = " ".join(filter(None, (cell["visit_id"], cell["name"] or cell["customer_id"])))
    before, after = (cell[when] or say("empty-cell", lang) for when in ("before", "after"))
    return say(
        "correction", lang, who=who, header=cell["header"], before=before, after=after, other=cell["other"]
    )


def _change(change: dict[str, Any], outcome: CollectOutcome, lang: Lang) -> str:
    """Return a change in a line: whose visit, what became of it, and its status and day before and after."""
    texts = {key: "" if value is None else str(value) for key, value in change.items()}
    channel = outcome.common.channels.get(texts["channel"])
    who = " ".join(filter(None, (texts["visit_id"], texts["name"] or texts["customer_id"])))
    before, after = (_standing(texts, when, lang) for when in ("before", "after"))
    what = " ".join(
        filter(None, (channel.label if channel else "", say(f"outcome-{texts['outcome']}", lang)))
    )
    if texts["is_planned"] != "True":
        before = say("not-planned", lang)
    day = f" {texts['done_on']}" if texts["done_on"] else ""
    return f"{who}: {what}{day} · {before or '?'} → {after}"


def _standing(texts: dict[str, str], when: str, lang: Lang) -> str:
    status = texts[f"status_{when}"]
    # Of a visit that was made the day that counts is the one on which it was.
    day = (texts["done_on"] if (status, when) == ("done", "after") else "") or texts[f"planned_{when}"]
    return " ".join(filter(None, (say(f"visit-{status}", lang) if status else "", day)))
