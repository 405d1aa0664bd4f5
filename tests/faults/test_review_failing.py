"""review and apply on a disk that fails: each file is old or new, the history last, and the next run finishes the job."""

from __future__ import annotations

import errno
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from failing_disk import Fault
from harness import Files, Ran, Scene, command
from review_commands import APPLY, REVIEW, decided, reviewed, standing

FAULTS = [
    *(Fault("error", number) for number in (errno.ENOSPC, errno.EIO, errno.EACCES)),
    Fault("error", errno.ENOSPC, lasts=True),
    *(Fault(kind) for kind in ("stop", "short", "lost", "hole")),  # type: ignore[arg-type]
]
BACKUP = "a-备份-20240709-120000.xlsx"

pytestmark = pytest.mark.filterwarnings("ignore::UserWarning:openpyxl")


@pytest.fixture(autouse=True)
def in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("CRMTOOL_LANG", "LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", "C")
    for place in ("history", "apply"):
        monkeypatch.setattr(f"crmtool.jobs.{place}.moment", lambda zone: "2024-07-09T09:00:00+08:00")
    monkeypatch.setattr("crmtool.jobs.into_ledger.update.stamp", lambda zone: "20240709-120000")


def _scene(folder: Path, ready: Callable[[Path], None], line: Sequence[str], *order: str) -> Scene:
    """Return a run whose files change in the given order; a ledger never without its backup."""
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


SCENES: dict[str, Callable[[Path], Scene]] = {
    "review": lambda folder: _scene(folder, reviewed, REVIEW, "review.xlsx", "h.db"),
    "apply": lambda folder: _scene(folder, decided, APPLY, "a.xlsx", "h.db"),
}


def _codes(fault: Fault) -> set[int | None]:
    return {None} if fault.kind == "stop" else {0, 4, 75}


@pytest.mark.slow
@pytest.mark.parametrize("what", SCENES)
@pytest.mark.parametrize("fault", FAULTS, ids=str)
def test_failing_at_every_operation(tmp_path: Path, what: str, fault: Fault) -> None:
    # Each run is a real one: a full disk and a kill are tried everywhere, other errors here and there.
    every = 8 if fault.kind == "error" and fault != FAULTS[0] else 1
    ends: list[Ran] = SCENES[what](tmp_path).sweep(fault, every=every, start=FAULTS.index(fault) % every)
    assert ends
    assert {ran.code for ran in ends} <= _codes(fault)
