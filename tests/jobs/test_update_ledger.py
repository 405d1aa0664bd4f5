"""The ledger that was judged is the one that is written into, whole or not at all, and nothing else of it changes."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from crmtool.errors import BusyError, OutputError
from crmtool.files import replace as replacing_files
from crmtool.jobs.assess import assess
from crmtool.jobs.delivery import InPlace
from crmtool.jobs.into_ledger.update import refuse_early, update_ledger
from crmtool.jobs.request import Request

HEADER = ("客户名称", "年消费额", "最近交易时间", "合作时长")
AS_OF = date(2023, 10, 31)
#: By annual_value: 高价值客户, 稳定客户, 潜力客户.
CUSTOMERS = [
    ("甲公司", "15万元", date(2023, 10, 15), "2年"),
    ("乙公司", "3万元", date(2023, 8, 20), "6个月"),
    ("丙公司", "6万元", date(2023, 9, 20), "1年"),
]


def written(path: Path, rows: list[Any], header: Any = HEADER) -> Request:
    """Write a ledger and return what asks to judge it."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "客户"
    for row in (header, *rows):
        sheet.append(list(row))
    book.save(path)
    return Request(path, as_of=AS_OF)


@pytest.fixture
def request_(tmp_path: Path) -> Request:
    return written(tmp_path / "台账.xlsx", CUSTOMERS)


def cells(path: Path) -> list[list[Any]]:
    return [[cell.value for cell in row] for row in openpyxl.load_workbook(path)["客户"].iter_rows()]


def test_cells_that_change_are_listed_with_what_stood_there(tmp_path: Path) -> None:
    header = (*HEADER, "客户类型", "分级日期")
    rows = [
        (*CUSTOMERS[0], "高价值客户", AS_OF),
        (*CUSTOMERS[1], "潜力客户", date(2023, 1, 1)),
        (*CUSTOMERS[2], None, "昨天"),
    ]
    request = written(tmp_path / "台账.xlsx", rows, header)
    assessment = assess(request)
    updated, noted = update_ledger(assessment, (), InPlace())
    listed = [
        (row["cell"], row["before"], row["after"])
        for row in updated.cells.to_pylist()
        if row["header"] != "分级依据"
    ]
    assert listed == [
        ("E3", "潜力客户", "稳定客户"),
        ("E4", None, "潜力客户"),
        ("F3", "2023-01-01", "2023-10-31"),
        ("F4", "昨天", "2023-10-31"),
    ]
    assert (updated.report.added, noted) == ({"客户": ["分级依据"]}, ())


def test_a_ledger_that_changed_since_it_was_read_is_left_alone(request_: Request) -> None:
    assessment = assess(request_)
    written(request_.ledger, CUSTOMERS[:2])
    changed = request_.ledger.read_bytes()
    with pytest.raises(BusyError) as caught:
        update_ledger(assessment, (), InPlace())
    assert (caught.value.findings[0].code, caught.value.exit_code) == ("ledger-changed", 75)
    assert request_.ledger.read_bytes() == changed
    assert list(request_.ledger.parent.iterdir()) == [request_.ledger]


def test_a_ledger_that_is_gone_since_is_told_plainly(request_: Request) -> None:
    assessment = assess(request_)
    request_.ledger.unlink()
    with pytest.raises(BusyError) as caught:
        update_ledger(assessment, (), InPlace())
    assert caught.value.findings[0].code == "ledger-changed"
    assert not list(request_.ledger.parent.iterdir())


def test_a_ledger_opened_since_it_was_read_is_left_alone_without_a_backup(request_: Request) -> None:
    assessment, old = assess(request_), request_.ledger.read_bytes()
    request_.ledger.with_name(f"~${request_.ledger.name}").touch()
    with pytest.raises(BusyError) as caught:
        update_ledger(assessment, (), InPlace())
    assert caught.value.findings[0].code == "ledger-open-elsewhere"
    assert request_.ledger.read_bytes() == old
    assert len(list(request_.ledger.parent.iterdir())) == 2


def test_a_workbook_that_was_not_written_whole_replaces_nothing(
    request_: Request, monkeypatch: pytest.MonkeyPatch
) -> None:
    assessment, old = assess(request_), request_.ledger.read_bytes()

    def swallowed(*_: object) -> None:
        raise OutputError.of("unreadable-output", file="台账.xlsx", part="x", reason="CRC")

    monkeypatch.setattr("crmtool.jobs.into_ledger.update.check_workbook", swallowed)
    with pytest.raises(OutputError):
        update_ledger(assessment, (), InPlace(has_backup=False))
    assert request_.ledger.read_bytes() == old
    assert list(request_.ledger.parent.iterdir()) == [request_.ledger]


def test_a_full_disk_leaves_the_ledger_as_it_was(request_: Request, monkeypatch: pytest.MonkeyPatch) -> None:
    assessment, old = assess(request_), request_.ledger.read_bytes()

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(replacing_files.os, "fsync", full)
    with pytest.raises(OutputError) as caught:
        update_ledger(assessment, (), InPlace())
    assert caught.value.findings[0].code == "no-space"
    assert request_.ledger.read_bytes() == old
    assert list(request_.ledger.parent.iterdir()) == [request_.ledger]


def test_what_is_written_is_what_its_digest_says(request_: Request) -> None:
    import hashlib

    updated, _ = update_ledger(assess(request_), (), InPlace())
    assert updated.written.sha256 == hashlib.sha256(request_.ledger.read_bytes()).hexdigest()
    assert updated.written.has_replaced and updated.backup is not None and not updated.is_current


def test_a_rehearsal_has_no_digests_and_leaves_no_trace(request_: Request) -> None:
    old = request_.ledger.read_bytes()
    updated, _ = update_ledger(assess(request_), (), InPlace(dry_run=True))
    assert (updated.written.sha256, updated.written.content_sha256, updated.backup) == ("", "", None)
    assert updated.cells.num_rows == 9
    assert request_.ledger.read_bytes() == old
    assert list(request_.ledger.parent.iterdir()) == [request_.ledger]


def test_the_day_alone_changes_on_a_later_day_of_the_same_tiers(request_: Request) -> None:
    update_ledger(assess(request_), (), InPlace())
    later, _ = update_ledger(assess(replace(request_, as_of=date(2023, 11, 1))), (), InPlace())
    assert {(row["header"], row["after"]) for row in later.cells.to_pylist()} == {("分级日期", "2023-11-01")}
    assert [row[4] for row in cells(request_.ledger)[1:]] == ["高价值客户", "稳定客户", "潜力客户"]


def test_a_locked_tier_stays_and_its_reason_says_so(tmp_path: Path) -> None:
    header = (*HEADER, "客户类型", "等级锁定")
    rows = [(*CUSTOMERS[0], "稳定客户", "稳定客户"), (*CUSTOMERS[1], None, None), (*CUSTOMERS[2], None, None)]
    request = written(tmp_path / "台账.xlsx", rows, header)
    for _ in range(2):
        update_ledger(assess(request), (), InPlace())
        found = cells(request.ledger)
        assert [row[4] for row in found[1:]] == ["稳定客户", "稳定客户", "潜力客户"]
        assert "锁定" in found[1][7] and "锁定" not in found[2][7]
        assert [row[5] for row in found[1:]] == ["稳定客户", None, None]


def test_customers_without_a_tier_get_the_words_for_that(tmp_path: Path) -> None:
    rows = [*CUSTOMERS, ("丁公司", None, None, None)]
    request = written(tmp_path / "台账.xlsx", rows)
    update_ledger(assess(request), (), InPlace())
    assert cells(request.ledger)[4][4] == "待补资料"
    before = request.ledger.read_bytes()
    again = assess(request)
    updated, _ = update_ledger(again, (), InPlace())
    assert updated.is_current and request.ledger.read_bytes() == before
    assert not [
        finding for finding in again.findings if finding.column in ("客户类型", "分级依据", "分级日期")
    ]


def test_two_columns_of_the_tiers_name_do_not_confuse(tmp_path: Path) -> None:
    header = ("客户类型", *HEADER, "客户类型")
    request = written(tmp_path / "台账.xlsx", [(None, *row, None) for row in CUSTOMERS], header)
    update_ledger(assess(request), (), InPlace())
    found = cells(request.ledger)
    assert found[0][:6] == list(header)
    assert sum(value == "高价值客户" for value in found[1]) == 1


@pytest.mark.parametrize("name", ["~$台账.xlsx", "没有.xlsx"])
def test_what_cannot_be_read_is_left_to_reading(tmp_path: Path, name: str) -> None:
    refuse_early(tmp_path / name, InPlace())


def test_other_parts_of_the_package_keep_their_bytes(request_: Request) -> None:
    import zipfile

    def parts(data: bytes) -> dict[str, bytes]:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return {name: archive.read(name) for name in archive.namelist()}

    old = parts(request_.ledger.read_bytes())
    update_ledger(assess(request_), (), InPlace())
    new = parts(request_.ledger.read_bytes())
    assert list(old) == list(new)
    assert {name for name in old if old[name] != new[name]} == {"xl/worksheets/sheet1.xml", "xl/styles.xml"}
