"""Knows how a crontab spells a run, so that it works with cron's bare environment and `/bin/sh`."""

from __future__ import annotations

import shlex
from typing import Final

from crmtool.errors import UsageError
from crmtool.jobs.unattended.schedule import Run, Schedule

#: Cron sets next to nothing: a console without Chinese is the least that would go wrong.
_ENVIRONMENT: Final = "LANG=C.UTF-8 PYTHONIOENCODING=utf-8"
#: A line ends at its break, and crons differ in what they make of backslashes before anything but `%`.
_UNNAMEABLE: Final = "\\\n\r"


def crontab_lines(run: Run, schedule: Schedule) -> tuple[str, str]:
    """Return the line that sets the zone and the line of the run; what follows the latter stays in that zone.

    Raises `UsageError` where a path cannot stand in a crontab.
    """
    for path in (run.python, run.folder, run.config):
        if any(character in path for character in _UNNAMEABLE):
            raise UsageError.of("cron-path", file=path)
    months = "*" if schedule.is_monthly else ",".join(map(str, schedule.months))
    when = f"{schedule.minute} {schedule.hour} {schedule.day} {months} *"
    return f"CRON_TZ={schedule.zone}", f"{when} {escaped(shell_line(run))}"


def shell_line(run: Run) -> str:
    """Return the command as `/bin/sh` takes it, its messages at the end of the run's log."""
    words = shlex.join(run.words)
    return f"cd {shlex.quote(run.folder)} && {_ENVIRONMENT} {words} >>{shlex.quote(run.log)} 2>&1"


def escaped(command: str) -> str:
    r"""Return a command in which what cron itself would take for the end of a line is escaped.

    >>> print(escaped("date +%F"))
    date +\%F
    """
    return command.replace("%", r"\%")
