"""The one place where time enters: today and now, in the configured zone."""

from __future__ import annotations

import time
from datetime import date, datetime
from zoneinfo import ZoneInfo


def today(zone: str) -> date:
    """Return the calendar day it is now in a time zone such as `Asia/Shanghai`."""
    return datetime.now(ZoneInfo(zone)).date()


def stamp(zone: str) -> str:
    """Return the moment it is now in a time zone, to the second and fit for a file's name: `20240630-183005`."""
    return datetime.now(ZoneInfo(zone)).strftime("%Y%m%d-%H%M%S")


def moment(zone: str) -> str:
    """Return the moment it is now in a time zone, to the second and with its offset: `2024-06-30T18:30:05+08:00`."""
    return datetime.now(ZoneInfo(zone)).isoformat(timespec="seconds")


def seconds() -> float:
    """Return a number of seconds that only grows, to measure by how long something takes."""
    return time.monotonic()
