"""`classify --format`: one table as CSV or Parquet, in place of nothing that may be somebody's work."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

import duckdb
import openpyxl
import pytest
from command_line import AS_OF, CLEAN, HEADER, Crmtool, book


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def rows(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_the_default_name_has_the_formats_ending(crmtool: Crmtool, clean: Path, kind: str) -> None:
    ran = crmtool("classify", clean, *AS_OF, "--format", kind)
    assert (ran.code, names(clean.parent)) == (0, {"a.xlsx", f"a-客户分级-2023-10-31.{kind}"})
    assert f"Wrote {clean.parent / f'a-客户分级-2023-10-31.{kind}'}".replace(str(Path.cwd()) + "/", "") in (
        ran.out.replace(str(Path.cwd()) + "/", "")
    )


@pytest.mark.filterwarnings("ignore:.*extension is not supported:UserWarning")
def test_the_csv_holds_what_the_sheet_of_the_workbook_holds(crmtool: Crmtool, clean: Path) -> None:
    assert crmtool("classify", clean, *AS_OF, "-o", "out.csv").code == 0
    assert crmtool("classify", clean, *AS_OF, "-o", "out.xlsx").code == 0
    sheet = openpyxl.load_workbook("out.xlsx")["客户分级表"]
    shown = [
        [
            "" if cell is None else cell.date().isoformat() if hasattr(cell, "date") else str(cell)
            for cell in row
        ]
        for row in sheet.iter_rows(min_row=4, values_only=True)
    ]
    found = rows(Path("out.csv"))
    assert found == shown
    assert [row[found[0].index("客户类型")] for row in found[1:]] == ["高价值客户", "稳定客户", "潜力客户"]


def test_the_parquet_has_the_amounts_as_numbers_and_the_days_as_dates(crmtool: Crmtool, clean: Path) -> None:
    assert crmtool("classify", clean, *AS_OF, "-o", "out.parquet").code == 0
    found = duckdb.sql("select 客户名称, 年消费额, 最近交易时间, 客户类型 from 'out.parquet'").fetchall()
    assert found == [
        ("甲公司", 150_000.0, date(2023, 10, 15), "高价值客户"),
        ("乙公司", 30_000.0, date(2023, 8, 20), "稳定客户"),
        ("丙公司", 60_000.0, date(2023, 9, 20), "潜力客户"),
    ]


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_the_document_names_the_file_with_both_digests(crmtool: Crmtool, clean: Path, kind: str) -> None:
    first = crmtool("classify", clean, *AS_OF, "-o", f"out.{kind}", "--json").document["outputs"]
    again = crmtool("classify", clean, *AS_OF, "-o", f"out.{kind}", "--json").document["outputs"]
    assert first == again
    assert first[0]["path"] == f"out.{kind}"
    assert len(first[0]["sha256"]) == len(first[0]["content_sha256"]) == 64


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_a_rehearsal_writes_nothing_and_fails_where_the_run_would(
    crmtool: Crmtool, clean: Path, kind: str
) -> None:
    assert "Would write" in crmtool("classify", clean, *AS_OF, "--format", kind, "--dry-run").out
    assert names(clean.parent) == {"a.xlsx"}
    theirs = Path(f"mine.{kind}")
    theirs.write_text("客户,备注\n甲公司,我的批注\n", encoding="utf-8")
    assert crmtool("classify", clean, *AS_OF, "-o", theirs, "--dry-run").code == 4


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_a_file_of_somebody_else_is_left_alone(crmtool: Crmtool, clean: Path, kind: str) -> None:
    theirs = Path(f"mine.{kind}")
    theirs.write_text("客户,备注\n甲公司,我的批注\n", encoding="utf-8")
    before = theirs.read_bytes()
    ran = crmtool("classify", clean, *AS_OF, "-o", theirs)
    assert (ran.code, theirs.read_bytes()) == (4, before)
    assert ("[csv-in-the-way]" if kind == "csv" else "[not-our-output]") in ran.err
    assert names(clean.parent) == {"a.xlsx", theirs.name}


def test_an_own_parquet_is_replaced_until_somebody_writes_it_again(crmtool: Crmtool, clean: Path) -> None:
    assert crmtool("classify", clean, *AS_OF, "-o", "out.parquet").code == 0
    ran = crmtool("classify", clean, "--as-of", "2023-12-31", "-o", "out.parquet")
    assert (ran.code, "Replaced out.parquet" in ran.out) == (0, True)
    duckdb.sql("copy (select *, '我' as 批注 from 'out.parquet') to 'new.parquet' (format parquet)")
    edited = Path("new.parquet").replace("out.parquet").read_bytes()
    ran = crmtool("classify", clean, *AS_OF, "-o", "out.parquet")
    assert (ran.code, Path("out.parquet").read_bytes()) == (4, edited)


def test_a_csv_is_replaced_by_the_same_bytes_only_since_it_holds_no_mark(
    crmtool: Crmtool, clean: Path
) -> None:
    assert crmtool("classify", clean, *AS_OF, "-o", "out.csv").code == 0
    assert crmtool("classify", clean, *AS_OF, "-o", "out.csv").code == 0
    before = Path("out.csv").read_bytes()
    ran = crmtool("classify", clean, "--as-of", "2023-12-31", "-o", "out.csv")
    assert (ran.code, Path("out.csv").read_bytes()) == (4, before)
    assert "[csv-in-the-way]" in ran.err
    assert names(clean.parent) == {"a.xlsx", "out.csv"}


def test_the_ledger_itself_is_never_the_output(crmtool: Crmtool, tmp_path: Path) -> None:
    ledger = tmp_path / "台账.csv"
    text = ",".join(HEADER) + "\n" + "\n".join(",".join(map(str, row)) for row in CLEAN) + "\n"
    ledger.write_text(text, encoding="utf-8")
    ran = crmtool("classify", ledger, *AS_OF, "-o", ledger)
    assert (ran.code, ledger.read_text(encoding="utf-8")) == (2, text)
    assert "[output-is-input]" in ran.err


def test_what_only_a_workbook_lists_is_told_and_so_is_what_the_csv_changes(
    crmtool: Crmtool, tmp_path: Path
) -> None:
    customers = [("@甲公司", "约8万", date(2023, 10, 1), "1年"), ("-乙", 2, date(2023, 9, 1), "1年")]
    ledger = book(tmp_path / "b.xlsx", 客户=[HEADER, *customers])
    ran = crmtool("classify", ledger, *AS_OF, "-o", "out.csv")
    assert "[findings-not-in-table]" in ran.err
    assert "2 text(s) of '客户名称' begin with = + - or @" in ran.err
    assert [row[0] for row in rows(Path("out.csv"))[1:]] == ["'@甲公司", "'-乙"]
    assert "findings-not-in-table" not in crmtool("classify", ledger, *AS_OF, "-o", "out.xlsx").err


def test_a_csv_longer_than_excel_opens_is_said_to_be(
    crmtool: Crmtool, clean: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("crmtool.jobs.table_delivery.MAX_ROW", 4)
    assert "[csv-too-long-for-excel]" not in crmtool("classify", clean, *AS_OF, "-o", "out.csv").err
    monkeypatch.setattr("crmtool.jobs.table_delivery.MAX_ROW", 3)
    ran = crmtool("classify", clean, *AS_OF, "-o", "out.csv")
    assert "out.csv has 4 lines with its header; Excel and WPS open the first 3 only" in ran.err


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_a_failed_write_leaves_what_was_there(
    crmtool: Crmtool, clean: Path, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert crmtool("classify", clean, *AS_OF, "-o", f"out.{kind}").code == 0
    before = Path(f"out.{kind}").read_bytes()

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("crmtool.files.replace.os.fsync", full)
    ran = crmtool("classify", clean, *AS_OF, "-o", f"out.{kind}")
    assert (ran.code, Path(f"out.{kind}").read_bytes()) == (4, before)
    assert "[no-space]" in ran.err
    assert names(clean.parent) == {"a.xlsx", f"out.{kind}"}
