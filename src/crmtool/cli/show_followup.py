"""What the terminal shows of follow-up sheets that were handed out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from rich.text import Text

from crmtool.cli.show import read_line, table_of, written_files
from crmtool.messages import Lang, say

if TYPE_CHECKING:
    from rich.console import RenderableType

    from crmtool.jobs.followup import FollowupOutcome

#: Files that are named one by one.
_FILES_SHOWN = 5


def handed_summary(outcome: FollowupOutcome, lang: Lang) -> Iterator[RenderableType]:
    """Yield the visits of each owner, how many of them are overdue, where the plan is from, and what was written."""
    from crmtool.jobs.days.months import month_name

    yield Text(read_line(outcome.assessment.read, lang))
    path = outcome.planned.path
    key = f"followup-from-{outcome.planned.origin}"
    yield Text(say(key, lang, month=month_name(outcome.month.first), path=path.name if path else ""))
    table = table_of(
        (say("owner", lang), False), (say("visits-count", lang), True), (say("overdue-count", lang), True)
    )
    for each in outcome.handed:
        sheet = each.owner_sheet
        table.add_row(sheet.owner or say("nobodys", lang), f"{len(sheet.visits):,}", f"{sheet.overdue:,}")
    if outcome.handed:
        yield table
    yield from written_files(outcome.written[:_FILES_SHOWN], lang)
    if len(outcome.written) > _FILES_SHOWN:
        rest = len(outcome.written) - _FILES_SHOWN
        yield Text(say("more-files", lang, count=rest, folder=outcome.written[0].path.parent))
