"""Rows are as high as their wrapped texts need, and otherwise as the template has them."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pytest
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from crmtool.content import Content, OutTable, TableColumn
from crmtool.files.xlsx import fill

DAY = date(2024, 6, 30)
Page = Callable[[Workbook, Worksheet], None]


def heights(page: Page, columns: dict[str, Sequence[object]], **more: Any) -> list[float | None]:
    """Return the heights of the sheet's rows from row 1 on; None where the row names none."""
    rows = len(next(iter(columns.values())))
    sheet = openpyxl.load_workbook(io.BytesIO(filled(page, columns, **more))).worksheets[0]
    return [sheet.row_dimensions[row].height for row in range(1, rows + 1)]


def filled(page: Page, columns: dict[str, Sequence[object]], **texts: pa.Array) -> bytes:
    template, out = io.BytesIO(), io.BytesIO()
    book = Workbook(template, {"in_memory": True})
    page(book, book.add_worksheet())
    book.close()
    made = [TableColumn(key, key, pa.array(cells), texts=texts.get(key)) for key, cells in columns.items()]
    fill(template.getvalue(), Content({"t": OutTable("t", made)}), out, created=DAY)
    return out.getvalue()


def wrapped(width: float = 20, points: float = 9, height: float | None = 30, **look: Any) -> Page:
    """One wrapped marker cell. Of a width of 20 units 145 pixels are left, a half character of 9 points has 6."""

    def page(book: Workbook, sheet: Worksheet) -> None:
        sheet.set_column(0, 0, width)
        sheet.set_row(0, height)
        style = book.add_format({"text_wrap": True, "font_size": points, **look})
        sheet.write_string(0, 0, "{{t.a}}", style)

    return page


# Of 145 pixels 140 are left for text: 23 half characters of 9 points fit on a line, 22 on every further one.
# A line is 13.05 points high, and 4 are added: 2 lines 30.1, 3 lines 43.15, up to whole pixels of 0.75.
@pytest.mark.parametrize(
    ("characters", "points"), [(1, 30), (22, 30.75), (23, 43.5), (33, 43.5), (34, 56.25), (900, 409.5)]
)
def test_a_row_has_room_for_the_lines_of_its_text(characters: int, points: float) -> None:
    assert heights(wrapped(), {"a": ["字" * characters]}) == [points]


def test_every_row_has_its_own_height_also_beyond_one_chunk() -> None:
    texts = ["字" * 40 if index % 5_000 == 4_999 else "短" for index in range(10_000)]
    found = heights(wrapped(), {"a": texts})
    assert {index: points for index, points in enumerate(found) if points != 30} == {
        4_999: 56.25,
        9_999: 56.25,
    }


def test_line_breaks_in_a_text_begin_lines() -> None:
    assert heights(wrapped(), {"a": ["一\n二\n三", "一\n二", None]}) == [43.5, 30.75, 30]


def test_the_highest_cell_decides_and_larger_fonts_need_more() -> None:
    def page(book: Workbook, sheet: Worksheet) -> None:
        wrapped()(book, sheet)
        sheet.set_column(1, 1, 20)
        sheet.write_string(0, 1, "{{t.b}}", book.add_format({"text_wrap": True, "font_size": 18}))

    # 12 half characters of 18 points on a line; a line is 26.1 high: two are 56.2, so 56.25.
    assert heights(page, {"a": ["字" * 30, "字"], "b": ["字", "字" * 10]}) == [43.5, 56.25]


def test_an_indent_and_a_narrow_column_leave_less_room() -> None:
    assert heights(wrapped(indent=2), {"a": ["字" * 11]}) == [30.75]
    assert heights(wrapped(indent=2), {"a": ["字" * 20]}) == [43.5]
    assert heights(wrapped(width=10), {"a": ["字" * 12]}) == [43.5]


@pytest.mark.parametrize(
    "page",
    [
        wrapped(text_wrap=False),
        wrapped(rotation=90),
        lambda book, sheet: (wrapped()(book, sheet), sheet.set_column(0, 0, 20, None, {"hidden": True})),
        lambda book, sheet: (wrapped()(book, sheet), sheet.set_row(0, 30, None, {"hidden": True})),
    ],
    ids=["not wrapped", "turned", "hidden column", "hidden row"],
)
def test_what_does_not_wrap_changes_no_height(page: Page) -> None:
    assert heights(page, {"a": ["字" * 200]}) == [30]


def test_numbers_are_never_broken_but_what_stands_in_their_place_is() -> None:
    assert heights(wrapped(), {"a": [123_456_789.0] * 2}, a=pa.array([None, "字" * 23])) == [30, 43.5]


def test_text_around_a_marker_counts() -> None:
    def page(book: Workbook, sheet: Worksheet) -> None:
        wrapped()(book, sheet)
        sheet.write_string(0, 0, "字" * 20 + "{{t.a}}", book.add_format({"text_wrap": True, "font_size": 9}))

    assert heights(page, {"a": ["字字", "字字字"]}) == [30.75, 43.5]


def test_merged_cells_have_the_width_of_all_they_cover() -> None:
    def page(book: Workbook, sheet: Worksheet) -> None:
        sheet.set_row(0, 30)
        sheet.set_column(0, 1, 20)
        style = book.add_format({"text_wrap": True, "font_size": 9})
        sheet.merge_range("A1:B1", "{{t.a}}", style)

    # 290 pixels, 285 for text: 47.5 half characters on a line.
    assert heights(page, {"a": ["字" * 46, "字" * 47]}) == [30.75, 43.5]


def test_a_cell_merged_over_several_rows_makes_none_of_them_higher() -> None:
    template, out = io.BytesIO(), io.BytesIO()
    book = Workbook(template, {"in_memory": True})
    book.add_worksheet().merge_range("A1:A3", "{{note}}", book.add_format({"text_wrap": True}))
    book.close()
    fill(template.getvalue(), Content({}, {"note": "字" * 32}), out, created=DAY)
    assert openpyxl.load_workbook(out).worksheets[0].row_dimensions[1].height is None


def test_columns_of_a_block_have_the_widths_of_their_samples() -> None:
    def page(book: Workbook, sheet: Worksheet) -> None:
        sheet.set_row(0, 30)
        style = book.add_format({"text_wrap": True, "font_size": 9})
        sheet.set_column(0, 0, 10)
        sheet.set_column(1, 1, 20)
        sheet.write_string(0, 0, "{{t.*}}", style)
        sheet.write_string(0, 1, "{{t.*|wide}}", style)

    out, template = io.BytesIO(), io.BytesIO()
    book = Workbook(template, {"in_memory": True})
    page(book, book.add_worksheet())
    book.close()
    wide = TableColumn("c", "c", pa.array(["字" * 22, "字" * 23]), "wide")
    table = OutTable("t", [TableColumn(key, key, pa.array(["字", "字"])) for key in "ab"] + [wide])
    fill(template.getvalue(), Content({"t": table}), out, created=DAY)
    sheet = openpyxl.load_workbook(out).worksheets[0]
    assert [sheet.row_dimensions[row].height for row in (1, 2)] == [30.75, 43.5]


def test_a_row_without_a_height_gets_one_only_where_a_text_needs_it() -> None:
    assert heights(wrapped(height=None), {"a": ["短", "短"]}) == [None, None]
    assert heights(wrapped(height=None), {"a": ["短", "字" * 23]}) == [17.25, 43.5]


def test_a_row_of_single_values_grows_too() -> None:
    template, out = io.BytesIO(), io.BytesIO()
    book = Workbook(template, {"in_memory": True})
    sheet = book.add_worksheet()
    sheet.set_column(0, 1, 20)
    style = book.add_format({"text_wrap": True, "font_size": 9})
    sheet.set_row(0, 30)
    sheet.set_row(1, 30)
    sheet.write_string("A1", "注：{{note}}", style)
    sheet.merge_range("A2:B2", "{{note}}", style)
    sheet.write_string("A3", "字" * 100, style)
    book.close()
    fill(template.getvalue(), Content({}, {"note": "字" * 32}), out, created=DAY)
    filled_sheet = openpyxl.load_workbook(out).worksheets[0]
    # 68 half characters: 23 on the first line, 22 on each other, so four; merged, 64 take two of 47 and 46.
    assert [filled_sheet.row_dimensions[row].height for row in (1, 2, 3)] == [56.25, 30.75, None]


def test_a_table_without_rows_keeps_the_height_of_its_one_empty_row() -> None:
    sheet = openpyxl.load_workbook(
        io.BytesIO(filled(wrapped(), {"a": pa.array([], pa.string())}))
    ).worksheets[0]
    assert sheet.row_dimensions[1].height == 30


def test_libreoffice_would_not_make_the_rows_higher(
    convert: Callable[[Sequence[Path], str], list[Path]], tmp_path: Path
) -> None:
    """It fits rows without a height of their own, in a sheet of its own format: ours must have that room.

    It may need much less: where a font is missing it takes a wider one to count column widths in.
    """
    texts = [
        "年消费额 15万元 ≥ 10万元；最近订单 2023-10-15 在近3个月内；合作时长 2年 ≥ 1年（原文规则 hv）",
        "年消费额 3万元 ≥ 2万元 且 < 5万元；最近订单 2023-08-20 在近6个月内（补缺规则 stable_cooling）；提示：降温预警",
        "可能是 高价值客户 或 潜力客户 或 稳定客户 或 低价值/沉默客户；改正 年消费额、最近订单（读不出）即可判定",
        "定制化生产管理系统",
        "价值 低价值：年合作金额 视为0元 < 10万元；潜力 高潜力：最近新增需求 视为截至统计截止日 0天 在近3个月内",
        "距 高价值客户 还差：年消费额 3.25万元；合作时长 满1年（2023-12-31 起）",
    ]
    texts += [text * 3 for text in texts]
    style = {"font_name": "微软雅黑", "indent": 1, "valign": "vcenter"}
    looks = [(width, points) for width in (13, 20, 40) for points in (9.0, 10.0)]
    paths = []
    for width, points in looks:
        path = tmp_path / f"w{width}p{points:.0f}.xlsx"
        book = Workbook(path)
        look = book.add_format({"text_wrap": True, "font_size": points, **style})
        sheet = book.add_worksheet()
        sheet.set_column(0, 0, width)
        sheet.write_column(0, 0, texts, look)
        book.close()
        paths.append(path)
    for (width, points), path in zip(looks, convert(convert(paths, "ods"), "xlsx"), strict=True):
        fitted = openpyxl.load_workbook(path).worksheets[0].row_dimensions
        ours = heights(wrapped(width, points, 15, **style), {"a": texts})
        for row, points_high in enumerate(ours, start=1):
            needed = min(fitted[row].height, 409.5)
            assert needed <= points_high <= 2 * needed + 4, (width, points, texts[row - 1])
