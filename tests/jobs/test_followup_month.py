"""Which month is meant, and how file names spell it."""

from __future__ import annotations

from datetime import date

import pytest

from crmtool.errors import UsageError
from crmtool.jobs.days.months import month_name, month_of


@pytest.mark.parametrize(
    ("text", "as_of", "first", "last"),
    [
        ("this", date(2026, 2, 28), date(2026, 2, 1), date(2026, 2, 28)),
        ("next", date(2026, 1, 31), date(2026, 2, 1), date(2026, 2, 28)),
        ("next", date(2025, 12, 5), date(2026, 1, 1), date(2026, 1, 31)),
        ("last", date(2026, 1, 1), date(2025, 12, 1), date(2025, 12, 31)),
        ("本月", date(2026, 2, 28), date(2026, 2, 1), date(2026, 2, 28)),
        (" 下月 ", date(2025, 12, 5), date(2026, 1, 1), date(2026, 1, 31)),
        ("上月", date(2026, 1, 1), date(2025, 12, 1), date(2025, 12, 31)),
        ("2024-2", date(2026, 1, 1), date(2024, 2, 1), date(2024, 2, 29)),
        (" 2026-12 ", date(2026, 1, 1), date(2026, 12, 1), date(2026, 12, 31)),
    ],
)
def test_a_month_is_told_by_its_number_or_seen_from_the_as_of_day(
    text: str, as_of: date, first: date, last: date
) -> None:
    assert month_of(text, as_of) == (first, last)


@pytest.mark.parametrize(
    "text", ["", "soon", "2026", "2026-13", "2026-00", "1899-12", "2200-01", "2026-01-01", "THIS"]
)
def test_what_is_no_month_is_refused_with_a_remedy(text: str) -> None:
    with pytest.raises(UsageError) as caught:
        month_of(text, date(2026, 1, 1))
    (finding,) = caught.value.findings
    assert (finding.code, finding.params["value"]) == ("bad-month", text)


def test_file_names_spell_a_month_with_two_digits() -> None:
    assert month_name(date(2026, 3, 1)) == "2026-03"
