"""Knows how the Windows task scheduler is told of a run, on the command prompt."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from crmtool.jobs.unattended.schedule import Run, Schedule

#: The longest command that schtasks takes.
LONGEST: Final = 261
_MONTHS: Final = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_SPECIAL: Final = frozenset("&|<>^()%!")


def task_command(run: Run) -> str:
    """Return what the task runs: no shell, so the config is named by its whole path."""
    words = (*run.words, *(() if "--config" in run.words else ("--config", run.config)))
    return command_line(words)


def schtasks_line(run: Run, schedule: Schedule) -> str:
    """Return the line that makes the task, or makes it anew, as the command prompt takes it."""
    months = "*" if schedule.is_monthly else ",".join(_MONTHS[month - 1] for month in schedule.months)
    words = [
        *("schtasks", "/Create", "/F", "/TN", f"crmtool {run.command}"),
        *("/SC", "MONTHLY", "/M", months, "/D", str(schedule.day)),
        *("/ST", f"{schedule.hour:02d}:{schedule.minute:02d}"),
        *("/TR", task_command(run)),
    ]
    return escaped(command_line(words))


def command_line(words: Iterable[str]) -> str:
    r"""Return words as programs take them apart: quoted where there is a blank, and quotes and what leads to one escaped.

    >>> print(command_line(["a b\\", 'c"d', "e\\f"]))
    "a b\\" c\"d e\f
    """
    return " ".join(map(_quoted, words))


def _quoted(word: str) -> str:
    # Backslashes stand for themselves but before a quote.
    text = re.sub(r'(\\*)"', r'\1\1\\"', word)
    if word and not re.search(r"[ \t]", word):
        return text
    return '"' + re.sub(r"(\\+)$", r"\1\1", text) + '"'


def escaped(line: str) -> str:
    r"""Return a line whose characters the command prompt takes as they stand.

    To the prompt `\"` ends a quoted part, to the program it does not: so what is special to the prompt may stand outside
    its quotes, and is escaped there.

    >>> print(escaped(r'x "a & b \"c & d\" e"'))
    x "a & b \"c ^& d\" e"
    """
    shown, is_quoted = [], False
    for character in line:
        is_quoted ^= character == '"'
        shown.append(f"^{character}" if character in _SPECIAL and not is_quoted else character)
    return "".join(shown)
