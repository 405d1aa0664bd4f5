"""Whether the next run will work on this machine: every check in turn, and nothing left behind.

What each check looks at is in `crmtool.jobs.checkups`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from crmtool.config import DEFAULT_TIMEZONE
from crmtool.jobs.checkups.folder import (
    Settings,
    check_backups,
    check_baselines,
    check_folder,
    check_history,
    check_holidays,
    check_ledger,
    check_rules,
    folders_of,
)
from crmtool.jobs.checkups.machine import check_console, check_versions, check_zone
from crmtool.jobs.checkups.model import Checked, said, tried
from crmtool.jobs.clock import today
from crmtool.jobs.settings import CONFIG_NAME, find_config, read_config


@dataclass(frozen=True, slots=True)
class DoctorOutcome:
    """All checks in the order in which they were made."""

    checks: tuple[Checked, ...]

    @property
    def is_ready(self) -> bool:
        """Tell whether nothing is in the next run's way."""
        return all(check.state != "wrong" for check in self.checks)

    @property
    def has_warnings(self) -> bool:
        """Tell whether something is to be looked at."""
        return any(check.state == "warning" for check in self.checks)


def doctor(given: Path | None, encoding: str) -> DoctorOutcome:
    """Check the machine and, where there is a crmtool.yaml (`given`, else the current folder's), what it names.

    `encoding` is the console's. Files are written into the folders that a run writes to, and removed again. Raises
    `UsageError` where the config itself cannot be read.
    """
    path = find_config(given)
    config = read_config(path)
    settings = None if path is None else Settings(path, config, today(config.timezone))
    return DoctorOutcome(tuple(_checks(settings, encoding)))


def _checks(settings: Settings | None, encoding: str) -> Iterator[Checked]:
    if settings is None:
        yield said("config", "warning", "doctor-no-config", file=CONFIG_NAME)
    else:
        yield said("config", "ok", "doctor-config", file=settings.path)
        yield from tried("config", partial(check_baselines, settings))
        yield from tried("rules", partial(check_rules, settings))
        yield from tried("ledger", partial(check_ledger, settings))
        yield from tried("history", partial(check_history, settings))
    ledger = None if settings is None else settings.ledger
    for folder in folders_of(settings):
        yield from tried("folder", partial(check_folder, folder, ledger))
    if settings is not None:
        yield from tried("holidays", partial(check_holidays, settings))
        yield from check_backups(settings)
    zone = DEFAULT_TIMEZONE if settings is None else settings.config.timezone
    yield from check_zone(zone, today(zone))
    yield from check_console(encoding)
    yield from check_versions()
