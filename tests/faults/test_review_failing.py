"""review and apply on a disk that fails: each file is old or new, the history last, and the next run finishes the job."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from failing_disk import Fault
from files_in_order import FAULTS, codes, scene_in_order, settle_down
from harness import Ran, Scene
from review_commands import APPLY, REVIEW, decided, reviewed, standing

BACKUP = "a-备份-20240709-120000.xlsx"

pytestmark = pytest.mark.filterwarnings("ignore::UserWarning:openpyxl")


@pytest.fixture(autouse=True)
def in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settle_down(tmp_path, monkeypatch, ("history", "apply"), "2024-07-09T09:00:00+08:00", "20240709-120000")


def _scene(folder: Path, ready: Callable[[Path], None], line: Sequence[str], *order: str) -> Scene:
    return scene_in_order(folder, ready, line, order, backup=BACKUP, comes_to=standing)


SCENES: dict[str, Callable[[Path], Scene]] = {
    "review": lambda folder: _scene(folder, reviewed, REVIEW, "review.xlsx", "h.db"),
    "apply": lambda folder: _scene(folder, decided, APPLY, "a.xlsx", "h.db"),
}


@pytest.mark.slow
@pytest.mark.parametrize("what", SCENES)
@pytest.mark.parametrize("fault", FAULTS, ids=str)
def test_failing_at_every_operation(tmp_path: Path, what: str, fault: Fault) -> None:
    # Each run is a real one: a full disk and a kill are tried everywhere, other errors here and there.
    every = 8 if fault.kind == "error" and fault != FAULTS[0] else 1
    ends: list[Ran] = SCENES[what](tmp_path).sweep(fault, every=every, start=FAULTS.index(fault) % every)
    assert ends
    assert {ran.code for ran in ends} <= codes(fault)
