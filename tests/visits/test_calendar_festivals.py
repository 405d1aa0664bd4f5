"""On which days festivals fall, by dates typed from printed calendars."""

from __future__ import annotations

from datetime import date

import pytest

from crmtool.errors import UsageError
from crmtool.messages import help_of, text_of
from crmtool.visits.calendar.festivals import FESTIVAL_NAMES, festival_days, festivals_of, read_festival

#: Typed from printed calendars and the State Council's notices.
SPRING = [
    "2019-02-05",
    "2020-01-25",
    "2021-02-12",
    "2022-02-01",
    "2023-01-22",
    "2024-02-10",
    "2025-01-29",
    "2026-02-17",
]
DRAGON_BOAT = [
    "2019-06-07",
    "2020-06-25",
    "2021-06-14",
    "2022-06-03",
    "2023-06-22",
    "2024-06-10",
    "2025-05-31",
    "2026-06-19",
]
MID_AUTUMN = [
    "2019-09-13",
    "2020-10-01",
    "2021-09-21",
    "2022-09-10",
    "2023-09-29",
    "2024-09-17",
    "2025-10-06",
    "2026-09-25",
]
LATER = {
    "春节": {2027: "2027-02-06", 2028: "2028-01-26", 2029: "2029-02-13", 2030: "2030-02-03", 2033: "2033-01-31", 2034: "2034-02-19"},
    "端午": {2027: "2027-06-09", 2028: "2028-05-28"},
    "中秋": {2027: "2027-09-15", 2028: "2028-10-03"},
}  # fmt: skip


def on(name: str, year: int) -> str:
    """Return the day of a festival as text."""
    (festival,) = festivals_of([name])
    return str(festival.on(year))


@pytest.mark.parametrize(("name", "days"), [("春节", SPRING), ("端午", DRAGON_BOAT), ("中秋", MID_AUTUMN)])
def test_the_moving_festivals_of_2019_to_2026(name: str, days: list[str]) -> None:
    assert [on(name, year) for year in range(2019, 2027)] == days


@pytest.mark.parametrize("name", LATER)
def test_the_moving_festivals_of_later_years(name: str) -> None:
    assert {year: on(name, year) for year in LATER[name]} == LATER[name]


@pytest.mark.parametrize(
    ("name", "year", "day"),
    [
        ("元旦", 2026, "2026-01-01"),
        ("除夕", 2026, "2026-02-16"),
        ("元宵", 2026, "2026-03-03"),
        ("清明", 2024, "2024-04-04"),
        ("清明", 2025, "2025-04-04"),
        ("清明", 2026, "2026-04-05"),
        ("劳动节", 2026, "2026-05-01"),
        ("七夕", 2025, "2025-08-29"),
        ("七夕", 2026, "2026-08-19"),
        ("国庆", 2026, "2026-10-01"),
        ("重阳", 2025, "2025-10-29"),
        ("重阳", 2026, "2026-10-18"),
        ("腊八", 2025, "2025-01-07"),
        ("腊八", 2026, "2026-01-26"),
        ("冬至", 2025, "2025-12-21"),
        ("冬至", 2026, "2026-12-22"),
        ("妇女节", 2026, "2026-03-08"),
        ("儿童节", 2026, "2026-06-01"),
        ("教师节", 2026, "2026-09-10"),
        ("圣诞", 2026, "2026-12-25"),
        ("母亲节", 2026, "2026-05-10"),
        ("父亲节", 2026, "2026-06-21"),
        ("感恩节", 2026, "2026-11-26"),
    ],
)
def test_the_other_festivals(name: str, year: int, day: str) -> None:
    assert on(name, year) == day


@pytest.mark.parametrize("written", ["端午节", " 端午 ", "端 午 节"])
def test_a_festival_is_known_with_and_without_its_last_character(written: str) -> None:
    festival = read_festival(written)
    assert festival is not None
    assert festival.name == "端午"


@pytest.mark.parametrize(
    ("written", "name"),
    [("五一", "劳动节"), ("新年", "元旦"), ("国庆节", "国庆"), ("女神节", "妇女节"), ("圣诞节", "圣诞")],
)
def test_other_names_mean_the_same_day(written: str, name: str) -> None:
    assert read_festival(written) == read_festival(name)


@pytest.mark.parametrize(
    "written", ["司庆 09-18", "司庆 9/18", "司庆 9月18日", "司庆：09-18", "司庆０９－１８", "司庆09-18"]
)
def test_a_festival_of_ones_own_has_its_day(written: str) -> None:
    festival = read_festival(written)
    assert festival is not None
    assert (festival.name, str(festival.on(2026))) == ("司庆", "2026-09-18")


def test_a_festival_on_29_february_is_a_day_earlier_in_other_years() -> None:
    assert [on("司庆 02-29", year) for year in (2024, 2026, 2100)] == [
        "2024-02-29",
        "2026-02-28",
        "2100-02-28",
    ]


@pytest.mark.parametrize("written", ["司庆 02-30", "司庆 13-01", "09-18", "司庆", "", "节", "春分假"])
def test_what_is_no_festival_is_told_with_the_nearest_one(written: str) -> None:
    with pytest.raises(UsageError) as raised:
        festivals_of(["春节", written, "中秋"], "crmtool.yaml")
    (finding,) = raised.value.findings
    assert (finding.code, finding.file, finding.value) == ("unknown-festival", "crmtool.yaml", written)
    assert written in text_of(finding, "zh")
    assert "司庆 09-18" in help_of(finding, "zh") and "元旦, " in help_of(finding, "en")


def test_the_nearest_festival_is_named() -> None:
    with pytest.raises(UsageError) as raised:
        festivals_of(["中秋佳节", "国庆日"])
    assert [finding.params["nearest"] for finding in raised.value.findings] == ["中秋", "国庆"]


def test_a_festival_that_is_named_twice_is_one() -> None:
    assert [festival.name for festival in festivals_of(["中秋", "春节", "中秋节"])] == ["中秋", "春节"]


def test_the_festivals_of_a_span_stand_in_the_order_of_their_days() -> None:
    found = festival_days(festivals_of(["春节", "元旦", "腊八"]), date(2025, 12, 31), date(2027, 2, 5))
    assert [(str(day), year, festival.name) for day, year, festival in found] == [
        ("2026-01-01", 2026, "元旦"),
        ("2026-01-26", 2026, "腊八"),
        ("2026-02-17", 2026, "春节"),
        ("2027-01-01", 2027, "元旦"),
        ("2027-01-15", 2027, "腊八"),
    ]


def test_a_lunar_festival_before_new_year_is_not_lost_where_two_fall_into_one_year() -> None:
    # The 8th of the twelfth month was on 10 January 2022, 30 December 2022 and 18 January 2024.
    found = festival_days(festivals_of(["腊八"]), date(2022, 1, 1), date(2024, 12, 31))
    assert [(str(day), year) for day, year, _ in found] == [
        ("2022-01-10", 2022),
        ("2022-12-30", 2023),
        ("2024-01-18", 2024),
    ]


@pytest.mark.parametrize("name", FESTIVAL_NAMES)
def test_every_festival_has_a_day_in_every_year_of_two_centuries(name: str) -> None:
    (festival,) = festivals_of([name])
    for year in (1900, 1999, 2000, 2033, 2057, 2100, 2199):
        day = festival.on(year)
        assert date(year - 1, 12, 30) <= day <= date(year, 12, 31)
