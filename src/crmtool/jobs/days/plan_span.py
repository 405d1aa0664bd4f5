"""Which days a plan covers: `--from` and `--to` as months or days, and what they are where they are not given."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from crmtool.errors import UsageError
from crmtool.ledger.quantities import EARLIEST_DAY, LATEST_DAY

#: Days of the longest plan: three years and what a leap day adds.
MOST_DAYS = 3 * 366
_MONTH = re.compile(r"(\d{4})[-/.](\d{1,2})")
_DAY = re.compile(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})")


@dataclass(frozen=True, slots=True)
class End:
    """One end of a span as it was asked for: its day, and how it is written in a file's name (`2026-01`)."""

    day: date
    text: str


@dataclass(frozen=True, slots=True)
class Span:
    """The days of a plan; `text` stands in the name of its file (`2026-01_2026-12`)."""

    first: date
    last: date
    text: str


@dataclass(frozen=True, slots=True)
class SpanAsked:
    """The ends that were given; None where one was not."""

    first: End | None = None
    last: End | None = None

    def on(self, as_of: date) -> Span:
        """Return the span: by default from the as-of day's month to December of the year that it begins in.

        Raises `UsageError` where the end lies before the begin or the as-of day, and where it is longer than three years.
        """
        first = self.first or _end_of_month(as_of.year, as_of.month, is_first=True)
        last = self.last or _end_of_month(first.day.year, 12, is_first=False)
        if last.day < first.day:
            raise UsageError.of("span-reversed", first=first.text, last=last.text)
        if last.day < as_of:
            raise UsageError.of("span-over", last=last.text, as_of=as_of.isoformat())
        if (last.day - first.day).days >= MOST_DAYS:
            raise UsageError.of("span-too-long", first=first.text, last=last.text)
        return Span(first.day, last.day, f"{first.text}_{last.text}")


def span_from_texts(first: str | None, last: str | None) -> SpanAsked:
    """Return what `--from` and `--to` ask for; a month means its first day, and its last.

    Raises `UsageError` for what is neither a month nor a day.

    >>> span_from_texts("2026-02", "2026-02").on(date(2026, 1, 15))
    Span(first=datetime.date(2026, 2, 1), last=datetime.date(2026, 2, 28), text='2026-02_2026-02')
    """
    return SpanAsked(_end(first, "--from", is_first=True), _end(last, "--to", is_first=False))


def _end(text: str | None, option: str, *, is_first: bool) -> End | None:
    if text is None:
        return None
    found = None
    try:
        if match := _DAY.fullmatch(text.strip()):
            day = date(int(match[1]), int(match[3]), int(match[4]))
            found = End(day, day.isoformat())
        elif match := _MONTH.fullmatch(text.strip()):
            found = _end_of_month(int(match[1]), int(match[2]), is_first=is_first)
    except ValueError:
        pass
    if found is None or not EARLIEST_DAY <= found.day <= LATEST_DAY:
        raise UsageError.of("bad-span-end", option=option, value=text)
    return found


def _end_of_month(year: int, month: int, *, is_first: bool) -> End:
    first = date(year, month, 1)
    last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    return End(first if is_first else last, f"{year:04d}-{month:02d}")
