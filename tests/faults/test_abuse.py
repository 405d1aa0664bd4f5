"""What a whole run does with hostile inputs and with others at work, beyond what the rooms' own tests hold."""

from __future__ import annotations

import subprocess
import sys
import textwrap
import zipfile
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
from command_line import CLEAN, HEADER, book, process_environment
from harness import Ran, command, snapshot

AS_OF = ("--as-of", "2023-10-31")
TIERS = {"高价值客户", "稳定客户", "潜力客户", "低价值沉默客户"}
HOLDER = textwrap.dedent(
    """
    import sys
    from pathlib import Path
    from crmtool.files.locks import locked
    with locked(Path("out.xlsx")):
        print("held", flush=True)
        sys.stdin.readline()
    """
)


@pytest.fixture(autouse=True)
def in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("CRMTOOL_LANG", raising=False)
    monkeypatch.delenv("LC_ALL", raising=False)
    monkeypatch.setenv("LANG", "C")


def _classify(*arguments: object) -> Ran:
    return command("classify", *arguments, *AS_OF, "-o", "out.xlsx")()


def _texts(path: Path) -> list[str]:
    sheets = openpyxl.load_workbook(path, read_only=True).worksheets
    return [
        cell
        for sheet in sheets
        for row in sheet.iter_rows(values_only=True)
        for cell in row
        if isinstance(cell, str)
    ]


def _formulas(path: Path) -> list[str]:
    sheets = openpyxl.load_workbook(path, read_only=True).worksheets
    return [
        str(cell.value)
        for sheet in sheets
        for row in sheet.iter_rows()
        for cell in row
        if cell.data_type == "f"
    ]


def test_a_second_run_ends_at_once_or_queues_with_wait(tmp_path: Path) -> None:
    book(tmp_path / "a.xlsx", 客户=[HEADER, *CLEAN])
    holder = [sys.executable, "-c", HOLDER]
    with subprocess.Popen(holder, stdin=-1, stdout=-1, env=process_environment(), text=True) as other:
        assert other.stdout is not None
        assert other.stdin is not None
        assert other.stdout.readline() == "held\n"
        ran = _classify("a.xlsx")
        assert ran.code == 75
        assert f"process {other.pid} on " in ran.said
        assert "--wait SECONDS" in ran.said
        waiting = [
            sys.executable,
            "-m",
            "crmtool.cli.main",
            "classify",
            "a.xlsx",
            *AS_OF,
            "-o",
            "out.xlsx",
            "--wait",
            "60",
        ]
        with subprocess.Popen(waiting, stdout=-3, stderr=-3, env=process_environment()) as second:
            with pytest.raises(subprocess.TimeoutExpired):
                second.wait(3)
            assert not Path("out.xlsx").exists()
            other.stdin.write("\n")
            other.stdin.flush()
            assert second.wait(60) == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.xlsx", "out.xlsx"]


def test_an_owner_file_of_excel_is_no_ledger(tmp_path: Path) -> None:
    book(tmp_path / "~$a.xlsx", 客户=[HEADER, *CLEAN])
    ran = _classify("~$a.xlsx")
    assert ran.code == 3
    assert "[owner-file]" in ran.said


@pytest.mark.parametrize("name", ["=1+1", "+8613800000000", "-", "@SUM(A1)", "=cmd|' /C calc'!A0", "\t=1+1"])
def test_a_name_that_looks_like_a_formula_is_text(tmp_path: Path, name: str) -> None:
    rows = [HEADER, *CLEAN, (name, "15万元", *CLEAN[0][2:])]
    workbook = xlsxwriter.Workbook(
        "a.xlsx", {"strings_to_formulas": False, "default_date_format": "yyyy-mm-dd"}
    )
    sheet = workbook.add_worksheet("客户")
    for number, row in enumerate(rows):
        sheet.write_row(number, 0, row)
    workbook.close()
    assert _classify("a.xlsx").code == 0
    assert _formulas(Path("out.xlsx")) == []
    # A lone `-` says that there is no name; every other one is there as it was typed.
    assert name == "-" or name.strip() in [text.strip() for text in _texts(Path("out.xlsx"))]


def test_control_characters_surrogates_and_long_text_are_cleaned_with_a_finding(tmp_path: Path) -> None:
    names = ["甲\x07公司", "乙" * 40_000, "丙公司"]
    lines = [",".join(HEADER), *(f"{name},15万元,2023-10-15,2年" for name in names)]
    (tmp_path / "a.csv").write_text("\n".join(lines), encoding="utf-8")
    ran = _classify("a.csv")
    assert ran.code == 0, ran.said
    assert "[text-cleaned]" in ran.said
    assert "[text-truncated]" in ran.said
    texts = _texts(Path("out.xlsx"))
    assert "甲公司" in texts
    assert max(map(len, texts)) <= 32_767


def test_macros_links_to_other_files_and_dde_are_not_copied(tmp_path: Path) -> None:
    workbook = xlsxwriter.Workbook("plain.xlsx", {"default_date_format": "yyyy-mm-dd"})
    sheet = workbook.add_worksheet("客户")
    for number, row in enumerate([HEADER, *CLEAN]):
        sheet.write_row(number, 0, row)
    sheet.write_formula("B2", "='[1]别的'!A1", None, "15万元")
    sheet.write_formula("A3", "=cmd|'/C calc'!A0", None, "乙公司")
    workbook.close()
    hostile = {
        "xl/vbaProject.bin": b"MACRO-PAYLOAD",
        "xl/externalLinks/externalLink1.xml": b'<externalLink><ddeLink ddeService="cmd" ddeTopic="LINK-PAYLOAD"/></externalLink>',
        "customUI/customUI.xml": b"<customUI/>",
    }
    with zipfile.ZipFile("plain.xlsx") as plain, zipfile.ZipFile("a.xlsm", "w") as package:
        for part in plain.namelist():
            package.writestr(part, plain.read(part))
        for part, content in hostile.items():
            package.writestr(part, content)
    before = Path("a.xlsm").read_bytes()
    ran = _classify("a.xlsm")
    assert ran.code == 0, ran.said
    with zipfile.ZipFile("out.xlsx") as package:
        assert not set(package.namelist()) & set(hostile)
        whole = b"".join(package.read(part) for part in package.namelist())
    assert [word for word in (b"PAYLOAD", b"ddeLink", b"cmd|", b"[1]", b"vbaProject") if word in whole] == []
    assert {"甲公司", "乙公司"} <= set(_texts(Path("out.xlsx")))
    assert _formulas(Path("out.xlsx")) == []
    assert Path("a.xlsm").read_bytes() == before


@pytest.mark.parametrize("name", ["../../客户", "C:\\客户", "客户...", "CON", "客\u2028户", "名" * 80])
def test_a_hostile_ledger_name_keeps_the_output_in_its_folder(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "inside" / "deep"
    folder.mkdir(parents=True)
    ledger = book(folder / f"{name.replace('/', '∕')}.xlsx", 客户=[HEADER, *CLEAN])
    ran = command("classify", ledger, *AS_OF)()
    assert ran.code == 0, ran.said
    (output,) = set(folder.iterdir()) - {ledger}
    assert len(output.name.encode()) <= 255
    assert sorted(snapshot(tmp_path)) == sorted(
        ["inside", "inside/deep", *(f"inside/deep/{p.name}" for p in (ledger, output))]
    )


@pytest.mark.parametrize(
    ("encoding", "end"),
    [
        ("utf-8", "\r"),
        ("utf-8-sig", "\r\n"),
        ("gbk", "\n"),
        ("gb18030", "\r"),
        ("utf-16", "\r\n"),
        ("utf-16-be", "\r"),
    ],
)
def test_a_csv_of_any_encoding_and_line_end_gives_the_same_tiers(
    tmp_path: Path, encoding: str, end: str
) -> None:
    lines = [";".join(HEADER), "甲公司;150000,00;2023-10-15;2年", "乙公司;3万元;2023-08-20;6个月", ""]
    (tmp_path / "a.csv").write_bytes(end.join(lines).encode(encoding))
    ran = _classify("a.csv")
    assert ran.code == 0, ran.said
    rows = openpyxl.load_workbook("out.xlsx")["客户分级表"].iter_rows(values_only=True)
    tiers = {row[0]: set(row) & TIERS for row in rows if row[0] in ("甲公司", "乙公司")}
    assert tiers == {"甲公司": {"高价值客户"}, "乙公司": {"稳定客户"}}
    assert "[assumed-separator]" in ran.said


def test_a_password_opens_an_encrypted_ledger_and_a_wrong_one_does_not(tmp_path: Path) -> None:
    msoffcrypto = pytest.importorskip("msoffcrypto.format.ooxml")
    plain = book(tmp_path / "plain.xlsx", 客户=[HEADER, *CLEAN])
    with plain.open("rb") as source, Path("a.xlsx").open("wb") as target:
        msoffcrypto.OOXMLFile(source).encrypt("秘密 1", target)
    for word, code in (("秘密 1", 0), ("wrong", 3)):
        Path("word.txt").write_text(word + "\n", encoding="utf-8")
        ran = _classify("a.xlsx", "--password-file", "word.txt")
        assert ran.code == code, ran.said
    ran = _classify("a.xlsx")
    assert (ran.code, "[encrypted-workbook]" in ran.said, "--password-file" in ran.said) == (3, True, True)
