"""The generated workbooks are many, are all different, always the same, and leave no feature of XlsxWriter out."""

from __future__ import annotations

import inspect
import io
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest
import python_calamine
import xlsxwriter
from feature_ledger import HEADER, ROWS, SHEET
from packages import contents_of, sheets_of
from xlsxwriter.chart import Chart
from xlsxwriter.chartsheet import Chartsheet
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet
from xlsxwriter_books import BOOKS, build

KINDS = (Workbook, Worksheet, Chart, Chartsheet)
#: What writes nothing of its own: other names for the same, defaults said aloud, and what only reads.
NOT_WRITTEN = {
    "Workbook": {"close", "get_default_url_format", "get_image_index", "get_worksheet_by_name", "has_images",
                 "use_zip64", "worksheets"},
    "Worksheet": {"add_write_handler", "get_name", "set_column_pixels", "set_row_pixels", "set_portrait", "write_column"},
    "Chartsheet": {"add_write_handler", "get_name"},
    "Chart": set(),
}  # fmt: skip


@dataclass
class Built:
    """Every workbook by its name, and the public methods of XlsxWriter that were called for them, by class."""

    books: dict[str, bytes] = field(default_factory=dict)
    called: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))


def _public(kind: type) -> Iterator[str]:
    for name, member in vars(kind).items():
        if inspect.isfunction(member) and not name.startswith("_"):
            yield name


def _noting(method: Callable[..., object], called: set[str], name: str) -> Callable[..., object]:
    def noted(*arguments: object, **options: object) -> object:
        called.add(name)
        return method(*arguments, **options)

    return noted


@pytest.fixture(scope="module")
def built() -> Built:
    """Build every workbook once, and note what is called."""
    made = Built()
    with pytest.MonkeyPatch.context() as patch:
        for kind in KINDS:
            for name in list(_public(kind)):
                patch.setattr(kind, name, _noting(vars(kind)[name], made.called[kind.__name__], name))
        made.books = {name: build(name) for name in BOOKS}
    return made


def test_there_are_hundreds_and_no_two_are_alike(built: Built) -> None:
    assert len(built.books) >= 500
    contents = [frozenset(contents_of(data).items()) for data in built.books.values()]
    assert len(set(contents)) == len(contents)


def test_a_book_is_the_same_bytes_every_time(built: Built) -> None:
    assert [name for name in BOOKS if build(name) != built.books[name]] == []


def test_each_first_sheet_holds_the_ledger_with_room_at_its_right(built: Built) -> None:
    for name, data in built.books.items():
        assert next(iter(sheets_of(contents_of(data)))) == SHEET, name
        rows = python_calamine.load_workbook(io.BytesIO(data)).get_sheet_by_index(0).to_python()
        has_header = name != "table-no-header"
        assert not has_header or tuple(rows[0][:4]) == HEADER, name
        codes = [row[0] for row in rows[has_header : 1 + len(ROWS)]]
        assert codes[: len(ROWS)] == [row[0] for row in ROWS], name


@pytest.mark.parametrize("kind", KINDS)
def test_every_method_of_xlsxwriter_is_called_for_some_book(built: Built, kind: type) -> None:
    if not xlsxwriter.__version__.startswith("3.3."):
        pytest.skip("written for the methods of XlsxWriter 3.3")
    assert set(_public(kind)) - built.called[kind.__name__] - NOT_WRITTEN[kind.__name__] == set()


def test_every_kind_of_part_is_there(built: Built) -> None:
    names = {part.rstrip("0123456789") for data in built.books.values() for part in _stems(data)}
    assert names >= {
        "xl/charts/chart", "xl/chartsheets/sheet", "xl/comments", "xl/drawings/drawing",
        "xl/drawings/vmlDrawing", "xl/featurePropertyBag/featurePropertyBag", "xl/media/image", "xl/metadata",
        "xl/richData/richValueRel", "xl/tables/table", "xl/vbaProject", "xl/vbaProjectSignature", "docProps/custom",
    }  # fmt: skip


def _stems(data: bytes) -> Iterator[str]:
    for name in contents_of(data):
        yield name.rsplit(".", 1)[0]
