"""Knows how a calendar file (.ics, RFC 5545) is written: whole-day events, the same bytes for the same events.

What the events are, and which file they go to, is left to whoever has them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import BinaryIO, Final

#: Marks a calendar file as written here.
PRODUCT: Final = "-//crmtool//visit plan//ZH"
_DOMAIN: Final = "@crmtool"
#: The day that numbers of versions count from: a calendar of a later day goes before an earlier one.
_FIRST_STAMP: Final = date(2000, 1, 1)
#: A line of a calendar has at most so many bytes before its end (RFC 5545, 3.1).
_LONGEST_LINE: Final = 75
_EVENTS_AT_ONCE: Final = 1_000
#: Line breaks in any spelling: some programs take each of them for the end of a line.
_BREAKS: Final = re.compile("\r\n|[\r\n\x0b\x0c\x85\u2028\u2029]")
#: What no calendar may hold.
_UNFIT: Final = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
_SPECIAL: Final = re.compile(r"([\\;,])")


@dataclass(frozen=True, slots=True)
class DayEvent:
    """Something that takes place on a day. `uid` tells events apart and stays the same when the day changes."""

    uid: str
    day: date
    title: str
    description: str = ""
    categories: tuple[str, ...] = ()


def write_calendar(events: Iterable[DayEvent], target: BinaryIO, *, stamp: date, name: str = "") -> None:
    """Write events as one calendar in their order; `stamp` is the day they are as of, `name` the calendar's.

    Whole-day events that leave the day free, UTF-8, lines ended by CRLF and folded at 75 octets. Importing a file
    twice changes nothing; one with a later stamp changes the events of the same uid. Nothing is read from a clock.
    """
    head = ["BEGIN:VCALENDAR", "VERSION:2.0", f"PRODID:{PRODUCT}", "CALSCALE:GREGORIAN", "METHOD:PUBLISH"]
    if name:
        head += [f"X-WR-CALNAME:{_escaped(name)}", f"NAME:{_escaped(name)}"]
    lines = [_folded(line) for line in head]
    version = [
        f"DTSTAMP:{stamp:%Y%m%d}T000000Z\r\n".encode(),
        f"SEQUENCE:{max(0, (stamp - _FIRST_STAMP).days)}\r\n".encode(),
    ]
    for number, event in enumerate(events, start=1):
        lines += _event(event, version)
        if number % _EVENTS_AT_ONCE == 0:
            target.write(b"".join(lines))
            lines.clear()
    target.write(b"".join([*lines, b"END:VCALENDAR\r\n"]))


def is_ours(start: bytes) -> bool:
    """Tell whether a file that starts with these bytes (1 KB will do) is a calendar written here.

    >>> is_ours(b"BEGIN:VCALENDAR\\r\\nVERSION:2.0\\r\\nPRODID:-//crmtool//visit plan//ZH\\r\\n")
    True
    """
    return start.startswith(b"BEGIN:VCALENDAR\r\n") and f"\r\nPRODID:{PRODUCT}\r\n".encode() in start


def _event(event: DayEvent, version: list[bytes]) -> list[bytes]:
    day, next_day = (f"{each.year:04}{each:%m%d}" for each in (event.day, event.day + timedelta(days=1)))
    lines = [
        b"BEGIN:VEVENT\r\n",
        _folded(f"UID:{_escaped(event.uid)}{_DOMAIN}"),
        *version,
        f"DTSTART;VALUE=DATE:{day}\r\nDTEND;VALUE=DATE:{next_day}\r\n".encode(),
        _folded(f"SUMMARY:{_escaped(event.title)}"),
    ]
    if event.description:
        lines.append(_folded(f"DESCRIPTION:{_escaped(event.description)}"))
    if event.categories:
        lines.append(_folded(f"CATEGORIES:{','.join(map(_escaped, event.categories))}"))
    return [*lines, b"TRANSP:TRANSPARENT\r\nEND:VEVENT\r\n"]


def _escaped(text: str) -> str:
    """Return a text as calendars write it (RFC 5545, 3.3.11); control characters are left out."""
    return _BREAKS.sub(r"\\n", _SPECIAL.sub(r"\\\1", _UNFIT.sub("", _BREAKS.sub("\n", text))))


def _folded(line: str) -> bytes:
    """Return a line with its end; a long one goes on after a line end and a space, never within a character."""
    data = line.encode()
    if len(data) <= _LONGEST_LINE:
        return data + b"\r\n"
    parts, at, room = [], 0, _LONGEST_LINE
    while at < len(data):
        end = min(at + room, len(data))
        while end < len(data) and data[end] & 0xC0 == 0x80:  # within a character
            end -= 1
        parts.append(data[at:end])
        at, room = end, _LONGEST_LINE - 1  # a space goes before
    return b"\r\n ".join(parts) + b"\r\n"
