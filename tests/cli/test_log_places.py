"""`--log-file`: which files it may be, and when none is kept."""

from __future__ import annotations

from pathlib import Path

import pytest
from command_line import Crmtool
from review_books import HISTORY, Q1, RULES, ledger

CONFIG = "history: crmtool-history.db\nledger: 台账.xlsx\nrules: value_risk\n"


@pytest.fixture
def office(tmp_path: Path) -> Path:
    return ledger(tmp_path / "台账.xlsx")


@pytest.mark.parametrize(
    "log",
    [
        "台账.xlsx",
        "h.db",
        "crmtool.yaml",
        "crmtool-history.db",
        "旧.xlsx",
        "out.xlsx",
        "./sub/../crmtool.yaml",
    ],
)
def test_a_file_of_the_run_itself_is_no_log(crmtool: Crmtool, office: Path, tmp_path: Path, log: str) -> None:
    (tmp_path / "crmtool.yaml").write_text(CONFIG, encoding="utf-8")
    before = {path: path.read_bytes() for path in tmp_path.iterdir()}
    ran = crmtool(
        "review", office, *RULES, *HISTORY, *Q1, "--previous", "旧.xlsx", "-o", "out.xlsx", "--log-file", log
    )
    assert (ran.code, ran.err.count("[log-in-the-way]")) == (2, 1)
    assert {path: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_a_history_that_only_the_config_names_is_no_log_even_before_it_is_made(
    crmtool: Crmtool, office: Path
) -> None:
    Path("crmtool.yaml").write_text(CONFIG, encoding="utf-8")
    ran = crmtool("review", *Q1, "--log-file", "crmtool-history.db")
    assert (ran.code, "[log-in-the-way]" in ran.err, Path("crmtool-history.db").exists()) == (2, True, False)


def test_orders_in_another_file_are_no_log(crmtool: Crmtool, office: Path) -> None:
    ran = crmtool("review", office, *RULES, *Q1, "--orders", "单.csv::订单", "--log-file", "单.csv")
    assert (ran.code, "[log-in-the-way]" in ran.err, Path("单.csv").exists()) == (2, True, False)


@pytest.mark.parametrize("text", ["客户,电话\n甲,1\n", '{"a": 1}', "x\n\n\n"])
def test_what_holds_other_lines_is_not_appended_to(crmtool: Crmtool, office: Path, text: str) -> None:
    Path("notes.txt").write_text(text, encoding="utf-8")
    ran = crmtool("review", office, *RULES, *Q1, "--log-file", "notes.txt")
    assert (ran.code, ran.err.count("[log-not-ours]")) == (2, 1)
    assert Path("notes.txt").read_text(encoding="utf-8") == text


@pytest.mark.parametrize("text", ["", '{"run": "2024', '{"ru', '{"run": "1/2", "event": "start"}\n\n'])
def test_an_empty_log_and_one_with_a_torn_line_go_on(crmtool: Crmtool, office: Path, text: str) -> None:
    Path("runs.jsonl").write_text(text, encoding="utf-8")
    assert crmtool("review", office, *RULES, *Q1, "--log-file", "runs.jsonl").code == 0
    written = Path("runs.jsonl").read_text(encoding="utf-8")
    assert (written.startswith(text), written.count('"event": "end"')) == (True, 1)


def test_a_rehearsal_writes_no_log_and_does_not_say_that_anything_was_written(
    crmtool: Crmtool, office: Path
) -> None:
    asked = ("--fail-on", "undecided>=0", "--log-file", "runs.jsonl", "--dry-run", "--lang", "en")
    ran = crmtool("review", office, *RULES, *Q1, *asked)
    assert (ran.code, "[limit-crossed]" in ran.err, "was written" in ran.out + ran.err) == (1, True, False)
    assert [path.name for path in Path().iterdir()] == ["台账.xlsx"]
