"""A command of its own process takes memory from the system's allocator, unless it is told otherwise."""

from __future__ import annotations

import subprocess
import sys

import pytest
from command_line import process_environment

PROGRAM = """
import sys
sys.argv = ["crmtool", "--version"]
from crmtool.cli.main import run
try:
    run()
finally:
    import pyarrow
    pyarrow.array([1])
    print("POOL", pyarrow.default_memory_pool().backend_name)
"""


@pytest.mark.parametrize(
    ("settings", "pool"), [({}, "system"), ({"ARROW_DEFAULT_MEMORY_POOL": "mimalloc"}, "mimalloc")]
)
def test_arrow_uses_the_allocator_of_the_system_unless_told_otherwise(
    settings: dict[str, str], pool: str
) -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        capture_output=True,
        text=True,
        encoding="utf-8",
        env=process_environment(LANG="C", **settings),
        check=False,
    )
    assert done.stdout.splitlines()[-1] == f"POOL {pool}"
