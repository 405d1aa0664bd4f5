"""Times of day beside the days of tickets, as people and systems write them; expectations are worked out by hand."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from ledger_books import ledger_of

from crmtool.ledger.fields import FieldSpec
from crmtool.ledger.ledger import LATER, STATE, TIME, Ledger
from crmtool.ledger.standard.dictionary import standard_field
from crmtool.ledger.values import ReadColumn, read_column
from crmtool.sheets import Column

AS_OF = date(2026, 3, 31)
RAISED = standard_field("tickets", "raised")
DAY = date(2026, 3, 1)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def texts(*cells: str | None, spec: FieldSpec = RAISED) -> ReadColumn:
    return read_column(Column(len(cells), text=pa.array(cells, pa.string())), spec, as_of=AS_OF)


def moment_of(read: ReadColumn) -> Any:
    return None if read.time is None else read.time[0].as_py()


@pytest.mark.parametrize(
    ("text", "hour", "minute", "second"),
    [
        ("2026-03-01 09:30", 9, 30, 0),
        ("2026-3-1 9:30", 9, 30, 0),
        ("2026/03/01 09:30:15", 9, 30, 15),
        ("2026-03-01T09:30:15", 9, 30, 15),
        ("2026.03.01 9：30", 9, 30, 0),
        ("２０２６－０３－０１　０９：３０", 9, 30, 0),
        ("2026年3月1日 9:30", 9, 30, 0),
        ("2026年3月1日9:30", 9, 30, 0),
        ("2026年3月1日9时30分", 9, 30, 0),
        ("2026年3月1日 9点半", 9, 30, 0),
        ("2026年3月1日 9点", 9, 0, 0),
        ("2026年3月1日下午2:30", 14, 30, 0),
        ("2026-03-01 下午 2:30", 14, 30, 0),
        ("2026-03-01 下午14:30", 14, 30, 0),
        ("2026-03-01 上午9:30", 9, 30, 0),
        ("2026-03-01 中午12:10", 12, 10, 0),
        ("2026-03-01 中午1:10", 13, 10, 0),
        ("2026-03-01 晚上8点", 20, 0, 0),
        ("2026-03-01 凌晨12:10", 0, 10, 0),
        ("2026-03-01 2:30 PM", 14, 30, 0),
        ("2026-03-01 02:30pm", 14, 30, 0),
        ("2026-03-01 12:05 AM", 0, 5, 0),
        ("2026-03-01 12:05 PM", 12, 5, 0),
        ("2026-03-01 星期日 9:30", 9, 30, 0),
        ("2026-03-01 9:30 星期日", 9, 30, 0),
        ("2026-03-01 00:00:01", 0, 0, 1),
        ("2026-03-01 23:59:59", 23, 59, 59),
        ("2026-03-01T01:30Z", 9, 30, 0),
        ("2026-03-01T09:30+09:00", 8, 30, 0),
        ("2026-03-01T03:00-03:30", 14, 30, 0),
        ("46082.395833333", 9, 30, 0),
    ],
)
def test_a_time_is_read_in_every_spelling(text: str, hour: int, minute: int, second: int) -> None:
    read = texts(text)
    assert read.value.to_pylist() == [DAY]
    assert moment_of(read) == at(f"2026-03-01 {hour:02}:{minute:02}:{second:02}")
    assert read.problem_counts == {}


@pytest.mark.parametrize(
    "text",
    [
        "2026-03-01",
        "2026年3月1日",
        "20260301",
        "46082",
        "2026-03-01 星期日",
        "2026-03-01 00:00:00",
        "2026-03-01 0:00",
    ],
)
def test_of_a_day_alone_and_of_midnight_to_the_second_the_time_is_not_known(text: str) -> None:
    read = texts(text)
    assert (read.value.to_pylist(), read.time) == ([DAY], None)


@pytest.mark.parametrize(
    "text", ["2026-03-01 上午12:30", "2026-03-01 晚上12:00", "2026-03-01 15:30 AM", "2026-03-01 早上13:00"]
)
def test_a_time_of_two_readings_leaves_the_day_and_no_time(text: str) -> None:
    read = texts(text)
    assert (read.value.to_pylist(), read.time) == ([DAY], None)


@pytest.mark.parametrize("text", ["9:30", "09:30:00", "上午9:30", "9点半", "9：30", "2:30 PM"])
def test_a_time_without_a_day_is_told_as_that(text: str) -> None:
    read = texts(text)
    assert (read.value.to_pylist(), read.time, read.state.to_pylist()) == ([None], None, [2])
    assert read.problem_counts == {"time-without-day": 1}


@pytest.mark.parametrize("text", ["2026-03-01 25:00", "2026-03-01 9:60", "2026-03-01 9:30+15:00"])
def test_a_time_that_no_clock_shows_makes_the_cell_unreadable(text: str) -> None:
    read = texts(text)
    assert (read.value.to_pylist(), read.problem_counts) == ([None], {"unreadable-date": 1})


@pytest.mark.parametrize("zoned", ["2026-03-01T20:00Z", "2026-03-01T00:30+09:00"])
def test_a_time_elsewhere_that_is_another_day_in_china_has_two_readings(zoned: str) -> None:
    assert texts(zoned).problem_counts == {"two-readings": 1}


def test_number_and_date_cells_keep_their_time_and_serials_their_date_system() -> None:
    numbers = pa.array([46082.395833333333, 46082.0, None, None, None, None])
    moments = pa.array(
        [
            None,
            None,
            at("2026-03-01 09:29:59.999600"),
            at("2026-03-01 00:00:00"),
            at("2026-03-01 23:59:59.999000"),
            None,
        ],
        pa.timestamp("us"),
    )
    read = read_column(Column(6, number=numbers, moment=moments), RAISED, as_of=AS_OF)
    assert read.value.to_pylist() == [DAY] * 5 + [None]
    assert read.time is not None
    half_past = at("2026-03-01 09:30:00")
    assert read.time.to_pylist() == [half_past, None, half_past, None, at("2026-03-01 23:59:59"), None]
    in_1904 = read_column(Column(1, number=pa.array([44620.5])), RAISED, as_of=AS_OF, date_1904=True)
    assert moment_of(in_1904) == at("2026-03-01 12:00:00")


def test_what_lies_after_the_as_of_day_is_told_from_what_cannot_be_read() -> None:
    read = texts("2026-04-01 09:00", "下周", "2026-03-31 23:00", None)
    assert read.value.to_pylist() == [None, None, date(2026, 3, 31), None]
    assert read.later is not None
    assert read.later.to_pylist() == [True, False, False, False]
    assert read.time is not None
    assert read.time.to_pylist() == [None, None, at("2026-03-31 23:00:00"), None]


def test_other_dates_are_read_as_before() -> None:
    read = texts("2026-03-01 09:30", "2026-04-01", spec=FieldSpec("visited", "日期", "date"))
    assert (read.value.to_pylist(), read.time, read.later) == ([DAY, None], None, None)


@given(
    st.datetimes(at("1990-01-01 00:00:01"), at("2026-03-31 23:59:59")).map(
        lambda m: m.replace(microsecond=0)
    ),
    st.sampled_from(
        [
            "%Y-%m-%d %H:%M:%S",
            "%Y/%m/%d %H:%M:%S",
            "%Y年%m月%d日 %H:%M:%S",
            "%Y年%m月%d日%H时%M分%S秒",
            "%Y-%m-%dT%H:%M:%S",
            "%Y-%m-%d %I:%M:%S %p",
        ]
    ),
)
def test_every_moment_is_read_back_as_text_date_and_serial(moment: datetime, form: str) -> None:
    serial = (moment - at("1899-12-30 00:00:00")) / timedelta(days=1)
    cells = Column(
        3,
        text=pa.array([moment.strftime(form), None, None]),
        moment=pa.array([None, moment, None], pa.timestamp("us")),
        number=pa.array([None, None, serial]),
    )
    read = read_column(cells, RAISED, as_of=AS_OF)
    assert read.value.to_pylist() == [moment.date()] * 3
    known = None if moment.time() == datetime.min.time() else moment
    assert (read.time.to_pylist() if read.time is not None else [None] * 3) == [known] * 3


def tickets_of(*rows: tuple[Any, ...]) -> Ledger:
    return ledger_of(
        {
            "客户": [("客户名称", "年消费额"), ("甲公司", 1000.0), ("乙公司", 2000.0)],
            "咨询投诉记录": [("客户名称", "事件类型", "提出时间", "回复时间", "备注"), *rows],
        },
        as_of=AS_OF,
    )


def test_the_ledger_has_the_moment_beside_the_day_only_where_a_cell_has_one() -> None:
    ledger = tickets_of(
        ("甲公司", "普通咨询", "2026-03-01 09:30", "2026-03-02", ""),
        ("乙公司", "普通咨询", "2026-03-05", "2026-04-02 10:00", ""),
    )
    assert ledger.tickets is not None
    frame = ledger.tickets.frame
    assert frame["raised"].tolist() == [DAY, date(2026, 3, 5)]
    assert frame["raised" + TIME].dtype.pyarrow_dtype == pa.timestamp("s")
    assert [str(each) for each in frame["raised" + TIME]] == ["2026-03-01 09:30:00", "<NA>"]
    assert "replied" + TIME not in frame
    assert frame["replied" + LATER].tolist() == [False, True]
    assert frame["replied" + STATE].tolist() == [1, 2]
    assert "raised" + LATER not in frame


def test_a_time_alone_is_a_finding_at_its_cell() -> None:
    ledger = tickets_of(("甲公司", "普通咨询", "2026-03-01 09:30", "10:15", ""))
    found = [(f.code, f.sheet, f.cell, f.value) for f in ledger.findings]
    assert ("time-without-day", "咨询投诉记录", "D2", "10:15") in found
