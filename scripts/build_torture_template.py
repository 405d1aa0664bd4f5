"""Build a template with every kind of reference that a filled row can stretch or shift.

Made with XlsxWriter, then patched by hand with what it cannot write; the tests fill it. Run as a script it
writes the file named on the command line, to be looked at in a spreadsheet program.
"""

from __future__ import annotations

import io
import sys
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import xlsxwriter
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet


def build() -> bytes:
    """Return the torture template."""
    buffer = io.BytesIO()
    workbook = Workbook(buffer, {"in_memory": True})
    workbook.set_properties({"title": "{{title}}", "created": datetime(2020, 1, 1, tzinfo=UTC)})
    _data_sheet(workbook, workbook.add_worksheet("数据"))
    _list_sheet(workbook.add_worksheet("清单"))
    _columns_sheet(workbook, workbook.add_worksheet("展开"))
    untouched = workbook.add_worksheet("不动")
    untouched.write_column("A1", ["原样", 1, 2])
    untouched.write_formula("A4", "=SUM(A2:A3)", None, 3)
    owner = workbook.add_worksheet("{{owner}}跟进")
    owner.write("A1", "负责人")
    owner.write("A2", "{{owner}}")
    chart_sheet = workbook.add_chartsheet("图表")
    chart_sheet.set_chart(_chart(workbook))
    workbook.define_name("数据区", "='数据'!$A$5:$F$5")
    workbook.define_name("首格", "='数据'!$C$5")
    workbook.define_name("下方", "='数据'!$C$12")
    workbook.define_name("动态", "=OFFSET('数据'!$C$5,0,0,COUNTA('数据'!$A:$A),1)")
    workbook.define_name("'数据'!本表", "='数据'!$A$9:$B$9")
    workbook.close()
    return _patched(buffer.getvalue(), _PATCHES)


def _chart(workbook: Workbook) -> xlsxwriter.chart.Chart:
    chart = workbook.add_chart({"type": "column"})
    chart.set_title({"name": "{{title}} 图"})
    chart.add_series(
        {
            "name": "='数据'!$C$4",
            "categories": "='数据'!$A$5:$A$5",
            "values": "='数据'!$C$5",
            "categories_data": ["{{t.name}}"],
            "values_data": [0],
            "y_error_bars": {
                "type": "custom",
                "plus_values": "='数据'!$D$5:$D$5",
                "minus_values": "='数据'!$D$5:$D$5",
            },
            "data_labels": {"custom": [{"value": "='数据'!$B$12"}]},
        }
    )
    return chart


def _data_sheet(workbook: Workbook, sheet: Worksheet) -> None:
    bold = workbook.add_format({"bold": True})
    red = workbook.add_format({"font_color": "red"})
    money = workbook.add_format({"num_format": "#,##0.00"})
    day = workbook.add_format({"num_format": "yyyy-mm-dd"})
    sheet.merge_range("A1:F1", "{{title}}", bold)
    sheet.write("B2", "{{as_of}}", day)
    sheet.write_rich_string("C2", bold, "截至 {{as", red, "_of}}", bold, " 止")
    sheet.write("D2", "{{nothing}}", money)
    columns = [{"header": each} for each in ("名称", "类别", "金额", "日期", "{{year}}年")]
    columns[0]["total_string"] = "合计"
    columns[2]["total_function"] = "sum"
    sheet.add_table("A4:E6", {"name": "客户表", "total_row": True, "columns": columns})
    sheet.write("A5", "{{t.name}}", workbook.add_format({"text_wrap": True}))
    sheet.write("B5", "{{t.name}}（{{t.kind}}）{{year}}")
    sheet.write("C5", "{{t.amount}}", money)
    sheet.write("D5", "{{t.day}}", day)
    sheet.write("E5", "{{t.ok}}")
    sheet.write_formula("F5", "=C5*2", money, 99)
    sheet.write_formula("G5", "=SUM(C$5:C5)", None, 99)
    sheet.write("H5", "元")
    sheet.merge_range("I5:J5", "", bold)
    sheet.add_sparkline("K5", {"range": "'数据'!C5:E5"})
    sheet.write_row("A8", ["名", "数"])
    sheet.write_row("A9", ["{{u.name}}", "{{u.count}}"])
    sheet.merge_range("A11:C11", "以下", bold)
    sheet.write_formula("A12", "=SUM(C5:C5)", None, 99)
    sheet.write_formula("B12", "=C5", None, 99)
    sheet.write_formula("C12", "=SUM(B9:B9)+AVERAGE($C$5:$C$5)", None, 99)
    sheet.write_formula("D12", '="{{title}}"&A11', None, "x")
    sheet.write_array_formula("E12:E13", "{=C5:C5*2}", None, 99)
    sheet.add_sparkline("F12", {"range": "'数据'!C5:C5"})
    sheet.write_url("A13", "internal:'数据'!A11", None, "去 {{title}}")
    sheet.write_url("B13", "https://example.com/{{owner}}")
    sheet.conditional_format("C5", {"type": "formula", "criteria": "=AND($C5>$C$12,C5<>C4)", "format": red})
    sheet.conditional_format("C12:C13", {"type": "formula", "criteria": "=C12>SUM($C$5:$C$5)", "format": red})
    sheet.conditional_format("B9", {"type": "formula", "criteria": "=B9>B$8", "format": red})
    sheet.conditional_format("D5", {"type": "data_bar", "data_bar_2010": True})
    sheet.data_validation("B5", {"validate": "list", "source": "='清单'!$A$2:$A$4"})
    sheet.data_validation("E5", {"validate": "custom", "value": "=$E5<>$E$12"})
    sheet.data_validation("B13", {"validate": "list", "source": ["{{owner}}", "否"]})
    sheet.print_area("A1:K13")
    sheet.repeat_rows(3)
    sheet.repeat_columns("A:B")
    sheet.freeze_panes(4, 1)
    sheet.set_h_pagebreaks([5, 11])
    sheet.set_header("&L{{owner}}&C{{title}}&R第 &P 页")
    sheet.ignore_errors({"number_stored_as_text": "A5:B12"})
    sheet.write_comment("A5", "{{title}} 的批注")
    sheet.write_comment("A11", "下方批注", {"visible": True})
    sheet.insert_textbox("B15", "文本框 {{title}}")
    sheet.insert_chart("A17", _chart(workbook))
    sheet.insert_chart("M2", _chart(workbook), {"object_position": 3})
    sheet.insert_chart("M4", _chart(workbook), {"object_position": 1})
    sheet.insert_button("E16", {"caption": "按钮"})


def _list_sheet(sheet: Worksheet) -> None:
    sheet.write_column("A1", ["选项", "甲", "乙", "丙"])
    sheet.write_formula("B1", "=SUM('数据'!C5:C5)", None, 99)
    sheet.write_formula("B2", "='数据'!C12+'{{owner}}跟进'!A1", None, 99)
    sheet.write_formula("B3", "=SUM(客户表[金额])", None, 99)
    sheet.write_formula("B4", "=SUM(数据区)", None, 99)


def _columns_sheet(workbook: Workbook, sheet: Worksheet) -> None:
    head = workbook.add_format({"bold": True})
    money = workbook.add_format({"num_format": "#,##0.00"})
    day = workbook.add_format({"num_format": "yyyy-mm-dd"})
    sheet.merge_range("A1:D1", "{{title}}", head)
    sheet.write("A4", "编号", head)
    sheet.write("B4", "{{columns:m}}", head)
    sheet.write_row("A5", ["{{m.id}}", "{{m.*}}"])
    sheet.write("C5", "{{m.*|money}}", money)
    sheet.write("D5", "{{m.*|date}}", day)
    sheet.set_column("A:A", 5)
    sheet.set_column("B:B", 20)
    sheet.set_column("C:C", 14)
    sheet.set_column("D:D", 11)
    sheet.set_column("H:J", 3)
    sheet.autofilter("A4:D5")
    sheet.conditional_format("C5", {"type": "cell", "criteria": ">", "value": 100, "format": head})
    sheet.conditional_format("A5:D5", {"type": "formula", "criteria": "=$A5=1", "format": head})
    sheet.print_area("A1:D5")
    sheet.repeat_columns("B:B")


def _before(mark: str, text: str) -> Callable[[str], str]:
    def patch(content: str) -> str:
        assert mark in content, mark
        return content.replace(mark, text + mark, 1)

    return patch


def _totals_as_excel_spells_them(content: str) -> str:
    return content.replace("SUBTOTAL(109,[金额])", "SUBTOTAL(109,客户表[金额])")


def _calc_chain(content: str) -> str:
    override = (
        '<Override PartName="/xl/calcChain.xml" ContentType="application/vnd.openxmlformats-officedocument'
        '.spreadsheetml.calcChain+xml"/>'
    )
    return _before("</Types>", override)(content)


def _chain_relation(content: str) -> str:
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/calcChain"
    return _before("</Relationships>", f'<Relationship Id="rId99" Type="{kind}" Target="calcChain.xml"/>')(
        content
    )


_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_PATCHES: dict[str, list[Callable[[str], str]]] = {
    "[Content_Types].xml": [_calc_chain],
    "xl/_rels/workbook.xml.rels": [_chain_relation],
    "xl/worksheets/sheet1.xml": [
        _totals_as_excel_spells_them,
        _before(
            "<mergeCells",
            '<protectedRanges><protectedRange sqref="C5:C5 A12" name="可改"/></protectedRanges>'
            '<scenarios><scenario name="s" count="1"><inputCells r="A12" val="1"/></scenario></scenarios>',
        ),
        _before(
            "<ignoredErrors",
            '<colBreaks count="1" manualBreakCount="1"><brk id="3" max="1048575" man="1"/></colBreaks>'
            '<cellWatches><cellWatch r="C12"/></cellWatches>',
        ),
    ],
}
_ADDED = {
    "xl/calcChain.xml": f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    f'<calcChain xmlns="{_MAIN}"><c r="F5" i="1"/><c r="A4" i="4"/></calcChain>',
}


def _patched(data: bytes, patches: dict[str, list[Callable[[str], str]]]) -> bytes:
    buffer = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as source,
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as out,
    ):
        for name in source.namelist():
            content = source.read(name)
            for patch in patches.get(name, []):
                content = patch(content.decode("utf-8")).encode("utf-8")
            out.writestr(name, content)
        for name, text in _ADDED.items():
            out.writestr(name, text)
    return buffer.getvalue()


if __name__ == "__main__":
    target = Path(sys.argv[1])
    target.write_bytes(build())
    print(target)
