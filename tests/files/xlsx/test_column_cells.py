"""Cells of one column are spelt alike wherever they go: a template's rows or a sheet that is there already."""

from __future__ import annotations

import io
from datetime import date

import numpy as np
import openpyxl
import pyarrow as pa
import pytest

from crmtool.content import Content, OutTable, TableColumn
from crmtool.files.coded import Coded, coded, join_rows
from crmtool.files.xlsx import fill
from crmtool.files.xlsx.columns_xml import CellForm, CellNotes, cell_xml


def cells(values: pa.Array, rows: list[int] | None = None, **more: object) -> list[str]:
    texts = more.pop("texts", None)
    form = CellForm(2, "3", CellNotes("客户"), **more)  # type: ignore[arg-type]
    numbers = np.array(rows or range(5, 5 + len(values)))
    return cell_xml(values, numbers, form, texts).to_pylist()  # type: ignore[arg-type,no-any-return]


def test_every_row_has_its_cell_with_its_own_number() -> None:
    assert cells(pa.array(["甲", "甲", None]), [7, 9, 1_048_576]) == [
        '<c r="B7" s="3" t="inlineStr"><is><t>甲</t></is></c>',
        '<c r="B9" s="3" t="inlineStr"><is><t>甲</t></is></c>',
        '<c r="B1048576" s="3"/>',
    ]


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (pa.array([1.5, float("nan"), 1.5]), ["<v>1.5</v>", None, "<v>1.5</v>"]),
        (pa.array([12, -3, None]), ["<v>12</v>", "<v>-3</v>", None]),
        (pa.array([date(1900, 2, 28), date(1900, 3, 1), date(1890, 1, 1)]), ["<v>59</v>", "<v>61</v>", None]),
    ],
)
def test_numbers_and_dates_are_values(values: pa.Array, expected: list[str | None]) -> None:
    whole = [f'" s="3">{value}</c>' if value else '" s="3"/>' for value in expected]
    assert [cell.partition('<c r="B')[2].lstrip("0123456789") for cell in cells(values)] == whole


def test_a_boolean_is_one_or_zero() -> None:
    assert cells(pa.array([True, False]))[1] == '<c r="B6" s="3" t="b"><v>0</v></c>'


def test_only_texts_with_white_space_at_an_end_preserve_it() -> None:
    found = cells(pa.array(["a", " a", "a b", "a\n", None, ""]))
    assert [' xml:space="preserve"' in cell for cell in found] == [False, True, False, True, False, False]
    assert found[5] == '<c r="B10" s="3"/>'


def test_a_text_stands_instead_of_the_value_where_there_is_one() -> None:
    found = cells(pa.array([200.0, 300.0, None]), texts=pa.array([None, "1000人+ & <更多>", None]))
    assert found == [
        '<c r="B5" s="3"><v>200</v></c>',
        '<c r="B6" s="3" t="inlineStr"><is><t>1000人+ &amp; &lt;更多&gt;</t></is></c>',
        '<c r="B7" s="3"/>',
    ]


def test_a_prefix_of_the_sheet_is_kept() -> None:
    assert cells(pa.array([1]), prefix="x:") == ['<x:c r="B5" s="3"><x:v>1</x:v></x:c>']


def test_a_repeated_unfit_text_is_noted_once_for_each_cell() -> None:
    notes = CellNotes("客户")
    cell_xml(pa.array(["好", "a\x07", "好", "a\x07"]), np.arange(4, 8), CellForm(2, None, notes, "备注"))
    (finding,) = notes.found.values()
    assert (finding.code, finding.cell, finding.count, finding.column) == ("text-cleaned", "B5", 2, "备注")


def test_rows_are_joined_in_order_whatever_repeats() -> None:
    many = 5_000
    numbers = Coded(pa.array([str(n) for n in range(many)]), np.arange(many))
    tiers = coded(pa.array(["高" if n % 3 else "低" for n in range(many)]))
    joined = b"".join(join_rows(["<", numbers, tiers, numbers, ">"], many)).decode()
    assert joined == "".join(f"<{n}{'高' if n % 3 else '低'}{n}>" for n in range(many))


def test_long_texts_are_rendered_fewer_rows_at_once_and_give_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet["A1"], sheet["B1"] = "{{t.a}}", "{{t.b}}"
    template = io.BytesIO()
    book.save(template)
    texts = pa.array([("&" if n % 7 else "短") * (n % 300) for n in range(1_000)])
    table = OutTable("t", [TableColumn("a", "甲", texts), TableColumn("b", "乙", pa.array(range(1_000)))])

    def filled() -> tuple[bytes, list[int]]:
        out, steps = io.BytesIO(), []
        fill(
            template.getvalue(),
            Content({"t": table}),
            out,
            created=date(2024, 1, 1),
            progress=lambda _, done, __: steps.append(done),
        )
        return out.getvalue(), steps

    whole, steps = filled()
    assert steps == [1_000]
    monkeypatch.setattr("crmtool.files.coded.MAX_CHUNK_BYTES", 200_000)
    parted, steps = filled()
    assert len(steps) > 5
    assert parted == whole
