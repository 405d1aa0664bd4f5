"""Two commands on one history and one ledger at once: the second ends with 75 or queues, and nothing of either is lost."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import openpyxl
import pytest
from command_line import in_a_process, process_environment
from visit_commands import COLLECT, cells, plan, reported, standing

from crmtool.files.history import History
from crmtool.files.locks import locked


@pytest.fixture(autouse=True)
def in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LANG", "C")


def running(*arguments: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "crmtool.cli.main", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=process_environment(),
    )


def test_while_another_run_holds_the_history_plan_followup_and_collect_end_with_75(tmp_path: Path) -> None:
    reported(tmp_path)
    before = standing(tmp_path)
    with History.open(tmp_path / "h.db"):
        for line in (plan("2026-03-16", "--update-ledger"), COLLECT):
            ran = in_a_process(*line)
            assert (ran.returncode, b"[busy-other-run]" in ran.stderr) == (75, True), ran.stderr
    assert standing(tmp_path) == before


def test_while_another_run_holds_the_ledger_collect_ends_with_75_and_is_done_by_the_next(
    tmp_path: Path,
) -> None:
    reported(tmp_path)
    before = standing(tmp_path)
    with locked(tmp_path / "a.xlsx"):
        ran = in_a_process(*COLLECT)
        assert ran.returncode == 75, ran.stderr
    assert standing(tmp_path) == before
    assert in_a_process(*COLLECT).returncode == 0
    assert len(standing(tmp_path)["reports"]) == 3  # type: ignore[arg-type]


def test_plan_and_collect_at_once_queue_and_both_are_recorded(tmp_path: Path) -> None:
    reported(tmp_path)
    lines = [(*COLLECT, "--wait", "60"), plan("2026-03-20", "--update-ledger", "--wait", "60")]
    both = [running(*line) for line in lines]
    ends = [(process.wait(120), process.communicate()[1]) for process in both]
    for line, (code, said) in zip(lines, ends, strict=True):
        # Who had read the ledger before the other wrote into it is told so, and does it again.
        assert code == 0 or (code == 75 and b"[ledger-changed]" in said), said
        if code:
            assert in_a_process(*line).returncode == 0
    with History.open(tmp_path / "h.db", is_read_only=True) as history:
        visits = {row["visit_id"]: row for row in history.visits().to_pylist()}
        reports = history.reports().to_pylist()
        commands = [run.command for run in history.runs()]
    assert len(reports) == 3
    assert visits["C001-phone-202603"]["status"] == "done"
    assert (visits["C002-phone-202603"]["status"], str(visits["C002-phone-202603"]["planned_on"])) == (
        "agreed",
        "2026-04-02",
    )
    assert commands.count("collect") == 1
    assert commands.count("plan") >= 2
    # The ledger has what both wrote into it.
    header, *rows = cells(tmp_path / "a.xlsx", "客户")
    ledger = {row[0]: dict(zip(header, row, strict=True)) for row in rows}
    assert str(ledger["C001"]["最近联系时间"]) == "2026-03-11"
    assert str(ledger["C002"]["下次跟进时间"]) == "2026-04-02"
    assert openpyxl.load_workbook(tmp_path / "plan.xlsx")["回访计划"].max_row > 5
