"""A target is the old file, whole, or the new one, whole, whatever goes wrong and whenever."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path
from typing import Any, BinaryIO

import openpyxl
import pytest
import xlsxwriter

from crmtool.errors import BusyError, CrmtoolError, OutputError
from crmtool.files import leftovers
from crmtool.files.replace import ensure_replaceable, is_ours, rehearsing, replacing


def _names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_the_new_file_replaces_the_old_one_when_the_block_ends(tmp_path: Path) -> None:
    target = tmp_path / "a.xlsx"
    target.write_bytes(b"old")
    with replacing(target) as out:
        out.write(b"new")
        assert target.read_bytes() == b"old"
    assert target.read_bytes() == b"new"
    assert _names(tmp_path) == ["a.xlsx"]


@pytest.mark.parametrize("interruption", [RuntimeError, KeyboardInterrupt, SystemExit])
def test_an_error_in_the_block_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, interruption: type[BaseException]
) -> None:
    target = tmp_path / "a.xlsx"
    target.write_bytes(b"old")
    with pytest.raises(interruption), replacing(target) as out:
        out.write(b"half")
        raise interruption
    assert target.read_bytes() == b"old"
    assert _names(tmp_path) == ["a.xlsx"]


def test_a_file_that_does_not_pass_its_check_is_not_put_in_place(tmp_path: Path) -> None:
    target = tmp_path / "a.xlsx"
    target.write_bytes(b"old")
    seen = []

    def check(path: Path) -> None:
        seen.append(path.read_bytes())
        raise OutputError.of("write-failed", file=str(target), reason="broken")

    with pytest.raises(OutputError), replacing(target, check=check) as out:
        out.write(b"new")
    assert seen == [b"new"]
    assert target.read_bytes() == b"old"
    assert _names(tmp_path) == ["a.xlsx"]


@pytest.mark.parametrize(
    ("number", "code"),
    [
        (errno.ENOSPC, "no-space"),
        (errno.EDQUOT, "no-space"),
        (errno.EIO, "write-failed"),
        (errno.EROFS, "write-refused"),
    ],
)
@pytest.mark.parametrize("step", ["fsync", "replace", "write"])
def test_a_failing_disk_at_any_step_leaves_the_old_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, code: str, step: str
) -> None:
    target = tmp_path / "a.xlsx"
    target.write_bytes(b"old")

    def fail(*_: Any) -> None:
        raise OSError(number, "failed")

    if step == "fsync":
        monkeypatch.setattr(os, "fsync", fail)
    elif step == "replace":
        monkeypatch.setattr(Path, "replace", fail)
    with pytest.raises(OutputError) as problem, replacing(target) as out:
        out.write(b"new")
        if step == "write":
            fail()
    assert (problem.value.findings[0].code, problem.value.exit_code) == (code, 4)
    assert target.read_bytes() == b"old"
    assert _names(tmp_path) == ["a.xlsx"]


@pytest.mark.skipif(os.name != "posix" or not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_really_full_device_is_no_space(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real_open = Path.open

    def open_full(path: Path, mode: str = "r", *rest: Any, **more: Any) -> BinaryIO:
        full = path.name.endswith(".tmp")
        where, how = (Path("/dev/full"), "wb") if full else (path, mode)
        opened: BinaryIO = real_open(where, how, *rest, **more)
        return opened

    monkeypatch.setattr(Path, "open", open_full)
    with pytest.raises(OutputError) as problem, replacing(tmp_path / "a.xlsx") as out:
        out.write(b"x" * 100_000)
    assert problem.value.findings[0].code == "no-space"


def test_a_missing_folder_and_a_folder_as_target_are_told_apart(tmp_path: Path) -> None:
    codes = []
    for target in (tmp_path / "没有" / "a.xlsx", tmp_path):
        with pytest.raises(OutputError) as problem, replacing(target):
            pass
        codes.append(problem.value.findings[0].code)
    assert codes == ["missing-folder", "output-not-a-file"]


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_without_permission_is_said(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    try:
        with pytest.raises(OutputError) as problem, replacing(tmp_path / "a.xlsx"):
            pass
    finally:
        tmp_path.chmod(0o700)
    assert problem.value.findings[0].code == "write-refused"


@pytest.mark.parametrize("owner", ["~$a.xlsx", ".~lock.a.xlsx#", ".~a.xlsx"])
def test_a_target_open_in_a_spreadsheet_program_is_busy(tmp_path: Path, owner: str) -> None:
    target = tmp_path / "a.xlsx"
    target.write_bytes(b"old")
    (tmp_path / owner).write_bytes(b"")
    with pytest.raises(BusyError) as problem, replacing(target) as out:
        out.write(b"new")
    assert (problem.value.exit_code, problem.value.findings[0].params["owner"]) == (75, owner)
    assert target.read_bytes() == b"old"


def test_bytes_that_were_swallowed_on_the_way_keep_the_old_file(tmp_path: Path) -> None:
    target = tmp_path / "a.csv"
    target.write_bytes(b"old")
    with pytest.raises(OutputError) as short, replacing(target) as out:
        out.write(b"new" * 10_000)
        out.flush()
        os.truncate(out.fileno(), 29_999)
    with pytest.raises(OutputError) as other, replacing(target) as out:
        out.write(b"new" * 10_000)
        out.flush()
        os.pwrite(out.fileno(), b"x", 100)
    found = [problem.value.findings[0] for problem in (short, other)]
    assert [(finding.code, finding.params["reason"]) for finding in found] == [
        ("unreadable-output", "29,999 ≠ 30,000"),
        ("unreadable-output", "CRC"),
    ]
    assert target.read_bytes() == b"old"
    assert _names(tmp_path) == ["a.csv"]


def test_a_writer_may_go_back_and_mend_its_beginning(tmp_path: Path) -> None:
    target = tmp_path / "a.xlsx"
    with replacing(target) as out:
        out.write(b"....")
        out.write(memoryview(b"new"))
        out.seek(0)
        out.write(b"head")
        out.seek(0, os.SEEK_END)
        out.write(b"!")
    assert target.read_bytes() == b"headnew!"


def test_leftovers_of_this_process_number_and_old_ones_of_other_hosts_are_swept(tmp_path: Path) -> None:
    own = Path(leftovers.temporary_in(tmp_path).__enter__().name)  # left by a container's earlier number 1
    leftovers._in_use.clear()
    foreign = f".crmtool-00000000-1-{'0' * 8}.tmp"
    young = f".crmtool-00000000-2-{'0' * 8}.tmp"
    for name in (own, foreign, young, ".crmtool-mine.tmp"):
        (tmp_path / name).write_bytes(b"half")
    os.utime(tmp_path / foreign, (0, 0))
    leftovers.sweep(tmp_path)
    assert _names(tmp_path) == sorted([young, ".crmtool-mine.tmp"])


def test_a_rehearsal_is_looked_at_and_thrown_away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    seen = []
    with rehearsing(lambda path: seen.append(path.read_bytes())) as out:
        out.write(b"new")
    assert seen == [b"new"]
    assert _names(tmp_path) == []


def test_a_link_keeps_pointing_and_permissions_are_kept(tmp_path: Path) -> None:
    real = tmp_path / "real.xlsx"
    real.write_bytes(b"old")
    real.chmod(0o640)
    link = tmp_path / "link.xlsx"
    link.symlink_to(real)
    with replacing(link) as out:
        out.write(b"new")
    assert link.is_symlink()
    assert real.read_bytes() == b"new"
    assert real.stat().st_mode & 0o777 == 0o640


def test_a_name_of_255_bytes_can_be_written(tmp_path: Path) -> None:
    target = tmp_path / ("客" * 83 + "a.xlsx")
    assert len(target.name.encode()) == 255
    with replacing(target) as out:
        out.write(b"new")
    assert target.read_bytes() == b"new"


KILLED = textwrap.dedent(
    """
    import sys, time
    from pathlib import Path
    from crmtool.files.replace import replacing
    with replacing(Path(sys.argv[1])) as out:
        for _ in range(2000):
            out.write(b"new" * 1000)
        out.flush()
        print("written", flush=True)
        time.sleep(float(sys.argv[2]))
    """
)


def _start(target: Path, seconds: float) -> subprocess.Popen[bytes]:
    child = subprocess.Popen(
        [sys.executable, "-c", KILLED, str(target), str(seconds)],
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert child.stdout is not None
    assert child.stdout.readline() == b"written\n"
    return child


def test_what_a_killed_run_leaves_is_swept_by_the_next(tmp_path: Path) -> None:
    target = tmp_path / "a.xlsx"
    target.write_bytes(b"old")
    with _start(target, 60) as child:
        assert len(_names(tmp_path)) == 2
        with replacing(tmp_path / "b.xlsx") as out:
            out.write(b"b")
        assert len(_names(tmp_path)) == 3  # the other run is alive: its file is not ours to sweep
        child.kill()
        child.wait()
    assert target.read_bytes() == b"old"
    with replacing(target) as out:
        out.write(b"new")
    assert _names(tmp_path) == ["a.xlsx", "b.xlsx"]


@pytest.mark.slow
@pytest.mark.skipif(os.name != "posix", reason="signals")
def test_forty_kills_leave_the_old_file_or_the_new_one(tmp_path: Path) -> None:
    target = tmp_path / "a.xlsx"
    new = b"new" * 1000 * 2000
    for number in range(40):
        target.write_bytes(b"old")
        with _start(target, 0.01) as child:
            time.sleep(number * 0.001)
            child.send_signal(signal.SIGKILL)
        assert target.read_bytes() in (b"old", new)


def _workbook(path: Path, author: str) -> Path:
    book = xlsxwriter.Workbook(str(path))
    book.set_properties({"author": author})
    book.add_worksheet()
    book.close()
    return path


def test_only_an_own_output_may_be_replaced(tmp_path: Path) -> None:
    ours = _workbook(tmp_path / "ours.xlsx", "crmtool")
    theirs = _workbook(tmp_path / "theirs.xlsx", "张三")
    csv = tmp_path / "a.csv"
    csv.write_text("a,b")
    assert [is_ours(path) for path in (ours, theirs, csv)] == [True, False, False]
    ensure_replaceable(ours)
    ensure_replaceable(tmp_path / "new.xlsx")
    for path in (theirs, csv):
        with pytest.raises(OutputError) as problem:
            ensure_replaceable(path)
        assert problem.value.findings[0].code == "not-our-output"


def test_an_output_that_somebody_saved_again_is_not_ours(tmp_path: Path) -> None:
    path = _workbook(tmp_path / "a.xlsx", "crmtool")
    book = openpyxl.load_workbook(path)
    book.properties.lastModifiedBy = "张三"
    book.save(path)
    with pytest.raises(CrmtoolError):
        ensure_replaceable(path)


def test_a_damaged_output_is_not_ours_and_no_crash(tmp_path: Path) -> None:
    whole = _workbook(tmp_path / "a.xlsx", "crmtool").read_bytes()
    changed = tmp_path / "b.xlsx"
    directory = whole.index(b"PK\x01\x02")
    for at in [*range(0, directory, 29), *range(directory, len(whole), 2)]:
        changed.write_bytes(whole[:at] + bytes([whole[at] ^ 0x15]) + whole[at + 1 :])
        assert is_ours(changed) in (True, False)
    for end in range(0, len(whole), 37):
        changed.write_bytes(whole[:end])
        assert not is_ours(changed)


def test_an_empty_file_is_nobodys_work(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.touch()
    ensure_replaceable(path)
    assert path.exists()
