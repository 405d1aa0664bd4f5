"""Lines for crontab, systemd and the Windows task scheduler that run a command on the folder of a crmtool.yaml.

How each is spelt is in `crmtool.jobs.unattended`.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from crmtool.config import Config
from crmtool.errors import Finding, UsageError
from crmtool.jobs.settings import CONFIG_NAME, find_config, read_config
from crmtool.jobs.unattended.crontab import crontab_lines
from crmtool.jobs.unattended.schedule import Run, Schedule, arguments_of, months_of, time_of
from crmtool.jobs.unattended.systemd import service_unit, timer_unit, unit_name
from crmtool.jobs.unattended.windows import LONGEST, schtasks_line, task_command
from crmtool.messages import Lang

Format = Literal["crontab", "systemd", "windows"]
FORMATS: Final[tuple[Format, ...]] = ("crontab", "systemd", "windows")
#: Those that a system can have: paths of Windows stand in no crontab.
FORMATS_ON_WINDOWS: Final[tuple[Format, ...]] = ("windows",)
LOG_NAME: Final = "crmtool-cron.log"
RUN_LOG_NAME: Final = "crmtool-runs.jsonl"


def formats_on(platform: str) -> tuple[Format, ...]:
    """Return the schedulers that lines are printed for on a platform (`sys.platform`), where none is named.

    >>> formats_on("win32")
    ('windows',)
    """
    return FORMATS_ON_WINDOWS if platform == "win32" else FORMATS


@dataclass(frozen=True, slots=True)
class CronAsked:
    """Which command is to be run when, and for which schedulers the lines are wanted."""

    command: str = "review"
    at: str = "08:30"
    day: int = 1
    formats: tuple[Format, ...] = FORMATS


@dataclass(frozen=True, slots=True)
class CronOutcome:
    """The lines, by scheduler; None for one that was not asked for. `units` are (file name, text)."""

    run: Run
    schedule: Schedule
    crontab: tuple[str, str] | None
    units: tuple[tuple[str, str], ...] | None
    windows: str | None
    findings: tuple[Finding, ...] = ()


def cron(given: Path | None, asked: CronAsked, lang: Lang) -> CronOutcome:
    """Return the lines that run a command for a config (`given`, else the current folder's), in the language of the run.

    Raises `UsageError` where there is no config, it names no ledger, or a path or time cannot be scheduled.
    """
    path = find_config(given)
    config = read_config(path)
    if path is None or config.ledger is None:
        raise UsageError.of("no-ledger-named")
    hour, minute = time_of(asked.at)
    schedule = Schedule(months_of(asked.command), asked.day, hour, minute, config.timezone)
    run = _run(path.absolute(), config, asked.command, lang)
    return CronOutcome(
        run,
        schedule,
        crontab_lines(run, schedule) if "crontab" in asked.formats else None,
        _units(run, schedule) if "systemd" in asked.formats else None,
        schtasks_line(run, schedule) if "windows" in asked.formats else None,
        tuple(_too_long(run)) if "windows" in asked.formats else (),
    )


def _units(run: Run, schedule: Schedule) -> tuple[tuple[str, str], ...]:
    name = unit_name(run)
    return (f"{name}.service", service_unit(run)), (f"{name}.timer", timer_unit(run, schedule))


def _run(path: Path, config: Config, command: str, lang: Lang) -> Run:
    folder = path.parent
    named = () if path.name == CONFIG_NAME else ("--config", str(path))
    logged = ("--log-file", str(folder / RUN_LOG_NAME)) if command == "review" else ()
    spoken = () if config.lang else ("--lang", lang)
    arguments = (*named, *arguments_of(command), "--quiet", *spoken, *logged)
    return Run(sys.executable, str(folder), str(path), command, arguments, str(folder / LOG_NAME))


def _too_long(run: Run) -> list[Finding]:
    length = len(task_command(run))
    if length <= LONGEST:
        return []
    return [Finding("cron-windows-length", params={"length": str(length), "limit": str(LONGEST)})]
