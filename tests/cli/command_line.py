"""How a run of the command line ends, runs in a process of their own, and small workbooks to run on."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl

HEADER = ("客户名称", "年消费额", "最近交易时间", "合作时长")
CLEAN = (
    ("甲公司", "15万元", date(2023, 10, 15), "2年"),
    ("乙公司", "3万元", date(2023, 8, 20), "6个月"),
    ("丙公司", "6万元", date(2023, 9, 20), "1年"),
)
AS_OF = ("--as-of", "2023-10-31")


@dataclass(frozen=True)
class Ran:
    """How a run ended and what it said."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> dict[str, Any]:
        """Return stdout as the one JSON document that it is to be."""
        return json.loads(self.out)


Crmtool = Callable[..., Ran]


def book(path: Path, **sheets: Sequence[Sequence[Any]]) -> Path:
    """Write a workbook of the given sheets."""
    workbook = openpyxl.Workbook()
    del workbook[workbook.sheetnames[0]]
    for name, rows in sheets.items():
        sheet = workbook.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    workbook.save(path)
    return path


def in_a_process(
    *arguments: object, timeout: float = 60, **environment: str
) -> subprocess.CompletedProcess[bytes]:
    """Run `crmtool` in a process of its own, where the process is what matters."""
    return subprocess.run(
        [sys.executable, "-m", "crmtool.cli.main", *map(str, arguments)],
        capture_output=True,
        env=process_environment(**environment),
        timeout=timeout,
        check=False,
    )


def process_environment(**more: str) -> dict[str, str]:
    """Return the environment for a child process that finds the package."""
    return {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), **more}
