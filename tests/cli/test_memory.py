"""A command in its own process takes memory from the system's allocator, unless it is told otherwise."""

from __future__ import annotations

import subprocess
import sys

from command_line import process_environment

PROGRAM = """
import os, sys
sys.argv = ["crmtool", "--version"]
from crmtool.cli.main import run
try:
    run()
finally:
    import pyarrow
    print(os.environ["ARROW_DEFAULT_MEMORY_POOL"], pyarrow.default_memory_pool().backend_name)
"""


def _pool(**settings: str) -> list[str]:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        capture_output=True,
        text=True,
        encoding="utf-8",
        env=process_environment(LANG="C", **settings),
        check=False,
    )
    return done.stdout.splitlines()[-1].split()


def test_arrow_takes_its_memory_from_the_system() -> None:
    assert _pool() == ["system", "system"]


def test_a_memory_pool_of_ones_own_choice_is_left_alone() -> None:
    # Which other pools there are depends on how Arrow was built.
    assert _pool(ARROW_DEFAULT_MEMORY_POOL="mimalloc")[0] == "mimalloc"
