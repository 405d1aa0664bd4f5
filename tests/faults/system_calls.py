"""Processes whose system calls fail or kill them: made so by strace.

Where that is not installed or may not trace, tests are skipped, or fail if CRMTOOL_NEED_STRACE is 1.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pytest
from command_line import process_environment

CALLS = "openat,write,pwrite64,fsync,fdatasync,rename,renameat,renameat2,unlink,unlinkat,chmod,fchmod,mkdir,flock,ftruncate"
#: Calls that a missing disk makes fail; a lock or a removal does not run out of space.
NEEDS_SPACE = {
    "openat",
    "write",
    "pwrite64",
    "fsync",
    "fdatasync",
    "rename",
    "renameat",
    "renameat2",
    "mkdir",
    "ftruncate",
}


def environment() -> dict[str, str]:
    """Return an environment in which every run does the same."""
    return process_environment(
        LANG="C", PYTHONHASHSEED="0", PYTHONDONTWRITEBYTECODE="1", TMPDIR="/nonexistent"
    )


def strace(process: Sequence[str], log: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """Run a process under strace, which writes its calls to `log`; `options` may have it spoil some."""
    program = shutil.which("strace")
    problem = "strace is not installed"
    if program is not None:
        command = [
            program,
            "-f",
            "-y",
            "-qq",
            "-o",
            str(log),
            "-e",
            f"trace={CALLS}",
            *options,
        ]
        done = subprocess.run(
            [*command, *process],
            capture_output=True,
            text=True,
            env=environment(),
            timeout=120,
            check=False,
        )
        if log.is_file() and log.stat().st_size and "strace:" not in done.stderr:
            return done
        problem = done.stderr[-300:]
    if os.environ.get("CRMTOOL_NEED_STRACE") == "1":
        pytest.fail(f"strace is needed here: {problem}")
    pytest.skip(f"no system calls to spoil: {problem}")


def calls_in_folder(log: Path, folder: Path) -> list[tuple[str, int]]:
    """Return which calls touch the folder: name, and how many of that name the process had made by then."""
    seen: Counter[str] = Counter()
    found = []
    main_thread = log.read_text().split(maxsplit=1)[0]
    for line in log.read_text(errors="replace").splitlines():
        match = re.match(r"(\d+) +(\w+)\((.*)", line)
        if match is None or match[1] != main_thread:
            continue
        seen[match[2]] += 1
        is_reading = match[2] == "openat" and "O_RDONLY" in match[3]
        if str(folder) in match[3] and not is_reading:
            found.append((match[2], seen[match[2]]))
    return found
