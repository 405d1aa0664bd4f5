"""What a person at a terminal gets: progress that goes away, and the summary."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from command_line import Crmtool, book

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


def test_many_later_days_of_one_column_are_one_line_and_each_is_listed_where_asked_for(
    crmtool: Crmtool, tmp_path: Path
) -> None:
    orders: list[tuple[Any, ...]] = [("客户名称", "订单日期", "订单金额"), ("甲公司", date(2023, 1, 1), 1)]
    orders += [("甲公司", date(2024, month, 1), 1) for month in range(1, 5)]
    tickets: list[tuple[Any, ...]] = [
        ("客户名称", "事件类型", "提出时间"),
        ("甲公司", "普通咨询", date(2024, 2, 1)),
    ]
    path = book(
        tmp_path / "a.xlsx",
        客户=[("客户名称", "ARPU值", "投诉率"), ("甲公司", 1, "0%")],
        订单=orders,
        咨询投诉记录=tickets,
    )
    command = (
        "classify",
        path,
        "--rules",
        "value_risk",
        "--as-of",
        "2023-12-31",
        "--dry-run",
        "--lang",
        "zh",
    )
    short, long = crmtool(*command), crmtool(*command, "-v")
    assert "订单!B3: “订单日期”有 4 处晚于统计截止日 2023-12-31，不计入。 [days-after-as-of]" in short.err
    assert (
        "咨询投诉记录!C2: “2024-02-01”晚于统计截止日 2023-12-31，这一行不计入。 [row-after-as-of]"
        in short.err
    )
    assert "order-after-as-of" not in short.err
    assert long.err.count("[order-after-as-of]") == 4
    assert "days-after-as-of" not in long.err
