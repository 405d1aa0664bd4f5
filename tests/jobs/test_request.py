"""What the command line asks for, as a request; the day it is; where outputs go."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from crmtool.errors import BusyError, OutputError, UsageError
from crmtool.jobs import clock
from crmtool.jobs.delivery import Delivery, default_output, prepare, refuse_overwriting
from crmtool.jobs.request import Elsewhere, Request, request_from_options, silent
from crmtool.jobs.settings import find_config

NOTHING: dict[str, Any] = dict.fromkeys(
    ("rules", "as_of", "sheet", "orders", "visits", "demands", "tickets", "header_map", "config", "history", "password_file")
)  # fmt: skip


def asked(**options: Any) -> Request:
    return request_from_options({"ledger": Path("a.xlsx"), **NOTHING, **options}, lang="zh", progress=silent)


def test_a_file_and_its_sheet_are_split_at_two_colons() -> None:
    found = asked(orders="C:/订单.xlsx::明细", visits="v.xlsx").elsewhere
    assert found == {
        "orders": Elsewhere(Path("C:/订单.xlsx"), "明细"),
        "visits": Elsewhere(Path("v.xlsx"), None),
    }


def test_a_header_may_hold_an_equals_sign_itself() -> None:
    assert asked(header_map=["金额=元=annual_amount", " 客户 = name "]).header_map == {
        "金额=元": "annual_amount",
        "客户": "name",
    }


@pytest.mark.parametrize("pair", ["name", "=name", "客户=", "="])
def test_half_a_declaration_is_a_mistake(pair: str) -> None:
    with pytest.raises(UsageError):
        asked(header_map=[pair])


@pytest.mark.parametrize(
    ("utc", "zone", "day"),
    [
        (datetime(2024, 1, 31, 15, 59, tzinfo=UTC), "Asia/Shanghai", date(2024, 1, 31)),
        (datetime(2024, 1, 31, 16, 1, tzinfo=UTC), "Asia/Shanghai", date(2024, 2, 1)),
        (datetime(2024, 1, 31, 16, 1, tzinfo=UTC), "UTC", date(2024, 1, 31)),
    ],
)
def test_today_is_that_of_the_configured_zone(
    monkeypatch: pytest.MonkeyPatch, utc: datetime, zone: str, day: date
) -> None:
    class At(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> datetime:  # type: ignore[override]
            return utc.astimezone(tz)

    monkeypatch.setattr(clock, "datetime", At)
    assert clock.today(zone) == day


def test_the_config_is_the_given_one_else_here_else_beside_the_ledger(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here, there = tmp_path / "here", tmp_path / "there"
    for folder in (here, there):
        folder.mkdir()
    monkeypatch.chdir(here)
    ledger = there / "a.xlsx"
    assert find_config(None, ledger) is None
    (there / "crmtool.yaml").touch()
    assert find_config(None, ledger) == there / "crmtool.yaml"
    (here / "crmtool.yaml").touch()
    assert find_config(None, ledger) == Path("crmtool.yaml")
    assert find_config(Path("x.yaml"), ledger) == Path("x.yaml")


def test_the_default_output_stands_beside_the_ledger_or_in_the_configured_folder() -> None:
    assert default_output(Path("台账/客户.v2.xlsx"), "客户分级", "2024-06-30", None) == Path(
        "台账/客户.v2-客户分级-2024-06-30.xlsx"
    )
    assert default_output(Path("a.csv"), "RFM", "2024-06-30", Path("out")) == Path(
        "out/a-RFM-2024-06-30.xlsx"
    )


def test_what_cannot_end_well_is_refused_before_the_ledger_is_read(tmp_path: Path) -> None:
    ledger, foreign = tmp_path / "a.xlsx", tmp_path / "b.xlsx"
    for path in (ledger, foreign):
        path.write_bytes(b"somebody's")
    with pytest.raises(UsageError):
        prepare(Delivery(output=ledger), ledger, "classification")
    with pytest.raises(UsageError):
        prepare(Delivery(output=tmp_path / "c.xls"), ledger, "classification")
    with pytest.raises(OutputError):
        prepare(Delivery(output=foreign), ledger, "classification")
    (tmp_path / "~$b.xlsx").touch()
    with pytest.raises(BusyError):
        prepare(Delivery(output=foreign), ledger, "classification")
    assert prepare(Delivery(output=tmp_path / "new.XLSX"), ledger, "classification").startswith(b"PK")


def test_an_output_is_known_as_the_input_however_its_path_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.xlsx").touch()
    with pytest.raises(UsageError):
        refuse_overwriting(Path("../") / tmp_path.name / "a.xlsx", (tmp_path / "a.xlsx",))
    refuse_overwriting(Path("b.xlsx"), (tmp_path / "a.xlsx",))
