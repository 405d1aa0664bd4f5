"""plan and collect as processes that are killed at any moment: all files are whole, and the next run finishes the job."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from harness import OWN_LEFTOVER, restore, snapshot
from system_calls import environment
from visit_commands import COLLECT, plan, planned, reported, standing

pytestmark = [pytest.mark.slow, pytest.mark.skipif(os.name != "posix", reason="signals")]

KILLS = 25
SEED = int(os.environ.get("CRMTOOL_FAULT_SEED") or random.SystemRandom().randrange(10**9))


@pytest.mark.parametrize(
    ("ready", "line"),
    [(planned, plan("2026-03-16", "--ics", "历", "--update-ledger")), (reported, COLLECT)],
    ids=["plan", "collect"],
)
def test_kills_at_any_moment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ready: Callable[[Path], None], line: tuple[str, ...]
) -> None:
    print(f"CRMTOOL_FAULT_SEED={SEED}")
    dice = random.Random(SEED)
    monkeypatch.chdir(tmp_path)
    ready(tmp_path)
    old, before = standing(tmp_path), snapshot(tmp_path)
    process = [sys.executable, "-m", "crmtool.cli.main", *line]
    start = time.monotonic()
    subprocess.run(process, env=environment(), capture_output=True, check=True)
    whole_run, new = time.monotonic() - start, standing(tmp_path)
    seen: Counter[tuple[bool, ...]] = Counter()
    for kill in range(KILLS):
        for path in tmp_path.rglob("*"):
            if path.is_file():
                path.unlink()
        restore(tmp_path, before)
        with subprocess.Popen(process, env=environment(), stdout=-3, stderr=-3) as running:
            # Half of the kills anywhere, half from when the first new file shows on.
            if kill % 2:
                time.sleep(dice.uniform(0, whole_run))
            else:
                while running.poll() is None and not list(tmp_path.glob(".crmtool-*.tmp")):
                    time.sleep(0.001)
                time.sleep(dice.uniform(0, 0.5))
            running.kill()
        found = standing(tmp_path)
        assert found.keys() == new.keys(), kill
        for name, cells in found.items():
            assert cells in (old[name], new[name]), (name, kill, f"CRMTOOL_FAULT_SEED={SEED}")
        seen[tuple(found[name] == new[name] for name in sorted(new))] += 1
        done = subprocess.run(process, env=environment(), capture_output=True, check=False)
        assert done.returncode == 0, done.stderr
        assert standing(tmp_path) == new, (kill, f"CRMTOOL_FAULT_SEED={SEED}")
        assert not [path for path in tmp_path.rglob(".*") if OWN_LEFTOVER.fullmatch(path.name)]
    print(seen)
