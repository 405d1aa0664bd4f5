"""What a condition is: a field and a test on it, joined by all / any / not.

Frozen values only. Parsing them from YAML is in `crmtool.rules.language.parse`, judging in `crmtool.rules.judging.judge`,
putting them into words in `crmtool.rules.telling.words`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from crmtool.ledger.quantities import Duration

#: A bound's value: whole fen (int) for money, Decimal for count, number, percent (0.05) and scores,
#: Duration for ages.
Quantity = int | Decimal | Duration


@dataclass(frozen=True, slots=True)
class Bound:
    """One end of a range."""

    value: Quantity
    inclusive: bool


@dataclass(frozen=True, slots=True)
class Range:
    """`>= 10万元`, `[2, 5]`, `< 1年`: between two bounds, either of which may be open-ended (None).

    On an age the bounds are spans: `>= 1年` means the date is on or before as-of minus 12 months. A date that
    has `never` happened has no age, so it counts as shorter than every span.
    """

    low: Bound | None = None
    high: Bound | None = None


@dataclass(frozen=True, slots=True)
class Within:
    """`within 3个月`: as-of − span ≤ date ≤ as-of; negated, its exact complement. Never is not within."""

    span: Duration
    negated: bool = False


@dataclass(frozen=True, slots=True)
class OneOf:
    """One of an enum's values, or of a dimension's level ids."""

    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Present:
    """The cell is filled."""


Test = Range | Within | OneOf | Present


@dataclass(frozen=True, slots=True)
class Atom:
    """One test on one subject: a field's, dimension's or score's id."""

    subject: str
    test: Test


@dataclass(frozen=True, slots=True)
class All:
    """True if every part is; a part that is ignored is left out, and an emptied inner `all` is true."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Any:
    """True if some part is; a part that is ignored is left out, and an emptied inner `any` is false."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """True if its part is not; ignored if its part is."""

    part: Condition


Condition = Atom | All | Any | Not


def atoms(condition: Condition) -> Iterator[Atom]:
    """Yield every test of a condition, in the order in which it is written."""
    if isinstance(condition, Atom):
        yield condition
    elif isinstance(condition, Not):
        yield from atoms(condition.part)
    else:
        for part in condition.parts:
            yield from atoms(part)
