"""Runs of the command line as processes of their own that are killed at any moment: what must hold after each kill."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

from harness import OWN_LEFTOVER, restore, snapshot
from system_calls import environment


def kill_at_any_moment(
    folder: Path,
    line: Sequence[str],
    standing: Callable[[Path], dict[str, object]],
    kills: int,
    seed: int,
    untouched: Sequence[str] = (),
) -> Counter[tuple[bool, ...]]:
    """Kill a command so many times and return how often which files were new; the folder is as it was before each.

    `standing` says what the files say and fails where one is not whole. Each is the old or the new one after a kill, those
    `untouched` byte for byte as before, and the next run ends like one that nobody killed.
    """
    dice = random.Random(seed)
    old, before = standing(folder), snapshot(folder)
    process = [sys.executable, "-m", "crmtool.cli.main", *line]
    start = time.monotonic()
    subprocess.run(process, env=environment(), capture_output=True, check=True)
    whole_run, new = time.monotonic() - start, standing(folder)
    seen: Counter[tuple[bool, ...]] = Counter()
    for kill in range(kills):
        about = (kill, f"CRMTOOL_FAULT_SEED={seed}")
        for path in folder.rglob("*"):
            if path.is_file():
                path.unlink()
        restore(folder, before)
        with subprocess.Popen(process, env=environment(), stdout=-3, stderr=-3) as running:
            # Half of the kills anywhere, half from when the first new file shows on.
            if kill % 2:
                time.sleep(dice.uniform(0, whole_run))
            else:
                while running.poll() is None and not list(folder.glob(".crmtool-*.tmp")):
                    time.sleep(0.001)
                time.sleep(dice.uniform(0, 0.5))
            running.kill()
        found = standing(folder)
        for name in old.keys() | new.keys() | found.keys():
            assert found.get(name) in (old.get(name), new.get(name)), (name, *about)
        assert all((folder / name).read_bytes() == before[name] for name in untouched), about
        seen[tuple(found.get(name) == new[name] for name in sorted(new))] += 1
        done = subprocess.run(process, env=environment(), capture_output=True, check=False)
        assert done.returncode == 0, (done.stderr, *about)
        assert standing(folder) == new, about
        assert not [path for path in folder.rglob(".*") if OWN_LEFTOVER.fullmatch(path.name)], about
    return seen
