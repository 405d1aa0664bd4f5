"""Builds the sheet 客户关系维护策略动态调整表: the source's eleven columns, then what is decided, to be printed and signed.

The look is in `template_styles`, the rows come from `crmtool.tables.adjustment`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from xlsxwriter.workbook import Workbook

from template_checks import choice, day
from template_review_looks import CHART_DATA, CHOICES_ROW
from template_styles import LINES, Styles, set_page, write_title
from template_tables import BAD_INK, GOOD_INK

SHEET = "客户关系维护策略动态调整表"
_HEAD = 3  # 0-based row of the headers; the marker row follows
_HEAD_POINTS, _SIGN_POINTS = 43, 34


@dataclass(frozen=True)
class _Column:
    """A column: its header, the marker's column id, its width, whether it is to be filled in, its check."""

    header: str
    key: str
    width: float
    look: str = "wide"
    is_input: bool = False
    check: dict[str, Any] | None = None


_TIERS = {
    "validate": "list",
    "source": f"={CHART_DATA}!$A${CHOICES_ROW + 1}:$A${CHOICES_ROW + 1}",
    "input_title": "等级锁定",
    "input_message": "不按规则、固定为某一等级时才选；请同时写明原因和期限。",
    "error_title": "请从列表中选",
    "error_message": "这里只能填规则集里的等级。请点单元格右边的箭头选择；不锁定就留空。",
}
#: Headers are broken where their lines look best; who reads them takes no notice of that.
_COLUMNS = (
    _Column("客户名称", "name", 10.5),
    _Column("客户类型", "label", 7.5, "text"),
    _Column("负责人", "owner", 6.5, "text"),
    _Column("当前核心策略", "strategy", 13),
    _Column("策略执行\n周期", "cycle", 8, "text"),
    _Column("关键监测指标\n(目标值/实际值)", "kpis", 14.5),
    _Column("效果评估\n(优/良/中/差)", "grade", 10, "text"),
    _Column("调整原因", "cause", 15),
    _Column("调整后策略", "new_strategy", 15.5),
    _Column("调整时间", "adjusted_on", 9.5, "date"),
    _Column("备注", "remark", 9),
    _Column("审批人", "approver", 6.5, "text", is_input=True),
    _Column("审批结果", "verdict", 6.5, "text", is_input=True, check=choice("同意", "驳回", "待定")),
    _Column("审批日期", "approved_on", 9.5, "date", is_input=True, check=day("2026-10-12")),
    _Column("等级锁定", "lock_tier", 7.5, "text", is_input=True, check=_TIERS),
    _Column("锁定原因", "lock_reason", 8, is_input=True),
    _Column("锁定至", "lock_until", 9.5, "date", is_input=True, check=day("2026-12-31")),
)
_HIDDEN = (("客户编号", "customer_id"), ("客户键", "customer_key"))
_GRADES = {
    "优": (GOOD_INK, "#D9EDE1"),
    "良": (GOOD_INK, "#EDF6F0"),
    "中": ("#7A5B10", "#FFF3D6"),
    "差": (BAD_INK, "#F6D9D2"),
}


def adjustment_sheet(book: Workbook, styles: Styles) -> None:
    """Add the sheet."""
    sheet = book.add_worksheet(SHEET)
    set_page(sheet, header_rows=(_HEAD, _HEAD))
    write_title(sheet, styles, SHEET, "{{adjustments_note}}")
    sheet.set_row(_HEAD, _HEAD_POINTS)
    sheet.set_row(_HEAD + 1, LINES[3])
    for number, column in enumerate(_COLUMNS):
        sheet.set_column(number, number, column.width, styles.plain())
        sheet.write_string(_HEAD, number, column.header, styles.must() if column.is_input else styles.head())
        style = styles.decision(column.look) if column.is_input else styles.proposal(column.look)
        sheet.write_string(_HEAD + 1, number, "{{adjustments." + column.key + "}}", style)
        if column.check:
            sheet.data_validation(_HEAD + 1, number, _HEAD + 1, number, column.check)
    for number, (header, key) in enumerate(_HIDDEN, start=len(_COLUMNS)):
        sheet.set_column(number, number, 12, None, {"hidden": True})
        sheet.write_string(_HEAD, number, header, styles.aside())
        sheet.write_string(_HEAD + 1, number, "{{adjustments." + key + "}}", styles.hidden_text())
    for word, (ink, fill) in _GRADES.items():
        style = book.add_format({"font_color": ink, "bg_color": fill, "bold": True})
        rule = {"type": "cell", "criteria": "==", "value": f'"{word}"', "format": style}
        sheet.conditional_format(_HEAD + 1, 6, _HEAD + 1, 6, rule)
    for word, ink in (("同意", GOOD_INK), ("驳回", BAD_INK)):
        rule = {
            "type": "cell",
            "criteria": "==",
            "value": f'"{word}"',
            "format": book.add_format({"font_color": ink}),
        }
        sheet.conditional_format(_HEAD + 1, 12, _HEAD + 1, 12, rule)
    # Sorted without the columns that say whose row it is, rows would become those of others.
    sheet.autofilter(_HEAD, 0, _HEAD + 1, len(_COLUMNS) + len(_HIDDEN) - 1)
    sheet.write_string(0, len(_COLUMNS) + len(_HIDDEN) - 1, "{{adjustments_seal}}", styles.unseen())
    sheet.freeze_panes(_HEAD + 1, 1)
    sheet.set_row(_HEAD + 3, _SIGN_POINTS)
    signatures = (
        (0, "编制人签字：______________"),
        (4, "复核人签字：______________"),
        (7, "审批人签字：______________"),
        (10, "日期：______ 年 ____ 月 ____ 日"),
    )
    for number, text in signatures:
        sheet.write_string(_HEAD + 3, number, text, styles.plain())
