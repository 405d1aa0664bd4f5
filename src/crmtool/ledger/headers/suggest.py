"""Near misses: the header that probably means a field, offered with the line that would declare it, never taken."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from crmtool.ledger.fields import FieldSpec
from crmtool.ledger.headers.texts import fold, normalise

#: Share of common letter pairs (Dice) from which two names are called alike; 消费金额/年消费金额 has 0.86.
ALIKE = 0.55
_LONGEST_COMPARED = 200


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A header that may mean a field, and how alike the names are (0 to 1)."""

    header: str
    field: FieldSpec
    likeness: float


def suggestions(headers: Iterable[str], fields: Iterable[FieldSpec]) -> Iterator[Suggestion]:
    """Yield for each field that no column is the most alike header, if one is alike enough."""
    pairs = [(header, _pairs(normalise(header).key)) for header in list(headers)[:_LONGEST_COMPARED]]
    for field in fields:
        named = [_pairs(normalise(name).key) for name in field.names]
        best = max(
            ((max(_dice(grams, name) for name in named), header) for header, grams in pairs),
            key=lambda scored: scored[0],
            default=(0.0, ""),
        )
        if best[0] >= ALIKE:
            yield Suggestion(best[1], field, best[0])


def likeness(header: str, field: FieldSpec) -> float:
    """Return how alike a header is to the most alike of a field's names, 0 to 1."""
    pairs = _pairs(normalise(header).key)
    return max(_dice(pairs, _pairs(normalise(name).key)) for name in field.names)


def map_line(header: str, field: FieldSpec) -> str:
    """Return the option that declares a header, ready to paste.

    >>> map_line("客户单位", FieldSpec("name", "客户名称", "text"))
    '--map "客户单位=name"'
    """
    return f'--map "{" ".join(header.split())}={field.id}"'


def _pairs(key: str) -> frozenset[str]:
    text = fold(key)
    return frozenset(text[i : i + 2] for i in range(len(text) - 1)) or frozenset((text,))


def _dice(left: frozenset[str], right: frozenset[str]) -> float:
    return 2 * len(left & right) / (len(left) + len(right))
