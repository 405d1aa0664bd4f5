"""Knows how what a run found out is put into the history's tables, and told again.

In which transaction that happens is left to `store`; how a cell is stored, to `coding`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence

import pyarrow as pa

from crmtool.files.history.coding import report_digests, stored_rows, table_from
from crmtool.files.history.connection import Connection
from crmtool.files.history.packing import (
    with_packed,
    with_packed_in_order,
    write_packed,
    write_packed_in_order,
)
from crmtool.files.history.tables import CLASSIFICATIONS, REPORTS, VISITS, Stored


def replace_classifications(connection: Connection, run: int, table: pa.Table) -> None:
    """Write what a run decided, in the place of what it had decided before."""
    connection.execute("DELETE FROM stored_classifications WHERE run = ?", (run,))
    rows = stored_rows(connection, CLASSIFICATIONS, table.sort_by("customer_key"))
    insert(connection, CLASSIFICATIONS, ["run"], "", ((run, *row) for row in rows))
    write_packed(connection, run, CLASSIFICATIONS, table)


def replace_in_order(connection: Connection, run: int, stored: Stored, table: pa.Table) -> None:
    """Write a run's rows of a table whose order is kept, in the place of those that it had before."""
    connection.execute(f"DELETE FROM stored_{stored.name} WHERE run = ?", (run,))
    rows = enumerate(stored_rows(connection, stored, table))
    insert(connection, stored, ["run", "position"], "", ((run, at, *row) for at, row in rows))
    write_packed_in_order(connection, run, stored, table)


def change_visits(connection: Connection, run: int, table: pa.Table, *, is_whole_plan: bool) -> None:
    """Put visits into the plan, in the place of those of the same id; with `is_whole_plan` all others leave it."""
    if is_whole_plan:
        staying = set(table["visit_id"].to_pylist())
        stored = connection.execute("SELECT visit_id FROM stored_visits").fetchall()
        gone = [each for each in stored if each[0] not in staying]
        connection.executemany("DELETE FROM stored_visits WHERE visit_id = ?", gone)
    changing = [name for name in VISITS.columns if name != "visit_id"]
    news = ", ".join(f"excluded.{name}" for name in changing)
    # What is as it was stays the row of the run that made it so, and costs no writing.
    rule = f"""ON CONFLICT (visit_id) DO UPDATE
        SET (run, {", ".join(changing)}) = (excluded.run, {news})
        WHERE ({", ".join(changing)}) IS NOT ({news})"""
    rows = stored_rows(connection, VISITS, table.sort_by("visit_id"))
    insert(connection, VISITS, ["run"], rule, ((run, *row) for row in rows))


def add_reports(connection: Connection, run: int, table: pa.Table) -> None:
    """Add the reports that are new; of several with the same content the first one stays, and holds again."""
    rows = zip(report_digests(table), stored_rows(connection, REPORTS, table), strict=True)
    rule = "ON CONFLICT (digest) DO UPDATE SET replaced_in = NULL WHERE replaced_in IS NOT NULL"
    insert(connection, REPORTS, ["run", "digest"], rule, ((run, digest, *row) for digest, row in rows))


def set_aside_reports(connection: Connection, run: int, table: pa.Table) -> None:
    """Mark reports as replaced by what a run records: they are kept and not told any more."""
    connection.executemany(
        "UPDATE stored_reports SET replaced_in = ? WHERE digest = ?",
        ((run, digest) for digest in report_digests(table)),
    )


def read(
    connection: Connection,
    stored: Stored,
    *,
    where: str = "",
    order: str = "",
    parameters: Sequence[object] = (),
) -> pa.Table:
    """Return the rows of a table that hold; `where` and `order` are what the query says of which, and in which order."""
    sql = f"SELECT {', '.join(stored.cells)} FROM stored_{stored.name} WHERE {stored.holds}"
    sql += f" AND {where}" if where else ""
    sql += f" ORDER BY {order}" if order else ""
    return table_from(connection, stored, sql, parameters)


def read_in_order(connection: Connection, stored: Stored, run: int) -> pa.Table:
    """Return a run's rows of a table whose order is kept."""
    table = read(connection, stored, where="run = ?", order="position", parameters=(run,))
    return with_packed_in_order(connection, run, stored, table)


def read_classifications(connection: Connection, run: int) -> pa.Table:
    """Return what a run decided, by the customer's key."""
    table = read(connection, CLASSIFICATIONS, where="run = ?", order="customer_key", parameters=(run,))
    return with_packed(connection, run, CLASSIFICATIONS, table).sort_by("customer_key")


def read_one_customer(connection: Connection, customer: str) -> pa.Table:
    """Return what runs decided of whoever is called so, by the runs' turns, with the runs' ids ahead."""
    known = connection.execute("SELECT id FROM texts WHERE text = ?", (customer,)).fetchall()
    names = ("customer_key", "customer_id", "name")
    where = f"run = ? AND ({' OR '.join(f'{name} = ?' for name in names)})"
    parts = []
    for (run,) in connection.execute("SELECT id FROM runs ORDER BY turn").fetchall() if known else []:
        asked = (run, *known[0] * len(names))
        table = read(connection, CLASSIFICATIONS, where=where, order="customer_key", parameters=asked)
        whole = with_packed(connection, run, CLASSIFICATIONS, table, where, asked).sort_by("customer_key")
        parts.append(whole.add_column(0, "run", pa.repeat(pa.scalar(run, pa.int64()), len(whole))))
    kinds = pa.schema([("run", pa.int64()), *CLASSIFICATIONS.columns.items()])
    return pa.concat_tables([kinds.empty_table(), *parts])


def read_labels(connection: Connection, run: int) -> dict[str, str]:
    """Return how a run calls the tiers that it gave; every tier is looked up once, not every customer."""
    labels: dict[str, str] = {}
    numbers: list[int] = []
    while True:
        marks = ", ".join("?" * len(numbers))
        found = connection.execute(
            f"""SELECT tier, (SELECT text FROM texts WHERE id = tier), (SELECT text FROM texts WHERE id = label)
            FROM stored_classifications WHERE run = ? AND tier IS NOT NULL AND tier NOT IN ({marks}) LIMIT 1""",
            (run, *numbers),
        ).fetchone()
        if found is None:
            return labels
        numbers.append(found[0])
        labels[str(found[1])] = str(found[2] if found[2] is not None else found[1])


def digest_of_reports(connection: Connection) -> str:
    """Return a sha256 over the contents of all reports."""
    found = connection.execute(f"SELECT digest FROM stored_reports WHERE {REPORTS.holds} ORDER BY digest")
    return hashlib.sha256(b"".join(digest for (digest,) in found)).hexdigest()


def insert(
    connection: Connection,
    stored: Stored,
    ahead: Sequence[str],
    rule: str,
    rows: Iterator[tuple[object, ...]],
) -> None:
    """Insert rows of `stored.cells` with the columns `ahead` in front of them; `rule` is told of those that are there."""
    names = [*ahead, *stored.cells]
    marks = ", ".join("?" * len(names))
    sql = f"INSERT INTO stored_{stored.name} ({', '.join(names)}) VALUES ({marks}) {rule}"
    connection.executemany(sql, rows)
