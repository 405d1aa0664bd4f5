"""What a percentage says, as a fraction of one: `80%`, `0.8`, `百分之五`, `5‰`.

折 and 成 are discounts and tenths of an unknown whole, 百分点 a difference of two percentages: refused.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Literal

from crmtool.ledger.values.numerals import decimal_comma, is_approximate, read_numeral
from crmtool.ledger.values.ranges import read_ranged
from crmtool.ledger.values.readings import Exact, Reading, refuse, two_readings
from crmtool.ledger.values.spelling import normalise, squeeze

#: What a bare number means: a fraction (0.8 is 80 %), percent (80 is 80 %), or either.
Bare = Literal["fraction", "percent", "unclear"]
_DISCOUNT = re.compile(".*[折成]半?[一二三四五六七八九0-9]*|对折")
_SAID = (("百分之", 2), ("千分之", 3), ("万分之", 4))
_SIGNS = {"%": 2, "‰": 3, "‱": 4}


def unit_zeros(unit: str | None) -> int:
    """Return by how many decimal places a header's unit shifts bare numbers; 0 for what is no percent sign."""
    return {"%": 2, "百分比": 2, "‰": 3}.get(squeeze(normalise(unit)) if unit else "", 0)


def parse_percent(
    text: str,
    unit: str | None = None,
    *,
    bare: Bare | None = None,
    limits: tuple[float | None, float | None] = (None, None),
) -> Reading[Decimal]:
    """Read a percentage as a fraction of one.

    A bare number up to 1 is a fraction; a larger one has two readings (150 % is stored as 1.5), unless the
    header's `unit` is `%` or only one of them lies within `limits`. `bare` overrules this where the whole
    column tells.

    >>> parse_percent("-40%"), parse_percent("5‰"), parse_percent("80").params["first"]
    (Exact(value=Decimal('-0.40'), notes=()), Exact(value=Decimal('0.005'), notes=()), '80%')
    """
    body = squeeze(normalise(text))
    if "百分点" in body or body.lower().endswith("pp") or "个点" in body:
        return refuse("percentage-points")
    if _DISCOUNT.fullmatch(body):
        return refuse("discount-not-percent")
    if is_approximate(body):
        return refuse("approximate-value")
    commas = decimal_comma(body)
    if commas:
        return two_readings(*commas)
    zeros = unit_zeros(unit)
    how: Bare | None = bare if bare is not None else ("percent" if zeros else None)
    return read_ranged(body, lambda part: _one(part, how, zeros or 2, limits))


def _one(
    body: str, bare: Bare | None, zeros: int, limits: tuple[float | None, float | None]
) -> Reading[Decimal]:
    if body[-1:] in _SIGNS:
        number = read_numeral(body[:-1])
        return refuse("unreadable-percent") if number is None else Exact(number.scaleb(-_SIGNS[body[-1]]))
    sign, said = (-1, body[1:]) if body[:1] in ("负", "-") else (1, body)
    for words, places in _SAID:
        if said.startswith(words):
            rest = said.removeprefix(words)
            number = Decimal(100) if rest == "百" else read_numeral(rest)
            return refuse("unreadable-percent") if number is None else Exact(sign * number.scaleb(-places))
    number = read_numeral(body)
    return refuse("unreadable-percent") if number is None else bare_percent(number, bare, zeros, limits)


def bare_percent(
    number: Decimal,
    bare: Bare | None = None,
    zeros: int = 2,
    limits: tuple[float | None, float | None] = (None, None),
) -> Reading[Decimal]:
    """Read a number without a percent sign; `zeros` is 2 below `%` and 3 below `‰`."""
    as_percent = number.scaleb(-zeros)
    if bare == "percent":
        return Exact(as_percent)
    if bare == "fraction" or number == 0 or (bare is None and abs(number) <= 1):
        return Exact(number)
    fits = [value for value in (as_percent, number) if _is_within(value, limits)]
    if len(fits) == 1:
        return Exact(fits[0])
    return two_readings(*(f"{(value * 100).normalize():f}%" for value in (as_percent, number)))


def _is_within(value: Decimal, limits: tuple[float | None, float | None]) -> bool:
    low, high = limits
    return (low is None or value >= low) and (high is None or value <= high)
