"""问题清单: the gravest first, each with the way to its cell."""

from __future__ import annotations

from crmtool.errors import Finding
from crmtool.messages import CATALOG
from crmtool.tables import findings
from crmtool.tables.places import link


def test_errors_come_before_warnings_and_warnings_before_hints() -> None:
    by_severity = {message.severity: code for code, message in CATALOG.items()}
    found = [
        Finding(by_severity[severity]) for severity in ("info", "error", "warning") if severity in by_severity
    ]
    severities = findings.build(found, {}).columns[0].cells.to_pylist()
    assert severities == [word for word in ("错误", "注意", "说明") if word in severities]
    assert len(severities) == len(found)


def test_the_place_names_the_file_alone_and_leads_to_the_cell() -> None:
    code = next(iter(CATALOG))
    found = Finding(
        code,
        file="/home/a/台账/customers.xlsx",
        sheet="客户 表",
        cell="C12",
        column="年消费额",
        value="约十万",
    )
    cells = {column.id: column for column in findings.build([found], {}).columns}
    assert cells["place"].cells.to_pylist() == ["[customers.xlsx]客户 表!C12"]
    assert cells["place"].links.to_pylist() == ["customers.xlsx#'客户 表'!C12"]
    assert cells["column"].cells.to_pylist() == ["年消费额"]
    assert cells["value"].cells.to_pylist() == ["约十万"]


def test_the_way_to_a_ledger_elsewhere_is_told_by_its_address() -> None:
    code = next(iter(CATALOG))
    found = [Finding(code, file=name, sheet="客户", cell="C12") for name in ("a.xlsx", "b.xlsx")]
    place = next(
        column for column in findings.build(found, {"a.xlsx": "../台账/a.xlsx"}).columns if column.links
    )
    assert place.links is not None
    assert place.links.to_pylist() == ["../台账/a.xlsx#客户!C12", "b.xlsx#客户!C12"]
    assert place.cells.to_pylist() == ["[a.xlsx]客户!C12", "[b.xlsx]客户!C12"]


def test_a_finding_about_no_sheet_leads_nowhere() -> None:
    assert link("customers.xlsx", "", "", {}) is None


def test_no_findings_make_an_empty_table() -> None:
    assert findings.build([], {}).rows == 0


def test_the_line_below_the_title_speaks_of_places_only_where_there_are_some() -> None:
    code = next(iter(CATALOG))
    placeless = Finding(code, count=2)
    assert findings.note([]) == "没有发现问题。"
    assert findings.note([placeless]) == "共 2 处。"
    placed = Finding(code, file="a.xlsx", sheet="客户", cell="C12")
    assert findings.note([placeless, placed]) == "共 3 处；点击位置可到台账的单元格。"
