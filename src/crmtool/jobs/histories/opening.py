"""Which history a command about the history means, and how it is opened by those who only look.

What a run records is left to `crmtool.jobs.history`.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from crmtool.config import Config
from crmtool.errors import InputError, UsageError
from crmtool.files.history import History
from crmtool.jobs.settings import find_config, read_config


@dataclass(frozen=True, slots=True)
class HistoryPlace:
    """Where a history is kept, and the settings that go with it."""

    path: Path
    config: Config
    folder: Path


def place_of(history: Path | None, config: Path | None) -> HistoryPlace:
    """Return the history that is named, else the one of crmtool.yaml; raises `UsageError` where neither names one."""
    found = find_config(config)
    settings = read_config(found)
    folder = found.parent if found is not None else Path()
    if history is None and settings.history:
        history = folder / settings.history
    if history is None:
        raise UsageError.of("no-history-named")
    return HistoryPlace(history, settings, folder)


@contextmanager
def looking_into(place: HistoryPlace) -> Iterator[History]:
    """Open a history to read it; it is not changed.

    Raises `InputError` where there is none yet or it cannot be read, `BusyError` where another program holds it.
    """
    if not place.path.exists():
        raise InputError.of("history-not-begun", file=str(place.path))
    with History.open(place.path, is_read_only=True) as history:
        yield history
