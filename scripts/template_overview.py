"""What the overviews of several workbooks share: headings of sections, what the workbook rests on, findings, a chart.

The look is in `template_styles`, the rows come from `crmtool.tables`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from template_styles import ACCENT, FONT, INK, LINE, LINES, MUTED, Styles

_SECTION_POINTS, _META_POINTS = 22, 16.5

#: A line of what the workbook rests on: its label, its marker, and the marker's look.
Ground = tuple[str, str, str]


def section(sheet: Worksheet, styles: Styles, row: int, text: str) -> None:
    """Write the heading of a section."""
    sheet.set_row(row, _SECTION_POINTS)
    sheet.write_string(row, 0, text, styles.section())


def grounds(sheet: Worksheet, styles: Styles, top: int, lines: Sequence[Ground], last: int) -> None:
    """Write the section of what the workbook rests on, a line each, up to the 0-based column `last`."""
    section(sheet, styles, top, "依据")
    for row, (label, marker, look) in enumerate(lines, start=top + 1):
        sheet.set_row(row, _META_POINTS)
        sheet.write_string(row, 0, label, styles.label())
        sheet.merge_range(row, 1, row, last, marker, styles.value(look))


def found(sheet: Worksheet, styles: Styles, top: int, last: int, total: int) -> None:
    """Write the summary of findings, up to column `last`: severity, places, an example, the code; their sum at `total`."""
    section(sheet, styles, top, "需要留意")
    sheet.write_string(top, total, "{{findings_total}}", styles.caption())
    for row in (top + 1, top + 2):
        sheet.set_row(row, LINES[1])
    for column, head in enumerate(("级别", "处数")):
        sheet.write_string(top + 1, column, head, styles.head())
    sheet.merge_range(top + 1, 2, top + 1, last - 2, "举例", styles.head())
    sheet.merge_range(top + 1, last - 1, top + 1, last, "代码", styles.head())
    sheet.write_string(top + 2, 0, "{{findings_summary.severity}}", styles.note())
    sheet.write_string(top + 2, 1, "{{findings_summary.count}}", styles.note_count())
    sheet.merge_range(top + 2, 2, top + 2, last - 2, "{{findings_summary.example}}", styles.note())
    sheet.merge_range(top + 2, last - 1, top + 2, last, "{{findings_summary.code}}", styles.code())


@dataclass(frozen=True, slots=True)
class StackedChart:
    """Bars or columns stacked by the columns of a table, one a row: which kind, its title, colours, gap and size.

    The table stands on the sheet `source` (else on the chart's own), its first stacked column is `first`. A chart that
    `is_below` a table moves down with it.
    """

    kind: str
    title: str
    colours: Sequence[str]
    gap: int
    size: tuple[int, int]
    source: str = ""
    first: int = 1
    has_legend: bool = True
    is_percent: bool = False
    has_labels: bool = False
    is_below: bool = False


def stacked_chart(book: Workbook, sheet: Worksheet, head: int, cell: str, what: StackedChart) -> None:
    """Add the chart of the table whose header is the 0-based row `head`, at a cell."""
    chart = book.add_chart({"type": what.kind, "subtype": "stacked"})
    font = {"name": FONT, "size": 9, "color": INK}
    number_format, source = "0%" if what.is_percent else "#,##0", what.source or sheet.name
    for column, colour in enumerate(what.colours, start=what.first):
        series = {
            "name": [source, head, column],
            "categories": [source, head + 1, 0, head + 1, 0],
            "values": [source, head + 1, column, head + 1, column],
            "fill": {"color": colour},
            "gap": what.gap,
        }
        if what.has_labels:
            labels = {"size": 8, "name": FONT, "color": "#FFFFFF"}
            series["data_labels"] = {"value": True, "num_format": number_format, "font": labels}
        chart.add_series(series)
    chart.set_title(
        {"name": what.title, "name_font": {"name": FONT, "size": 11, "color": ACCENT, "bold": True}}
    )
    chart.set_legend({"position": "bottom", "font": font} if what.has_legend else {"none": True})
    names: dict[str, Any] = {"num_font": font, "line": {"color": MUTED}, "major_tick_mark": "none"}
    values: dict[str, Any] = {
        "num_font": font,
        "num_format": number_format,
        "min": 0,
        "line": {"none": True},
        "major_gridlines": {"visible": True, "line": {"color": LINE}},
    }
    if what.is_percent:
        values |= {"max": 1, "major_unit": 0.25}
    if what.kind == "bar":
        # The first row on top: a chart of bars begins at the bottom, and so do its values.
        every = {"interval_unit": 1} if what.has_labels else {}
        chart.set_y_axis({"reverse": True, **names, **every})
        chart.set_x_axis({**values, "label_position": "high"})
    else:
        chart.set_x_axis(names)
        chart.set_y_axis(values)
    chart.set_chartarea({"border": {"color": LINE}})
    chart.set_size({"width": what.size[0], "height": what.size[1]})
    sheet.insert_chart(
        cell, chart, {"object_position": 2 if what.is_below else 3, "x_offset": 2, "y_offset": 2}
    )
