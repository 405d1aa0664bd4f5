"""plan, followup and collect on a disk that fails: each file is old or new, and the next run finishes the job, once.

What SQLite itself writes is spoilt by strace in `test_visit_commands_killed`; here it is all or nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from failing_disk import Fault
from files_in_order import FAULTS, codes, scene_in_order, settle_down
from harness import Ran, Scene, command
from visit_commands import COLLECT, FOLLOWUP, plan, planned, reported, standing

BACKUP = "a-备份-20260320-120000.xlsx"


@pytest.fixture(autouse=True)
def in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settle_down(tmp_path, monkeypatch, ("history", "collect"), "2026-03-20T09:00:00+08:00", "20260320-120000")


def _scene(folder: Path, ready: Callable[[Path], None], line: Sequence[str], *order: str) -> Scene:
    return scene_in_order(folder, ready, line, order, backup=BACKUP, comes_to=standing)


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


@pytest.mark.parametrize("what", SCENES)
@pytest.mark.parametrize("fault", [FAULTS[0], FAULTS[4]], ids=str)
def test_a_visit_command_here_and_there(tmp_path: Path, what: str, fault: Fault) -> None:
    made = SCENES[what](tmp_path)
    every = max(len(made.steps) // 6, 1)
    ends = made.sweep(fault, every=every, start=FAULTS.index(fault) % every)
    assert len(ends) > 4
    assert {ran.code for ran in ends} <= codes(fault)


@pytest.mark.slow
@pytest.mark.parametrize("what", SCENES)
@pytest.mark.parametrize("fault", FAULTS, ids=str)
def test_a_visit_command_failing_at_every_operation(tmp_path: Path, what: str, fault: Fault) -> None:
    # Each run is a real one: a full disk and a kill are tried everywhere, other errors here and there.
    every = 8 if fault.kind == "error" and fault != FAULTS[0] else 1
    ends: list[Ran] = SCENES[what](tmp_path).sweep(fault, every=every, start=FAULTS.index(fault) % every)
    assert ends
    assert {ran.code for ran in ends} <= codes(fault)
