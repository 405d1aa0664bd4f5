"""What the sheets of a review share in look: figures by their unit, the colours of tiers, the data behind charts.

The sheets themselves are in `template_review` and the scripts that it names.
"""

from __future__ import annotations

from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from template_styles import MUTED, Styles
from template_tables import colour_met

#: A hidden sheet: what charts show that stands in no table as it is, and what drop-downs offer.
CHART_DATA = "图表数据"
#: Another one, for the bars of KPIs: it is left out with its chart where there is no target.
KPI_DATA = "KPI图表数据"
#: From the best tier to the worst.
TIER_COLOURS = (
    "#2F5D8A",
    "#5E93C2",
    "#6FA287",
    "#C58B2A",
    "#C4553B",
    "#8D6A9F",
    "#B56576",
    "#8D99AE",
)
UNDECIDED = "#C9D1D9"
#: How a figure looks by what stands under 单位.
_FORMATS = {
    "%": "0.0%",
    "±%": "+0.0%;-0.0%;0.0%",
    "元": "#,##0.00",
    "天": "0.0",
    "单": "0.00",
    "分": "0.0",
}
#: The first row of the choices on the hidden sheet, 0-based.
CHOICES_ROW = 7


def colour_kpis(
    book: Workbook,
    sheet: Worksheet,
    row: int,
    *,
    unit: str,
    figures: tuple[str, ...],
    met: str,
    counts: tuple[str, ...] = (),
    others: tuple[str, ...] = (),
) -> None:
    """Show figures by their unit, counts as whole numbers, words in their place pale, and colour 达成.

    All are letters of columns; `others` may hold words in the place of numbers too.
    """
    number = row + 1
    pale = book.add_format({"font_color": MUTED, "italic": True})
    for letters in (figures, counts, others):
        if letters:
            # All rules of a cell have the same range: some programs mix up those of overlapping ones.
            first, cells = f"{letters[0]}{number}", " ".join(f"{letter}{number}" for letter in letters)
            rules = [(f"=ISTEXT({first})", pale)]
            if letters is figures:
                rules += [
                    (f'=${unit}{number}="{word}"', book.add_format({"num_format": number_format}))
                    for word, number_format in _FORMATS.items()
                ]
            elif letters is counts:
                rules += [
                    (f"=MOD({first},1)=0", book.add_format({"num_format": "#,##0"})),
                    (f"=ISNUMBER({first})", book.add_format({"num_format": "#,##0.00"})),
                ]
            for criteria, style in rules:
                rule = {"type": "formula", "criteria": criteria, "format": style, "multi_range": cells}
                sheet.conditional_format(first, rule)
    column = ord(met) - ord("A")
    colour_met(book, sheet, row, column)
    for word in ("未知", "未设目标"):
        rule = {"type": "cell", "criteria": "==", "value": f'"{word}"', "format": pale}
        sheet.conditional_format(row, column, row, column, rule)


def chart_data(book: Workbook, styles: Styles) -> None:
    """Add the hidden sheets: customers by review and tier, the ways between tiers, the tiers; the bars of KPIs."""
    sheet = book.add_worksheet(CHART_DATA)
    sheet.set_column(0, 12, 14, styles.plain())
    slots = [*(f"t{number}" for number in range(1, len(TIER_COLOURS) + 1)), "undecided"]
    for column, slot in enumerate(slots, start=1):
        sheet.write_string(0, column, "{{trend_heads." + slot + "}}", styles.plain())
        sheet.write_string(1, column, "{{trend." + slot + "}}", styles.plain())
    sheet.write_string(1, 0, "{{trend.period}}", styles.plain())
    ways = (("原等级 → 现等级", "way"), ("升级", "up"), ("降级", "down"), ("其他变动", "other"))
    _rows(sheet, styles, 3, "flow_bars", ways)
    _rows(sheet, styles, CHOICES_ROW - 1, "choices", (("等级", "label"),))
    sheet.hide()
    sheet = book.add_worksheet(KPI_DATA)
    sheet.set_column(0, 2, 14, styles.plain())
    _rows(sheet, styles, 0, "kpi_bars", (("KPI", "label"), ("达成", "met"), ("未达成", "short")))
    sheet.hide()


def _rows(
    sheet: Worksheet, styles: Styles, top: int, table: str, columns: tuple[tuple[str, str], ...]
) -> None:
    for column, (head, key) in enumerate(columns):
        sheet.write_string(top, column, head, styles.plain())
        sheet.write_string(top + 1, column, "{{" + f"{table}.{key}" + "}}", styles.plain())
