"""plan, followup and collect on a disk that fails: each file is old or new, and the next run finishes the job, once.

What SQLite itself writes is spoilt by strace in `test_visit_commands_killed`; here it is all or nothing.
"""

from __future__ import annotations

import errno
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from failing_disk import Fault
from harness import Files, Ran, Scene, command
from visit_commands import COLLECT, FOLLOWUP, plan, planned, reported, standing

FAULTS = [
    *(Fault("error", number) for number in (errno.ENOSPC, errno.EIO, errno.EACCES)),
    Fault("error", errno.ENOSPC, lasts=True),
    *(Fault(kind) for kind in ("stop", "short", "lost", "hole")),  # type: ignore[arg-type]
]
BACKUP = "a-备份-20260320-120000.xlsx"


@pytest.fixture(autouse=True)
def in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("CRMTOOL_LANG", "LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", "C")
    for place in ("history", "collect"):
        monkeypatch.setattr(f"crmtool.jobs.{place}.moment", lambda zone: "2026-03-20T09:00:00+08:00")
    monkeypatch.setattr("crmtool.jobs.into_ledger.update.stamp", lambda zone: "20260320-120000")


def _scene(folder: Path, ready: Callable[[Path], None], line: Sequence[str], *order: str) -> Scene:
    """Return a run whose files, where they change, change in the given order; a ledger never without its backup."""
    ready(folder)
    found: dict[str, Files] = {}
    old = (folder / "a.xlsx").read_bytes()

    def is_allowed(files: Files, code: int | None) -> bool:
        is_new = [files.get(name) == found["after"][name] for name in order]
        has_backup = files["a.xlsx"] == old or files.get(BACKUP) == old
        return is_new == sorted(is_new, reverse=True) and has_backup

    made = Scene.of(
        folder,
        command(*line),
        is_one_step=False,
        goes_on=True,
        comes_to=lambda: standing(folder),
        is_allowed=is_allowed,
    )
    found["after"] = made.after
    assert {name for name in order if made.after[name] == made.before.get(name)} == set()
    return made


def planning(folder: Path) -> Scene:
    """Return a plan made anew into older files: workbook, calendars, history, ledger."""
    line = plan("2026-03-16", "--ics", "历", "--update-ledger")
    return _scene(folder, planned, line, "plan.xlsx", "历/张三.ics", "h.db", "a.xlsx")


def handing_out(folder: Path) -> Scene:
    """Return sheets that are handed out into older ones."""

    def ready(folder: Path) -> None:
        planned(folder)
        assert command(*FOLLOWUP, "--as-of", "2026-03-09")().code == 0

    return _scene(folder, ready, (*FOLLOWUP, "--as-of", "2026-03-16"), "h.db", "表.manifest.json")


def taking_back(folder: Path) -> Scene:
    """Return a sheet that is taken back into history and ledger."""
    return _scene(folder, reported, COLLECT, "a.xlsx", "h.db")


SCENES = {"plan": planning, "followup": handing_out, "collect": taking_back}


def _codes(fault: Fault) -> set[int | None]:
    return {None} if fault.kind == "stop" else {0, 4, 75}


@pytest.mark.parametrize("what", SCENES)
@pytest.mark.parametrize("fault", [FAULTS[0], FAULTS[4]], ids=str)
def test_a_visit_command_here_and_there(tmp_path: Path, what: str, fault: Fault) -> None:
    made = SCENES[what](tmp_path)
    every = max(len(made.steps) // 6, 1)
    ends = made.sweep(fault, every=every, start=FAULTS.index(fault) % every)
    assert len(ends) > 4
    assert {ran.code for ran in ends} <= _codes(fault)


@pytest.mark.slow
@pytest.mark.parametrize("what", SCENES)
@pytest.mark.parametrize("fault", FAULTS, ids=str)
def test_a_visit_command_failing_at_every_operation(tmp_path: Path, what: str, fault: Fault) -> None:
    # Each run is a real one: a full disk and a kill are tried everywhere, other errors here and there.
    every = 8 if fault.kind == "error" and fault != FAULTS[0] else 1
    ends: list[Ran] = SCENES[what](tmp_path).sweep(fault, every=every, start=FAULTS.index(fault) % every)
    assert ends
    assert {ran.code for ran in ends} <= _codes(fault)
