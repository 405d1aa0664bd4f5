"""Each exit code, provoked by what really causes it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from command_line import AS_OF, CLEAN, HEADER, Crmtool, book, process_environment

from crmtool.files.locks import locked
from crmtool.jobs import classify as classify_job


def test_0_where_the_work_is_done_even_with_findings(crmtool: Crmtool, clean: Path, flawed: Path) -> None:
    assert crmtool("classify", clean, *AS_OF).code == 0
    assert crmtool("classify", flawed, *AS_OF).code == 0
    assert crmtool("check", clean, *AS_OF).code == 0


def test_1_where_findings_are_what_was_asked_for(crmtool: Crmtool, flawed: Path) -> None:
    assert crmtool("check", flawed, *AS_OF).code == 1


def test_1_under_strict_though_the_workbook_is_written(crmtool: Crmtool, clean: Path, flawed: Path) -> None:
    assert crmtool("classify", flawed, *AS_OF, "--strict", "-o", "out.xlsx").code == 1
    assert Path("out.xlsx").is_file()
    assert crmtool("classify", clean, *AS_OF, "--strict").code == 0


def test_1_where_an_example_of_a_rules_file_fails(crmtool: Crmtool) -> None:
    crmtool("rules", "new", "mine")
    rules = Path("mine.yaml")
    assert crmtool("rules", "test", rules).code == 0
    text = rules.read_text(encoding="utf-8")
    rules.write_text(
        text.replace("expect: {tier: high_value", "expect: {tier: low_silent", 1), encoding="utf-8"
    )
    ran = crmtool("rules", "test", rules)
    assert ran.code == 1
    assert "high_value" in ran.out


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["--nope"], "unknown-option"),
        (["--rules"], "option-without-value"),
        (["--wait", "soon"], "bad-parameter"),
        (["second.xlsx"], "extra-argument"),
        (["--as-of", "2023-13-01"], "bad-as-of"),
        (["--as-of", "yesterday"], "bad-as-of"),
        (["--as-of", "1899-12-31"], "bad-as-of"),
        (["--wait", "-1"], "bad-parameter"),
        (["--wait", "nan"], "bad-parameter"),
        (["--rules", "nope"], "unknown-rules"),
        (["--map", "年消费额"], "bad-map"),
        (["--map", "年消费额=nope"], "unknown-map-field"),
        (["--template", "nope.xlsx"], "no-such-resource"),
        (["--config", "nope.yaml"], "config-unreadable"),
        (["--lang", "fr"], "unknown-language"),
        (["-o", "b.xlsx", "--history", "b.xlsx"], "history-in-the-way"),
        (["-o", "a.xlsx"], "output-is-input"),
        (["-o", "a.txt"], "output-ending"),
        (["-o", "b.xlsx", "--format", "csv"], "output-ending"),
        (["-o", "b.csv", "--format", "parquet"], "output-ending"),
        (["--format", "ods"], "unknown-format"),
        (["--format", "csv", "--template", "nope.xlsx"], "template-without-workbook"),
    ],
)
def test_2_for_a_mistake_on_the_command_line(
    crmtool: Crmtool, clean: Path, arguments: list[str], code: str
) -> None:
    before = clean.read_bytes()
    ran = crmtool("classify", clean, *arguments)
    assert (ran.code, ran.out) == (2, "")
    assert f"[{code}]" in ran.err
    assert "help: " in ran.err
    assert clean.read_bytes() == before
    assert [path.name for path in clean.parent.iterdir()] == ["a.xlsx"]


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["clasify"], "unknown-command"),
        (["rules", "nope"], "unknown-command"),
        (["explain", "a.xlsx"], "missing-parameter"),
        (["rules", "new", "Bad Name"], "bad-rules-name"),
        (["template", "export", "nope"], "no-such-template"),
        (["rfm", "a.xlsx", "--method", "excel"], "unknown-method"),
        (["rfm", "a.xlsx", "--segments", "nope"], "unknown-segment-map"),
        (["rfm", "a.xlsx", "--bins", "1"], "bad-parameter"),
        (["rfm", "a.xlsx", "--bins", "4"], "bins-without-method-r"),
        (["rfm", "a.xlsx", "-o", "b.csv"], "output-ending"),
        (["--lang", "fr", "rules", "list"], "unknown-language"),
    ],
)
def test_2_for_other_commands_too(crmtool: Crmtool, clean: Path, arguments: list[str], code: str) -> None:
    ran = crmtool(*arguments)
    assert ran.code == 2
    assert f"[{code}]" in ran.err


@pytest.mark.parametrize("arguments", [[], ["explain"], ["rules"], ["template"]])
def test_2_with_the_help_where_nothing_is_given(crmtool: Crmtool, arguments: list[str]) -> None:
    ran = crmtool(*arguments)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("Usage: crmtool")


@pytest.mark.parametrize("command", ["classify", "check", "rfm"])
def test_2_where_neither_the_command_nor_the_config_names_a_ledger(
    crmtool: Crmtool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    monkeypatch.chdir(tmp_path)
    ran = crmtool(command)
    assert (ran.code, ran.out) == (2, "")
    assert "[no-ledger-named]" in ran.err


def test_3_where_the_input_cannot_be_used(crmtool: Crmtool, tmp_path: Path) -> None:
    (tmp_path / "empty.xlsx").write_bytes(b"")
    (tmp_path / "page.xlsx").write_bytes(b"<html><body>login</body></html>")
    (tmp_path / "cut.xlsx").write_bytes(
        book(tmp_path / "whole.xlsx", 客户=[HEADER, *CLEAN]).read_bytes()[:900]
    )
    book(tmp_path / "else.xlsx", 表=[("日期", "天气"), ("2023-10-01", "晴")])
    cases = {
        "nosuch.xlsx": "no-such-file",
        "empty.xlsx": "empty-file",
        "page.xlsx": "foreign-file-type",
        "else.xlsx": "no-ledger",
        "cut.xlsx": "damaged-package",
        ".": "input-is-folder",
    }
    codes = {name: (crmtool("classify", name), code) for name, code in cases.items()}
    assert {name: ran.code for name, (ran, _) in codes.items()} == dict.fromkeys(cases, 3)
    assert {name: code for name, (ran, code) in codes.items() if f"[{code}]" not in ran.err} == {}


def test_3_where_the_named_sheet_or_the_orders_are_not_there(crmtool: Crmtool, clean: Path) -> None:
    assert "[no-such-sheet]" in crmtool("check", clean, "--sheet", "没有").err
    assert crmtool("check", clean, "--sheet", "没有").code == 3
    assert crmtool("check", clean, "--orders", "nosuch.xlsx").code == 3


def test_3_where_there_is_nothing_to_score(crmtool: Crmtool, clean: Path) -> None:
    ran = crmtool("rfm", clean, *AS_OF)
    assert ran.code == 3
    assert "[nothing-to-score]" in ran.err


def test_4_where_a_file_of_somebody_else_is_in_the_way(crmtool: Crmtool, clean: Path, flawed: Path) -> None:
    before = flawed.read_bytes()
    ran = crmtool("classify", clean, *AS_OF, "-o", flawed)
    assert ran.code == 4
    assert "[not-our-output]" in ran.err
    assert flawed.read_bytes() == before


def test_4_where_the_folder_is_not_there(crmtool: Crmtool, clean: Path) -> None:
    ran = crmtool("classify", clean, *AS_OF, "-o", "no/such/out.xlsx")
    assert ran.code == 4
    assert "[missing-folder]" in ran.err


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="permissions do not bind the administrator")
def test_4_where_the_folder_may_not_be_written(crmtool: Crmtool, clean: Path, tmp_path: Path) -> None:
    shut = tmp_path / "shut"
    shut.mkdir(mode=0o500)
    assert crmtool("classify", clean, *AS_OF, "-o", shut / "out.xlsx").code == 4


def test_75_while_the_output_is_open_in_a_spreadsheet_program(crmtool: Crmtool, clean: Path) -> None:
    crmtool("classify", clean, *AS_OF, "-o", "out.xlsx")
    before = Path("out.xlsx").read_bytes()
    for owner in ("~$out.xlsx", ".~lock.out.xlsx#"):
        Path(owner).write_bytes(b"someone")
        ran = crmtool("classify", clean, *AS_OF, "-o", "out.xlsx")
        assert ran.code == 75
        assert owner in ran.err
        Path(owner).unlink()
    assert Path("out.xlsx").read_bytes() == before
    assert crmtool("classify", clean, *AS_OF, "-o", "out.xlsx").code == 0


def test_75_while_another_run_writes_the_same_output(crmtool: Crmtool, clean: Path) -> None:
    with locked(Path("out.xlsx")):
        ran = crmtool("classify", clean, *AS_OF, "-o", "out.xlsx")
    assert ran.code == 75
    assert str(os.getpid()) in ran.err
    assert not Path("out.xlsx").exists()


def test_70_with_the_details_only_where_they_are_asked_for(
    crmtool: Crmtool, clean: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("a fault of ours")

    monkeypatch.setattr(classify_job, "assess", broken)
    ran = crmtool("classify", clean)
    assert (ran.code, ran.out) == (70, "")
    assert "ZeroDivisionError: a fault of ours [internal-error]" in ran.err
    assert "Traceback" not in ran.err
    assert "Traceback" in crmtool("classify", clean, "-v").err
    document = crmtool("classify", clean, "--json").document
    assert (document["schema"], document["exit_code"]) == ("crmtool.error/v1", 70)


def test_130_where_the_user_breaks_off(
    crmtool: Crmtool, clean: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken_off(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(classify_job, "assess", broken_off)
    assert crmtool("classify", clean).code == 130


@pytest.mark.skipif(os.name == "nt", reason="signals are sent differently on Windows")
@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGINT, 130), pytest.param(signal.SIGTERM, 143, marks=pytest.mark.slow)]
)
def test_a_signal_ends_a_run_and_leaves_nothing(clean: Path, number: int, code: int) -> None:
    os.mkfifo("password")  # type: ignore[attr-defined, unused-ignore]
    command = [sys.executable, "-m", "crmtool.cli.main", "classify", "a.xlsx", "--password-file", "password"]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=process_environment()
    )
    with Path("password").open(
        "wb"
    ):  # open as soon as the run opens it, and held, so that the run waits for a line
        process.send_signal(number)
        _, said = process.communicate(timeout=20)
    assert process.returncode == code, said.decode()
    assert b"Traceback" not in said
    assert {path.name for path in clean.parent.iterdir()} == {"a.xlsx", "password"}
