"""Which days are worked: as published, as the company's own file says, and what is wrong in that file."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

import numpy as np
import openpyxl
import pytest

from crmtool.config import Config
from crmtool.errors import Finding, UsageError
from crmtool.jobs.days.days_off import days_off
from crmtool.jobs.days.workdays import MARGIN, workdays_for
from crmtool.messages import help_of, text_of

#: Every day of seven years, gathered from the State Council's notices; it lies beside the checkout.
PUBLISHED = Path(__file__).resolve().parents[3] / "shared" / "data" / "holidays" / "workdays_2019_2025.csv"


def worked(first: str, last: str, config: Config | None = None, folder: Path = Path()) -> list[str]:
    """Return the days that are worked, month and day."""
    workdays, _ = workdays_for(
        date.fromisoformat(first), date.fromisoformat(last), config or Config(), folder
    )
    asked = np.arange(np.datetime64(first), np.datetime64(last) + 1)
    return [str(day)[5:] for day in asked[workdays.worked(asked)]]


@pytest.mark.skipif(not PUBLISHED.exists(), reason="the table of published days is not beside the checkout")
def test_every_day_from_2019_to_2025_is_as_published() -> None:
    with PUBLISHED.open(encoding="utf-8-sig", newline="") as lines:
        rows = list(csv.DictReader(lines))
    workdays, findings = workdays_for(date(2019, 1, 1), date(2025, 12, 31), Config(), Path())
    asked = np.array([row["date"] for row in rows], "datetime64[D]")
    expected = np.array([row["is_workday_holiday_cn"] == "1" for row in rows])
    assert len(rows) == 2557
    assert asked[workdays.worked(asked) != expected].tolist() == []
    assert workdays.published(asked).all()
    assert findings == ()


def test_the_national_day_of_2025_with_its_make_up_days() -> None:
    # The notice: 1 to 8 October off; Sunday 28 September and Saturday 11 October worked.
    assert worked("2025-09-26", "2025-10-13") == [
        "09-26",
        "09-28",
        "09-29",
        "09-30",
        "10-09",
        "10-10",
        "10-11",
        "10-13",
    ]


def test_the_spring_festival_of_2026_with_its_make_up_days() -> None:
    # The notice: 15 to 23 February off; Saturdays 14 and 28 February worked.
    assert worked("2026-02-12", "2026-03-02") == [
        "02-12",
        "02-13",
        "02-14",
        "02-24",
        "02-25",
        "02-26",
        "02-27",
        "02-28",
        "03-02",
    ]


def test_a_span_into_a_year_without_data_has_weekends_only_and_says_so() -> None:
    workdays, findings = workdays_for(date(2026, 12, 1), date(2027, 2, 28), Config(), Path())
    asked = np.array(["2026-12-31", "2027-01-01", "2027-02-08", "2027-02-13", "2027-02-14"], "datetime64[D]")
    assert workdays.published(asked).tolist() == [True, False, False, False, False]
    # 1 January 2027 is a Friday, 8 February (the festival's Monday) would be off; the 13th and 14th are a weekend.
    assert workdays.worked(asked).tolist() == [True, True, True, False, False]
    assert [finding.code for finding in findings] == ["holidays-unpublished"]
    assert text_of(findings[0], "zh") == "2027 年的节假日尚未公布，这些日子只避开周末"
    assert "2027" in text_of(findings[0], "en") + help_of(findings[0], "en")


def test_the_years_without_data_are_named_together() -> None:
    _, findings = workdays_for(date(2003, 1, 1), date(2029, 12, 31), Config(), Path())
    assert findings[0].params["years"] == "2003, 2027-2029"


def test_more_is_known_than_was_asked_for_and_only_the_span_is_complained_of() -> None:
    workdays, findings = workdays_for(date(2026, 12, 1), date(2026, 12, 31), Config(), Path())
    assert (workdays.first, workdays.last) == (date(2026, 12, 1) - MARGIN, date(2026, 12, 31) + MARGIN)
    assert findings == ()


def test_the_company_file_goes_before_what_is_published(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for row in (
        ("2026 年放假安排", None, None, None),
        ("日期", "至", "类型", "说明"),
        (date(2026, 5, 5), None, "上班", "展会"),
        ("2026-05-18", "2026年5月20日", "休", "司庆"),
        (None, None, None, None),
        ("2026-05-23", "2026-05-24", "班", "盘点"),
        (date(2026, 5, 19), None, "班", "后写的一行为准"),
    ):
        book.active.append(row)
    book.save(tmp_path / "days.xlsx")
    # The notice for 2026: 1 to 5 May off, Saturday 9 May worked.
    found = worked("2026-05-04", "2026-05-25", Config(holidays="days.xlsx"), tmp_path)
    assert found == [
        "05-05", "05-06", "05-07", "05-08", "05-09", "05-11", "05-12", "05-13", "05-14", "05-15",
        "05-19", "05-21", "05-22", "05-23", "05-24", "05-25",
    ]  # fmt: skip


def published_in(folder: Path, *rows: str) -> list[bool]:
    """Return whether a day of 2027, and one of 2028, counts as published with some rows in the company's file."""
    text = "".join(f"{row}\n" for row in ("Date,To,Type", *rows))
    (folder / "days.csv").write_text(text, encoding="utf-8")
    config = Config(holidays="days.csv")
    workdays, findings = workdays_for(date(2027, 1, 1), date(2028, 1, 31), config, folder)
    known: list[bool] = workdays.published(np.array(["2027-06-01", "2028-01-01"], "datetime64[D]")).tolist()
    named = "".join(finding.params["years"] for finding in findings)
    assert named == ("2028" if known[0] else "2027-2028")
    return known


#: New Year, the first day of the spring festival (6 February 2027), the national day.
WHOLE_2027 = ("2027-01-01,,off", "2027-02-05,2027-02-11,off", "2027-02-14,,work", "2027-10-01,2027-10-07,off")


def test_a_year_whose_holidays_stand_in_the_company_file_counts_as_published(tmp_path: Path) -> None:
    assert published_in(tmp_path, *WHOLE_2027) == [True, False]
    assert worked("2027-02-03", "2027-02-16", Config(holidays="days.csv"), tmp_path) == [
        "02-03",
        "02-04",
        "02-12",
        "02-14",
        "02-15",
        "02-16",
    ]


def test_a_day_of_the_companys_own_is_kept_and_does_not_publish_its_year(tmp_path: Path) -> None:
    assert published_in(tmp_path, "2027-09-20,,off") == [False, False]
    found = worked("2027-09-17", "2027-09-22", Config(holidays="days.csv"), tmp_path)
    assert found == ["09-17", "09-21", "09-22"]


@pytest.mark.parametrize("missing", [0, 1, 3])
def test_a_year_without_one_of_the_three_great_holidays_is_not_published(
    tmp_path: Path, missing: int
) -> None:
    rows = [row for place, row in enumerate(WHOLE_2027) if place != missing]
    assert published_in(tmp_path, *rows) == [False, False]


def test_a_great_holiday_that_a_later_row_says_is_worked_does_not_tell_the_year(tmp_path: Path) -> None:
    assert published_in(tmp_path, *WHOLE_2027, "2027-10-01,,work") == [False, False]


def mistakes(folder: Path, text: str | None, name: str = "days.csv") -> tuple[Finding, ...]:
    if text is not None:
        (folder / name).write_text(text, encoding="utf-8")
    with pytest.raises(UsageError) as raised:
        workdays_for(date(2026, 1, 1), date(2026, 12, 31), Config(holidays=name), folder)
    return raised.value.findings


@pytest.mark.parametrize(
    ("row", "cell", "code", "value"),
    [
        ("上月,,休", "A3", "holidays-date", "上月"),
        ("2026-05,,休", "A3", "holidays-date", "2026-05"),
        (",,休", "A3", "holidays-date", ""),
        ("2026-02-30,,休", "A3", "holidays-date", "2026-02-30"),
        ("2026-05-01,明天,休", "B3", "holidays-date", "明天"),
        ("2026-05-01,,调休", "C3", "holidays-kind", "调休"),
        ("2026-05-01,,", "C3", "holidays-kind", ""),
        ("2026-05-05,2026-05-01,休", "B3", "holidays-span", "2026-05-01"),
        ("2026-05-01,2062-05-05,休", "B3", "holidays-span", "2062-05-05"),
    ],
)
def test_a_bad_row_is_told_at_its_cell(tmp_path: Path, row: str, cell: str, code: str, value: str) -> None:
    (found,) = mistakes(tmp_path, f"日期,至,类型\n2026-01-05,,休\n{row}\n2026-01-06,,班\n")
    assert (found.code, found.file, found.cell, found.value) == (code, "days.csv", cell, value)
    assert help_of(found, "zh") and help_of(found, "en")


def test_all_bad_rows_are_told_at_once(tmp_path: Path) -> None:
    found = mistakes(tmp_path, "日期,类型\n上月,休\n2026-01-05,?\n")
    assert [(finding.code, finding.cell) for finding in found] == [
        ("holidays-date", "A2"),
        ("holidays-kind", "B3"),
    ]


def test_a_table_without_the_columns_and_a_file_that_is_not_there_are_told(tmp_path: Path) -> None:
    assert [finding.code for finding in mistakes(tmp_path, "日子,休不休\n2026-01-05,休\n")] == [
        "holidays-columns"
    ]
    found = mistakes(tmp_path, None, "none.xlsx")
    assert [finding.code for finding in found] == ["holidays-unreadable", "no-such-file"]


def test_days_off_of_the_company_file_are_named_by_it_or_by_the_festival_among_them(tmp_path: Path) -> None:
    (tmp_path / "days.csv").write_text(
        "日期,至,类型,说明\n2027-02-05,2027-02-11,休,\n2027-03-15,,休,司庆\n2027-02-14,,班,补班\n2027-03-16,,休,\n",
        encoding="utf-8",
    )
    config = Config(holidays="days.csv")
    workdays, _ = workdays_for(date(2026, 12, 1), date(2027, 3, 31), config, tmp_path)
    off = days_off(workdays, config, tmp_path)
    # The new year of the lunar calendar is 6 February 2027.
    assert [off.says(date(2027, 2, day)) for day in (4, 5, 11, 14)] == ["", "春节 休", "春节 休", "班"]
    assert [off.says(date(2027, 3, day)) for day in (15, 16)] == ["司庆 休", "休"]
    # What is published keeps its name.
    assert off.says(date(2026, 10, 1)) == "国庆节 休"
