"""Follow-up sheets as LibreOffice opens and saves them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import openpyxl
import pytest
import python_calamine
from followup_cases import AS_OF, ledger, planned

from crmtool.errors import OutputError
from crmtool.jobs.delivery import Delivery
from crmtool.jobs.followup import Wanted, followup
from crmtool.jobs.plans.month_plan import Planned
from crmtool.jobs.request import Request


def test_libreoffice_opens_them_keeps_what_they_hold_and_a_filled_copy_is_not_replaced(
    tmp_path: Path,
    convert: Callable[[Sequence[Path], str], list[Path]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("crmtool.jobs.followup.planned_visits", lambda *_: Planned(planned(), "now"))
    request = Request(ledger(tmp_path), as_of=AS_OF)
    target = followup(request, Wanted(), Delivery()).written[0].path
    (saved,) = convert([target], "xlsx")
    ours, theirs = (python_calamine.load_workbook(str(path)) for path in (target, saved))
    assert theirs.sheet_names == ["张三", "李四", "未分配"]
    for name in theirs.sheet_names:
        rows = [book.get_sheet_by_name(name).to_python(nrows=12) for book in (ours, theirs)]
        assert [row[:21] for row in rows[0]] == [row[:21] for row in rows[1]]
    # LibreOffice keeps our name as that of the last author: only the filled cell tells that somebody worked on it.
    sheet = openpyxl.load_workbook(saved)
    sheet["李四"]["W5"] = "未联系上"
    sheet.properties.creator = sheet.properties.lastModifiedBy = "crmtool"
    sheet.save(tmp_path / "filled.xlsx")
    with pytest.raises(OutputError) as caught:
        followup(request, Wanted(), Delivery(output=tmp_path / "filled.xlsx"))
    assert caught.value.findings[0].code == "filled-in"
    assert followup(request, Wanted(), Delivery(output=saved)).written[0].has_replaced


def test_libreoffice_keeps_the_protection_the_open_cells_and_the_drop_downs(
    tmp_path: Path,
    convert: Callable[[Sequence[Path], str], list[Path]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("crmtool.jobs.followup.planned_visits", lambda *_: Planned(planned(), "now"))
    target = followup(Request(ledger(tmp_path), as_of=AS_OF), Wanted(), Delivery()).written[0].path
    (saved,) = convert([target], "xlsx")
    sheet = openpyxl.load_workbook(saved)["张三"]
    assert sheet.protection.sheet is True
    assert (sheet["V5"].protection.locked, sheet["A5"].protection.locked) == (False, True)
    lists = {check.formula1 for check in sheet.data_validations.dataValidation if check.type == "list"}
    assert '"已完成,改期,未联系上,取消"' in lists
