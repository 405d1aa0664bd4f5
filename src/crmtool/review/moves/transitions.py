"""What `transitions:` of a rule set asks for before a change of tier holds, typed.

How long a change has been waiting is counted in `crmtool.review.moves.holding`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final

from crmtool.ledger.quantities import Duration
from crmtool.rules.language.quantity import parse_reviews, parse_share, parse_span
from crmtool.rules.model import RuleSet

#: How near a line is near, where the rules do not say.
NEAR: Final = Fraction(1, 10)


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
    """Return what the rule set asks for; a change holds at once where it says nothing.

    That the texts can be read was seen when the rule set was loaded.
    """
    section: Mapping[str, Any] = rule_set.plain.get("transitions") or {}
    return Transitions(_terms(section.get("upgrade") or {}), _terms(section.get("downgrade") or {}))


def _terms(entry: Mapping[str, Any]) -> Terms:
    confirm, grace, near = (_text(entry.get(name)) for name in ("confirm", "grace", "near"))
    return Terms(
        parse_reviews(confirm) if confirm else 1,
        parse_span(grace) if grace else None,
        Fraction(parse_share(near)) if near else NEAR,
    )


def _text(entry: Any) -> str:
    return str(entry.get("text", "") if isinstance(entry, Mapping) else entry or "")
