"""Parquet with typed columns that other programs read, and that crmtool knows as its own until it is changed."""

from __future__ import annotations

import io
from datetime import date
from pathlib import Path

import duckdb
import pandas as pd
import pyarrow as pa
import pytest
from pyarrow import parquet

from crmtool.content import OutTable, TableColumn
from crmtool.files.parquet import as_typed, is_our_parquet, write_parquet

TABLE = OutTable(
    "t",
    [
        TableColumn("id", "编号", pa.array(["001", "002", None])),
        TableColumn("n", "规模", pa.array([200.0, None, None]), texts=pa.array([None, "1000人+", None])),
        TableColumn("d", "日期", pa.array([date(2024, 6, 30), None, date(1999, 1, 2)])),
        TableColumn("c", "次数", pa.array([1, None, 3])),
        TableColumn("t", "标签", pa.array(["a", "b", "a"]).dictionary_encode()),
    ],
)
ROWS = [
    ("001", 200.0, None, date(2024, 6, 30), 1, "a"),
    ("002", None, "1000人+", None, None, "b"),
    (None, None, None, date(1999, 1, 2), 3, "a"),
]


@pytest.fixture
def written(tmp_path: Path) -> Path:
    path = tmp_path / "a.parquet"
    with path.open("wb") as out:
        write_parquet(as_typed(TABLE), out)
    return path


def test_columns_have_their_types_and_typed_texts_a_column_of_their_own(written: Path) -> None:
    described = duckdb.sql(f"describe select * from '{written}'").fetchall()
    assert [(row[0], row[1]) for row in described] == [
        ("编号", "VARCHAR"),
        ("规模", "DOUBLE"),
        ("规模（原文）", "VARCHAR"),
        ("日期", "DATE"),
        ("次数", "BIGINT"),
        ("标签", "VARCHAR"),
    ]
    assert duckdb.sql(f"select * from '{written}'").fetchall() == ROWS
    read = pd.read_parquet(written, dtype_backend="pyarrow")
    assert pa.Table.from_pandas(read).to_pylist() == [
        dict(zip(read.columns, row, strict=True)) for row in ROWS
    ]


def test_the_same_table_gives_the_same_bytes(written: Path) -> None:
    again = io.BytesIO()
    write_parquet(as_typed(TABLE), again)
    assert again.getvalue() == written.read_bytes()


def test_a_file_of_ours_is_known_and_others_are_not(written: Path, tmp_path: Path) -> None:
    assert is_our_parquet(written)
    theirs = tmp_path / "b.parquet"
    parquet.write_table(as_typed(TABLE), theirs)
    assert not is_our_parquet(theirs)
    # What a program read from ours and wrote again may hold somebody's work, even where it kept our mark.
    parquet.write_table(parquet.read_table(written), theirs)
    assert not is_our_parquet(theirs)
    for other in (b"", b"PAR1", b"PAR1PAR1", b"PAR1" + bytes(20) + b"PAR1", b"a,b\r\n1,2\r\n"):
        theirs.write_bytes(other)
        assert not is_our_parquet(theirs)


def test_a_changed_or_cut_file_is_not_ours_any_more(written: Path) -> None:
    whole = written.read_bytes()
    for place in range(4, len(whole) - 8, 97):
        changed = bytearray(whole)
        changed[place] ^= 1
        written.write_bytes(changed)
        is_data = place < len(whole) - 8 - int.from_bytes(whole[-8:-4], "little")
        assert not (is_data and is_our_parquet(written))
    for length in range(0, len(whole), 101):
        written.write_bytes(whole[:length])
        assert not is_our_parquet(written)
