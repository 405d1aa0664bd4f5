"""Knows how a ledger file is opened: read once, told by content, checked, and offered as sheets.

What the sheets mean is left to the ledger; how each kind of file is read, to the modules beside this one.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from crmtool.errors import Finding, InputError
from crmtool.files.encrypted import decrypted
from crmtool.files.sniff import kind_of
from crmtool.files.source import Progress, Source
from crmtool.files.spreadsheet import open_spreadsheet
from crmtool.files.text import open_text
from crmtool.sheets import Peek, Sheet

MAX_FILE_BYTES = 2 * 1024**3
#: Excel's and WPS's owner files beside an open workbook.
OWNER_FILE_PREFIXES = ("~$", ".~")


@dataclass(frozen=True)
class Book:
    """An opened ledger file: its sheets, parsed once, and what was noticed on the way.

    `file` is the name to show, `sha256` that of the bytes on disk as they were read, `kind` the type by
    content (`xlsx`, `xlsm`, `xlsb`, `xls`, `ods`, `csv`). All work is on those bytes: a later change of the
    file changes nothing here.
    """

    path: Path
    file: str
    sha256: str
    kind: str
    peeks: tuple[Peek, ...]
    findings: tuple[Finding, ...]
    sources: tuple[Source, ...]

    def read(
        self, sheet: str, columns: Sequence[int] | None, first_row: int, last_row: int | None = None
    ) -> Sheet:
        """Return the wanted 1-based columns (None: all used ones) of the rows from `first_row` on.

        Rows are sheet rows, 1-based and inclusive; `last_row` None is the last used row. Nothing is dropped:
        empty rows are rows. A column that the sheet does not reach is empty. InputError for a sheet that is
        not there or whose later rows cannot be read.
        """
        for source in self.sources:
            if source.peek.sheet == sheet:
                last = source.peek.rows if last_row is None else min(last_row, source.peek.rows)
                return source.read(columns, first_row, last)
        names = "、".join(peek.sheet for peek in self.peeks)
        raise InputError.of("no-such-sheet", file=self.file, sheet=sheet, sheets=names)


def open_book(path: Path, *, password: str | None = None, progress: Progress | None = None) -> Book:
    """Return an opened ledger file; InputError where it cannot be read, never a crash.

    The file is read once. Peeks stand in the book's order, visible sheets before hidden ones. `password`
    opens an encrypted workbook and is not looked at otherwise.
    """
    file = path.name
    if file.startswith(OWNER_FILE_PREFIXES):
        raise InputError.of("owner-file", file=file)
    data = _bytes_of(path)
    digest = hashlib.sha256(data).hexdigest()
    kind = kind_of(data, file)
    if kind == "encrypted":
        data = decrypted(data, file, password)
        kind = kind_of(data, file)
        if kind == "encrypted":
            raise InputError.of("wrong-password", file=file)
    sources, findings = (
        open_text(data, file) if kind == "text" else open_spreadsheet(data, file, kind, progress)
    )
    ordered = sorted(sources, key=lambda source: source.peek.visibility != "visible")
    peeks = tuple(source.peek for source in ordered)
    shown = "csv" if kind == "text" else kind
    return Book(path, file, digest, shown, peeks, tuple(findings), tuple(ordered))


def _bytes_of(path: Path) -> bytes:
    try:
        if path.is_dir():
            raise InputError.of("input-is-folder", file=path.name or str(path))
        size = path.stat().st_size
        if size > MAX_FILE_BYTES:
            raise InputError.of("file-too-large", file=path.name, size=f"{size / 1024**2:,.0f} MB")
        return path.read_bytes()
    except FileNotFoundError as problem:
        raise InputError.of("no-such-file", file=str(path)) from problem
    except (OSError, ValueError, MemoryError) as problem:
        raise InputError.of("unreadable-file", file=path.name, reason=problem) from problem
