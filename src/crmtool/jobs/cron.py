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
LOG_NAME: Final = "crmtool-cron.log"
RUN_LOG_NAME: Final = "crmtool-runs.jsonl"


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
    is_wanted = {name: name in asked.formats for name in FORMATS}
    name = unit_name(run)
    units = (f"{name}.service", service_unit(run)), (f"{name}.timer", timer_unit(run, schedule))
    return CronOutcome(
        run,
        schedule,
        crontab_lines(run, schedule) if is_wanted["crontab"] else None,
        units if is_wanted["systemd"] else None,
        schtasks_line(run, schedule) if is_wanted["windows"] else None,
        tuple(_too_long(run)) if is_wanted["windows"] else (),
    )


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
