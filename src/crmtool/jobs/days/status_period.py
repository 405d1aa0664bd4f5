"""Which days a visit rate is of: a month, a span of days, or the year so far; checked and typed."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from crmtool.errors import UsageError
from crmtool.jobs.days.months import month_of
from crmtool.jobs.days.plan_span import SpanAsked, span_from_texts


@dataclass(frozen=True, slots=True)
class Period:
    """The days `first` to `last`, neither later than the as-of day."""

    first: date
    last: date


@dataclass(frozen=True, slots=True)
class PeriodAsked:
    """A period as it was asked for: a month, or ends; the year so far where nothing was."""

    month: str | None = None
    span: SpanAsked = field(default_factory=SpanAsked)

    def on(self, as_of: date) -> Period:
        """Return the period as it is known on a day: what comes after that day is left out.

        Raises `UsageError` for what is no month, for ends that are swapped, and for a period that has not begun.

        >>> PeriodAsked().on(date(2026, 3, 15))
        Period(first=datetime.date(2026, 1, 1), last=datetime.date(2026, 3, 15))
        """
        if self.month is not None:
            first, last = month_of(self.month, as_of)
        else:
            last = self.span.last.day if self.span.last else as_of
            first = self.span.first.day if self.span.first else date(min(last, as_of).year, 1, 1)
        if last < first:
            raise UsageError.of("period-reversed", first=first.isoformat(), last=last.isoformat())
        if first > as_of:
            raise UsageError.of("period-ahead", first=first.isoformat(), as_of=as_of.isoformat())
        return Period(first, min(last, as_of))


def period_from_options(
    *, month: str | None = None, first: str | None = None, last: str | None = None
) -> PeriodAsked:
    """Return what `--month`, `--from` and `--to` ask for; raises `UsageError` at what cannot be meant."""
    if month is not None:
        if first is not None or last is not None:
            raise UsageError.of("month-and-span")
        month_of(month, date(2000, 1, 1))
    return PeriodAsked(month, span_from_texts(first, last))
