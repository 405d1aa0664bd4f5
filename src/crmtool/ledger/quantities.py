"""Calendar spans and exact units: what `3个月`, `10万元` and `5%` are once they are read.

Parsing texts is left to `crmtool.ledger.values`; this module only computes.
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

FEN_PER_YUAN = 100
#: Money above every bound, in fen: the upper end of `10万元以上`.
UNBOUNDED_FEN = 2**62
#: The first amount that is too large to be true, in fen: spreadsheets keep 15 digits, and what is summed later
#: stays within 64 bits.
TOO_LARGE_FEN = 10**15
#: A number above every bound: the upper end of `1000人+`.
UNBOUNDED = float("inf")
#: The first day that a ledger can name, and the lower end of `2年以上` as a date: spreadsheets begin there.
EARLIEST_DAY = date(1900, 1, 1)
#: The last day that a ledger can name: the first day of the year 2200 and later are typing mistakes.
LATEST_DAY = date(2199, 12, 31)


def add_months(day: date, months: int) -> date:
    """Return `day` moved by whole calendar months, clamped to the month's end.

    >>> add_months(date(2024, 5, 31), -3)
    datetime.date(2024, 2, 29)
    """
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


@dataclass(frozen=True, slots=True)
class Duration:
    """A span of calendar months and days; years are twelve months, weeks seven days.

    Never converted to a fixed number of days: it is always laid back from a day (民法典 art. 1259).
    """

    months: int = 0
    days: int = 0

    def before(self, day: date) -> date:
        """Return the day that lies this span before `day`: months first (clamped), then days."""
        return add_months(day, -self.months) - timedelta(days=self.days)

    def after(self, day: date) -> date:
        """Return the day that lies this span after `day`: months first (clamped), then days."""
        return add_months(day, self.months) + timedelta(days=self.days)

    def text(self) -> str:
        """Return the span in Chinese, in the largest whole unit.

        >>> Duration(months=12).text(), Duration(months=18).text(), Duration(days=14).text()
        ('1年', '18个月', '2周')
        """
        parts = []
        if self.months:
            parts.append(f"{self.months // 12}年" if self.months % 12 == 0 else f"{self.months}个月")
        if self.days or not parts:
            weeks = self.days and self.days % 7 == 0 and not self.months
            parts.append(f"{self.days // 7}周" if weeks else f"{self.days}天")
        return "".join(parts)


#: Units of money as people write them, in fen.
MONEY_UNITS: dict[str, int] = {
    "分": 1,
    "角": 10,
    "毛": 10,
    "元": 100,
    "圆": 100,
    "块": 100,
    "千元": 100_000,
    "千": 100_000,
    "万元": 1_000_000,
    "万": 1_000_000,
    "百万": 100_000_000,
    "百万元": 100_000_000,
    "千万": 1_000_000_000,
    "千万元": 1_000_000_000,
    "亿": 10_000_000_000,
    "亿元": 10_000_000_000,
}

#: Units of calendar spans.
SPAN_UNITS: dict[str, Duration] = {
    "天": Duration(days=1),
    "日": Duration(days=1),
    "周": Duration(days=7),
    "星期": Duration(days=7),
    "个星期": Duration(days=7),
    "个月": Duration(months=1),
    "月": Duration(months=1),
    "季度": Duration(months=3),
    "季": Duration(months=3),
    "个季度": Duration(months=3),
    "半年": Duration(months=6),
    "年": Duration(months=12),
}
