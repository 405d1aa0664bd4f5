"""The log of runs: a line at the beginning, a line at the end, nothing of customers, and nothing torn."""

from __future__ import annotations

import json
import multiprocessing
from pathlib import Path
from typing import Any

import pytest
import typer

from crmtool.cli.logged import logged
from crmtool.cli.voice import Voice
from crmtool.errors import BusyError, Finding
from crmtool.files.replace import append_line
from crmtool.jobs.run_log import RunLog


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_a_run_has_two_lines_of_one_name(tmp_path: Path) -> None:
    log = RunLog("review", tmp_path / "log.jsonl")
    log.begin()
    log.note(
        [Finding("unreadable-date", file="台账.xlsx", sheet="客户", cell="C2", value="甲公司", count=4)],
        customers=9,
    )
    log.end(0)
    begun, ended = lines(tmp_path / "log.jsonl")
    assert (begun["event"], ended["event"], begun["run"] == ended["run"]) == ("start", "end", True)
    assert (ended["exit_code"], ended["customers"]) == (0, 9)
    assert ended["findings"] == [{"code": "unreadable-date", "count": 4, "places": ["[台账.xlsx]客户!C2"]}]
    assert "甲公司" not in (tmp_path / "log.jsonl").read_text(encoding="utf-8")
    assert ended["seconds"] >= 0


def test_later_runs_come_below_and_a_torn_line_does_not_swallow_them(tmp_path: Path) -> None:
    path = tmp_path / "log.jsonl"
    append_line(path, b'{"a": 1}')
    with path.open("ab") as file:
        file.write(b'{"torn": ')
    append_line(path, b'{"b": 2}\n')
    assert path.read_bytes() == b'{"a": 1}\n{"torn": \n{"b": 2}\n'


def _append(path: Path, name: str, times: int) -> None:
    for _ in range(times):
        append_line(path, json.dumps({"name": name, "filling": name * 3000}).encode())


def test_lines_of_several_processes_do_not_mix(tmp_path: Path) -> None:
    path, spawn = tmp_path / "log.jsonl", multiprocessing.get_context("spawn")
    writers = [spawn.Process(target=_append, args=(path, name, 50)) for name in "abc"]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    found = lines(path)
    assert sorted(each["name"] for each in found) == ["a"] * 50 + ["b"] * 50 + ["c"] * 50
    assert all(each["filling"] == each["name"] * 3000 for each in found)


@pytest.mark.parametrize(
    ("ended", "code"),
    [
        (BusyError.of("busy-other-run", file="h.db", pid="1", host="h", since="s"), 75),
        (typer.Exit(1), 1),
        (SystemExit(143), 143),
        (KeyboardInterrupt(), 130),
        (ZeroDivisionError(), 70),
    ],
)
def test_a_run_that_fails_is_logged_with_its_exit_code(
    tmp_path: Path, ended: BaseException, code: int
) -> None:
    with pytest.raises(type(ended)), logged("review", tmp_path / "log.jsonl", Voice("en")):
        raise ended
    assert lines(tmp_path / "log.jsonl")[-1]["exit_code"] == code


def test_a_log_that_cannot_be_written_is_told_once_and_the_run_goes_on(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with logged("review", tmp_path / "no" / "log.jsonl", Voice("en", quiet=True)) as log:
        log.note([])
    assert capsys.readouterr().err.count("[log-not-written]") == 1


def test_without_a_file_nothing_is_kept(tmp_path: Path) -> None:
    with logged("review", None, Voice("en")):
        pass
    assert list(tmp_path.iterdir()) == []
