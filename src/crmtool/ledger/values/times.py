"""What time of day a text names beside its day, and how many days another zone's clock is off.

Which day that is is left to `crmtool.ledger.values.dates`; whole columns of times to `crmtool.ledger.values.moments`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

_HALF: Final = "上午|下午|中午|晚上|凌晨|早上|清晨|傍晚"
_CLOCK: Final = (
    rf"(?P<half>{_HALF}|[AP]M)?\s*(?P<hour>[0-9]{{1,2}})"
    r"(?:[:时点](?P<minute>[0-9]{1,2})分?(?::?(?P<second>[0-9]{1,2})(?:\.[0-9]+)?秒?)?|[时点](?P<word>半|整)?)"
    r"\s*(?P<after>[AP]M)?\s*(?P<zone>Z|[+-][0-9]{2}:?[0-9]{2})?$"
)
_TIME: Final = re.compile(
    rf"(?<=[0-9日号一二三四五六天)])(?:T|\s+|(?={_HALF}|[AP]M)|(?<=[日号])(?=[0-9])){_CLOCK}", re.IGNORECASE
)
_ALONE: Final = re.compile(_CLOCK, re.IGNORECASE)
_HOURS_AT_HOME: Final = 8
_LARGEST_OFFSET_HOURS: Final = 14
_DAY_MINUTES: Final = 1440


@dataclass(frozen=True, slots=True)
class TimeOfDay:
    """A time at the end of a text, from the character `start` on.

    `shift` is the number of days by which China is ahead of the day in the text, None where there is no such time.
    `seconds` since China's midnight are None where the time has two readings (`上午12:30`) or contradicts itself.
    """

    start: int
    seconds: int | None
    shift: int | None


def find_time(body: str) -> TimeOfDay | None:
    """Return the time that stands behind the day in a normalised text; None where none does.

    >>> find_time("2026年3月1日下午2:30"), find_time("2026-03-01 25:00")
    (TimeOfDay(start=9, seconds=52200, shift=0), TimeOfDay(start=10, seconds=None, shift=None))
    """
    match = _TIME.search(body)
    return None if match is None else _time(match)


def is_time_alone(body: str) -> bool:
    """Tell whether a normalised text is a time of day without any day.

    >>> is_time_alone("9:30"), is_time_alone("9-30")
    (True, False)
    """
    return _ALONE.fullmatch(body) is not None


def _time(match: re.Match[str]) -> TimeOfDay:
    hour = int(match["hour"])
    minute = 30 if match["word"] == "半" else int(match["minute"] or 0)
    second = int(match["second"] or 0)
    if hour > 23 or minute > 59 or second > 59:
        return TimeOfDay(match.start(), None, None)
    known = _hour(hour, (match["half"] or match["after"] or "").upper())
    hours = hour if known is None else known
    ahead = _minutes_ahead(match["zone"])
    if ahead is None:
        return TimeOfDay(match.start(), None, None)
    shift, minutes = divmod(hours * 60 + minute + ahead, _DAY_MINUTES)
    return TimeOfDay(match.start(), None if known is None else minutes * 60 + second, shift)


def _minutes_ahead(zone: str | None) -> int | None:
    """Return by how much China's clock is ahead of a zone's; None where no place has such a clock."""
    if zone is None:
        return 0
    digits = "0000" if zone in "Zz" else zone[1:3] + zone[-2:]
    offset = int(digits[:2]) * 60 + int(digits[2:])
    if offset > _LARGEST_OFFSET_HOURS * 60:
        return None
    return _HOURS_AT_HOME * 60 - (-offset if zone.startswith("-") else offset)


#: The hours that a part of the day can mean, by the hour that is said: noon is 中午12点, midnight 凌晨12点, and Excel
#: writes 上午12:30 for half past midnight where people mean noon: that has two readings.
_SAME_MORNING: Final = {hour: hour for hour in range(12)}
_AFTERNOON: Final = {hour: hour + 12 for hour in range(1, 12)} | {hour: hour for hour in range(12, 24)}
_MEANT: Final[dict[str, dict[int, int]]] = {
    "AM": {**_SAME_MORNING, 12: 0},
    "凌晨": {**_SAME_MORNING, 12: 0},
    "上午": _SAME_MORNING,
    "早上": _SAME_MORNING,
    "清晨": _SAME_MORNING,
    "中午": {11: 11, 12: 12, 1: 13, 2: 14, 13: 13, 14: 14},
    "PM": _AFTERNOON,
    "下午": _AFTERNOON,
    "傍晚": _AFTERNOON,
    "晚上": {**{hour: hour + 12 for hour in range(5, 12)}, **{hour: hour for hour in range(17, 24)}},
}


def _hour(hour: int, half: str) -> int | None:
    """Return the hour of 24; None where the part of the day leaves it open or does not fit."""
    return _MEANT[half].get(hour) if half else hour
