"""A process that is killed, or whose disk fails, at any system call on the history leaves the old one or the new one."""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import subprocess
import sys
import textwrap
import time
from collections import Counter
from pathlib import Path

import pytest
from command_line import CLEAN, HEADER, book
from harness import command, restore, snapshot
from history_tables import decided, run
from system_calls import NEEDS_SPACE, calls_in_folder, environment, strace

from crmtool.files.history import History

pytestmark = [pytest.mark.slow, pytest.mark.skipif(os.name != "posix", reason="signals and system calls")]

KILLS = 40
SEED = int(os.environ.get("CRMTOOL_FAULT_SEED") or random.SystemRandom().randrange(10**9))
TABLES = ("runs", "classifications", "stored_packed", "kpis", "adjustments")
#: Records a second run into `h.db`.
RECORDS = textwrap.dedent(
    """
    import sys
    from pathlib import Path
    from history_tables import reviewed, run, whole_of
    from crmtool.errors import CrmtoolError
    from crmtool.files.history import History
    try:
        with History.open(Path("h.db")) as history:
            if sys.argv[1:] == ["take over"]:
                history.take_over(whole_of(300))
            else:
                history.record(run("b", "review"), **reviewed(300))
    except CrmtoolError as error:
        print(error.findings[0].code, file=sys.stderr)
        sys.exit(error.exit_code)
    """
)


def standing(path: Path) -> tuple[int, ...]:
    """Return how many rows of each table there are, having proved that the file is whole."""
    if not path.exists() or not path.stat().st_size:
        return (0,) * len(TABLES)
    connection = sqlite3.connect(path)
    try:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        counts = f"SELECT {', '.join(f'(SELECT count(*) FROM {name})' for name in TABLES)}"
        return connection.execute(counts).fetchone()  # type: ignore[no-any-return]
    finally:
        connection.close()


@pytest.mark.parametrize("is_new", [False, True], ids=["an older history", "a new history"])
@pytest.mark.parametrize("effect", ["error=ENOSPC", "error=EIO", "signal=KILL"])
def test_every_system_call_on_the_history(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, effect: str, is_new: bool
) -> None:
    spoil_every_call(tmp_path, monkeypatch, effect, is_new, [sys.executable, "-c", RECORDS])


def test_every_system_call_of_taking_another_history_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spoil_every_call(
        tmp_path, monkeypatch, "signal=KILL", False, [sys.executable, "-c", RECORDS, "take over"]
    )


def spoil_every_call(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, effect: str, is_new: bool, process: list[str]
) -> None:
    """Prove that a process whose system calls fail, one at a time, leaves the old history or the new one."""
    folder = tmp_path / "folder"
    folder.mkdir()
    monkeypatch.chdir(folder)
    if not is_new:
        with History.open(folder / "h.db") as history:
            history.record(run("a"), classifications=decided(**{f"C{n}": "A" for n in range(300)}))
    before = snapshot(folder)
    old, new = standing(folder / "h.db"), (1, 300, 1, 300, 300) if is_new else (2, 600, 1, 300, 300)
    log = tmp_path / "calls"
    assert strace(process, log).returncode == 0
    assert standing(folder / "h.db") == new
    calls = calls_in_folder(log, folder)
    assert {name for name, _ in calls} >= {"openat", "pwrite64", "unlink"}
    ends: Counter[tuple[int, bool]] = Counter()
    for name, number in calls:
        if effect.startswith("error") and name not in NEEDS_SPACE:
            continue
        for path in folder.iterdir():
            path.unlink()
        restore(folder, before)
        done = strace(process, log, "-e", f"inject={name}:{effect}:when={number}")
        about = f"{effect} at {name} {number}: {done.returncode} {done.stderr}"
        code = done.returncode
        assert (code == -signal.SIGKILL) == effect.startswith("signal"), about
        assert code in (-signal.SIGKILL, 0, 4), about
        assert "Traceback" not in done.stderr, about
        found = standing(folder / "h.db")
        assert found in (old, new), about
        assert code != 0 or found == new, about
        ends[code, found == new] += 1
        # The next run finishes, and leaves nothing but the history.
        assert subprocess.run(process, env=environment(), check=False).returncode == 0, about
        assert standing(folder / "h.db") == new, about
        assert [path.name for path in folder.iterdir()] == ["h.db"], about
    print(ends)
    assert sum(ends.values()) > 10


def test_kills_at_any_moment_of_a_recorded_classify(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    print(f"CRMTOOL_FAULT_SEED={SEED}")
    dice = random.Random(SEED)
    monkeypatch.chdir(tmp_path)
    rows = [(f"{name}{number}", *rest) for number in range(120) for name, *rest in CLEAN]
    book(tmp_path / "a.xlsx", 客户=[HEADER, *rows])
    older = ("classify", "a.xlsx", "--as-of", "2023-09-30", "-o", "out.xlsx", "--history", "h.db")
    line = (*older[:3], "2023-10-31", *older[4:])
    assert command(*older)().code == 0
    before = snapshot(tmp_path)
    process = [sys.executable, "-m", "crmtool.cli.main", *line]
    start = time.monotonic()
    subprocess.run(process, env=environment(), capture_output=True, check=True)
    whole_run = time.monotonic() - start
    after = snapshot(tmp_path)
    written = ("out.xlsx", "out.xlsx.manifest.json")
    states: Counter[tuple[int, bool, bool]] = Counter()
    for kill in range(KILLS):
        for path in tmp_path.iterdir():
            path.unlink()
        restore(tmp_path, before)
        with subprocess.Popen(process, env=environment(), stdout=-3, stderr=-3) as running:
            # Half of the kills anywhere, half from when the first new file shows on.
            if kill % 2:
                time.sleep(dice.uniform(0, whole_run))
            else:
                while running.poll() is None and not list(tmp_path.glob(".crmtool-*.tmp")):
                    time.sleep(0.001)
                time.sleep(dice.uniform(0, 0.4))
            running.kill()
        assert (tmp_path / "a.xlsx").read_bytes() == before["a.xlsx"]
        for name in written:
            assert (tmp_path / name).read_bytes() in (before[name], after[name])
        runs, *_ = standing(tmp_path / "h.db")
        is_new = [(tmp_path / name).read_bytes() == after[name] for name in written]
        assert runs == 1 or is_new[0]
        assert runs == 2 or not is_new[1]
        states[(runs, *is_new)] += 1
        assert command(*line)().code == 0, f"kill {kill} with CRMTOOL_FAULT_SEED={SEED}"
        assert standing(tmp_path / "h.db")[:2] == (2, 720)
        assert {path.name for path in tmp_path.iterdir()} == set(after)
        assert all((tmp_path / name).read_bytes() == after[name] for name in written)
    print(states)
