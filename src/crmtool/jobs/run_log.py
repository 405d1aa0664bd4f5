"""A log of runs as JSON lines: one when a run begins, one when it ends, however that was.

No customer is named in it and no cell quoted: of findings only their codes and places. Which commands keep one is left
to the command line.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from crmtool import __version__
from crmtool.config import DEFAULT_TIMEZONE
from crmtool.errors import CrmtoolError, Finding
from crmtool.files.replace import append_line
from crmtool.jobs.clock import moment, seconds

#: Places of one code that are listed; all of them are counted.
_PLACES: Final = 20


@dataclass
class RunLog:
    """The log of one run; without a `path` nothing is kept.

    `said` are what went wrong with the log itself: a run is not given up for its log.
    """

    command: str
    path: Path | None = None
    said: list[Finding] = field(default_factory=list)
    _facts: dict[str, Any] = field(default_factory=dict)
    _findings: tuple[Finding, ...] = ()
    _began: float = field(default_factory=seconds)
    _at: str = field(default_factory=lambda: moment(DEFAULT_TIMEZONE))

    def begin(self, **facts: object) -> None:
        """Log that the run begins, with what was asked for."""
        self._write({"event": "start", "at": self._at, "version": __version__, **facts})

    def note(self, findings: Iterable[Finding], **facts: object) -> None:
        """Keep what the run came to, for the line of its end; `facts` name no customers."""
        self._findings = tuple(findings)
        self._facts |= facts

    def end(self, code: int, findings: Iterable[Finding] = ()) -> None:
        """Log how the run ended; `findings` are why, where it failed."""
        self._write(
            {
                "event": "end",
                "at": moment(DEFAULT_TIMEZONE),
                "exit_code": code,
                "seconds": round(seconds() - self._began, 3),
                **self._facts,
                "findings": finding_codes((*self._findings, *findings)),
            }
        )

    def _write(self, facts: Mapping[str, object]) -> None:
        if self.path is None:
            return
        line = {"run": f"{self._at}/{os.getpid()}", "command": self.command, **facts}
        try:
            append_line(
                self.path, json.dumps(line, ensure_ascii=False, default=str).encode("utf-8", "replace")
            )
        except CrmtoolError as error:
            self.said += [
                Finding("log-not-written", file=str(self.path), params={"reason": each.code})
                for each in error.findings
            ]


def finding_codes(findings: Iterable[Finding]) -> list[dict[str, Any]]:
    """Return findings by code, the first places of each and how many there are; nothing of what stands there.

    >>> finding_codes([Finding("unreadable-date", sheet="客户", cell="C2", value="昨天", count=3)])
    [{'code': 'unreadable-date', 'count': 3, 'places': ['客户!C2']}]
    """
    from crmtool.messages import place_of

    counts: Counter[str] = Counter()
    places: dict[str, list[str]] = {}
    for finding in findings:
        counts[finding.code] += finding.count
        place = place_of(finding)
        if place and len(places.setdefault(finding.code, [])) < _PLACES:
            places[finding.code].append(place)
    return [
        {"code": code, "count": count, **({"places": places[code]} if places.get(code) else {})}
        for code, count in counts.items()
    ]
