"""Dated copies of a file lie beside it; the newest few are kept, and nobody else's file is touched."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from crmtool.files.backups import back_up, backups


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    path = tmp_path / "客户台账.xlsx"
    path.write_bytes(b"now")
    return path


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_copy_holds_the_bytes_and_has_the_moment_in_its_name(ledger: Path) -> None:
    copy = back_up(ledger, b"before", "20240630-183005", 5)[0]
    assert copy == ledger.with_name("客户台账-备份-20240630-183005.xlsx")
    assert copy.read_bytes() == b"before"
    assert ledger.read_bytes() == b"now"
    assert names(ledger.parent) == ["客户台账-备份-20240630-183005.xlsx", "客户台账.xlsx"]


def test_the_newest_few_are_kept(ledger: Path) -> None:
    for day in range(1, 6):
        back_up(ledger, b"%d" % day, f"2024060{day}-000000", 3)
    assert [path.read_bytes() for path in backups(ledger)] == [b"3", b"4", b"5"]


def test_fewer_wanted_than_there_are_drops_the_oldest(ledger: Path) -> None:
    for day in range(1, 6):
        back_up(ledger, b"%d" % day, f"2024060{day}-000000", 9)
    _, dropped = back_up(ledger, b"6", "20240606-000000", 2)
    assert [path.name[-20:-5] for path in dropped] == [f"2024060{day}-000000" for day in range(1, 5)]
    assert [path.read_bytes() for path in backups(ledger)] == [b"5", b"6"]


def test_the_copy_just_made_stays_though_the_clock_was_set_back(ledger: Path) -> None:
    back_up(ledger, b"later", "20240630-000000", 1)
    back_up(ledger, b"just made", "20240101-000000", 1)
    assert [path.read_bytes() for path in backups(ledger)] == [b"just made"]


@pytest.mark.parametrize(
    "other",
    [
        "客户台账.xlsx",
        "客户台账-备份.xlsx",
        "客户台账-备份-20200101.xlsx",
        "客户台账-备份-20200101-000000.xlsm",
        "客户台账-备份-20200101-000000.xlsx.bak",
        "客户台账-备份-20200101-000000-旧.xlsx",
        "我的客户台账-备份-20200101-000000.xlsx",
        "客户台账2-备份-20200101-000000.xlsx",
        "客户台账-备份-20200101-000000-备份-20200101-000000.xlsx",
        "客户台账-备份-２０２００１０１-000000.xlsx",
    ],
)
def test_files_of_similar_names_are_no_copies_of_it(ledger: Path, other: str) -> None:
    ledger.with_name(other).write_bytes(b"somebody's")
    back_up(ledger, b"1", "20240601-000000", 1)
    back_up(ledger, b"2", "20240602-000000", 1)
    assert ledger.with_name(other).read_bytes() == b"somebody's"


@pytest.mark.parametrize("name", ["a.b[1] (2)+.xlsx", "客户.XLSX", "客户", "a*b?.xlsx"])
def test_odd_names_find_their_own_copies(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(b"")
    first = back_up(path, b"1", "20240601-000000", 1)[0]
    second = back_up(path, b"2", "20240602-000000", 1)[0]
    assert not first.exists()
    assert backups(path) == [second]


@pytest.mark.parametrize("stem", ["x" * 250, "客" * 83])
def test_a_name_of_255_bytes_has_copies_whose_names_are_not_too_long(tmp_path: Path, stem: str) -> None:
    path = tmp_path / f"{stem}.xlsx"
    path.write_bytes(b"")
    copies = [back_up(path, b"%d" % day, f"2024060{day}-000000", 2)[0] for day in range(1, 4)]
    assert len(copies[2].name.encode()) <= 255 and copies[2].name.endswith("-备份-20240603-000000.xlsx")
    assert backups(path) == copies[1:]


def test_copies_of_one_moment_are_numbered_in_their_order(ledger: Path) -> None:
    made = [back_up(ledger, b"%d" % number, "20240630-183005", 11)[0] for number in range(1, 12)]
    assert made[1].name == "客户台账-备份-20240630-183005-2.xlsx"
    assert backups(ledger) == made
    back_up(ledger, b"12", "20240630-183006", 2)
    assert [path.read_bytes() for path in backups(ledger)] == [b"11", b"12"]


@pytest.mark.skipif(os.name != "posix", reason="mode bits are those of POSIX")
def test_a_copy_is_no_more_open_than_the_file(ledger: Path) -> None:
    ledger.chmod(0o600)
    copy = back_up(ledger, b"before", "20240630-183005", 5)[0]
    assert copy.stat().st_mode & 0o777 == 0o600


@pytest.mark.skipif(os.name != "posix", reason="links need no leave on POSIX")
def test_copies_of_a_linked_file_lie_beside_the_file(ledger: Path, tmp_path: Path) -> None:
    desk = tmp_path / "desk"
    desk.mkdir()
    (desk / "台账.xlsx").symlink_to(ledger)
    copy = back_up(desk / "台账.xlsx", b"before", "20240630-183005", 5)[0]
    assert copy.parent == ledger.parent and names(desk) == ["台账.xlsx"]
