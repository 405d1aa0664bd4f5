"""Measure a history of twelve quarters: its size, recording the last one, reading what a review needs of it.

    python benchmarks/history.py                       (100,000 customers; about three minutes)
    python benchmarks/history.py 10000

Each quarter every customer is judged: a reason and facts in the customer's own figures, of which half change from one quarter
to the next; a tenth move, a twentieth stand in the adjustment table. The same rows are kept in four other ways: one SQLite table
without coding, one with an index by run and customer, Parquet (zstd) and CSV, a file a quarter. CPU is that of the
step in this process, the median of three; sizes are exact.
"""

from __future__ import annotations

import argparse
import shutil
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as csv
import pyarrow.parquet as parquet

from crmtool.files.history import History, Run
from crmtool.files.history.tables import KPIS

QUARTERS = 12
REPEATS = 3
TIERS = {
    "high_value": "高价值客户",
    "potential": "潜力客户",
    "stable": "稳定客户",
    "low_value": "低价值/沉默客户",
}


class Quarters:
    """The made-up customers of one quarter after the other; the same numbers each time."""

    def __init__(self, customers: int) -> None:
        self._chance = np.random.default_rng(20260930)
        self._amounts = self._chance.integers(100, 5_000_000, customers) * 100
        self._orders = self._chance.integers(0, 40, customers)
        self._days = self._chance.integers(0, 365, customers)
        self.count = customers
        self._keys = pa.array([f"C{number:07}" for number in range(customers)])
        self._names = pa.array(
            [
                f"{'华东江南北方西部'[number % 7 : number % 7 + 2]}第{number}精密机械有限公司"
                for number in range(customers)
            ]
        )

    def next(self, as_of: date) -> pa.Table:
        """Return a quarter's classifications, with facts."""
        moving = self._chance.random(self.count) < 0.5
        news = self._chance.integers(100, 5_000_000, self.count) * 100
        self._amounts = np.where(moving, news, self._amounts)
        self._orders = np.where(moving, self._chance.integers(0, 40, self.count), self._orders)
        self._days = np.where(moving, self._chance.integers(0, 90, self.count), self._days + 91)
        last = pa.array(np.datetime64(as_of) - self._days).cast(pa.string())
        amounts, orders = pa.array(self._amounts), pa.array(self._orders)
        place = np.digitize(self._amounts, [50_000_000, 200_000_000, 350_000_000])
        ids, labels = list(TIERS), list(TIERS.values())
        tier = pa.array(ids[::-1]).take(pa.array(place))
        yuan = pc.divide(amounts, 100).cast(pa.string())
        parts = ['{"annual_amount":', amounts.cast(pa.string()), ',"orders_12m":', orders.cast(pa.string()), ',"last_order":"', last, '","tenure":"', last, '","satisfaction":', pc.divide(orders, 10).cast(pa.string()), ',"complaints_12m":0}']  # fmt: skip
        reason = ["年消费额 ", yuan, "元；近12个月订单 ", orders.cast(pa.string()), " 笔；最近订单 ", last]
        return pa.table(
            {
                "customer_key": self._keys,
                "customer_id": self._keys,
                "name": self._names,
                "tier": tier,
                "label": pa.array(labels[::-1]).take(pa.array(place)),
                "rule": tier,
                "origin": pa.repeat(pa.scalar("computed"), self.count),
                "computed_tier": tier,
                "reason": pc.binary_join_element_wise(*reason, ""),
                "next": pc.binary_join_element_wise("年消费额再增加 ", yuan, "元", ""),
                "facts": pc.binary_join_element_wise(*parts, ""),
            }
        )


def kpis() -> pa.Table:
    """Return eighty rows of KPIs."""
    rows = [{"id": f"kpi{n}", "tier": tier, "label": "复购率", "unit": "percent", "numerator": 17.0 + n, "denominator": 20.0, "actual": n / 20, "target": ">= 80%"} for n in range(16) for tier in (None, *TIERS)]  # fmt: skip
    return pa.Table.from_pylist(rows, pa.schema(list(KPIS.columns.items())))


def adjustments(rows: pa.Table, period: str) -> pa.Table:
    """Return a row of the adjustment table for every twentieth customer."""
    some = rows.take(pa.array(np.arange(0, len(rows), 20)))
    told = {"period": period, "strategy": "专属客户经理，季度复盘", "cycle": "每季度1次", "kpis": "复购率≥80%/85%;满意度≥90%/88%", "grade": "良", "new_strategy": "增加上门拜访，定制优惠方案", "why": "moved"}  # fmt: skip
    cells: dict[str, Any] = {name: pa.repeat(pa.scalar(text), len(some)) for name, text in told.items()}
    cells |= {name: some[name] for name in ("customer_key", "customer_id", "tier", "name", "label")}
    return pa.table({**cells, "cause": some["reason"]})


def quarters(customers: int) -> Iterator[tuple[str, date, pa.Table]]:
    """Yield the period, last day and classifications of each quarter."""
    made, first = Quarters(customers), date(2023, 9, 30)
    for number in range(QUARTERS):
        as_of = first + timedelta(91 * number)
        yield f"{as_of.year}Q{(as_of.month + 2) // 3}", as_of, made.next(as_of)


def recorded(path: Path, period: str, as_of: date, rows: pa.Table) -> None:
    """Record one review."""
    run = Run(f"key {as_of}", "review", as_of, "annual_value", "2024.1", "0" * 64, "0.1.0", f"{as_of}T18:30:05+08:00", {"period": period})  # fmt: skip
    with History.open(path) as history:
        history.record(run, classifications=rows, kpis=kpis(), adjustments=adjustments(rows, period))


def read_for_review(path: Path) -> None:
    """Read what a review of the next quarter needs: the last quarter, a year ago, what was proposed."""
    with History.open(path, is_read_only=True) as history:
        runs = history.runs()
        history.classifications(runs[-1].id)
        history.kpis(runs[-4].id)
        history.adjustments(runs[-1].id)


def plainly(path: Path, rows: pa.Table, run: int, *, is_indexed: bool) -> None:
    """Add a quarter to an SQLite table as it is."""
    connection = sqlite3.connect(path, isolation_level=None)
    names = ["run", *rows.column_names]
    key = ", PRIMARY KEY (run, customer_key)) WITHOUT ROWID" if is_indexed else ")"
    connection.execute("PRAGMA synchronous = EXTRA")
    connection.execute("BEGIN")
    connection.execute(f"CREATE TABLE IF NOT EXISTS decided ({', '.join(names)}{key}")
    cells = zip(*(column.to_pylist() for column in rows.columns), strict=True)
    marks = ", ".join("?" * len(names))
    connection.executemany(f"INSERT INTO decided VALUES ({marks})", ((run, *row) for row in cells))
    connection.execute("COMMIT")
    connection.close()


def read_plainly(path: Path, run: int) -> pa.Table:
    """Read a quarter of an SQLite table."""
    connection = sqlite3.connect(path)
    found = connection.execute("SELECT * FROM decided WHERE run = ?", (run,))
    names = [each[0] for each in found.description]
    table = pa.table(dict(zip(names, zip(*found.fetchall(), strict=True), strict=True)))
    connection.close()
    return table


def timed(step: Callable[[], object], before: Callable[[], object] = lambda: None) -> float:
    """Return the median CPU seconds of a step; `before` sets the stage and is not counted."""
    found = []
    for _ in range(REPEATS):
        before()
        start = time.process_time()
        step()
        found.append(time.process_time() - start)
    return statistics.median(found)


def main() -> None:
    """Measure, and print a table in Markdown."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("customers", nargs="?", type=int, default=100_000)
    asked = arguments.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        store, plain, keyed = folder / "h.db", folder / "plain.db", folder / "keyed.db"
        made = list(quarters(asked.customers))
        facts = sum(rows["facts"].nbytes for _, _, rows in made)
        for number, (period, as_of, rows) in enumerate(made[:-1]):
            recorded(store, period, as_of, rows)
            plainly(plain, rows, number, is_indexed=False)
            plainly(keyed, rows, number, is_indexed=True)
        last, number = made[-1], QUARTERS - 1
        kept = {path: path.with_suffix(".kept") for path in (store, plain, keyed)}
        for path, copy in kept.items():
            shutil.copyfile(path, copy)
        files = [folder / f"{number}.{kind}" for kind in ("parquet", "csv") for number in range(QUARTERS)]
        ways: dict[str, tuple[list[Path], Callable[[], object], Callable[[], object], Callable[[], object]]] = {
            "crmtool history": ([store], lambda: recorded(store, *last), lambda: read_for_review(store), lambda: shutil.copyfile(kept[store], store)),
            "SQLite, plain rows": ([plain], lambda: plainly(plain, last[2], number, is_indexed=False), lambda: read_plainly(plain, number), lambda: shutil.copyfile(kept[plain], plain)),
            "SQLite, plain rows by key": ([keyed], lambda: plainly(keyed, last[2], number, is_indexed=True), lambda: read_plainly(keyed, number), lambda: shutil.copyfile(kept[keyed], keyed)),
            "Parquet, zstd": (files[:QUARTERS], lambda: parquet.write_table(last[2], files[number], compression="zstd"), lambda: parquet.read_table(files[number]), lambda: None),
            "CSV": (files[QUARTERS:], lambda: csv.write_csv(last[2], files[-1]), lambda: csv.read_csv(files[-1]), lambda: None),
        }  # fmt: skip
        for number, (_, _, rows) in enumerate(made):
            parquet.write_table(rows, files[number], compression="zstd")
            csv.write_csv(rows, files[QUARTERS + number])
        print(
            f"{asked.customers:,} customers × {QUARTERS} quarters; facts as they are: {facts / 1e6:.0f} MB\n"
        )
        print(
            "| kept as | size | of it | recording the last quarter | reading for a review |\n|---|---|---|---|---|"
        )
        whole = 0
        for way, (paths, record, read, before) in ways.items():
            wrote, took = timed(record, before), timed(read)
            size = sum(path.stat().st_size for path in paths)
            whole = whole or size
            print(
                f"| {way} | {size / 1e6:.0f} MB | {size / whole:.2f} × | {wrote:.2f} s CPU | {took:.2f} s CPU |"
            )
        shares(store)


def shares(store: Path) -> None:
    """Print what the tables of a history take of it."""
    connection = sqlite3.connect(store)
    ((packed,),) = connection.execute("SELECT sum(length(texts)) FROM stored_packed")
    ((texts, count),) = connection.execute("SELECT sum(length(CAST(text AS BLOB))), count(*) FROM texts")
    connection.close()
    print(
        f"\nfacts {packed / 1e6:.0f} MB deflated; {count:,} texts of {texts / 1e6:.0f} MB, with their index twice that"
    )


if __name__ == "__main__":
    main()
