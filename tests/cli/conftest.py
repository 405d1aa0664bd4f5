"""A run of the command line inside the test's own process, in an empty folder, and small ledgers to run it on."""

from __future__ import annotations

import signal
import sys
from datetime import date
from pathlib import Path

import pytest
from command_line import CLEAN, HEADER, Crmtool, Ran, book

from crmtool.cli import main


@pytest.fixture(autouse=True)
def in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("CRMTOOL_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", "C")


@pytest.fixture
def crmtool(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Crmtool:
    """Return a function that runs one command line from `main.run` to its exit code."""
    monkeypatch.setattr(signal, "signal", lambda *_: None)

    def run(*arguments: object) -> Ran:
        monkeypatch.setattr(sys, "argv", ["crmtool", *map(str, arguments)])
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main.run()
        said = capsys.readouterr()
        return Ran(int(ended.value.code or 0), said.out, said.err)

    return run


@pytest.fixture
def clean(tmp_path: Path) -> Path:
    """Return a ledger of three customers without anything odd: 高价值, 稳定 and 潜力 by annual_value."""
    return book(tmp_path / "a.xlsx", 客户=[HEADER, *CLEAN])


@pytest.fixture
def flawed(tmp_path: Path) -> Path:
    """Return a ledger whose cell B5 is only roughly said."""
    return book(tmp_path / "b.xlsx", 客户=[HEADER, *CLEAN, ("丁公司", "约8万", date(2023, 10, 1), "1年")])
