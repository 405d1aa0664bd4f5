"""A real process whose system calls fail or that is killed leaves the old file or the new one, and the next run tidies.

The system is made to fail by strace; where that is not installed or may not trace, the tests are skipped, or fail if
CRMTOOL_NEED_STRACE is 1.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import openpyxl
import pytest
from command_line import CLEAN, HEADER, book
from harness import Ran, Scene, command, snapshot
from system_calls import NEEDS_SPACE, calls_in_folder, environment, strace

from crmtool.files.xlsx import check_workbook

pytestmark = [pytest.mark.slow, pytest.mark.skipif(os.name != "posix", reason="signals and system calls")]

KILLS = 40
SEED = int(os.environ.get("CRMTOOL_FAULT_SEED") or random.SystemRandom().randrange(10**9))
LINE = ("classify", "a.xlsx", "--as-of", "2023-10-31", "-o", "out.xlsx")


@pytest.fixture
def scene(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Scene:
    """Return a classify of a small ledger into an older output; its faulty runs are processes of their own."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LANG", "C")
    folder = tmp_path / "folder"
    folder.mkdir()
    monkeypatch.chdir(folder)
    rows = [(f"{name}{number}", *rest) for number in range(120) for name, *rest in CLEAN]
    book(folder / "a.xlsx", 客户=[HEADER, *rows])
    assert command("classify", "a.xlsx", "--as-of", "2023-09-30", "-o", "out.xlsx")().code == 0
    return Scene.of(folder, command(*LINE))


def _process() -> list[str]:
    return [sys.executable, "-m", "crmtool.cli.main", *LINE]


def _judge(scene: Scene, ran: Ran, about: str) -> bool:
    """Return whether the output is the new one, having proved that it is whole and that the next run tidies up."""
    found = snapshot(scene.folder)
    scene.judge(ran, found, about)
    check_workbook(scene.folder / "out.xlsx")
    assert openpyxl.load_workbook(scene.folder / "out.xlsx", read_only=True).sheetnames
    scene.run_again(about)
    for name, data in scene.before.items():
        assert data is not None
        (scene.folder / name).write_bytes(data)
    return found["out.xlsx"] == scene.after["out.xlsx"]


@pytest.mark.parametrize("effect", ["error=ENOSPC", "error=EIO", "signal=KILL"])
def test_every_system_call_that_touches_the_folder(scene: Scene, tmp_path: Path, effect: str) -> None:
    log = tmp_path / "calls"
    assert strace(_process(), log).returncode == 0
    calls = calls_in_folder(log, scene.folder)
    assert {name for name, _ in calls} >= {"openat", "write", "fsync", "unlink", "chmod"}
    _judge(scene, Ran(0), "the clean run")
    ends: Counter[tuple[int | None, bool]] = Counter()
    for name, number in calls:
        if effect.startswith("error") and name not in NEEDS_SPACE:
            continue
        done = strace(_process(), log, "-e", f"inject={name}:{effect}:when={number}")
        about = f"{effect} at {name} {number}: {done.returncode} {done.stderr}"
        is_killed = done.returncode == -signal.SIGKILL
        assert is_killed == effect.startswith("signal"), about
        if not is_killed:
            (struck,) = [line for line in log.read_text(errors="replace").splitlines() if "INJECTED" in line]
            assert str(scene.folder) in struck, f"{about}\n{struck}"
        ran = Ran(None if is_killed else done.returncode, done.stderr)
        ends[ran.code, _judge(scene, ran, about)] += 1
    print(ends)
    assert sum(ends.values()) > 30
    expected = {None} if effect.startswith("signal") else {0, 4}
    assert {code for code, _ in ends} == expected


def test_kills_at_any_moment(scene: Scene) -> None:
    print(f"CRMTOOL_FAULT_SEED={SEED}")
    dice = random.Random(SEED)
    start = time.monotonic()
    subprocess.run(_process(), env=environment(), capture_output=True, check=True)
    whole_run = time.monotonic() - start
    _judge(scene, Ran(0), "the clean run")
    killed = new = tries = 0
    while killed < KILLS:
        tries += 1
        assert tries < 5 * KILLS, "most runs end before they are killed"
        with subprocess.Popen(_process(), env=environment(), stdout=-3, stderr=-3) as process:
            # Half of the kills anywhere, half while the new file is being written, which takes a moment only.
            if tries % 2:
                time.sleep(dice.uniform(0, whole_run))
            else:
                while process.poll() is None and not list(scene.folder.glob(".crmtool-*.tmp")):
                    time.sleep(0.001)
                time.sleep(dice.uniform(0, 0.3))
            process.kill()
        is_killed = process.returncode == -signal.SIGKILL
        killed += is_killed
        code = None if is_killed else process.returncode
        assert code in (None, 0)
        new += _judge(scene, Ran(code), f"kill {tries} with CRMTOOL_FAULT_SEED={SEED}")
    print(f"{killed} killed of {tries}, {new} with the new file")
