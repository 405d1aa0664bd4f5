"""Measure a year's commands as whole processes: plan, plan anew, a month's sheets, standings – next to what merely reads and writes the same cells.

    python benchmarks/a_year.py                 (10,000, 30,000 and 100,000 customers)
    python benchmarks/a_year.py 10000 --rounds 3

The ledger has a hundred customers for each owner, their yearly amounts, orders and last contacts, judged by annual_plan. The
floor reads the ledger with fastexcel and sorts its rows; the conventional way also writes a workbook of as many rows of
eighteen cells as the plan has, with XlsxWriter in constant memory, and plans nothing.
"""

from __future__ import annotations

import argparse
import math
import random
import tempfile
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from pathlib import Path

from measuring import HERE, Run, apart, measure, median

CRMTOOL = ("-m", "crmtool.cli.main")
SPAN = ("--from", "2026-01", "--to", "2026-12")
RULES = ("--rules", "annual_plan", "--quiet")
COLUMNS = 18
SHEET_ROWS = 1_048_575


def make_ledger(path: Path, customers: int) -> None:
    """Write a made-up ledger with a seed of its own."""
    import xlsxwriter

    chance = random.Random(20260101)
    book = xlsxwriter.Workbook(str(path), {"constant_memory": True})
    sheet, day = book.add_worksheet("客户台账"), book.add_format({"num_format": "yyyy-mm-dd"})
    header = (
        "客户编号 客户名称 年度购买金额(元) 年度购买频率 首次购买 联系人 联系电话 最近联系时间 回访责任人"
    )
    sheet.write_row(0, 0, header.split())
    owners = max(customers // 100, 1)
    for row in range(1, customers + 1):
        amount, orders = chance.choice((60_000, 80_000, 200_000, 30_000, 15_000)), chance.choice((2, 5, 12))
        sheet.write_row(row, 0, [f"K{row:06}", f"客户{row}有限公司", amount, orders])
        sheet.write_datetime(row, 4, datetime(2020, 1, 1) + timedelta(chance.randrange(2100)), day)  # noqa: DTZ001
        sheet.write_row(row, 5, ["陈经理", f"138{row:08}"])
        sheet.write_datetime(row, 7, datetime(2025, 9, 1) + timedelta(chance.randrange(110)), day)  # noqa: DTZ001
        sheet.write_string(row, 8, f"业务员{chance.randrange(owners):04}")
    book.close()


def floor(ledger: str) -> None:
    """Read a ledger and sort its rows by owner and day of contact."""
    import fastexcel

    fastexcel.read_excel(ledger).load_sheet(0).to_arrow().sort_by(
        [("回访责任人", "ascending"), ("最近联系时间", "ascending")]
    )


def conventional(ledger: str, out: str, rows: str) -> None:
    """Read a ledger, and write a workbook of as many rows as a plan has."""
    import xlsxwriter

    floor(ledger)
    book = xlsxwriter.Workbook(out, {"constant_memory": True})
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    for begin in range(0, int(rows), SHEET_ROWS):
        sheet = book.add_worksheet()
        for row in range(min(SHEET_ROWS, int(rows) - begin)):
            for column in range(COLUMNS - 3):
                sheet.write_string(row, column, f"K{row:06}")
            for column in range(COLUMNS - 3, COLUMNS):
                sheet.write_datetime(row, column, date(2026, 1, 1), day)
    book.close()


def steps(folder: Path, ledger: Path) -> dict[str, tuple[str, ...]]:
    """Return the commands that are measured, in their order: later ones take the history of the first."""
    shared = (str(ledger), *RULES, "--history", str(folder / "history.db"))
    plan = (*CRMTOOL, "plan", *shared, *SPAN, "-o", str(folder / "plan.xlsx"))
    return {
        "plan": (*plan, "--as-of", "2025-12-20"),
        "plan anew": (*plan, "--as-of", "2026-03-16"),
        "followup": (
            *CRMTOOL,
            "followup",
            *shared,
            "--month",
            "2026-04",
            "--as-of",
            "2026-03-16",
            "-o",
            str(folder / "april.xlsx"),
        ),
        "status": (*CRMTOOL, "status", *shared, "--as-of", "2026-03-16"),
    }


def main(sizes: Sequence[int], rounds: int) -> None:
    """Print a table of all steps and sizes, and how the cost of a plan grows."""
    print("| step | customers | CPU | wall | peak memory | × floor |")
    print("|---|---|---|---|---|---|")
    costs = []
    for customers in sizes:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            ledger = folder / "ledger.xlsx"
            apart(make_ledger, ledger, customers)
            script = str(HERE / "a_year.py")
            least = median([measure(script, "--floor", str(ledger)) for _ in range(rounds)])
            _row("floor", customers, least, least)
            for step, command in steps(folder, ledger).items():
                run = measure(*command)  # once: what follows takes its history
                _row(step, customers, run, least)
                if step == "plan":
                    costs.append((customers, run.cpu_s))
                    visits = _visits(folder / "history.db")
                    usual = measure(
                        script, "--conventional", str(ledger), str(folder / "usual.xlsx"), str(visits)
                    )
                    _row(f"conventional ({visits:,} rows)", customers, usual, least)
    if len(costs) > 1:
        (few, little), (many, much) = costs[0], costs[-1]
        print(f"| plan grows as n^{math.log(much / little) / math.log(many / few):.2f} |||||||")


def _visits(history: Path) -> int:
    import sqlite3

    with sqlite3.connect(history) as store:
        return int(store.execute("SELECT count(*) FROM visits").fetchone()[0])


def _row(step: str, customers: int, run: Run, least: Run) -> None:
    print(
        f"| {step} | {customers:,} | {run.cpu_s:.1f} s | {run.wall_s:.1f} s | {run.peak_mib:.0f} MiB | {run.cpu_s / least.cpu_s:.1f} |",
        flush=True,
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("customers", nargs="*", type=int, default=[10_000, 30_000, 100_000])
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--floor", nargs=1, help=argparse.SUPPRESS)
    parser.add_argument("--conventional", nargs=3, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.floor:
        floor(*asked.floor)
    elif asked.conventional:
        conventional(*asked.conventional)
    else:
        main(asked.customers, asked.rounds)
