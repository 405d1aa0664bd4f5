"""Every type of chart that XlsxWriter writes, and every option of one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from feature_ledger import BESIDE, SHEET, Feature
from xlsxwriter.chart import Chart
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

_SUBTYPES = {
    "area": ("stacked", "percent_stacked"),
    "bar": ("stacked", "percent_stacked"),
    "column": ("stacked", "percent_stacked"),
    "line": ("stacked", "percent_stacked"),
    "pie": (),
    "doughnut": (),
    "radar": ("with_markers", "filled"),
    "scatter": ("straight", "straight_with_markers", "smooth", "smooth_with_markers"),
}
_PLACES = ("center", "inside_end", "inside_base", "outside_end")
_MARKERS = ("square", "diamond", "triangle", "x", "star", "short_dash", "long_dash", "circle", "plus")
_PATTERNS = ("percent_5", "percent_90", "light_downward_diagonal", "wide_upward_diagonal", "zigzag", "sphere")
_FONT = {"name": "微软雅黑", "size": 9, "bold": True, "italic": True, "color": "#CC0000", "rotation": -45}
_STOPS = {"colors": ["#FFFFFF", "#2F5D8A", "#000000"], "positions": [0, 40, 100]}

#: An option of a series of a column chart.
SERIES: dict[str, dict[str, Any]] = {
    "gap-and-overlap": {"gap": 50, "overlap": -20},
    "border": {"border": {"color": "red", "width": 2.25, "dash_type": "long_dash_dot"}},
    "no-fill": {"fill": {"none": True}, "border": {"none": True}},
    "transparent-fill": {"fill": {"color": "#FF9900", "transparency": 50}},
    "points": {"points": [{"fill": {"color": "red"}}, None, {"border": {"color": "blue"}}]},
    "invert-if-negative": {"invert_if_negative": True, "invert_if_negative_color": "#FF0000"},
    "labels-custom": {
        "data_labels": {
            "value": True,
            "custom": [
                {"value": "第一"},
                {"value": f"='{SHEET}'!$B$3"},
                {"delete": True},
                None,
                {"font": {"bold": True}},
            ],
        }
    },
    "labels-all": {
        "data_labels": {
            "value": True, "category": True, "series_name": True, "legend_key": True, "separator": "\n",
            "num_format": "0.0", "font": _FONT, "border": {"color": "red"}, "fill": {"color": "yellow"},
        }
    },
    **{f"labels-{place}": {"data_labels": {"value": True, "position": place}} for place in _PLACES},
    **{f"pattern-{p}": {"pattern": {"pattern": p, "fg_color": "#FF0000", "bg_color": "#FFFF00"}} for p in _PATTERNS},
    **{f"gradient-{k}": {"gradient": {"type": k, **_STOPS}} for k in ("linear", "radial", "rectangular", "path")},
    "gradient-angle": {"gradient": {**_STOPS, "angle": 45}},
    "error-fixed": {"y_error_bars": {"type": "fixed", "value": 2}},
    "error-percentage": {"y_error_bars": {"type": "percentage", "value": 5, "direction": "plus"}},
    "error-deviation": {"y_error_bars": {"type": "standard_deviation", "value": 1, "end_style": 0}},
    "error-standard": {"y_error_bars": {"type": "standard_error", "line": {"color": "red"}}},
    "error-custom": {
        "y_error_bars": {"type": "custom", "plus_values": f"='{SHEET}'!$C$2:$C$7", "minus_values": [1, 2, 3]}
    },
    "on-second-axis": {"y2_axis": True},
}  # fmt: skip

#: An option of a series of a line chart.
LINES: dict[str, dict[str, Any]] = {
    **{f"marker-{kind}": {"marker": {"type": kind, "size": 8}} for kind in _MARKERS},
    "marker-filled": {"marker": {"type": "circle", "fill": {"color": "red"}, "border": {"color": "black"}}},
    "smooth": {"smooth": True},
    "dashes": {"line": {"dash_type": "square_dot", "width": 3, "color": "#00AA00", "transparency": 30}},
    "no-line": {"line": {"none": True}},
    "trend-linear": {"trendline": {"type": "linear", "display_equation": True, "display_r_squared": True}},
    "trend-log": {"trendline": {"type": "log", "name": "对数"}},
    "trend-exponential": {"trendline": {"type": "exponential", "line": {"dash_type": "dash"}}},
    "trend-power": {"trendline": {"type": "power"}},
    "trend-polynomial": {"trendline": {"type": "polynomial", "order": 3, "forward": 0.5, "backward": 0.5}},
    "trend-moving": {"trendline": {"type": "moving_average", "period": 2}},
    "trend-intercept": {"trendline": {"type": "linear", "intercept": 0.8, "delete": True}},
}

#: A method of a chart and its argument.
METHODS: dict[str, tuple[str, Any]] = {
    "title-formula": ("set_title", {"name": f"='{SHEET}'!$C$1", "name_font": _FONT, "overlay": True}),
    "title-none": ("set_title", {"none": True}),
    "title-layout": ("set_title", {"name": "标题", "layout": {"x": 0.4, "y": 0.1}}),
    **{f"legend-{p}": ("set_legend", {"position": p}) for p in ("top", "left", "bottom", "top_right", "overlay_right")},
    "legend-none": ("set_legend", {"none": True}),
    "legend-deleted": ("set_legend", {"delete_series": [0], "font": _FONT, "border": {"color": "red"}}),
    "x-name": ("set_x_axis", {"name": "客户", "name_font": _FONT, "num_font": _FONT}),
    "x-reverse": ("set_x_axis", {"reverse": True, "interval_unit": 2, "interval_tick": 2}),
    "x-text": ("set_x_axis", {"text_axis": True, "label_align": "left"}),
    "x-date": ("set_x_axis", {"date_axis": True, "major_unit": 1, "major_unit_type": "months"}),
    "x-labels": ("set_x_axis", {"label_position": "low", "position_axis": "on_tick"}),
    "x-hidden": ("set_x_axis", {"visible": False}),
    "y-limits": ("set_y_axis", {"min": -100, "max": 2e5, "major_unit": 5e4, "minor_unit": 1e4}),
    "y-log": ("set_y_axis", {"log_base": 10, "crossing": 100}),
    "y-crossing-max": ("set_y_axis", {"crossing": "max"}),
    "y-format": ("set_y_axis", {"num_format": "#,##0.00", "num_format_linked": True}),
    "y-units": ("set_y_axis", {"display_units": "ten_thousands", "display_units_visible": True}),
    "y-grid": ("set_y_axis", {"major_gridlines": {"visible": False}, "minor_gridlines": {"visible": True}}),
    "y-ticks": ("set_y_axis", {"major_tick_mark": "cross", "minor_tick_mark": "inside", "line": {"none": True}}),
    "x2-axis": ("set_x2_axis", {"name": "次轴"}),
    "y2-axis": ("set_y2_axis", {"name": "次轴", "num_format": "0%"}),
    "plotarea": ("set_plotarea", {"layout": {"x": 0.1, "y": 0.2, "width": 0.7, "height": 0.6}, "fill": {"color": "#EEEEEE"}}),
    "chartarea": ("set_chartarea", {"border": {"none": True}, "pattern": {"pattern": "percent_20", "fg_color": "red"}}),
    "blanks-zero": ("show_blanks_as", "zero"),
    "blanks-span": ("show_blanks_as", "span"),
    "table": ("set_table", {"show_keys": True, "vertical": False, "font": _FONT}),
    "size": ("set_size", {"width": 720, "height": 576, "x_offset": 5, "y_offset": 6}),
    "scale": ("set_size", {"x_scale": 1.5, "y_scale": 0.5}),
    **{f"style-{number}": ("set_style", number) for number in (1, 11, 37, 48)},
}  # fmt: skip

#: How a chart stands on its sheet.
PLACES: dict[str, dict[str, Any]] = {
    "moves-only": {"object_position": 2},
    "stays": {"object_position": 3},
    "described": {"description": "年消费额的柱形图", "x_offset": 25, "y_offset": 10, "x_scale": 0.5},
    "decorative": {"decorative": True},
}


def _series(**options: Any) -> dict[str, Any]:
    return {
        "name": f"='{SHEET}'!$C$1",
        "categories": f"='{SHEET}'!$B$2:$B$7",
        "values": f"='{SHEET}'!$C$2:$C$7",
        **options,
    }


def _chart(book: Workbook, kind: dict[str, str], **options: Any) -> Chart:
    chart = book.add_chart(kind)
    for number in range(3 if kind["type"] == "stock" else 1):
        chart.add_series(_series(**options) if number == 0 else _series())
    return chart


def _on_sheet(kind: dict[str, str], **options: Any) -> Feature:
    return lambda book, sheet: sheet.insert_chart(BESIDE, _chart(book, kind, **options))


def _on_chartsheet(kind: dict[str, str]) -> Feature:
    return lambda book, sheet: book.add_chartsheet("图").set_chart(_chart(book, kind))


def _with_method(method: str, argument: Any) -> Feature:
    def add(book: Workbook, sheet: Worksheet) -> None:
        chart = _chart(book, {"type": "column"})
        if "2" in method:
            chart.add_series(_series(**{f"{method[4:6]}_axis": True}))
        getattr(chart, method)(argument)
        sheet.insert_chart(BESIDE, chart)

    return add


def _without_argument(kind: str, method: str) -> Feature:
    def add(book: Workbook, sheet: Worksheet) -> None:
        chart = _chart(book, {"type": kind})
        getattr(chart, method)()
        sheet.insert_chart(BESIDE, chart)

    return add


def _placed(options: dict[str, Any]) -> Feature:
    return lambda book, sheet: sheet.insert_chart(BESIDE, _chart(book, {"type": "column"}), options)


def _combined(first: str, second: str, on_second_axis: bool) -> Feature:
    def add(book: Workbook, sheet: Worksheet) -> None:
        chart = _chart(book, {"type": first})
        chart.combine(_chart(book, {"type": second}, y2_axis=on_second_axis))
        sheet.insert_chart(BESIDE, chart)

    return add


def _several(book: Workbook, sheet: Worksheet) -> None:
    for number, kind in enumerate(("column", "line", "pie")):
        sheet.insert_chart(9 + 15 * number, 0, _chart(book, {"type": kind}))
    book.add_worksheet("另一张").insert_chart("A1", _chart(book, {"type": "bar"}))


def features() -> Iterator[tuple[str, Feature]]:
    """Yield the features of charts, each with its name."""
    kinds = [{"type": kind} for kind in (*_SUBTYPES, "stock")]
    kinds += [{"type": kind, "subtype": sub} for kind, subtypes in _SUBTYPES.items() for sub in subtypes]
    for kind in kinds:
        yield "chart-" + "-".join(kind.values()), _on_sheet(kind)
        if "subtype" not in kind:
            yield f"chartsheet-{kind['type']}", _on_chartsheet(kind)
    for name, options in SERIES.items():
        yield f"chart-series-{name}", _on_sheet({"type": "column"}, **options)
    for name, options in LINES.items():
        yield f"chart-line-{name}", _on_sheet({"type": "line"}, **options)
    for name, (method, argument) in METHODS.items():
        yield f"chart-set-{name}", _with_method(method, argument)
    for kind, method in (
        ("line", "set_up_down_bars"),
        ("line", "set_drop_lines"),
        ("line", "set_high_low_lines"),
        ("column", "show_na_as_empty_cell"),
        ("column", "show_hidden_data"),
    ):
        yield f"chart-{method}", _without_argument(kind, method)
    for name, options in PLACES.items():
        yield f"chart-{name}", _placed(options)
    for kind in ("pie", "doughnut"):
        leaders = {"data_labels": {"percentage": True, "leader_lines": True, "position": "best_fit"}}
        yield (
            f"chart-{kind}-labels",
            _on_sheet(
                {"type": kind}, **(leaders if kind == "pie" else {"data_labels": {"percentage": True}})
            ),
        )
    yield "chart-scatter-x-errors", _on_sheet({"type": "scatter"}, x_error_bars={"type": "standard_error"})
    yield "chart-combined", _combined("column", "line", on_second_axis=False)
    yield "chart-combined-second-axis", _combined("column", "line", on_second_axis=True)
    yield "chart-combined-area", _combined("area", "line", on_second_axis=False)
    yield "chart-several", _several
