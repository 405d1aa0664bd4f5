"""Two runs never write one target at once, and the second learns who the first is."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from crmtool.errors import BusyError, OutputError
from crmtool.files.locks import locked

HOLDER = textwrap.dedent(
    """
    import sys, time
    from pathlib import Path
    from crmtool.files.locks import locked
    with locked(Path(sys.argv[1])):
        print("held", flush=True)
        time.sleep(float(sys.argv[2]))
    """
)


def _hold(target: Path, seconds: float) -> subprocess.Popen[bytes]:
    child = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(target), str(seconds)],
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert child.stdout is not None
    assert child.stdout.readline() == b"held\n"
    return child


def test_the_second_run_ends_at_once_and_names_the_first(tmp_path: Path) -> None:
    target = tmp_path / "a.xlsx"
    with _hold(target, 60) as child:
        start = time.monotonic()
        with pytest.raises(BusyError) as problem, locked(target):
            pass
        assert time.monotonic() - start < 1
        child.kill()
    (finding,) = problem.value.findings
    assert problem.value.exit_code == 75
    assert finding.params["pid"] == str(child.pid)
    assert finding.params["host"] == socket.gethostname()
    assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d[+-]\d\d:\d\d", finding.params["since"])


def test_a_lock_does_not_survive_its_killed_owner(tmp_path: Path) -> None:
    target = tmp_path / "a.xlsx"
    with _hold(target, 60) as child:
        child.kill()
    with locked(target):
        pass
    assert list(tmp_path.iterdir()) == []


def test_a_run_that_may_wait_gets_its_turn(tmp_path: Path) -> None:
    target = tmp_path / "a.xlsx"
    with _hold(target, 0.5), locked(target, wait_seconds=20):
        assert len(list(tmp_path.iterdir())) == 2
    assert list(tmp_path.iterdir()) == []


def test_different_targets_do_not_wait_for_each_other(tmp_path: Path) -> None:
    with locked(tmp_path / "a.xlsx"), locked(tmp_path / "b.xlsx"):
        assert len(list(tmp_path.iterdir())) == 4
    assert list(tmp_path.iterdir()) == []


def test_one_target_by_two_names_is_one_target(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    with locked(tmp_path / "a.xlsx"), pytest.raises(BusyError), locked(tmp_path / "sub" / ".." / "a.xlsx"):
        pass


def test_nothing_is_left_after_an_error_either(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError), locked(tmp_path / "a.xlsx"):
        raise RuntimeError
    assert list(tmp_path.iterdir()) == []


def test_a_missing_folder_is_said(tmp_path: Path) -> None:
    with pytest.raises(OutputError) as problem, locked(tmp_path / "没有" / "a.xlsx"):
        pass
    assert problem.value.findings[0].code == "missing-folder"
