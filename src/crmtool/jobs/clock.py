"""The one place where time enters: today, in the configured zone."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo


def today(zone: str) -> date:
    """Return the calendar day it is now in a time zone such as `Asia/Shanghai`."""
    return datetime.now(ZoneInfo(zone)).date()
