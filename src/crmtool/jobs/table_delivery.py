"""Handing one table out as CSV or Parquet: in which format, and that it replaces nothing but crmtool's own.

How the formats are written is left to `crmtool.files`; workbooks are for `delivery`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from crmtool.content import OutTable
from crmtool.errors import Finding, OutputError, UsageError
from crmtool.files.delimited import csv_pieces
from crmtool.files.locks import locked
from crmtool.files.parquet import as_typed, is_our_parquet, rows_of_ours, write_parquet
from crmtool.files.replace import ensure_replaceable, make_folder, replacing
from crmtool.files.xlsx.columns_xml import CellNotes
from crmtool.files.xlsx.moves import MAX_ROW
from crmtool.jobs.delivery import Delivery, Written, refuse_overwriting

FORMATS = ("xlsx", "csv", "parquet")


def format_of(delivery: Delivery) -> str:
    """Return xlsx, csv or parquet: as asked for, else by the output's ending, else xlsx.

    Raises `UsageError` for another format and for an output whose ending does not fit.
    """
    asked, output = delivery.format, delivery.output
    if asked is not None and asked not in FORMATS:
        raise UsageError.of("unknown-format", value=asked)
    if output is None:
        return asked or "xlsx"
    ending = output.suffix.lower().removeprefix(".")
    if ending not in ((asked,) if asked else FORMATS):
        endings = f".{asked}" if asked else " ".join(f".{each}" for each in FORMATS)
        raise UsageError.of("output-ending", file=str(output), endings=endings)
    return ending


def prepare_table(delivery: Delivery, ledger: Path, kind: str) -> None:
    """Refuse early what cannot end well however the ledger reads; see `delivery.prepare`."""
    if delivery.template is not None:
        raise UsageError.of("template-without-workbook", format=kind)
    if delivery.output is not None:
        refuse_overwriting(delivery.output, (ledger,))
        _refuse_foreign(delivery.output, kind)


def deliver_table(
    table: OutTable, target: Path, kind: str, delivery: Delivery, *, listed: int = 0
) -> tuple[Written, tuple[Finding, ...]]:
    """Write a table as `kind` (csv, parquet) and put it in place; return what was written and what to mind.

    `listed` is the number of findings that a workbook would have as a sheet, and this has not. A Parquet file is
    replaced where it carries crmtool's mark and was not changed since. A CSV can carry none, so that it is replaced
    only by the same bytes. Raises `OutputError` or `BusyError`; the old file is then still there, whole.
    """
    notes = CellNotes("")
    _refuse_foreign(target, kind)
    if delivery.dry_run:
        digest = _spell(table, notes)
        if kind == "csv":
            _refuse_other_csv(target, digest)
        return Written(target), tuple(_said(table, target, kind, notes, listed))
    if delivery.output is None:
        make_folder(target.parent)
    has_replaced = target.exists()
    with locked(target, wait_seconds=delivery.wait_seconds):
        _refuse_foreign(target, kind)
        write = _write_csv if kind == "csv" else _write_parquet
        digest = write(table, target, notes)
    written = Written(target, _digest_of(target), digest, has_replaced)
    return written, tuple(_said(table, target, kind, notes, listed))


def _spell(table: OutTable, notes: CellNotes, out: BinaryIO | None = None) -> str:
    """Spell a table as CSV, into a file where there is one, and return the sha256 of its bytes."""
    digest = hashlib.sha256()
    for piece in csv_pieces(table, notes):
        digest.update(piece)
        if out is not None:
            out.write(piece)
    return digest.hexdigest()


def _said(table: OutTable, target: Path, kind: str, notes: CellNotes, listed: int) -> Iterator[Finding]:
    if kind == "csv":
        yield from (finding.at(file=target.name) for finding in notes.found.values())
        if table.rows + 1 > MAX_ROW:
            params = {"rows": f"{table.rows + 1:,}", "limit": f"{MAX_ROW:,}"}
            yield Finding("csv-too-long-for-excel", file=target.name, params=params)
    if listed:
        yield Finding("findings-not-in-table", params={"format": kind, "count": str(listed)})


def _refuse_foreign(target: Path, kind: str) -> None:
    # Whether a CSV holds the same table again shows only when that is written.
    ensure_replaceable(target, ours=is_our_parquet if kind == "parquet" else Path.is_file)


def _refuse_other_csv(target: Path, digest: str) -> None:
    """Raise `OutputError` where a file is there that holds anything else than what is written now."""
    if target.is_file() and target.stat().st_size and _digest_of(target) != digest:
        raise OutputError.of("csv-in-the-way", file=str(target))


def _write_csv(table: OutTable, target: Path, notes: CellNotes) -> str:
    def check(path: Path) -> None:
        _refuse_unless(_digest_of(path) == digest, path, "CSV")
        _refuse_other_csv(target, digest)

    with replacing(target, check=check) as out:
        digest = _spell(table, notes, out)
    return digest


def _write_parquet(table: OutTable, target: Path, notes: CellNotes) -> str:
    def check(path: Path) -> None:
        _refuse_unless(rows_of_ours(path) == table.rows, path, "Parquet")

    with replacing(target, check=check) as out:
        write_parquet(as_typed(table), out)
    return _spell(table, notes)


def _refuse_unless(is_whole: bool, path: Path, part: str) -> None:
    if not is_whole:
        raise OutputError.of("unreadable-output", file=path.name, part=part, reason="sha256")


def _digest_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
