"""Small workbooks spelt out part by part, an update of their sheet 客户, and what stands in the result."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Any

import openpyxl
import pyarrow as pa
from openpyxl.worksheet.worksheet import Worksheet
from small_packages import MAIN, OFFICE, PACKAGE, zipped

from crmtool.files.xlsx import NewSheet, SheetUpdate, UpdateColumn, UpdateReport, update

DAY = date(2024, 6, 30)
SHEET = "xl/worksheets/sheet1.xml"
SHEET_KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml"
#: 0 plain; 1 header: bold on yellow, centred; 2 right-aligned money; 3 red fill; 4 a date; 5 text with a border.
STYLES = (
    f'<styleSheet xmlns="{MAIN}"><numFmts count="1"><numFmt numFmtId="170" formatCode="yyyy/m/d"/></numFmts>'
    '<fonts count="2"><font><sz val="10"/><name val="宋体"/></font>'
    '<font><b/><sz val="10"/><name val="宋体"/></font></fonts>'
    '<fills count="4"><fill><patternFill patternType="none"/></fill>'
    '<fill><patternFill patternType="gray125"/></fill>'
    '<fill><patternFill patternType="solid"><fgColor rgb="FFFFFF00"/></patternFill></fill>'
    '<fill><patternFill patternType="solid"><fgColor rgb="FFFF0000"/></patternFill></fill></fills>'
    '<borders count="2"><border/><border><left style="thin"/></border></borders>'
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    '<cellXfs count="6"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/>'
    '<xf numFmtId="0" fontId="1" fillId="2" borderId="1"><alignment horizontal="center"/></xf>'
    '<xf numFmtId="4" fontId="0" fillId="0" borderId="1"><alignment horizontal="right"/></xf>'
    '<xf numFmtId="0" fontId="0" fillId="3" borderId="1"/>'
    '<xf numFmtId="170" fontId="0" fillId="0" borderId="0"/>'
    '<xf numFmtId="49" fontId="1" fillId="0" borderId="1"/></cellXfs>'
    '<cellStyles count="1"><cellStyle name="常规" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
)
#: A ledger of two customers in A1:B3.
ROWS = (
    '<row r="1" spans="1:2"><c r="A1" s="1" t="str"><v>客户名称</v></c>'
    '<c r="B1" s="1" t="str"><v>年消费额</v></c></row>'
    '<row r="2" spans="1:2"><c r="A2" t="str"><v>甲</v></c><c r="B2" s="2"><v>15</v></c></row>'
    '<row r="3" spans="1:2"><c r="A3" t="str"><v>乙</v></c><c r="B3" s="3"><v>3</v></c></row>'
)


def sheet_xml(rows: str = ROWS, *, before: str = "", after: str = "", root: str = "") -> str:
    """Return a worksheet part: `before` its rows and `after` them, `root` attributes of its own."""
    return (
        f'<worksheet xmlns="{MAIN}" xmlns:r="{OFFICE}"{root}>{before}<sheetData>{rows}</sheetData>'
        f"{after}</worksheet>"
    )


def package(
    sheet: str | bytes | None = None,
    *,
    styles: str | None = STYLES,
    book: str = "",
    sheets: str = '<sheet name="客户" sheetId="1" r:id="rId1"/>',
    relations: str = "",
    types: str = "",
    parts: dict[str, str | bytes] | None = None,
) -> dict[str, bytes]:
    """Return the parts of a workbook: `book` follows its sheets, `relations` and `types` are more of those."""
    has_styles = styles is not None
    made: dict[str, str | bytes] = {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{SHEET_KIND}.sheet.main+xml"/>'
        f'<Override PartName="/{SHEET}" ContentType="{SHEET_KIND}.worksheet+xml"/>'
        + f'<Override PartName="/xl/styles.xml" ContentType="{SHEET_KIND}.styles+xml"/>' * has_styles
        + f"{types}</Types>",
        "_rels/.rels": relationships(("rId1", "officeDocument", "xl/workbook.xml")),
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>{sheets}</sheets>'
        f"{book}</workbook>",
        "xl/_rels/workbook.xml.rels": relationships(
            ("rId1", "worksheet", "worksheets/sheet1.xml"),
            *([("rId2", "styles", "styles.xml")] if has_styles else []),
            more=relations,
        ),
        SHEET: sheet_xml() if sheet is None else sheet,
    }
    if styles is not None:
        made["xl/styles.xml"] = styles
    made |= parts or {}
    return {name: text.encode() if isinstance(text, str) else text for name, text in made.items()}


def relationships(*known: tuple[str, str, str], more: str = "") -> str:
    """Return a part of relationships: id, kind and target of each."""
    listed = "".join(
        f'<Relationship Id="{identity}" Type="{OFFICE}/{kind}" Target="{target}"/>'
        for identity, kind, target in known
    )
    return f'<Relationships xmlns="{PACKAGE}">{listed}{more}</Relationships>'


def texts(header: str, *cells: str | None, **more: Any) -> UpdateColumn:
    """Return a column of texts."""
    return UpdateColumn(header, pa.array(cells, pa.string()), **more)


def days(header: str, *cells: date | None, **more: Any) -> UpdateColumn:
    """Return a column of dates."""
    return UpdateColumn(header, pa.array(cells, pa.date32()), look="date", **more)


def numbers(header: str, *cells: float | None, **more: Any) -> UpdateColumn:
    """Return a column of amounts."""
    return UpdateColumn(header, pa.array(cells, pa.float64()), look="money", **more)


def updated(
    parts: dict[str, bytes] | bytes,
    columns: Sequence[UpdateColumn],
    *,
    rows: Sequence[int] = (2, 3),
    header: tuple[int, ...] = (1,),
    edge: tuple[int, int] = (1, 2),
    sheets: Sequence[NewSheet] = (),
    sheet: str = "客户",
) -> tuple[bytes, UpdateReport]:
    """Write columns into the sheet whose ledger lies between the columns of `edge`; the workbook, the report."""
    data = parts if isinstance(parts, bytes) else zipped(parts)
    asked = SheetUpdate(sheet, header, *edge, pa.array(rows, pa.int32()), columns)
    out = io.BytesIO()
    report = update(data, [asked] if columns else [], out, sheets=sheets, created=DAY, file="台账.xlsx")
    return out.getvalue(), report


def midnight(day: date) -> datetime:
    """Return a date as openpyxl reads it."""
    return datetime.combine(day, time())


def contents(data: bytes) -> dict[str, str]:
    """Return the text of each part of a package, UTF-8 without a mark."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name).decode("utf-8-sig", "replace") for name in archive.namelist()}


def opened(data: bytes, sheet: str = "客户") -> Worksheet:
    """Return a sheet as openpyxl reads it."""
    found = openpyxl.load_workbook(io.BytesIO(data))[sheet]
    assert isinstance(found, Worksheet)
    return found


def values(data: bytes, sheet: str = "客户") -> list[list[Any]]:
    """Return the values of a sheet's rows as openpyxl reads them."""
    return [[cell.value for cell in row] for row in opened(data, sheet).iter_rows()]


def row_of(data: bytes, number: int, part: str = SHEET) -> str:
    """Return the XML of a row."""
    found = re.search(rf'<row r="{number}"[^>]*>.*?</row>', contents(data)[part], re.DOTALL)
    assert found is not None
    return found[0]
