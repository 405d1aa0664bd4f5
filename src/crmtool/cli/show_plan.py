"""What the terminal shows of a plan: visits by tier and channel, everybody's load, and what to mind."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from rich.text import Text

from crmtool.cli.show import read_line, table_of, written_files
from crmtool.messages import Lang, say

if TYPE_CHECKING:
    from rich.console import RenderableType

    from crmtool.jobs.plan import PlanOutcome

#: People whose load is shown; the workbook has all of them.
_OWNERS_SHOWN = 12


def plan_summary(outcome: PlanOutcome, lang: Lang) -> Iterator[RenderableType]:
    """Yield visits by tier and channel, the load of each owner, what found no room, what changed, and the files."""
    from crmtool.jobs.plan_totals import totals_of

    plan, totals = outcome.plan, totals_of(outcome)
    yield Text(read_line(outcome.assessment.read, lang))
    yield Text(say("plan-span", lang, first=plan.first.isoformat(), last=plan.last.isoformat()))
    channels = table_of(
        (say("tier", lang), False),
        *((channel, True) for channel in totals.channels),
        (say("plan-visits", lang), True),
    )
    for tier, counts in totals.tiers.items():
        channels.add_row(tier, *(f"{count:,}" if count else "" for count in counts), f"{sum(counts):,}")
    yield channels
    people = table_of(
        (say("plan-owner", lang), False),
        (say("plan-visits", lang), True),
        (say("plan-greatest-day", lang), True),
        (say("plan-unplaced", lang), True),
    )
    for owner in totals.owners[:_OWNERS_SHOWN]:
        unplaced = f"{owner.unplaced:,}" if owner.unplaced else ""
        people.add_row(owner.name, f"{owner.visits:,}", f"{owner.greatest_day:,}", unplaced)
    yield people
    if len(totals.owners) > _OWNERS_SHOWN:
        yield Text(say("plan-more-owners", lang, count=len(totals.owners) - _OWNERS_SHOWN))
    for key, count in totals.notes.items():
        if count:
            yield Text(say(f"plan-{key}", lang, count=f"{count:,}"))
    if len(plan.changes):
        yield Text(say("plan-changes", lang, **totals.changes))
    yield from written_files([outcome.written, *outcome.calendars], lang)
