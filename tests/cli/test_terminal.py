"""What a person at a terminal gets: progress that goes away, and the summary."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.skipif(os.name == "nt", reason="no pseudo-terminals there")
def test_on_a_terminal_classify_shows_progress_and_ends_well(tmp_path: Path) -> None:
    import pty

    out = tmp_path / "out.xlsx"
    ledger = ROOT / "examples" / "customers.xlsx"
    main, terminal = pty.openpty()
    command = [sys.executable, "-m", "crmtool.cli.main", "classify", str(ledger), "--as-of", "2023-10-31"]
    process = subprocess.Popen(
        [*command, "-o", str(out), "--lang", "zh"],
        stdout=terminal,
        stderr=terminal,
        env={**os.environ, "TERM": "xterm", "PYTHONPATH": str(ROOT / "src")},
    )
    os.close(terminal)
    shown = b""
    try:
        while chunk := os.read(main, 4096):
            shown += chunk
    except OSError:  # the other end is closed: Linux says so with an error
        pass
    text = shown.decode("utf-8", "replace")
    assert process.wait(60) == 0, text
    assert "写出" in text
    assert "高价值客户" in text
    assert out.is_file()
