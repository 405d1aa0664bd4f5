"""Every kind of conditional format, data validation, filter, table and sparkline that XlsxWriter writes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, time
from typing import Any

from feature_ledger import AMOUNTS, BELOW, DATES, HEADER, NAMES, ROWS, SHEET, WHOLE, Feature
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

_COMPARED = ("==", "!=", ">", "<", ">=", "<=")
_PERIODS = (
    "yesterday", "today", "last 7 days", "last week", "this week", "next week", "last month", "this month",
    "next month",
)  # fmt: skip
_AVERAGES = (
    "above", "below", "equal or above", "equal or below", "1 std dev above", "1 std dev below", "2 std dev above",
    "2 std dev below", "3 std dev above", "3 std dev below",
)  # fmt: skip
_ICONS = (
    "3_arrows", "3_arrows_gray", "3_flags", "3_signs", "3_symbols", "3_symbols_circled", "3_traffic_lights",
    "3_traffic_lights_rimmed", "4_arrows", "4_arrows_gray", "4_ratings", "4_red_to_black", "4_traffic_lights",
    "5_arrows", "5_arrows_gray", "5_quarters", "5_ratings",
)  # fmt: skip
_BARS: dict[str, dict[str, Any]] = {
    "plain": {"bar_color": "#63C384"},
    "limits": {"min_type": "num", "max_type": "percent", "min_value": 5, "max_value": 90},
    "formula-limits": {
        "min_type": "formula",
        "min_value": "=$C$4",
        "max_type": "percentile",
        "max_value": 80,
    },
    "2010": {"data_bar_2010": True},
    "solid": {"bar_solid": True, "bar_border_color": "#FF0000"},
    "no-border": {"bar_no_border": True, "bar_only": True},
    "negative": {"bar_negative_color": "#FFFF00", "bar_negative_border_color": "#00FF00"},
    "negative-same": {"bar_negative_color_same": True, "bar_negative_border_color_same": True},
    "right-to-left": {"bar_direction": "right", "bar_axis_position": "middle", "bar_axis_color": "#0000FF"},
    "left-to-right": {"bar_direction": "left", "bar_axis_position": "none"},
}


def _conditions() -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yield the name, the range and the options of each conditional format; `format` is put in later."""
    for sign in _COMPARED:
        yield f"cell {sign}", AMOUNTS, {"type": "cell", "criteria": sign, "value": 50000}
    for criteria in ("between", "not between"):
        yield f"cell {criteria}", AMOUNTS, {"type": "cell", "criteria": criteria, "minimum": 1, "maximum": 9}
    yield "cell formula", AMOUNTS, {"type": "cell", "criteria": ">", "value": "=$C$3"}
    yield "cell text", NAMES, {"type": "cell", "criteria": "==", "value": '"甲公司"'}
    yield "date", DATES, {"type": "date", "criteria": ">", "value": date(2024, 1, 1)}
    for period in _PERIODS:
        yield f"period {period}", DATES, {"type": "time_period", "criteria": period}
    for criteria in ("containing", "not containing", "begins with", "ends with"):
        yield f"text {criteria}", NAMES, {"type": "text", "criteria": criteria, "value": "公司"}
    for criteria in _AVERAGES:
        yield f"average {criteria}", AMOUNTS, {"type": "average", "criteria": criteria}
    for kind in ("duplicate", "unique", "blanks", "no_blanks", "errors", "no_errors"):
        yield kind, WHOLE, {"type": kind}
    for kind in ("top", "bottom"):
        yield kind, AMOUNTS, {"type": kind, "value": 3}
        yield f"{kind} percent", AMOUNTS, {"type": kind, "value": 20, "criteria": "%"}
    yield "formula", WHOLE, {"type": "formula", "criteria": "=$C2>50000", "stop_if_true": True}
    yield "several ranges", AMOUNTS, {"type": "blanks", "multi_range": "A2:A7 C2:D7"}
    yield "whole columns", "A1:D1048576", {"type": "formula", "criteria": '=$A1="KH001"'}


def _scales() -> Iterator[tuple[str, dict[str, Any]]]:
    for colours in ("2_color_scale", "3_color_scale"):
        yield colours, {"type": colours}
        kinds = {"min_type": "percentile", "max_type": "num", "min_value": 10, "max_value": 90}
        yield f"{colours} limits", {"type": colours, **kinds, "min_color": "#C5D9F1", "max_color": "#538ED5"}
    for name, options in _BARS.items():
        yield f"bar {name}", {"type": "data_bar", **options}
    for style in _ICONS:
        yield f"icons {style}", {"type": "icon_set", "icon_style": style}
    own = [
        {"criteria": ">=", "type": "number", "value": 9},
        {"criteria": "<", "type": "formula", "value": "=$C$3"},
    ]
    yield "icons reversed", {"type": "icon_set", "icon_style": "3_flags", "reverse_icons": True}
    yield "icons own", {"type": "icon_set", "icon_style": "3_signs", "icons": own, "icons_only": True}


def _formatted(cells: str, options: dict[str, Any]) -> Feature:
    def add(book: Workbook, sheet: Worksheet) -> None:
        look = book.add_format({"bg_color": "#FFC7CE", "font_color": "#9C0006", "num_format": "0.00"})
        sheet.conditional_format(cells, {**options, "format": look})

    return add


def _called(method: str, *arguments: Any) -> Feature:
    return lambda book, sheet: getattr(sheet, method)(*arguments)


_VALIDATIONS: dict[str, dict[str, Any]] = {
    "any": {"validate": "any", "input_title": "提示", "input_message": "随意填写"},
    **{
        f"integer {sign}": {"validate": "integer", "criteria": sign, "value": 5} for sign in _COMPARED
    },
    "integer between": {"validate": "integer", "criteria": "between", "minimum": 1, "maximum": 9},
    "integer not between": {"validate": "integer", "criteria": "not between", "minimum": 1, "maximum": 9},
    "integer formula": {"validate": "integer", "criteria": ">", "value": "=$C$3"},
    "decimal": {"validate": "decimal", "criteria": "between", "minimum": -0.5, "maximum": 0.5},
    "list": {"validate": "list", "source": ["高价值", "潜力", "稳定 & <低>"]},
    "list range": {"validate": "list", "source": f"='{SHEET}'!$B$2:$B$7", "dropdown": False},
    "date": {"validate": "date", "criteria": ">", "value": date(2024, 1, 1), "ignore_blank": False},
    "date between": {"validate": "date", "criteria": "between", "minimum": date(2024, 1, 1), "maximum": date(2024, 12, 31)},
    "time": {"validate": "time", "criteria": "<", "value": time(12, 30)},
    "length": {"validate": "length", "criteria": "<=", "value": 20},
    "custom": {"validate": "custom", "value": "=AND(C2>0,LEN(B2)<9)"},
    "stop": {"validate": "length", "criteria": "<", "value": 9, "error_title": "错误", "error_message": "太长"},
    "warning": {"validate": "length", "criteria": "<", "value": 9, "error_type": "warning"},
    "information": {"validate": "length", "criteria": "<", "value": 9, "error_type": "information"},
    "quiet": {"validate": "length", "criteria": "<", "value": 9, "show_input": False, "show_error": False},
    "several ranges": {"validate": "list", "source": ["是", "否"], "other_cells": [[1, 0, 3, 0], [5, 1, 5, 1]]},
}  # fmt: skip

_SPARKS: dict[str, dict[str, Any]] = {
    "line": {"markers": True, "series_color": "#FF0000", "weight": 1.5},
    "column": {"type": "column", "style": 12, "negative_points": True},
    "win-loss": {"type": "win_loss", "style": 25, "axis": True},
    "points": {"high_point": True, "low_point": True, "first_point": True, "last_point": True},
    "colours": {
        "high_point": True,
        "high_color": "#00B050",
        "series_color": "#C00000",
        "negative_color": "#0070C0",
    },
    "axes": {"max": 1e6, "min": -5, "reverse": True},
    "group": {"max": "group", "min": "group", "show_hidden": True, "empty_cells": "zero"},
    "dates": {"date_axis": "'客户'!D2:D7", "empty_cells": "connect"},
}

_TABLES: dict[str, dict[str, Any]] = {
    "plain": {},
    "named": {"name": "客户台账", "style": "Table Style Light 11", "title": "标题", "description": "说明"},
    "medium": {"style": "Table Style Medium 2", "banded_rows": False, "banded_columns": True},
    "dark": {"style": "Table Style Dark 4", "first_column": True, "last_column": True},
    "unstyled": {"style": None},
    "no-filter": {"autofilter": False},
    "no-header": {"header_row": False},
}
_TOTALS = ("average", "count_nums", "count", "max", "min", "std_dev", "sum", "var")


def _sparkline(options: dict[str, Any]) -> Feature:
    def add(book: Workbook, sheet: Worksheet) -> None:
        sheet.write_string(0, 4, "走势")
        ranges = [f"'{SHEET}'!C{row}:C{row + 1}" for row in range(2, 8)]
        sheet.add_sparkline("E2", {"location": [f"E{r}" for r in range(2, 8)], "range": ranges, **options})

    return add


def _columns(book: Workbook) -> list[dict[str, Any]]:
    columns: list[dict[str, Any]] = [{"header": header} for header in HEADER]
    columns[-1]["format"] = book.add_format({"num_format": "yyyy-mm-dd"})
    return columns


def _table(options: dict[str, Any]) -> Feature:
    return lambda book, sheet: sheet.add_table(WHOLE, {"data": ROWS, "columns": _columns(book), **options})


def _totalled(function: str) -> Feature:
    def add(book: Workbook, sheet: Worksheet) -> None:
        columns = _columns(book)
        columns[0]["total_string"], columns[2]["total_function"] = "合计", function
        sheet.add_table("A1:D8", {"data": ROWS, "columns": columns, "total_row": True})

    return add


def _calculated(book: Workbook, sheet: Worksheet) -> None:
    columns = [*_columns(book), {"header": "加税", "formula": "=[@年消费额]*1.13"}]
    sheet.add_table("A1:E7", {"data": ROWS, "columns": columns})


def _two_tables(book: Workbook, sheet: Worksheet) -> None:
    _table({"name": "甲表"})(book, sheet)
    sheet.add_table("A10:C12", {"name": "乙表", "data": [[1, 2, 3], [4, 5, 6]]})
    book.add_worksheet("另一张").add_table("B2:C4", {"name": "丙表"})


def _filters() -> Iterator[tuple[str, Feature]]:
    rules = (
        "x == 甲公司",
        "x != 甲公司",
        "x == *公司",
        "x == Blanks",
        "x == NonBlanks",
        "x == 甲公司 or x == 乙公司",
    )
    for number, rule in enumerate(rules):
        yield f"filter-text-{number}", _filtered(1, rule)
    for number, rule in enumerate(("x > 50000", "x >= 1 and x <= 99999", "x < 5 or x > 500")):
        yield f"filter-number-{number}", _filtered(2, rule)
    yield "filter-plain", _called("autofilter", WHOLE)
    yield "filter-wider", _called("autofilter", "A1:H7")
    yield "filter-list", _filtered(1, ["甲公司", "丙公司", "Blanks"])


def _filtered(column: int, rule: str | list[str]) -> Feature:
    def add(book: Workbook, sheet: Worksheet) -> None:
        sheet.autofilter(WHOLE)
        (sheet.filter_column if isinstance(rule, str) else sheet.filter_column_list)(column, rule)
        sheet.set_row(3, options={"hidden": True})
        sheet.set_row(5, options={"hidden": True})

    return add


def features() -> Iterator[tuple[str, Feature]]:
    """Yield the features, each with its name."""
    for name, cells, options in _conditions():
        yield f"condition-{name}", _formatted(cells, options)
    for name, options in _scales():
        yield f"condition-{name}", _called("conditional_format", AMOUNTS, options)
    for name, options in _VALIDATIONS.items():
        yield f"validation-{name}", _called("data_validation", "C2:C7", options)
    for name, options in _SPARKS.items():
        yield f"sparkline-{name}", _sparkline(options)
    for name, options in _TABLES.items():
        yield f"table-{name}", _table(options)
    for function in _TOTALS:
        yield f"table-total-{function}", _totalled(function)
    yield "table-calculated", _calculated
    yield "table-two", _two_tables
    yield "table-below", _called("add_table", f"{BELOW}:C14")
    yield from _filters()
