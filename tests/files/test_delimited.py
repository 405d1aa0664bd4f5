"""CSV that Excel opens as it is meant, and that every CSV reader reads back as it was."""

from __future__ import annotations

import csv
import io
import re
from datetime import date

import duckdb
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmtool.content import OutTable, TableColumn
from crmtool.errors import Finding
from crmtool.files.delimited import csv_pieces
from crmtool.files.xlsx.columns_xml import CellNotes


def written(*columns: TableColumn) -> tuple[bytes, list[Finding]]:
    notes = CellNotes("")
    data = b"".join(csv_pieces(OutTable("t", columns), notes))
    return data, list(notes.found.values())


def texts(*cells: str | None, header: str = "名称") -> TableColumn:
    return TableColumn("a", header, pa.array(cells, pa.string()))


def cells(*values: str | None) -> list[str]:
    """Return the cells as Python's own reader reads them back."""
    data, _ = written(texts(*values), TableColumn("end", "完", pa.array([1] * len(values))))
    rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    assert rows[0] == ["名称", "完"]
    assert all(row[1:] == ["1"] for row in rows[1:])
    return [row[0] for row in rows[1:]]


def test_the_bytes_begin_with_the_mark_of_utf8_and_lines_end_as_excel_ends_them() -> None:
    data, _ = written(
        texts("甲,乙", '说"好"', None),
        TableColumn("m", "金额", pa.array([1234.5, None, -3.0]), "money"),
        TableColumn("d", "日期", pa.array([date(2024, 6, 30), None, date(1999, 1, 2)]), "date"),
        TableColumn("n", "次数", pa.array([1, 20, None])),
        TableColumn("b", "是否", pa.array([True, False, None])),
    )
    assert data == (
        b"\xef\xbb\xbf"
        + (
            "名称,金额,日期,次数,是否\r\n"
            '"甲,乙",1234.5,2024-06-30,1,TRUE\r\n'
            '"说""好""",,,20,FALSE\r\n'
            ",-3,1999-01-02,,\r\n"
        ).encode()
    )


@pytest.mark.parametrize(
    "acting",
    [
        "=1+1",
        "=cmd|' /C calc'!A0",
        "+A1",
        "-2+3+cmd|x",
        "@SUM(A1)",
        "\t=1",
        "-暂无",
        "+SUM(1)",
        "＝1+1",
        "－A1",
    ],
)
def test_a_text_that_could_act_gets_an_apostrophe_in_front(acting: str) -> None:
    assert cells(acting, "平常") == ["'" + acting, "平常"]


@pytest.mark.parametrize(
    "harmless",
    [
        *("+8613800000000", "+86 138-0000-0000", "+86(10)62345678", "-", "--", "+", "－", "-5", "-1,234.50"),
        *("+3.5%", "-1.5e3", "a=b", "1-2", "甲-乙", "'=1", "138@qq", "王@腾讯"),
    ],
)
def test_phones_numbers_and_a_lone_sign_stay_as_they_are(harmless: str) -> None:
    assert cells(harmless) == [harmless]


def test_what_was_marked_is_said_with_the_first_cell_and_the_count() -> None:
    _, (finding,) = written(texts("甲", "=1", "=1", "@x"))
    assert (finding.code, finding.cell, finding.column, finding.count) == ("csv-text-marked", "A3", "名称", 3)


def test_control_characters_are_taken_out_and_long_texts_stay_whole() -> None:
    long = "长" * 40_000
    data, findings = written(texts("a\x00b\x07", long))
    assert data.decode("utf-8-sig").split("\r\n") == ["名称", "ab", long, ""]
    assert [(f.code, f.cell, f.count) for f in findings] == [("text-cleaned", "A2", 1)]


def test_a_header_could_act_too_and_none_stands_twice() -> None:
    data, _ = written(texts("x", header="=1"), texts("y", header="金额"), texts("z", header="金额"))
    assert data.decode("utf-8-sig").splitlines()[0] == "'=1,金额,金额2"


def test_a_typed_text_stands_where_it_is_given_and_numbers_elsewhere() -> None:
    typed = TableColumn("n", "规模", pa.array([200.0, None, None]), texts=pa.array([None, "1000人+", None]))
    assert written(typed)[0].decode("utf-8-sig").splitlines() == ["规模", "200", "1000人+", ""]


def test_a_table_without_rows_has_its_headers() -> None:
    assert written(texts())[0] == b"\xef\xbb\xbf" + "名称\r\n".encode()


@given(st.lists(st.text(st.characters(exclude_categories=["Cs", "Cc"], include_characters='\n",= +-@'))))
def test_any_text_reads_back_but_for_a_marking_apostrophe(values: list[str]) -> None:
    fit = [re.sub("[\ufffe\uffff]", "", value) for value in values]
    for found, value in zip(cells(*fit), fit, strict=True):
        assert found in (value, "'" + value)
        assert not re.match(r"[=@]", found)


def test_duckdb_reads_every_row_back_across_chunks(tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setattr("crmtool.files.coded.CHUNK_ROWS", 1_000)
    names = [f'客户"{n % 90}",\n{n}' for n in range(3_500)]
    data, _ = written(texts(*names), TableColumn("n", "次数", pa.array(range(3_500))))
    path = tmp_path / "a.csv"
    path.write_bytes(data)
    read = duckdb.sql(
        f"select * from read_csv('{path}', header = true, quote = '\"', escape = '\"')"
    ).fetchall()
    assert read == [(name, n) for n, name in enumerate(names)]
