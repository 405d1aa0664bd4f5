"""`--fail-on`: what may be written, what is pointed at, and which side of a limit a figure is on."""

from __future__ import annotations

from fractions import Fraction

import pytest

from crmtool.errors import UsageError
from crmtool.jobs.reviews.limits import crossed, limits_from

NAMES = ("downgrades", "adjustments", "visit_rate", "nps", "aov_change")
RATES = ("visit_rate", "aov_change")


def codes(text: str, **figures: Fraction | None) -> list[str]:
    return [each.code for each in crossed(limits_from(text, NAMES, RATES), figures)]


@pytest.mark.parametrize(
    ("text", "value", "holds"),
    [
        ("downgrades>10", 10, False),
        ("downgrades>10", 11, True),
        ("downgrades>=10", 10, True),
        ("downgrades<1", 0, True),
        ("downgrades=3", 3, True),
        ("downgrades==3", 4, False),
        ("downgrades ≤ 3", 3, True),
        ("ＤＯＷＮ", 0, None),
        ("visit_rate<90%", Fraction(9, 10), False),
        ("visit_rate<90%", Fraction(899_999, 1_000_000), True),
        ("visit_rate<0.9", Fraction(9, 10), False),
        ("visit_rate＜90％", Fraction(8, 10), True),
        ("visit-rate<90%", Fraction(8, 10), True),
        ("aov_change<-5%", Fraction(-6, 100), True),
        ("nps<40", 39, True),
    ],
)
def test_a_limit_is_held_against_the_exact_figure(text: str, value: Fraction, holds: bool | None) -> None:
    if holds is None:
        with pytest.raises(UsageError):
            limits_from(text, NAMES, RATES)
        return
    (limit,) = limits_from(text, NAMES, RATES)
    assert limit.holds(Fraction(value)) is holds


def test_any_of_several_is_enough_and_each_is_told() -> None:
    text = "downgrades>10,visit_rate<90%；adjustments>0"
    assert codes(text, downgrades=Fraction(12), visit_rate=Fraction(1), adjustments=Fraction(1)) == [
        "limit-crossed",
        "limit-crossed",
    ]
    assert codes(text, downgrades=Fraction(2), visit_rate=Fraction(1), adjustments=Fraction(0)) == []


def test_a_figure_that_is_not_known_does_not_pass() -> None:
    assert codes("visit_rate<90%", visit_rate=None) == ["limit-unknown"]
    assert codes("response_replied_9<90%") == ["limit-unknown"]


def test_the_value_is_told_in_the_manner_of_the_limit_and_never_as_the_limit_itself() -> None:
    told = crossed(
        limits_from("visit_rate<90%,downgrades>1", NAMES, RATES),
        {"visit_rate": Fraction(89_996, 100_000), "downgrades": Fraction(2)},
    )
    assert [each.value for each in told] == ["89.996%", "2"]


@pytest.mark.parametrize(
    ("text", "value", "shown"),
    [
        # 11 / 12 is 91.666…667 %: below 91.667 %, which it must not be rounded to.
        ("visit_rate<0.91667", Fraction(11, 12), "91.6667%"),
        ("visit_rate<=20%", Fraction(1, 5), "20%"),
        ("visit_rate<=0.2", Fraction(1, 5), "20%"),
        ("visit_rate>=33.33%", Fraction(1, 3), "33.333%"),
        ("nps<=0", Fraction(0), "0"),
        ("nps<33.3", Fraction(-100, 3), "-33.33"),
        ("aov_change<-5%", Fraction(-1, 8), "-12.5%"),
    ],
)
def test_a_value_has_the_digits_that_tell_it_from_the_limit_and_no_more(
    text: str, value: Fraction, shown: str
) -> None:
    (limit,) = limits_from(text, NAMES, RATES)
    (told,) = crossed([limit], {limit.name: value})
    assert told.value == shown


@pytest.mark.parametrize(
    ("text", "code", "caret"),
    [
        ("downgrade>10", "unknown-limit", "^"),
        ("visit_rate<90%, nix>1", "no-such-limit", " " * 16 + "^"),
        ("降级>1", "no-such-limit", "^"),
        ("downgrades", "limit-without-sign", " " * 10 + "^"),
        ("downgrades>10,", "limit-without-sign", " " * 14 + "^"),
        ("", "limit-without-sign", "^"),
        ("downgrades>ten", "limit-without-number", " " * 11 + "^"),
        ("downgrades> ", "limit-without-number", " " * 11 + "^"),
        ("downgrades>>1", "limit-without-number", " " * 11 + "^"),
        ("downgrades>10%", "limit-is-no-rate", " " * 11 + "^"),
        ("visit_rate<90", "limit-is-a-rate", " " * 11 + "^"),
    ],
)
def test_what_cannot_be_meant_is_pointed_at(text: str, code: str, caret: str) -> None:
    with pytest.raises(UsageError) as caught:
        limits_from(text, NAMES, RATES)
    (finding,) = caught.value.findings
    assert (finding.code, finding.params["line_text"], finding.params["caret"]) == (code, text, caret)


def test_the_nearest_name_is_named() -> None:
    with pytest.raises(UsageError) as caught:
        limits_from("downgrade>10", NAMES, RATES)
    assert caught.value.findings[0].params["near"] == "downgrades"
