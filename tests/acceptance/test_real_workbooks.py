"""On every workbook of many makers a command ends with a message and a code: no traceback, hang or abort."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import many_runs
import pytest

#: Broken, hostile or odd: a panic of the reader, a bomb, encryption, wrong names, repeated headers, no text at all.
NASTY = [
    "corrupt/cal__issue_594_dos.ods",
    "corrupt/cal__OOM_alloc2.xls",
    "corrupt/exz__OverflowNumericCell.xlsx",
    "corrupt/php__gzbomb.gnumeric",
    "corrupt/poi__duplicate-filename.xlsx",
    "corrupt/poi__poi-fuzz.xls",
    "encrypted/poi__protected_passtika.xlsx",
    "encrypted/poi__xor-encryption-abc.xls",
    "formats/poi__Simple.xlsb",
    "formats/poi__testVarious.xlsb",
    "formats/php__charset.gb18030.html",
    "cells/php__issue.2501.b.xlsx",
    "csv/php__empty.csv",
    "csv/php__encoding.utf16be.csv",
]


def runs_on(paths: list[Path], folder: Path) -> list[dict[str, Any]]:
    """Run every command on every file in a process of its own; fail where it does not live to the end."""
    done = subprocess.run(
        [sys.executable, many_runs.__file__, str(folder), *map(str, paths)],
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=600,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        check=False,
    )
    records = [json.loads(line) for line in done.stdout.splitlines()]
    seen = [record["file"] for record in records]
    assert done.returncode == 0, f"died after {seen[-1:]} of {len(paths)} files:\n{done.stderr[-3000:]}"
    assert {path.name for path in paths} == set(seen)
    return records


def assert_all_end_well(records: list[dict[str, Any]]) -> None:
    allowed = {"classify": {0, 3}, "check": {0, 1, 3}}
    for record in records:
        about = f"{record['command']} {record['file']}: {record['code']}\n{record['said'][:2000]}"
        assert record["code"] in allowed[record["command"]], about
        assert "Traceback" not in record["said"], about
        assert record["said"].strip(), about
        assert record["seconds"] < many_runs.MAX_SECONDS, about
        if record["code"] == 3:
            assert "help: " in record["said"], about


def test_the_nastiest_workbooks_end_with_a_message(shared_data: Path, tmp_path: Path) -> None:
    assert_all_end_well(runs_on([shared_data / "workbooks" / name for name in NASTY], tmp_path))


@pytest.mark.slow
def test_every_workbook_ends_with_a_message(shared_data: Path, tmp_path: Path) -> None:
    paths = [path for path in sorted((shared_data / "workbooks").glob("*/*")) if path.is_file()]
    assert len(paths) == 199
    records = runs_on(paths, tmp_path)
    assert_all_end_well(records)
    as_they_are = [record for record in records if record["command"] == "check"]
    assert len(as_they_are) == 199
    assert sum(record["code"] == 0 for record in records) > 50, (
        "declared headers should make some sheets judgeable"
    )
