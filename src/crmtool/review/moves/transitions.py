"""What `transitions:` of a rule set asks for before a change of tier holds, typed.

How long a change has been waiting is counted in `crmtool.review.moves.holding`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final

from crmtool.ledger.quantities import Duration
from crmtool.rules.language.quantity import UnfitError, parse_quantity
from crmtool.rules.model import RuleSet

#: How near a line is near, where the rules do not say.
NEAR: Final = Fraction(1, 10)
_REVIEWS: Final = re.compile(r"(\d{1,3}) ?[期次]")


@dataclass(frozen=True, slots=True)
class Terms:
    """What one direction asks for: seen by so many reviews in a row, so long ago for the first time; and how near a
    line is near, as a share of it."""

    confirm: int = 1
    grace: Duration | None = None
    near: Fraction = NEAR


@dataclass(frozen=True, slots=True)
class Transitions:
    """The terms of going up and of going down."""

    upgrade: Terms = Terms()
    downgrade: Terms = Terms()


def transitions_of(rule_set: RuleSet) -> Transitions:
    """Return what the rule set asks for; a change holds at once where it says nothing."""
    section: Mapping[str, Any] = rule_set.plain.get("transitions") or {}
    return Transitions(_terms(section.get("upgrade") or {}), _terms(section.get("downgrade") or {}))


def _terms(entry: Mapping[str, Any]) -> Terms:
    confirm, grace, near = (entry.get(name) for name in ("confirm", "grace", "near"))
    return Terms(
        reviews(_text(confirm)) or 1 if confirm else 1,
        span(_text(grace)) if grace else None,
        share(_text(near)) or NEAR if near else NEAR,
    )


def _text(entry: Any) -> str:
    return str(entry.get("text", "") if isinstance(entry, Mapping) else entry)


def reviews(text: str) -> int | None:
    """Return how many reviews a text such as `2期` means; None where it is none.

    >>> reviews("2期"), reviews("0期"), reviews("2季度")
    (2, None, None)
    """
    found = _REVIEWS.fullmatch(text.strip())
    return int(found[1]) or None if found else None


def span(text: str) -> Duration | None:
    """Return the span that a text such as `1季度` means; None where it is none."""
    try:
        read = parse_quantity(text, "age")
    except UnfitError:
        return None
    return read if isinstance(read, Duration) else None


def share(text: str) -> Fraction | None:
    """Return the share that a text such as `10%` means; None where it is none between 0 and 1.

    >>> share("12.5%"), share("120%")
    (Fraction(1, 8), None)
    """
    try:
        read = parse_quantity(text, "percent")
    except UnfitError:
        return None
    exact = Fraction(str(read))
    return exact if 0 <= exact <= 1 else None
