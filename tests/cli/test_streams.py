"""stdout carries results, stderr messages; `--quiet`, `--json`, `--verbose`; colour; narrow consoles."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from command_line import AS_OF, HEADER, Crmtool, book, in_a_process, process_environment


def test_results_go_to_stdout_and_findings_to_stderr(crmtool: Crmtool, flawed: Path) -> None:
    ran = crmtool("classify", flawed, *AS_OF, "-o", "out.xlsx")
    assert "高价值客户" in ran.out
    assert "Wrote out.xlsx" in ran.out
    assert "[b.xlsx]客户!B5" not in ran.out
    assert (
        "[b.xlsx]客户!B5: “约8万” is only roughly said; it counts as unknown [approximate-value]" in ran.err
    )
    assert "help: Write the exact figure" in ran.err


def test_quiet_says_nothing_of_what_went_well(crmtool: Crmtool, flawed: Path) -> None:
    ran = crmtool("classify", flawed, *AS_OF, "-q")
    assert (ran.code, ran.out, ran.err) == (0, "", "")
    assert crmtool("check", flawed, *AS_OF, "-q").err == ""
    assert "[bad-as-of]" in crmtool("classify", flawed, "-q", "--as-of", "x").err


def test_the_first_findings_of_a_kind_are_shown_and_the_rest_counted(
    crmtool: Crmtool, tmp_path: Path
) -> None:
    rows = [(f"客户{number}", "约8万", date(2023, 10, 1), "1年") for number in range(9)]
    ledger = book(tmp_path / "many.xlsx", 客户=[HEADER, *rows])
    few, all_of_them = crmtool("check", ledger, *AS_OF).out, crmtool("check", ledger, *AS_OF, "-v").out
    assert few.count("[approximate-value]") == 3
    assert "and 6 more of the same" in few
    assert all_of_them.count("[approximate-value]") == 9
    assert "more of the same" not in all_of_them


def test_json_is_one_document_and_nothing_else(crmtool: Crmtool, flawed: Path) -> None:
    for arguments in (
        ("classify", flawed, *AS_OF),
        ("check", flawed, *AS_OF),
        ("explain", flawed, "丁公司", *AS_OF),
        ("rules", "list"),
        ("rules", "show", "annual_value"),
        ("rules", "test", "value_risk"),
        ("rules", "new", "mine"),
        ("template", "list"),
        ("template", "export", "classification"),
        ("template", "check", "classification.xlsx"),
        ("init", "folder"),
    ):
        ran = crmtool(*arguments, "--json")
        assert ran.err == "", arguments
        assert ran.document["schema"].startswith("crmtool."), arguments
        assert ran.document["schema"].endswith("/v1"), arguments


def test_on_failure_json_says_why(crmtool: Crmtool, clean: Path, flawed: Path) -> None:
    for arguments, code in (
        (("classify", "nosuch.xlsx"), 3),
        (("classify", clean, "--rules", "nope"), 2),
        (("classify", clean, "--nope"), 2),
        (("classify", clean, *AS_OF, "-o", flawed), 4),
    ):
        ran = crmtool(*arguments, "--json")
        assert ran.code == code
        assert ran.err == ""
        assert (ran.document["schema"], ran.document["exit_code"]) == ("crmtool.error/v1", code)
        (finding, *_) = ran.document["findings"]
        assert finding["message"]
        assert finding["help"]


def test_a_mistake_in_a_yaml_file_shows_its_line(crmtool: Crmtool, clean: Path) -> None:
    Path("crmtool.yaml").write_text("rules: annual_value\noutputs: 报告\n", encoding="utf-8")
    ran = crmtool("classify", clean)
    assert ran.code == 2
    assert "crmtool.yaml:2:1" in ran.err
    assert "    outputs: 报告\n    ^^^^^^^" in ran.err


def test_no_progress_and_no_colour_where_the_streams_are_no_terminals(crmtool: Crmtool, clean: Path) -> None:
    ran = crmtool("classify", clean, *AS_OF)
    assert (ran.code, ran.err) == (0, "")
    assert "\x1b" not in ran.out


@pytest.mark.parametrize("encoding", ["gbk", pytest.param("ascii", marks=pytest.mark.slow)])
def test_a_console_that_lacks_characters_never_crashes(flawed: Path, tmp_path: Path, encoding: str) -> None:
    rows = [
        HEADER,
        ("Café 😀 한국 ⅷ", "约8万", date(2023, 10, 1), "1年"),
        ("甲公司", "15万", date(2023, 10, 1), "2年"),
    ]
    ledger = book(tmp_path / "odd.xlsx", 客户=rows)
    done = in_a_process("classify", ledger, *AS_OF, "--lang", "zh", PYTHONIOENCODING=encoding)
    assert done.returncode == 0, done.stderr
    assert b"Traceback" not in done.stderr
    if encoding == "gbk":
        assert "高价值客户" in done.stdout.decode("gbk")
        assert "约8万" in done.stderr.decode("gbk")


def test_json_is_utf_8_whatever_the_console(clean: Path) -> None:
    done = in_a_process("classify", clean, *AS_OF, "--json", PYTHONIOENCODING="gbk")
    assert json.loads(done.stdout.decode("utf-8"))["customers"][0]["name"] == "甲公司"


@pytest.mark.skipif(os.name == "nt", reason="no pseudo-terminals there")
@pytest.mark.parametrize(
    ("environment", "is_coloured"),
    [pytest.param({}, True, marks=pytest.mark.slow), ({"NO_COLOR": "1"}, False)],
)
def test_no_color_is_obeyed(clean: Path, environment: dict[str, str], is_coloured: bool) -> None:
    import pty

    reader, terminal = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "crmtool.cli.main", "explain", str(clean), "甲公司", *AS_OF],
        stdout=terminal,
        stderr=subprocess.PIPE,
        env=process_environment(TERM="xterm-256color", **environment),
    )
    os.close(terminal)
    shown = b""
    try:
        while chunk := os.read(reader, 4096):
            shown += chunk
    except OSError:  # the other end is closed: Linux says so with an error
        pass
    assert process.wait(60) == 0
    assert (b"\x1b[3" in shown) == is_coloured
    assert "甲公司".encode() in shown


@pytest.mark.slow
def test_a_reader_that_goes_away_is_no_fault(clean: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "crmtool.cli.main", "rules", "show", "annual_value", "--json"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=process_environment(),
    )
    assert process.stdout is not None
    process.stdout.close()
    assert process.stderr is not None
    said = process.stderr.read()
    process.wait(60)
    assert b"Traceback" not in said
    assert b"internal" not in said
