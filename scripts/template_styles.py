"""The look that all shipped templates share: fonts, palette, number formats, page set-up.

What stands on each sheet is in the scripts that use it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

#: On every Windows with Chinese, in WPS, and in Office for Mac; others fall back to their own sans serif.
FONT = "微软雅黑"
INK, MUTED, LINE, HEAD_FILL, ACCENT, ACCENT_2 = (
    "#1F2933",
    "#6B7785",
    "#D5DCE4",
    "#E9EFF5",
    "#2F5D8A",
    "#C58B2A",
)

#: Behind cells that wait to be filled in.
INPUT_FILL = "#FFF8E1"

#: The looks of texts, from narrow to wide; which text gets which is told by `crmtool.tables.arrays`.
TEXTS = ("short", "text", "medium", "wide")
#: All looks in the order of their samples; the first is that of the marker itself.
LOOKS = ("text", "short", "medium", "wide", "money", "date", "count", "percent", "number")

NUMBER_FORMATS = {
    **dict.fromkeys(TEXTS, "@"),
    # `_ ` keeps a space free at the right, as in Excel's own formats: not every program indents from the right.
    "money": "#,##0.00_ ",
    "date": "yyyy-mm-dd",
    "count": "#,##0_ ",
    "percent": "0.0%_ ",
    # `#,##0.##` would leave a whole number its decimal point: 5.
    "number": "General",
}
#: Column widths in characters of the default font; a Chinese character takes two.
WIDTHS: Mapping[str, float] = {
    "short": 9,
    "text": 13,
    "medium": 22,
    "wide": 44,
    "money": 15,
    "date": 11.5,
    "count": 9,
    "percent": 9,
    "number": 9,
}
#: Row heights in points for one, two and three lines. Written out, since not every program fits rows on loading.
LINES = {1: 19, 2: 30, 3: 43}
_RIGHT = frozenset({"money", "count", "percent", "number"})

#: A fixed day, so that the same script always makes the same files.
CREATED = datetime(2024, 1, 1, tzinfo=UTC)


class Styles:
    """The formats of one workbook, made when first asked for."""

    def __init__(self, book: Workbook) -> None:
        self._book = book
        self._made: dict[str, Format] = {}

    def _format(self, key: str, **properties: Any) -> Format:
        if key not in self._made:
            base = {"font_name": FONT, "font_size": 10, "font_color": INK, "valign": "vcenter"}
            self._made[key] = self._book.add_format({**base, **properties})
        return self._made[key]

    def plain(self) -> Format:
        """Return the format of a sheet's background cells."""
        return self._format("plain")

    def title(self) -> Format:
        """Return the format of a sheet's title."""
        return self._format("title", font_size=16, bold=True, font_color=ACCENT)

    def caption(self) -> Format:
        """Return the format of the line below a title, and of notes."""
        return self._format("caption", font_size=9, font_color=MUTED)

    def remark(self) -> Format:
        """Return the format of notes that may need several lines; for cells merged over the page's width."""
        return self._format("remark", font_size=9, font_color=MUTED, text_wrap=True, valign="top")

    def section(self) -> Format:
        """Return the format of a heading inside a sheet."""
        return self._format("section", font_size=11, bold=True, font_color=ACCENT)

    def head(self) -> Format:
        """Return the format of a table's header cells."""
        return self._format(
            "head",
            bold=True,
            font_color=ACCENT,
            bg_color=HEAD_FILL,
            align="center",
            text_wrap=True,
            border=1,
            border_color=LINE,
        )

    def cell(self, look: str, *, is_bold: bool = False) -> Format:
        """Return the format of a table's cells of one look; texts wrap."""
        properties: dict[str, Any] = {"border": 1, "border_color": LINE, "num_format": NUMBER_FORMATS[look]}
        properties["align"] = "right" if look in _RIGHT else "center" if look == "date" else "left"
        if look in TEXTS:
            properties |= {"indent": 1, "text_wrap": True, "font_size": 9 if look == "wide" else 10}
        else:
            properties |= {"shrink": True, "indent": 1 if look == "number" else 0}
        if is_bold:
            properties |= {"bold": True, "bg_color": HEAD_FILL}
        return self._format(f"cell-{look}-{is_bold}", **properties)

    def figure(self) -> Format:
        """Return the format of a headline figure."""
        return self._format(
            "figure",
            font_size=17,
            bold=True,
            font_color=ACCENT,
            bg_color=HEAD_FILL,
            align="center",
            shrink=True,
        )

    def figure_label(self) -> Format:
        """Return the format of what a headline figure is."""
        return self._format(
            "figure-label", font_size=9, font_color=MUTED, bg_color=HEAD_FILL, align="center", valign="bottom"
        )

    def swatch(self, colour: str) -> Format:
        """Return the format of a header that tells what a colour of a chart means."""
        return self._format(
            f"swatch-{colour}", bold=True, font_color=colour, align="center", text_wrap=True, font_size=9
        )

    def must(self) -> Format:
        """Return the format of the header of a column that has to be filled in."""
        return self._format(
            "must",
            bold=True,
            font_color="#FFFFFF",
            bg_color=ACCENT,
            align="center",
            text_wrap=True,
            border=1,
            border_color=LINE,
        )

    def ledger_cell(self, look: str) -> Format:
        """Return the format of a column that people fill in; what is no text is free to become a number."""
        number_format = "General" if look == "text" else NUMBER_FORMATS[look]
        return self._format(f"ledger-{look}", num_format=number_format)

    def input(self, look: str) -> Format:
        """Return the format of a cell that people fill in on a protected sheet: shaded, and free to be changed."""
        properties: dict[str, Any] = {
            "border": 1,
            "border_color": LINE,
            "bg_color": INPUT_FILL,
            "locked": False,
            # What is no text is free to become one: `2026-03-05` typed as text is read back all the same.
            "num_format": NUMBER_FORMATS[look].removesuffix("_ "),
            "align": "left" if look in TEXTS else "center",
        }
        if look in TEXTS:
            properties |= {"text_wrap": True}
        return self._format(f"input-{look}", **properties)

    def proposal(self, look: str) -> Format:
        """Return the format of a cell that says what is proposed; it may be edited, and stays a text or a day."""
        return self._decided(look, {})

    def decision(self, look: str) -> Format:
        """Return the format of a cell in which people decide: shaded."""
        return self._decided(look, {"bg_color": INPUT_FILL})

    def _decided(self, look: str, fill: Mapping[str, str]) -> Format:
        properties = {
            "border": 1,
            "border_color": LINE,
            "font_size": 9,
            "num_format": NUMBER_FORMATS["date"] if look == "date" else "General",
            "align": "left" if look == "wide" else "center",
            "indent": 1 if look == "wide" else 0,
            "text_wrap": look != "date",
            **fill,
        }
        return self._format(f"decided-{look}-{bool(fill)}", **properties)

    def open_count(self) -> Format:
        """Return the format of a count in a column that may not be there: without borders."""
        return self._format("open-count", num_format=NUMBER_FORMATS["count"], align="right", shrink=True)

    def hidden_text(self) -> Format:
        """Return the format of a text in a column that is not shown."""
        return self._format("hidden-text", num_format="@", text_wrap=True, font_color=MUTED)

    def link(self) -> Format:
        """Return the format of a cell that leads somewhere."""
        return self._format(
            "link",
            border=1,
            border_color=LINE,
            font_color="#1155CC",
            underline=1,
            text_wrap=True,
            num_format="@",
            indent=1,
        )

    def label(self) -> Format:
        """Return the format of the name of a single value."""
        return self._format("label", font_color=MUTED)

    def value(self, look: str = "text") -> Format:
        """Return the format of a single value beside its name."""
        return self._format(
            f"value-{look}",
            num_format=NUMBER_FORMATS[look].removesuffix("_ "),
            align="left",
            text_wrap=True,
        )

    def unseen(self) -> Format:
        """Return the format of a text that is for programs: one in a hidden column is drawn over its neighbours."""
        return self._format("unseen", num_format=";;;")

    def aside(self) -> Format:
        """Return the format of a date in a column that is not shown.

        It wraps, for a text that does not is drawn over the empty cell beside it even where its column is hidden.
        """
        return self._format(
            "aside", num_format=NUMBER_FORMATS["date"], align="left", text_wrap=True, font_color=MUTED
        )

    def note(self) -> Format:
        """Return the format of a text in a table of remarks."""
        return self._format(
            "note", border=1, border_color=LINE, num_format="@", indent=1, font_size=9, text_wrap=True
        )

    def code(self) -> Format:
        """Return the format of a code in a table of remarks, for those who look it up."""
        return self._format(
            "code", border=1, border_color=LINE, num_format="@", indent=1, font_size=8, font_color=MUTED
        )

    def note_count(self) -> Format:
        """Return the format of a number in a table of remarks."""
        return self._format(
            "note-count", border=1, border_color=LINE, num_format="#,##0", align="center", font_size=9
        )


def new_book(path: Path, title: str) -> Workbook:
    """Return a workbook whose properties do not depend on the day or on who builds it."""
    book = xlsxwriter.Workbook(str(path), {"default_date_format": "yyyy-mm-dd"})
    book.set_properties({"title": title, "author": "crmtool", "comments": "", "created": CREATED})
    book.set_calc_mode("auto")
    return book


def set_page(
    sheet: Worksheet,
    *,
    header_rows: tuple[int, int] | None = None,
    pages_wide: int = 1,
    name_columns: int = 1,
    has_grid: bool = False,
) -> None:
    """Print on A4 landscape, with the header rows (0-based) on each page.

    Where that is two pages wide, both have the first `name_columns`. `has_grid` shows and prints a grid.
    """
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(pages_wide, 0)
    if pages_wide > 1:
        sheet.repeat_columns(0, name_columns - 1)
        sheet.print_across()
    sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    sheet.set_footer('&L&"微软雅黑"&8&A&C&"微软雅黑"&8第 &P 页，共 &N 页&R&"微软雅黑"&8crmtool')
    sheet.hide_gridlines(0 if has_grid else 2)
    if header_rows is not None:
        sheet.repeat_rows(*header_rows)


def write_title(sheet: Worksheet, styles: Styles, title: str, caption: str) -> None:
    """Write the two lines above a table."""
    sheet.set_row(0, 28)
    sheet.write_string(0, 0, title, styles.title())
    sheet.write_string(1, 0, caption, styles.caption())


def write_marker_table(
    sheet: Worksheet,
    styles: Styles,
    top: int,
    table: str,
    columns: Sequence[tuple[str, str, str]],
    widths: Sequence[float],
    lines: int = 1,
) -> None:
    """Write a header row and a marker row from (header, column id, look); `link` is a text that leads on.

    `top` is the 0-based header row; each row is as high as `lines` of text.
    """
    sheet.set_row(top, LINES[1])
    sheet.set_row(top + 1, LINES[lines])
    for index, (header, column, look) in enumerate(columns):
        sheet.write_string(top, index, header, styles.head())
        style = styles.link() if look == "link" else styles.cell(look)
        sheet.write_string(top + 1, index, "{{" + f"{table}.{column}" + "}}", style)
        sheet.set_column(index, index, widths[index], styles.plain())


def write_block(
    sheet: Worksheet,
    styles: Styles,
    top: int,
    table: str,
    looks: Sequence[str] = LOOKS,
    widths: Mapping[str, float] = WIDTHS,
    lines: int = 1,
) -> None:
    """Write the header and marker rows of a table whose columns come with its content."""
    sheet.set_row(top, LINES[2])
    sheet.set_row(top + 1, LINES[lines])
    sheet.write_string(top, 0, "{{columns:" + table + "}}", styles.head())
    for index, look in enumerate(looks):
        if index:
            sheet.write_blank(top, index, None, styles.head())
        marker = f"{table}.*" if look == "text" else f"{table}.*|{look}"
        sheet.write_string(top + 1, index, "{{" + marker + "}}", styles.cell(look))
        sheet.set_column(index, index, widths[look], styles.plain())
