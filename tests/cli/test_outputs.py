"""What is written, what is left alone, and that the same input gives the same bytes."""

from __future__ import annotations

import hashlib
import os
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from command_line import AS_OF, HEADER, Crmtool, book, in_a_process


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_the_workbook_stands_beside_the_ledger_and_nothing_else_is_left(
    crmtool: Crmtool, clean: Path
) -> None:
    before = clean.read_bytes()
    crmtool("classify", clean, *AS_OF)
    assert names(clean.parent) == {"a.xlsx", "a-客户分级-2023-10-31.xlsx"}
    assert clean.read_bytes() == before


def test_the_day_is_todays_in_the_configured_zone_and_is_said(
    crmtool: Crmtool, clean: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    def today(zone: str) -> date:
        asked.append(zone)
        return date(2023, 11, 2)

    monkeypatch.setattr("crmtool.jobs.reading.today", today)
    Path("crmtool.yaml").write_text("timezone: Asia/Urumqi\n", encoding="utf-8")
    ran = crmtool("classify", clean)
    assert asked == ["Asia/Urumqi"]
    assert "as of 2023-11-02 (today; --as-of to change)" in ran.out
    assert "a-客户分级-2023-11-02.xlsx" in names(clean.parent)


@pytest.mark.parametrize("command", ["classify", "rfm"])
def test_a_rehearsal_writes_nothing(crmtool: Crmtool, tmp_path: Path, command: str) -> None:
    orders = [
        ("客户名称", "订单日期", "订单金额"),
        ("甲公司", date(2023, 10, 1), 5.0),
        ("乙公司", date(2023, 9, 1), 9.0),
    ]
    customers = [HEADER, ("甲公司", 1, date(2023, 10, 1), "1年"), ("乙公司", 2, date(2023, 9, 1), "1年")]
    ledger = book(tmp_path / "a.xlsx", 客户=customers, 订单=orders)
    ran = crmtool(command, ledger, *AS_OF, "--dry-run")
    assert ran.code == 0
    assert "Would write" in ran.out
    assert names(tmp_path) == {"a.xlsx"}


def test_a_rehearsal_says_where_the_real_run_would_fail(crmtool: Crmtool, clean: Path, flawed: Path) -> None:
    assert crmtool("classify", clean, *AS_OF, "--dry-run", "-o", flawed).code == 4


def test_its_own_output_is_replaced_and_a_file_filled_in_by_a_person_is_not(
    crmtool: Crmtool, clean: Path
) -> None:
    out = clean.parent / "out.xlsx"
    assert crmtool("classify", clean, *AS_OF, "-o", out).code == 0
    assert crmtool("classify", clean, "--as-of", "2023-12-31", "-o", out).code == 0
    workbook = openpyxl.load_workbook(out)
    workbook.worksheets[0]["A40"] = "我的批注"
    workbook.properties.lastModifiedBy = "张三"  # as Excel and WPS leave it
    workbook.save(out)
    edited = out.read_bytes()
    ran = crmtool("classify", clean, *AS_OF, "-o", out)
    assert (ran.code, out.read_bytes()) == (4, edited)


def test_the_orders_file_is_no_output_either(crmtool: Crmtool, clean: Path, tmp_path: Path) -> None:
    orders = book(
        tmp_path / "orders.xlsx",
        订单=[("客户名称", "订单日期", "订单金额"), ("甲公司", date(2023, 10, 1), 5.0)],
    )
    ran = crmtool("classify", clean, *AS_OF, "--orders", orders, "-o", orders)
    assert ran.code in (2, 4)
    assert openpyxl.load_workbook(orders).sheetnames == ["订单"]


@pytest.mark.skipif(os.name == "nt", reason="links need a privilege there")
def test_the_ledger_is_recognised_behind_another_name(crmtool: Crmtool, clean: Path, tmp_path: Path) -> None:
    (tmp_path / "link.xlsx").symlink_to(clean)
    before = clean.read_bytes()
    assert crmtool("classify", clean, *AS_OF, "-o", tmp_path / "link.xlsx").code == 2
    assert clean.read_bytes() == before


def test_two_runs_give_identical_bytes(crmtool: Crmtool, flawed: Path) -> None:
    for number in (1, 2):
        assert crmtool("classify", flawed, *AS_OF, "-o", f"{number}.xlsx").code == 0
    assert digest(Path("1.xlsx")) == digest(Path("2.xlsx"))


def test_the_bytes_do_not_hang_on_the_process_its_hash_seed_or_its_zone(
    crmtool: Crmtool, flawed: Path
) -> None:
    assert crmtool("classify", flawed, *AS_OF, "-o", "1.xlsx").code == 0
    other = {"PYTHONHASHSEED": "4711", "TZ": "America/New_York"}
    assert in_a_process("classify", flawed, *AS_OF, "-o", "2.xlsx", "--lang", "en", **other).returncode == 0
    assert digest(Path("1.xlsx")) == digest(Path("2.xlsx"))


def test_a_long_or_hostile_ledger_name_stays_in_its_folder(crmtool: Crmtool, tmp_path: Path) -> None:
    ledger = book(
        tmp_path / ("很长" * 30 + ".xlsx"), 客户=[HEADER, ("甲公司", "15万元", date(2023, 10, 15), "2年")]
    )
    ran = crmtool("classify", ledger, *AS_OF)
    assert ran.code == 0, ran.err
    (output,) = names(tmp_path) - {ledger.name}
    assert output.endswith(".xlsx")
    assert len(output.encode()) <= 255
