"""What the terminal shows of schedules: the lines to be copied, and as comments what to do with them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from crmtool.messages import Lang, say

if TYPE_CHECKING:
    from crmtool.jobs.cron import CronOutcome


def schedule_lines(outcome: CronOutcome, lang: Lang) -> Iterator[str]:
    """Yield the lines of each scheduler that was asked for, with an empty one between them."""
    blocks = (_crontab(outcome, lang), _systemd(outcome, lang), _windows(outcome, lang))
    shown = [block for block in map(list, blocks) if block]
    for number, block in enumerate(shown):
        yield from ("", *block) if number else block


def _crontab(outcome: CronOutcome, lang: Lang) -> Iterator[str]:
    if outcome.crontab is not None:
        yield f"# crontab -e · {say('cron-note-crontab', lang)}"
        yield f"# {say('cron-note-log', lang, file=outcome.run.log)}"
        yield from outcome.crontab


def _systemd(outcome: CronOutcome, lang: Lang) -> Iterator[str]:
    for name, text in outcome.units or ():
        yield f"# {say('cron-note-systemd', lang, file=name)}"
        yield text
    if outcome.units is not None:
        yield f"# {say('cron-note-enable', lang, file=outcome.units[-1][0])}"


def _windows(outcome: CronOutcome, lang: Lang) -> Iterator[str]:
    if outcome.windows is not None:
        yield f"REM {say('cron-note-windows', lang, zone=outcome.schedule.zone)}"
        yield outcome.windows
