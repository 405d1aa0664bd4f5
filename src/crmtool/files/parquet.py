"""Write a table as Parquet with typed columns, and tell such a file as crmtool wrote it from any other.

Knows the ends of a Parquet file; where it goes is left to the jobs. pyarrow.parquet is imported only here, when used.
"""

from __future__ import annotations

import hashlib
import io
from pathlib import Path
from typing import BinaryIO

import pyarrow as pa

from crmtool.content import OutTable
from crmtool.files.xlsx.sheet_cells import column_headers

#: The key of the file's metadata under which the digest of all that stands before the metadata is kept.
MARK = b"crmtool.sha256"
TYPED = "（原文）"

_MAGIC = b"PAR1"
_TAIL_BYTES = 8


def as_typed(table: OutTable) -> pa.Table:
    """Return a table with the columns' own types; what was typed instead of values follows as texts.

    A column of numbers or dates in which some cells hold a text (`1000人+`) is followed by a column of these texts,
    named as it is with `（原文）`, so that nothing is lost and the numbers stay numbers.
    """
    names: list[str] = []
    columns: list[pa.Array | pa.ChunkedArray] = []
    for column in table.columns:
        cells = column.cells
        names.append(column.header)
        columns.append(cells.cast(cells.type.value_type) if pa.types.is_dictionary(cells.type) else cells)
        if column.texts is not None:
            names.append(column.header + TYPED)
            columns.append(column.texts)
    return pa.table(columns, names=column_headers(names))


def write_parquet(table: pa.Table, out: BinaryIO) -> None:
    """Write a table to an open file, marked as crmtool's own; the same table gives the same bytes."""
    from pyarrow import parquet

    digesting = _Digesting(out)
    with parquet.ParquetWriter(pa.PythonFile(digesting, mode="w"), table.schema) as writer:
        writer.write_table(table)
        writer.add_key_value_metadata({MARK.decode(): digesting.digest.hexdigest()})


class _Digesting(io.RawIOBase):
    """A file that takes the digest of what is written to it."""

    def __init__(self, out: BinaryIO) -> None:
        self._out = out
        self.digest = hashlib.sha256()

    def writable(self) -> bool:
        """Return that it can be written to."""
        return True

    def write(self, data: bytes) -> int:  # type: ignore[override]  # pyarrow hands over bytes only
        """Pass bytes on."""
        self.digest.update(data)
        return self._out.write(data)


def is_our_parquet(path: Path) -> bool:
    """Tell whether a file is Parquet that crmtool wrote, every byte of its data as it was then."""
    rows = rows_of_ours(path)
    return rows is not None


def rows_of_ours(path: Path) -> int | None:
    """Return how many rows a file of crmtool's own has; None where it is another's, changed or broken."""
    from pyarrow import parquet

    size = path.stat().st_size
    with path.open("rb") as file:
        if size < _TAIL_BYTES + len(_MAGIC) or file.read(len(_MAGIC)) != _MAGIC:
            return None
        file.seek(size - _TAIL_BYTES)
        tail = file.read(_TAIL_BYTES)
        data_bytes = size - _TAIL_BYTES - int.from_bytes(tail[:4], "little")
        if tail[4:] != _MAGIC or data_bytes < len(_MAGIC):
            return None
        file.seek(0)
        digest = hashlib.sha256()
        while data_bytes and (piece := file.read(min(data_bytes, 1 << 20))):
            digest.update(piece)
            data_bytes -= len(piece)
    try:
        metadata = parquet.read_metadata(path)
    except (pa.ArrowInvalid, OSError):
        return None
    ours = (metadata.metadata or {}).get(MARK) == digest.hexdigest().encode()
    return int(metadata.num_rows) if ours else None
