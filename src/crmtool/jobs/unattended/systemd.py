"""Knows how systemd's units spell a run: a service that runs it and a timer that starts the service."""

from __future__ import annotations

import re
from typing import Final

from crmtool.errors import UsageError
from crmtool.jobs.unattended.schedule import Run, Schedule

#: Exit code 75: another run or a spreadsheet program holds a file.
_BUSY: Final = 75
_PLAIN: Final = re.compile(r"[A-Za-z0-9_@%+=:,./-]+")


def unit_name(run: Run) -> str:
    """Return the name that service and timer share, without its ending."""
    return f"crmtool-{run.command}"


def service_unit(run: Run) -> str:
    """Return the text of the `.service`; a busy run is tried again. Raises `UsageError` for a path of several lines."""
    if any(character in path for path in (run.folder, run.python, run.config) for character in "\n\r"):
        raise UsageError.of("cron-path", file=run.folder)
    words = " ".join(quoted(word) for word in run.words)
    # A dollar sign in the place of the program is not a sign of its own: behind `env` it is an argument like others.
    program = f"/usr/bin/env {words}" if "$" in run.python else words
    return f"""[Unit]
Description=crmtool {run.command}

[Service]
Type=exec
WorkingDirectory={run.folder.replace("%", "%%")}
Environment=LANG=C.UTF-8 PYTHONIOENCODING=utf-8
ExecStart={program}
RestartForceExitStatus={_BUSY}
RestartSec=10min
"""


def timer_unit(run: Run, schedule: Schedule) -> str:
    """Return the text of the `.timer`; a run that was missed while the machine was off is made up for."""
    return f"""[Unit]
Description=crmtool {run.command}

[Timer]
OnCalendar={on_calendar(schedule)}
Persistent=true

[Install]
WantedBy=timers.target
"""


def on_calendar(schedule: Schedule) -> str:
    """Return the moments of a schedule as systemd's calendar has them."""
    months = "*" if schedule.is_monthly else ",".join(f"{month:02d}" for month in schedule.months)
    clock = f"{schedule.hour:02d}:{schedule.minute:02d}:00"
    return f"*-{months}-{schedule.day:02d} {clock} {schedule.zone}"


def quoted(word: str) -> str:
    """Return a word of a command as a unit takes it: specifiers and variables are none, whatever it holds.

    >>> quoted("/data/100% $HOME")
    '"/data/100%% $$HOME"'
    """
    text = word.replace("%", "%%").replace("$", "$$")
    if _PLAIN.fullmatch(text):
        return text
    return '"' + text.replace("\\", r"\\").replace('"', r"\"") + '"'
