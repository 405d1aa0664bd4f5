"""Whether the next run will work is told before it fails, and telling it leaves nothing behind."""

from __future__ import annotations

import io
import json
import os
import socket
import sqlite3
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from command_line import CLEAN, HEADER, Crmtool, Ran, book

from crmtool.files.locks import locked
from crmtool.jobs import doctor as doctor_job

TODAY = date(2026, 5, 20)
CONFIG = "ledger: 台账.xlsx\nhistory: 历史.db\nlang: en\n"
ALL = (
    "config",
    "rules",
    "ledger",
    "history",
    "folder",
    "space",
    "holidays",
    "backups",
    "zone",
    "console",
    "versions",
)


@pytest.fixture(autouse=True)
def in_may(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let it be a day whose next quarter's holidays are published."""
    monkeypatch.setattr(doctor_job, "today", lambda zone: TODAY)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    Path("crmtool.yaml").write_text(CONFIG, encoding="utf-8")
    book(Path("台账.xlsx"), 客户=[HEADER, *CLEAN])
    return tmp_path


def states(ran: Ran) -> dict[str, str]:
    """Return the worst state of each check by its id."""
    found: dict[str, str] = {}
    order = ("ok", "warning", "wrong")
    for check in ran.document["checks"]:
        found[check["id"]] = max(found.get(check["id"], "ok"), check["state"], key=order.index)
    return found


def odd(ran: Ran) -> list[tuple[str, str, str]]:
    return [(c["id"], c["state"], c["code"]) for c in ran.document["checks"] if c["state"] != "ok"]


def with_config(text: str) -> None:
    Path("crmtool.yaml").write_text(text, encoding="utf-8")


def test_a_folder_that_is_ready_passes_every_check_and_is_left_as_it_was(
    crmtool: Crmtool, folder: Path
) -> None:
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    ran = crmtool("doctor", "--json")
    assert ran.code == 0
    document = ran.document
    assert (document["schema"], document["ready"]) == ("crmtool.doctor/v1", True)
    assert states(ran) == dict.fromkeys(ALL, "ok")
    assert all(check["message"] and not check["help"] for check in document["checks"])
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_each_check_is_a_line_that_says_what_to_do_where_it_is_not_ok(crmtool: Crmtool, folder: Path) -> None:
    with_config("ledger: 没有.xlsx\nhistory: 历史.db\n")
    ran = crmtool("doctor", "--lang", "zh")
    lines = ran.out.splitlines()
    assert ran.code == 1
    assert lines[0] == "[通过] 设置：读了 crmtool.yaml"
    at = next(number for number, line in enumerate(lines) if line.startswith("[不行] 台账："))
    assert "没有.xlsx" in lines[at]
    assert lines[at + 1].startswith("  建议：")
    quiet = crmtool("doctor", "--lang", "zh", "--quiet")
    assert (quiet.code, quiet.out, quiet.err.splitlines()) == (1, "", lines[at : at + 2])


def test_without_a_config_the_machine_alone_is_checked(crmtool: Crmtool) -> None:
    ran = crmtool("doctor", "--json")
    assert (ran.code, odd(ran)) == (0, [("config", "warning", "doctor-no-config")])
    assert set(states(ran)) == {"config", "folder", "space", "zone", "console", "versions"}
    assert crmtool("doctor", "--strict").code == 1


@pytest.mark.parametrize("text", ["ledgr: a.xlsx\n", "timezone: Asia/Beijing\n", "ledger: [\n"])
def test_a_config_with_a_mistake_ends_with_2_at_its_line(crmtool: Crmtool, folder: Path, text: str) -> None:
    with_config(text)
    ran = crmtool("doctor")
    assert ran.code == 2
    assert "crmtool.yaml:" in ran.err


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("rules: 没有的规则.yaml\nledger: 台账.xlsx\n", ("rules", "no-such-resource")),
        ("rfm: 没有的规则.yaml\nledger: 台账.xlsx\n", ("rules", "no-such-resource")),
        ("ledger: 台账.xlsx\nbaselines: {foo: 3%}\n", ("config", "unknown-baseline")),
        ("ledger: 台账.xlsx\nbaselines: {repeat_rate: 120%}\n", ("config", "unreadable-baseline")),
        ("ledger: 没有.xlsx\n", ("ledger", "no-such-file")),
        ("ledger: crmtool.yaml\n", ("ledger", "no-ledger")),
        ("ledger: 台账.xlsx\nrules: rfm\n", ("rules", "rfm-rules-for-tiers")),
        ("ledger: 台账.xlsx\nholidays: 没有.xlsx\n", ("holidays", "holidays-unreadable")),
        ("ledger: 台账.xlsx\nhistory: 不在/历史.db\n", ("folder", "missing-folder")),
        ("ledger: 台账.xlsx\nhistory: 台账.xlsx\n", ("history", "history-not-one")),
    ],
)
def test_what_would_fail_the_next_run_is_wrong(
    crmtool: Crmtool, folder: Path, text: str, expected: tuple[str, str]
) -> None:
    with_config(text)
    ran = crmtool("doctor", "--json")
    assert ran.code == 1
    assert not ran.document["ready"]
    wrong = [(check["id"], check["code"]) for check in ran.document["checks"] if check["state"] == "wrong"]
    assert expected in wrong
    assert all(check["help"] for check in ran.document["checks"] if check["state"] != "ok")


def test_a_target_that_no_figure_can_meet_is_to_be_looked_at(crmtool: Crmtool, folder: Path) -> None:
    assert crmtool("rules", "new", "mine", "--from", "annual_value").code == 0
    path = next(Path().rglob("mine.yaml"))
    text = path.read_text(encoding="utf-8")
    assert text.count('target: ">= 90%"') == 1
    path.write_text(text.replace('target: ">= 90%"', 'target: ">= 190%"'), encoding="utf-8")
    with_config(f"{CONFIG}rules: {path.as_posix()}\n")
    assert odd(crmtool("doctor", "--json")) == [("rules", "warning", "kpi-target-unfit")]


def test_a_ledger_that_the_rules_cannot_judge_is_wrong(crmtool: Crmtool, folder: Path) -> None:
    book(Path("台账.xlsx"), 客户=[("客户名称", "电话"), ("甲公司", "13800000000")])
    assert ("ledger", "wrong", "cannot-judge") in odd(crmtool("doctor", "--json"))


def test_a_ledger_without_customers_is_wrong(crmtool: Crmtool, folder: Path) -> None:
    book(Path("台账.xlsx"), 客户=[HEADER])
    assert odd(crmtool("doctor", "--json")) == [("ledger", "wrong", "no-customers")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("rules: annual_value\nhistory: 历史.db\n", ("ledger", "doctor-no-ledger")),
        ("ledger: 台账.xlsx\n", ("history", "doctor-no-history")),
        (CONFIG + "backups: 0\n", ("backups", "doctor-no-backups")),
    ],
)
def test_what_a_team_may_mean_is_a_warning(
    crmtool: Crmtool, folder: Path, text: str, expected: tuple[str, str]
) -> None:
    with_config(text)
    ran = crmtool("doctor", "--json")
    assert (ran.code, odd(ran)) == (0, [(expected[0], "warning", expected[1])])


def test_a_ledger_that_is_open_in_excel_is_a_warning(crmtool: Crmtool, folder: Path) -> None:
    Path("~$台账.xlsx").write_bytes(b"")
    ran = crmtool("doctor", "--json")
    assert (ran.code, odd(ran)) == (0, [("ledger", "warning", "open-elsewhere")])


def test_a_write_protected_ledger_is_a_warning(crmtool: Crmtool, folder: Path) -> None:
    Path("台账.xlsx").chmod(0o444)
    assert odd(crmtool("doctor", "--json")) == [("ledger", "warning", "write-refused")]


def test_a_ledger_that_another_run_holds_is_a_warning_and_it_goes_on_holding_it(
    crmtool: Crmtool, folder: Path
) -> None:
    with locked(Path("台账.xlsx")):
        held = {path.name for path in folder.iterdir()}
        assert odd(crmtool("doctor", "--json")) == [("ledger", "warning", "busy-other-run")]
        assert {path.name for path in folder.iterdir()} == held
        (note,) = folder.glob(".crmtool-*.owner")
        # The process of a number that no system gives out is gone, whatever its note says.
        note.write_text(
            json.dumps({"pid": 2**31 - 1, "host": socket.gethostname(), "since": "x"}), encoding="utf-8"
        )
        assert odd(crmtool("doctor", "--json")) == []


def recorded(crmtool: Crmtool) -> Path:
    assert crmtool("classify", "--as-of", "2023-10-31", "--quiet").code == 0
    return Path("历史.db")


def test_a_whole_history_is_told_with_its_runs(crmtool: Crmtool, folder: Path) -> None:
    path = recorded(crmtool)
    before = path.read_bytes()
    ran = crmtool("doctor", "--json")
    (check,) = [check for check in ran.document["checks"] if check["id"] == "history"]
    assert (check["state"], check["code"]) == ("ok", "doctor-history")
    assert "1 runs" in check["message"]
    assert path.read_bytes() == before


def test_a_damaged_history_is_wrong(crmtool: Crmtool, folder: Path) -> None:
    path = recorded(crmtool)
    data = bytearray(path.read_bytes())
    page = int.from_bytes(data[16:18], "big") or 65_536
    for start in range(page, len(data), page):
        data[start + 8 : start + 200] = b"\xff" * 192
    path.write_bytes(data)
    ran = crmtool("doctor", "--json")
    assert (ran.code, odd(ran)) == (1, [("history", "wrong", "history-damaged")])


def test_a_history_of_a_newer_crmtool_is_wrong_and_one_of_an_older_is_told(
    crmtool: Crmtool, folder: Path
) -> None:
    path = recorded(crmtool)
    for version, state, code in ((999, "wrong", "history-newer"), (1, "ok", "doctor-history-older")):
        connection = sqlite3.connect(path)
        connection.execute(f"PRAGMA user_version = {version}")
        connection.close()
        checks = crmtool("doctor", "--json").document["checks"]
        assert [(c["state"], c["code"]) for c in checks if c["id"] == "history"] == [(state, code)]


def test_a_disk_that_is_nearly_full_is_a_warning(
    crmtool: Crmtool, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from crmtool.jobs.checkups import folder as checks

    monkeypatch.setattr(checks, "free_bytes", lambda path: 199_999_999)
    ran = crmtool("doctor", "--json", "--lang", "zh")
    assert odd(ran) == [("space", "warning", "doctor-space-low")]
    (said,) = [check["message"] for check in ran.document["checks"] if check["id"] == "space"]
    assert said.endswith("所在磁盘只剩 199 MB，宜有 200 MB")


def test_a_folder_that_cannot_be_written_into_is_wrong(
    crmtool: Crmtool, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = Path.open

    def refused(path: Path, mode: str = "r", *more: Any, **named: Any) -> Any:
        if set(mode) & set("wxa+"):
            raise PermissionError(13, "Permission denied", str(path))
        return opened(path, mode, *more, **named)

    monkeypatch.setattr(Path, "open", refused)
    ran = crmtool("doctor", "--json")
    assert (ran.code, odd(ran)) == (1, [("folder", "wrong", "write-refused")])


def test_an_output_folder_that_is_not_there_yet_is_no_fault(crmtool: Crmtool, folder: Path) -> None:
    with_config(CONFIG + "output: 出/表\n")
    assert odd(crmtool("doctor", "--json")) == []
    assert not Path("出").exists()


def test_holidays_that_are_not_published_are_told_for_the_next_quarter(
    crmtool: Crmtool, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doctor_job, "today", lambda zone: date(2098, 11, 26))
    ran = crmtool("doctor", "--json")
    assert (ran.code, odd(ran)) == (0, [("holidays", "warning", "holidays-unpublished")])
    assert "2099" in str([check["message"] for check in ran.document["checks"] if check["id"] == "holidays"])


def test_a_console_without_chinese_is_a_warning(
    crmtool: Crmtool, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert [check.state for check in doctor_job.check_console("gbk")] == ["ok"]
    for encoding in ("cp1252", "ascii", "no-such-encoding"):
        (check,) = doctor_job.check_console(encoding)
        assert (check.state, check.finding.code) == ("warning", "doctor-console-lacking")
    narrow = io.TextIOWrapper(io.BytesIO(), encoding="cp1252", errors="replace")
    monkeypatch.setattr(sys, "stdout", narrow)
    assert doctor_job.doctor(None, sys.stdout.encoding).has_warnings


def test_a_package_that_is_missing_is_wrong(crmtool: Crmtool, monkeypatch: pytest.MonkeyPatch) -> None:
    from crmtool.jobs.checkups import machine

    monkeypatch.setattr(machine, "_PACKAGES", ("pandas", "no-such-package-of-crmtool"))
    ran = crmtool("doctor", "--json")
    assert ran.code == 1
    assert ("versions", "wrong", "doctor-package-missing") in odd(ran)


@pytest.mark.skipif(os.name != "posix", reason="times of files are compared as POSIX keeps them")
def test_nothing_in_the_folder_is_touched(crmtool: Crmtool, folder: Path) -> None:
    recorded(crmtool)
    before = {path: (path.stat().st_mtime_ns, path.stat().st_ino) for path in folder.iterdir()}
    assert crmtool("doctor").code == 0
    assert {path: (path.stat().st_mtime_ns, path.stat().st_ino) for path in folder.iterdir()} == before
