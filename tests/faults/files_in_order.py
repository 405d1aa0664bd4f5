"""Runs that change several files in an order of their own, and the ways in which their disk fails.

Which commands those are is left to the tests of each.
"""

from __future__ import annotations

import errno
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import pytest
from failing_disk import Fault
from harness import Files, Scene, command

FAULTS = [
    *(Fault("error", number) for number in (errno.ENOSPC, errno.EIO, errno.EACCES)),
    Fault("error", errno.ENOSPC, lasts=True),
    *(Fault(kind) for kind in ("stop", "short", "lost", "hole")),  # type: ignore[arg-type]
]


def codes(fault: Fault) -> set[int | None]:
    """Return the exit codes that a run may end with; None where it is stopped."""
    return {None} if fault.kind == "stop" else {0, 4, 75}


def settle_down(
    folder: Path, monkeypatch: pytest.MonkeyPatch, jobs: Iterable[str], moment: str, stamp: str
) -> None:
    """Make a folder the current one, and have every run at one moment and in one language."""
    monkeypatch.chdir(folder)
    for name in ("CRMTOOL_LANG", "LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", "C")
    for job in jobs:
        monkeypatch.setattr(f"crmtool.jobs.{job}.moment", lambda zone: moment)
    monkeypatch.setattr("crmtool.jobs.into_ledger.update.stamp", lambda zone: stamp)


def scene_in_order(
    folder: Path,
    ready: Callable[[Path], None],
    line: Sequence[str],
    order: Sequence[str],
    *,
    backup: str,
    comes_to: Callable[[Path], object],
) -> Scene:
    """Return a run whose files, where they change, change in the given order; a ledger never without its backup."""
    ready(folder)
    found: dict[str, Files] = {}
    old = (folder / "a.xlsx").read_bytes()

    def is_allowed(files: Files, code: int | None) -> bool:
        is_new = [files.get(name) == found["after"][name] for name in order]
        has_backup = files["a.xlsx"] == old or files.get(backup) == old
        return is_new == sorted(is_new, reverse=True) and has_backup

    made = Scene.of(
        folder,
        command(*line),
        is_one_step=False,
        goes_on=True,
        comes_to=lambda: comes_to(folder),
        is_allowed=is_allowed,
    )
    found["after"] = made.after
    assert {name for name in order if made.after[name] == made.before.get(name)} == set()
    return made
