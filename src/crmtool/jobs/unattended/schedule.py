"""Knows what is run when: a command with its options, on a day of some months at a time of day.

How each scheduler spells that is left to the modules beside this one.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from crmtool.errors import UsageError

_EVERY_MONTH: Final = tuple(range(1, 13))
_QUARTERS: Final = (1, 4, 7, 10)
#: Seconds that a run waits for another one before it ends with 75.
_WAIT: Final = ("--wait", "600")
#: What each command is given, and in which months it is run.
_RUNS: Final[Mapping[str, tuple[tuple[str, ...], tuple[int, ...]]]] = {
    "review": (("--period", "last-quarter", *_WAIT), _QUARTERS),
    "followup": (("--month", "this", *_WAIT), _EVERY_MONTH),
    "plan": (_WAIT, (1,)),
    "classify": (_WAIT, _EVERY_MONTH),
    "status": (("--month", "last", "--workbook", *_WAIT), _EVERY_MONTH),
    "doctor": ((), _EVERY_MONTH),
}
COMMANDS: Final = tuple(_RUNS)
_TIME: Final = re.compile(r"([01]?[0-9]|2[0-3])[:：]([0-5][0-9])")


@dataclass(frozen=True, slots=True)
class Schedule:
    """When a command is run: `months` from 1 to 12, `day` from 1 to 28, so that every month has it."""

    months: tuple[int, ...]
    day: int
    hour: int
    minute: int
    zone: str

    @property
    def is_monthly(self) -> bool:
        """Tell whether it is run in every month."""
        return len(self.months) == len(_EVERY_MONTH)


@dataclass(frozen=True, slots=True)
class Run:
    """A command as it is run: the interpreter, the folder to be in, the arguments behind `crmtool`, the file of messages.

    `python`, `folder` and `config` are absolute paths; `config` is named where another than the folder's own is meant.
    """

    python: str
    folder: str
    config: str
    command: str
    arguments: tuple[str, ...]
    log: str

    @property
    def words(self) -> tuple[str, ...]:
        """Return the whole command line. `-P`: a file of the folder that is named like a module is not taken for it."""
        return (self.python, "-P", "-m", "crmtool", self.command, *self.arguments)


def months_of(command: str) -> tuple[int, ...]:
    """Return the months in which a command is run."""
    return _RUNS[command][1]


def arguments_of(command: str) -> tuple[str, ...]:
    """Return the options that a command is given when nobody looks on."""
    return _RUNS[command][0]


def time_of(text: str) -> tuple[int, int]:
    """Return hour and minute of `08:30`; raises `UsageError` for anything else.

    >>> time_of("8:30")
    (8, 30)
    """
    found = _TIME.fullmatch(text.strip())
    if found is None:
        raise UsageError.of("cron-bad-time", value=text)
    return int(found[1]), int(found[2])
