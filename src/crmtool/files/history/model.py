"""Knows what a recorded run is: what went in, what came out, and the key by which the same run is told.

How it is kept is left to `store`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from crmtool.errors import Finding


@dataclass(frozen=True, slots=True)
class RunInput:
    """A sheet that was read, or a file without sheets (`sheet` is empty, `rows` None)."""

    name: str
    sha256: str
    sheet: str = ""
    rows: int | None = None


@dataclass(frozen=True, slots=True)
class RunOutput:
    """A file that was written; `path` is relative to the folder of the history, with `/`, where that can be."""

    path: str
    sha256: str
    content_sha256: str = ""


@dataclass(frozen=True, slots=True)
class Run:
    """A finished run. `notes` are the findings that came up while its outputs were written.

    `finished_at` is a moment with its offset (`2026-03-31T18:30:05+08:00`). `id` names the run in other tables, and
    `turn` grows with each run that is recorded; both are 0 before that. A run that is recorded again keeps its id.
    """

    key: str
    command: str
    as_of: date
    rules_id: str
    rules_version: str
    rules_sha256: str
    tool_version: str
    finished_at: str = ""
    options: Mapping[str, object] = field(default_factory=dict)
    counts: Mapping[str, int] = field(default_factory=dict)
    inputs: tuple[RunInput, ...] = ()
    outputs: tuple[RunOutput, ...] = ()
    notes: tuple[Finding, ...] = ()
    id: int = 0
    turn: int = 0
