"""Calendar files: read back as another program reads them, and looked at line by line."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime

import icalendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmtool.files.calendars import DayEvent, is_ours, write_calendar

STAMP = date(2026, 1, 15)
VISIT = DayEvent(
    "C001-phone-202603",
    date(2026, 3, 5),
    "电话回访：甲公司",
    "等级：重要客户\n目的：提供个性化的专属服务；优先参与增值服务, a\\b;c",
    ("电话", "重要, 客户"),
)


def written(*events: DayEvent, stamp: date = STAMP, name: str = "张三的回访") -> bytes:
    target = io.BytesIO()
    write_calendar(events, target, stamp=stamp, name=name)
    return target.getvalue()


def events_of(data: bytes) -> list[icalendar.Event]:
    return list(icalendar.Calendar.from_ical(data).walk("VEVENT"))


def test_what_was_written_is_read_back() -> None:
    (event,) = events_of(written(VISIT))
    assert event["UID"] == "C001-phone-202603@crmtool"
    assert (event["DTSTART"].dt, event["DTEND"].dt) == (date(2026, 3, 5), date(2026, 3, 6))
    assert event["SUMMARY"] == VISIT.title
    assert event["DESCRIPTION"] == VISIT.description
    assert [str(category) for category in event["CATEGORIES"].cats] == ["电话", "重要, 客户"]
    assert event["DTSTAMP"].dt == datetime(2026, 1, 15, tzinfo=UTC)
    assert event["TRANSP"] == "TRANSPARENT"
    assert event.errors == []


def test_the_calendar_says_whose_it_is() -> None:
    calendar = icalendar.Calendar.from_ical(written(VISIT))
    assert (calendar["VERSION"], calendar["PRODID"], calendar["X-WR-CALNAME"]) == (
        "2.0",
        "-//crmtool//visit plan//ZH",
        "张三的回访",
    )
    assert is_ours(written()[:200]) and is_ours(written(VISIT)[:1024])
    assert not is_ours(b"BEGIN:VCALENDAR\r\nPRODID:-//Google Inc//Google Calendar\r\n")
    assert not is_ours(b"PK\x03\x04")


def test_the_lines_of_a_small_calendar() -> None:
    event = DayEvent("乙-visit-1", date(2026, 12, 31), "上门")
    assert written(event, name="").decode() == (
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//crmtool//visit plan//ZH\r\nCALSCALE:GREGORIAN\r\nMETHOD:PUBLISH\r\n"
        "BEGIN:VEVENT\r\nUID:乙-visit-1@crmtool\r\nDTSTAMP:20260115T000000Z\r\nSEQUENCE:9511\r\n"
        "DTSTART;VALUE=DATE:20261231\r\nDTEND;VALUE=DATE:20270101\r\nSUMMARY:上门\r\nTRANSP:TRANSPARENT\r\nEND:VEVENT\r\n"
        "END:VCALENDAR\r\n"
    )


def test_long_lines_are_folded_at_75_octets_and_never_within_a_character() -> None:
    # 8 letters of SUMMARY: and 22 characters of 3 octets are 74: the 23rd has no room. A space and 24 are 73.
    data = written(DayEvent("a", date(2026, 1, 1), "高" * 60))
    lines = data.split(b"\r\n")
    start = lines.index("SUMMARY:{}".format("高" * 22).encode())
    assert lines[start + 1 : start + 3] == [(" " + "高" * 24).encode(), (" " + "高" * 14).encode()]
    assert events_of(data)[0]["SUMMARY"] == "高" * 60
    exact = written(DayEvent("a", date(2026, 1, 1), "x" * 67))
    assert b"SUMMARY:" + b"x" * 67 + b"\r\n" in exact
    assert b"SUMMARY:" + b"x" * 67 + b"\r\n x\r\n" in written(DayEvent("a", date(2026, 1, 1), "x" * 68))


def test_the_same_events_give_the_same_bytes_and_a_later_day_a_higher_version() -> None:
    assert written(VISIT) == written(VISIT)
    (earlier,), (later,) = events_of(written(VISIT)), events_of(written(VISIT, stamp=date(2026, 1, 16)))
    assert (later["UID"], int(later["SEQUENCE"])) == (earlier["UID"], int(earlier["SEQUENCE"]) + 1)


def test_what_no_calendar_may_hold_is_left_out() -> None:
    (event,) = events_of(
        written(DayEvent("a\x00b", date(2026, 1, 1), "一\x07二\r\n三\r四\t五\ud800\u2028六\x85七\x80"))
    )
    assert (event["UID"], event["SUMMARY"]) == ("ab@crmtool", "一二\n三\n四\t五\n六\n七")


def test_no_event_is_an_empty_calendar() -> None:
    assert events_of(written()) == []


def test_many_events_keep_their_order() -> None:
    events = [DayEvent(f"v{i}", date(2026, 1, 1 + i % 28), f"客户{i}") for i in range(2_500)]
    assert [str(event["SUMMARY"]) for event in events_of(written(*events))] == [
        event.title for event in events
    ]


@given(
    st.text(
        st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zl", "Zp")), min_size=1, max_size=120
    ),
    st.dates(date(1900, 1, 1), date(2199, 12, 31)),
)
def test_any_text_survives_and_no_line_is_too_long(text: str, day: date) -> None:
    data = written(DayEvent("v", day, text, text, (text,)), name=text)
    assert all(len(line) <= 75 for line in data.split(b"\r\n"))
    assert b"\n" not in data.replace(b"\r\n", b"")
    (event,) = events_of(data)
    assert (event["DTSTART"].dt, str(event["SUMMARY"]), str(event["DESCRIPTION"])) == (day, text, text)


@pytest.mark.parametrize("title", ["", " ", ";,\\", "a:b\"c'", "BEGIN:VEVENT\r\nSUMMARY:x"])
def test_odd_titles_stay_titles(title: str) -> None:
    (event,) = events_of(written(DayEvent("v", date(2026, 1, 1), title)))
    assert str(event["SUMMARY"]) == title.replace("\r\n", "\n")
