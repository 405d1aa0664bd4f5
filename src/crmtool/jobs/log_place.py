"""Tells whether a file may be the log of a run: it is none of the run's own files, and holds nothing but our lines.

What stands in a log is for `crmtool.jobs.run_log`.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from crmtool.errors import CrmtoolError, UsageError
from crmtool.jobs.settings import find_config, read_config

#: How every line of a log begins.
LINE_START: Final = b'{"run": "'
#: Endings of what runs write: an output that is not there yet is known by nothing else.
_OUTPUTS: Final = (".xlsx", ".manifest.json")
#: No line of a log is longer: places of findings are few, and nothing else grows.
_TAIL_BYTES: Final = 1 << 20
#: Options that name a file as text, some with a sheet behind it.
_NAMED_AS_TEXT: Final = ("rules", "orders", "visits", "demands", "tickets")


def refuse_log_at(path: Path, options: Mapping[str, Any]) -> None:
    """Raise `UsageError` where a run with these options may not append its lines to `path`.

    That is one of the run's own files (a path among the options, or one that crmtool.yaml names), or a file whose last
    line is none of a log's. What cannot be looked at is left to the writing.
    """
    place = path.resolve()
    if place.name.endswith(_OUTPUTS) or place in {own.resolve() for own in _own_files(options)}:
        raise UsageError.of("log-in-the-way", file=str(path))
    last = _last_line(place)
    if not (last.startswith(LINE_START) or LINE_START.startswith(last)):
        raise UsageError.of("log-not-ours", file=str(path))


def _own_files(options: Mapping[str, Any]) -> Iterator[Path]:
    """Yield the files that options name, and those of the config that they lead to."""
    yield from (value for value in options.values() if isinstance(value, Path))
    texts = (options.get(name) for name in _NAMED_AS_TEXT)
    yield from (Path(text.partition("::")[0]) for text in texts if text)
    ledger = options.get("ledger")
    with contextlib.suppress(CrmtoolError):
        config = find_config(options.get("config"), ledger)
        if config is None:
            return
        yield config
        settings = read_config(config)
        named = (settings.ledger, settings.history, settings.rules, settings.rfm, settings.holidays)
        yield from (config.parent / each for each in named if each)


def _last_line(path: Path) -> bytes:
    """Return the last line that holds anything; b"" where there is none, or no file that can be read."""
    try:
        with path.open("rb") as file:
            end = file.seek(0, os.SEEK_END)
            file.seek(max(0, end - _TAIL_BYTES))
            tail = file.read().rstrip()
    except OSError:
        return b""
    return tail[tail.rfind(b"\n") + 1 :]
