"""A number is a date where Excel shows one, and it is the same moment."""

from __future__ import annotations

import datetime as dt
import io
import random
from collections.abc import Sequence

import numpy as np
import pytest
from python_calamine import load_workbook
from small_packages import MAIN, OFFICE, PACKAGE, build_package

from crmtool.files.arrays import as_text
from crmtool.files.sheetdata.formats import DATE, DURATION, NUMBER, PERCENT, built_in_kind, format_kind
from crmtool.files.sheetdata.serials import duration, moments, time_of_day

KINDS = {"float": NUMBER, "date": DATE, "datetime": DATE, "time": DATE, "timedelta": DURATION}
LINKS = "".join(
    f'<Relationship Id="rId{n}" Type="{OFFICE}/{kind}" Target="{target}"/>'
    for n, kind, target in ((1, "worksheet", "worksheets/sheet1.xml"), (2, "styles", "styles.xml"))
)


def _by_calamine(serials: Sequence[float], format_id: int, book: str = "") -> list[object]:
    rows = "".join(
        f'<row r="{n}"><c r="A{n}" s="1"><v>{v!r}</v></c></row>' for n, v in enumerate(serials, start=1)
    )
    styles = (
        f'<styleSheet xmlns="{MAIN}"><numFmts><numFmt numFmtId="164" formatCode="yyyy-mm-dd"/>'
        f'<numFmt numFmtId="165" formatCode="[h]:mm"/></numFmts><cellXfs><xf numFmtId="0"/>'
        f'<xf numFmtId="{format_id}"/></cellXfs></styleSheet>'
    )
    extra = {
        "xl/styles.xml": styles.encode(),
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}">{LINKS}</Relationships>'.encode(),
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}">{book}<sheets>'
        '<sheet name="A" sheetId="1" r:id="rId1"/></sheets></workbook>'.encode(),
    }
    data = io.BytesIO(build_package(f"<sheetData>{rows}</sheetData>", extra=extra))
    return [row[0] for row in load_workbook(data).get_sheet_by_name("A").iter_rows()]


def test_built_in_formats_are_dates_where_another_reader_says_so() -> None:
    for number in range(82):
        (value,) = _by_calamine([45000.5], number)
        kind = PERCENT if number in (9, 10) else KINDS[type(value).__name__]
        assert built_in_kind(number) == kind, number


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("General", NUMBER),
        ("0.00_);[Red](0.00)", NUMBER),
        ('0.00"元/day"', NUMBER),
        (r"0.0\d", NUMBER),
        ("_d0", NUMBER),
        ("0*d", NUMBER),
        ("[$¥-804]#,##0.00", NUMBER),
        ("0.00E+00", NUMBER),
        ("# ?/?", NUMBER),
        ("@", NUMBER),
        ("0;yyyy", NUMBER),
        ('0.0"%"', NUMBER),
        (r"0.0\%", NUMBER),
        ("0%", PERCENT),
        ("0.0%;[Red]-0.0%", PERCENT),
        ("[$-804]0.00 %_ ", PERCENT),
        ("yyyy-mm-dd", DATE),
        ('yyyy"年"m"月"d"日"', DATE),
        ("[$-804]yyyy/m/d;@", DATE),
        ("[DBNum1][$-804]yyyy", DATE),
        ("h:mm AM/PM", DATE),
        ("MM:SS.0", DATE),
        ("aaaa", DATE),
        ("[h]:mm:ss", DURATION),
        ("[mm]:ss", DURATION),
        ("[SS].00", DURATION),
        ("[Red][h]:mm", DURATION),
    ],
)
def test_a_format_of_ones_own_is_a_date_by_its_letters(code: str, kind: int) -> None:
    assert format_kind(code) == kind


@pytest.mark.parametrize("is_1904", [False, True])
def test_serials_are_the_moments_that_another_reader_gives(is_1904: bool) -> None:
    choose = random.Random(1904)
    serials = [float(day) for day in range(1, 100)]
    serials += [choose.uniform(1, 70) for _ in range(500)]
    serials += [choose.uniform(1, 2_956_000) for _ in range(1000)]
    serials += [choose.randrange(1, 2_956_000) + choose.randrange(86_400) / 86_400 for _ in range(1000)]
    theirs = _by_calamine(serials, 164, '<workbookPr date1904="1"/>' if is_1904 else "")
    microseconds, is_date = moments(np.array(serials), is_1904)
    assert is_date.all()
    epoch = dt.datetime(1970, 1, 1)  # noqa: DTZ001 - a cell has no time zone
    ours = [epoch + dt.timedelta(microseconds=int(number)) for number in microseconds]
    assert ours == [
        value if isinstance(value, dt.datetime) else dt.datetime.combine(value, dt.time())  # type: ignore[arg-type]
        for value in theirs
    ]


def test_times_and_lengths_of_time_are_the_texts_that_another_reader_gives() -> None:
    choose = random.Random(24)
    times = [choose.random() for _ in range(500)] + [0.0, 0.5, 0.25]
    assert [time_of_day(serial) for serial in times] == [as_text(value) for value in _by_calamine(times, 164)]
    spans = [choose.uniform(-50, 5000) for _ in range(500)] + [0.0, 1.0, 1.5]
    assert [duration(serial) for serial in spans] == [as_text(value) for value in _by_calamine(spans, 165)]


def test_what_is_no_date_is_told() -> None:
    serials = np.array([-1.0, 0.5, 2_958_466.0, float("nan"), float("inf"), 1.0])
    assert moments(serials, False)[1].tolist() == [False, False, False, False, False, True]
    assert not moments(np.array([2_957_100.0]), True)[1].any()
