"""Help and version cost little: nothing heavy is imported for them, and a small run imports only what it uses."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

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


CLASSIFY = """
import sys
sys.argv = ["crmtool", "classify", *sys.argv[1:], "--quiet"]
from crmtool.cli.main import run
try:
    run()
finally:
    print("IMPORTED", *sys.modules, file=sys.stderr)
"""
#: What is heavy and for other work: reading and writing cells one by one, encrypted files, grouping, rules' examples.
UNUSED = (
    "openpyxl",
    "msoffcrypto",
    "pyarrow.acero",
    "pyarrow.dataset",
    "crmtool.rules.examples",
    "duckdb",
    "polars",
)


def test_a_small_run_imports_only_what_it_uses(tmp_path: Path) -> None:
    ledger = tmp_path / "ledger.csv"
    ledger.write_text(
        "客户名称,年消费额,最近交易时间,历史合作时长,需求挖掘情况\n甲,150000,2024-06-01,3年,充分挖掘\n",
        "utf-8",
    )
    target = tmp_path / "out.xlsx"
    done = subprocess.run(
        [sys.executable, "-c", CLASSIFY, str(ledger), "--as-of", "2024-06-30", "-o", str(target)],
        capture_output=True,
        text=True,
        encoding="utf-8",
        env=process_environment(LANG="C"),
        check=False,
    )
    said, _, imported = done.stderr.rpartition("IMPORTED")
    assert (done.returncode, said) == (0, "")
    assert target.is_file()
    assert "pyarrow" in imported.split()
    assert set(imported.split()).isdisjoint(UNUSED)
