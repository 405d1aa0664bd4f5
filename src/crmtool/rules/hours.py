"""Knows how long an answer may take, as a rule set writes it: exact hours, not days of the calendar.

Whether an answer came in time is found in `crmtool.review.kpis.responses`.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Final

_FORM: Final = re.compile(
    r"([0-9]{1,4}(?:\.[0-9]{1,2})?)\s*(?:个)?\s*([^\s0-9.]+)",
)
_SECONDS: Final = {
    **dict.fromkeys(("分钟", "分", "min", "minute", "minutes"), 60),
    **dict.fromkeys(("小时", "h", "hour", "hours"), 3_600),
    **dict.fromkeys(("天", "日", "d", "day", "days"), 86_400),
    **dict.fromkeys(("周", "星期", "week", "weeks"), 604_800),
}


def parse_hours(text: str) -> int | None:
    """Return the seconds that a response may take, None where the text says no such length of time.

    A day is 24 hours, whether worked or not; 工作日 and months have no exact length.

    >>> parse_hours("24小时"), parse_hours("1.5 h"), parse_hours("2个工作日"), parse_hours("0小时")
    (86400, 5400, None, None)
    """
    found = _FORM.fullmatch(text.strip().removesuffix("内").strip())
    unit = _SECONDS.get(found[2].lower()) if found else None
    if found is None or unit is None:
        return None
    return int(Decimal(found[1]) * unit) or None
