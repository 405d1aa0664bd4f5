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
        "咨询投诉记录!C2: “提出时间”有 1 处晚于统计截止日 2023-12-31，不计入。 [days-after-as-of]"
        in short.err
    )
    assert "order-after-as-of" not in short.err
    assert long.err.count("[order-after-as-of]") == 4
    assert "days-after-as-of" not in long.err


def test_days_after_a_past_as_of_day_are_no_fault_unless_they_are_still_to_come(
    crmtool: Crmtool, tmp_path: Path
) -> None:
    def book_of(*days: date) -> Path:
        orders = [("客户名称", "订单日期", "订单金额"), *(("甲公司", day, 1) for day in days)]
        people = [("客户名称", "ARPU值", "投诉率"), ("甲公司", 1, "0%")]
        return book(tmp_path / "a.xlsx", 客户=people, 订单=orders)

    command = ("--rules", "value_risk", "--as-of", "2023-12-31", "--strict", "--lang", "zh")
    past = crmtool("check", book_of(date(2022, 1, 1), date(2023, 12, 1), date(2024, 1, 5)), *command)
    assert "说明 [a.xlsx]订单!B4: “订单日期”有 1 处晚于统计截止日 2023-12-31，不计入。" in past.out
    assert past.code == 0
    typo = crmtool("check", book_of(date(2022, 1, 1), date(2023, 12, 1), date(2104, 1, 5)), *command)
    assert "注意 [a.xlsx]订单!B4: 订单日期 2104-01-05 晚于统计截止日 2023-12-31，不计入。" in typo.out
    assert typo.code == 1


def test_later_days_that_are_not_shown_are_counted_by_column(crmtool: Crmtool, tmp_path: Path) -> None:
    """Four columns of two later days each: three are shown, and one column is left, not its two cells."""
    day = date(2024, 2, 1)
    tickets: list[tuple[Any, ...]] = [
        ("客户名称", "事件类型", "提出时间", "回复时间", "启动处理时间", "解决时间")
    ]
    tickets += [("甲公司", "普通咨询", date(2023, 1, 1), day, day, day)] * 2
    orders = [
        ("客户名称", "订单日期", "订单金额"),
        *[("甲公司", each, 1) for each in (date(2023, 1, 1), day, day)],
    ]
    path = book(
        tmp_path / "a.xlsx",
        客户=[("客户名称", "ARPU值", "投诉率"), ("甲公司", 1, "0%")],
        订单=orders,
        咨询投诉记录=tickets,
    )
    told = crmtool("check", path, "--rules", "value_risk", "--as-of", "2023-12-31", "--lang", "zh").out
    assert told.count("[days-after-as-of]") == 3
    lines = told.splitlines()
    last = max(at for at, line in enumerate(lines) if "[days-after-as-of]" in line)
    assert lines[last + 1] == "  ……同类另有 1 处（-v 列出）"
