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
CHOICES_ROW = 9


def colour_kpis(
    book: Workbook,
    sheet: Worksheet,
    row: int,
    *,
    unit: str,
    figures: tuple[str, ...],
    met: str,
    counts: tuple[str, str] | None = None,
    others: tuple[str, ...] = (),
) -> None:
    """Show figures by their unit, counts as whole numbers, words in their place pale, and colour 达成.

    All are letters of columns; `others` may hold words in the place of numbers too.
    """
    number = row + 1
    row_cells = sorted({*figures, *others, *(counts or ())})
    cells = " ".join(f"{letter}{number}" for letter in figures)
    first = f"{figures[0]}{number}"
    unknown = book.add_format({"font_color": MUTED, "italic": True})
    for letter in row_cells:
        rule = {"type": "formula", "criteria": f"=ISTEXT({letter}{number})", "format": unknown}
        sheet.conditional_format(f"{letter}{number}", rule)
    for word, number_format in _FORMATS.items():
        rule = {
            "type": "formula",
            "criteria": f'=${unit}{number}="{word}"',
            "format": book.add_format({"num_format": number_format}),
            "multi_range": cells,
        }
        sheet.conditional_format(first, rule)
    if counts is not None:
        left, right = (f"{letter}{number}" for letter in counts)
        for criteria, number_format in ((f"=MOD({left},1)=0", "#,##0"), (f"=ISNUMBER({left})", "#,##0.00")):
            style = book.add_format({"num_format": number_format})
            sheet.conditional_format(
                f"{left}:{right}", {"type": "formula", "criteria": criteria, "format": style}
            )
    column = ord(met) - ord("A")
    colour_met(book, sheet, row, column)
    for word in ("未知", "未设目标"):
        rule = {"type": "cell", "criteria": "==", "value": f'"{word}"', "format": unknown}
        sheet.conditional_format(row, column, row, column, rule)


def chart_data(book: Workbook, styles: Styles) -> None:
    """Add the hidden sheet: customers by review and tier, the bars of KPIs, the ways between tiers, the tiers."""
    sheet = book.add_worksheet(CHART_DATA)
    sheet.set_column(0, 12, 14, styles.plain())
    slots = [*(f"t{number}" for number in range(1, len(TIER_COLOURS) + 1)), "undecided"]
    for column, slot in enumerate(slots, start=1):
        sheet.write_string(0, column, "{{trend_heads." + slot + "}}", styles.plain())
        sheet.write_string(1, column, "{{trend." + slot + "}}", styles.plain())
    sheet.write_string(1, 0, "{{trend.period}}", styles.plain())
    for row, table, columns in (
        (
            3,
            "flow_bars",
            (("原等级 → 现等级", "way"), ("升级", "up"), ("降级", "down"), ("其他变动", "other")),
        ),
        (6, "kpi_bars", (("KPI", "label"), ("达成", "met"), ("未达成", "short"))),
        (CHOICES_ROW - 1, "choices", (("等级", "label"),)),
    ):
        for column, (head, key) in enumerate(columns):
            sheet.write_string(row, column, head, styles.plain())
            sheet.write_string(row + 1, column, "{{" + f"{table}.{key}" + "}}", styles.plain())
    sheet.hide()
