"""A plan's days are months or days as they were typed, with defaults, and nothing that cannot be meant."""

from __future__ import annotations

from datetime import date

import pytest

from crmtool.errors import UsageError
from crmtool.jobs.days.plan_span import span_from_texts

AS_OF = date(2026, 3, 10)


@pytest.mark.parametrize(
    ("first", "last", "span"),
    [
        (None, None, (date(2026, 3, 1), date(2026, 12, 31), "2026-03_2026-12")),
        ("2026-01", "2026-12", (date(2026, 1, 1), date(2026, 12, 31), "2026-01_2026-12")),
        ("2027-01", None, (date(2027, 1, 1), date(2027, 12, 31), "2027-01_2027-12")),
        ("2026-3-5", "2028-2", (date(2026, 3, 5), date(2028, 2, 29), "2026-03-05_2028-02")),
        ("2026/04/01", "2026.04.30", (date(2026, 4, 1), date(2026, 4, 30), "2026-04-01_2026-04-30")),
        (None, "2026-03-10", (date(2026, 3, 1), AS_OF, "2026-03_2026-03-10")),
    ],
)
def test_months_and_days_make_a_span(
    first: str | None, last: str | None, span: tuple[date, date, str]
) -> None:
    made = span_from_texts(first, last).on(AS_OF)
    assert (made.first, made.last, made.text) == span


@pytest.mark.parametrize(
    ("first", "last", "code"),
    [
        ("2026", None, "bad-span-end"),
        ("2026-13", None, "bad-span-end"),
        ("2026-00", None, "bad-span-end"),
        (None, "2026-02-30", "bad-span-end"),
        (None, "下月", "bad-span-end"),
        ("2250-01", None, "bad-span-end"),
        ("2026-06", "2026-05", "span-reversed"),
        ("2026-01", "2026-02", "span-over"),
        ("2026-01", "2029-06", "span-too-long"),
    ],
)
def test_a_span_that_cannot_be_meant_is_refused(first: str | None, last: str | None, code: str) -> None:
    with pytest.raises(UsageError) as caught:
        span_from_texts(first, last).on(AS_OF)
    assert [finding.code for finding in caught.value.findings] == [code]
