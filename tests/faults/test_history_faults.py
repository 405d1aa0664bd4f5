"""Outputs, then history, then manifest: whatever fails in between, each is old or new, and the next run finishes.

What SQLite itself writes is spoilt by strace in `test_history_killed`; here it is all or nothing.
"""

from __future__ import annotations

import errno
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from command_line import CLEAN, HEADER, book, in_a_process
from failing_disk import Fault
from harness import Files, Scene, command

from crmtool.files.history import History
from crmtool.jobs.assess import Assessment, assess
from crmtool.jobs.request import Request

LINE = ("classify", "a.xlsx", "--as-of", "2023-10-31", "-o", "out.xlsx", "--history", "h.db")
FAULTS = [
    *(Fault("error", number) for number in (errno.ENOSPC, errno.EIO, errno.EACCES)),
    Fault("error", errno.ENOSPC, lasts=True),
    *(Fault(kind) for kind in ("stop", "short", "lost", "hole")),  # type: ignore[arg-type]
]


@pytest.fixture(autouse=True)
def in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("CRMTOOL_LANG", "LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", "C")
    monkeypatch.setattr("crmtool.jobs.history.moment", lambda zone: "2023-11-01T09:00:00+08:00")


@pytest.fixture(autouse=True)
def judged_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let classify judge each as-of date once: nothing is written meanwhile, and there are hundreds of runs."""
    judged: dict[Any, Assessment] = {}

    def remembered(request: Request) -> Assessment:
        if request.as_of not in judged:
            judged[request.as_of] = assess(request)
        return judged[request.as_of]

    monkeypatch.setattr("crmtool.jobs.classify.assess", remembered)


def scene(folder: Path, line: Sequence[str] = LINE) -> Scene:
    """Return a recorded classify into an older output, beside an older run in the history."""
    book(folder / "a.xlsx", 客户=[HEADER, *CLEAN])
    older = (*line[:3], "2023-09-30", *line[4:])
    assert command(*older)().code == 0
    found: dict[str, Files] = {}

    def in_order(files: Files, code: int | None) -> bool:
        names = ("out.xlsx", "h.db", "out.xlsx.manifest.json")
        is_new = [files[name] == found["after"][name] for name in names]
        # Never the history without the output, nor the manifest without the history.
        return is_new == sorted(is_new, reverse=True)

    made = Scene.of(folder, command(*line), is_one_step=False, goes_on=True, is_allowed=in_order)
    found["after"] = made.after
    return made


@pytest.mark.parametrize("fault", FAULTS, ids=str)
def test_a_recorded_run_here_and_there(tmp_path: Path, fault: Fault) -> None:
    ends = scene(tmp_path).sweep(fault, every=16, start=FAULTS.index(fault) * 2)
    assert {ran.code for ran in ends} <= ({None} if fault.kind == "stop" else {0, 4, 75})


@pytest.mark.slow
@pytest.mark.parametrize("fault", FAULTS, ids=str)
def test_a_recorded_run_failing_at_every_operation(tmp_path: Path, fault: Fault) -> None:
    made = scene(tmp_path)
    ends = made.sweep(fault)
    codes = {ran.code for ran in ends}
    assert codes <= ({None} if fault.kind == "stop" else {0, 4, 75})
    assert len(ends) > 10


@pytest.mark.parametrize(
    "missing", [("h.db",), ("out.xlsx.manifest.json",), ("h.db", "out.xlsx.manifest.json")]
)
def test_what_a_killed_run_lacks_is_made_by_the_next(tmp_path: Path, missing: tuple[str, ...]) -> None:
    book(tmp_path / "a.xlsx", 客户=[HEADER, *CLEAN])
    assert command(*LINE)().code == 0
    whole = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    for name in missing:
        (tmp_path / name).unlink()
    assert command(*LINE)().code == 0
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == whole


def test_a_second_run_ends_with_75_or_waits(tmp_path: Path) -> None:
    book(tmp_path / "a.xlsx", 客户=[HEADER, *CLEAN])
    with History.open(tmp_path / "h.db"):
        ran = in_a_process(*LINE)
        assert ran.returncode == 75
        assert b"[busy-other-run]" in ran.stderr
        assert not (tmp_path / "out.xlsx").exists()
        assert in_a_process(*LINE, "--wait", "0.3").returncode == 75
        # Who only looks is not kept waiting.
        assert in_a_process(*LINE, "--dry-run").returncode == 0
    assert in_a_process(*LINE, "--wait", "0.3").returncode == 0
