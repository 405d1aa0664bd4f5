"""Help and version cost little: nothing heavy is imported for them."""

from __future__ import annotations

import subprocess
import sys

import pytest
from command_line import process_environment

from crmtool import __version__

HEAVY = ("pandas", "pyarrow", "rich", "openpyxl", "yaml", "narwhals", "numpy", "python_calamine")
PROGRAM = """
import sys
sys.argv = ["crmtool", *sys.argv[1:]]
from crmtool.cli.main import run
try:
    run()
finally:
    print("IMPORTED", *sorted({name.partition(".")[0] for name in sys.modules}), file=sys.stderr)
"""


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["classify", "--help"], ["clasify"]])
def test_nothing_heavy_is_imported(arguments: list[str]) -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, *arguments],
        capture_output=True,
        text=True,
        encoding="utf-8",
        env=process_environment(LANG="C"),
        check=False,
    )
    imported = set(done.stderr.rpartition("IMPORTED")[2].split())
    assert "crmtool" in imported
    assert imported & set(HEAVY) == set()
    if arguments[0].startswith("--"):
        assert "pydantic" not in imported, "Typer needs it, but only for the arguments of a command"
    if arguments == ["--version"]:
        assert done.stdout == f"crmtool {__version__}\n"
