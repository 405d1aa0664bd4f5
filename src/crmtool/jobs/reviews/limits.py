"""Knows `--fail-on`: figures of a review with a limit each, such as `downgrades>10,visit_rate<90%`.

What the figures come to is for `crmtool.jobs.reviews.figures`; here they only have a name, and some are rates.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from difflib import get_close_matches
from fractions import Fraction
from typing import Final

from crmtool.errors import Finding, UsageError

_SIGNS: Final[Mapping[str, Callable[[Fraction, Fraction], bool]]] = {
    ">=": operator.ge,
    "<=": operator.le,
    "==": operator.eq,
    ">": operator.gt,
    "<": operator.lt,
    "=": operator.eq,
}
_PLAIN: Final = str.maketrans("＞＜＝，％－．、；;≥≤" + "０１２３４５６７８９", "><=,%-.,,,≥≤" + "0123456789")
_SIGN: Final = re.compile(r"[<>]=?|==?|≥|≤")
_BOUND: Final = re.compile(r"-?\d{1,12}(\.\d{1,9})?%?")
#: Enough to tell any figure from a limit of nine decimals.
_MOST_DIGITS: Final = 20
#: Lines of `sla:` are numbered by each rule set: how many there are is known later.
_RESPONSE: Final = re.compile(r"response_[a-z]+_\d+")


@dataclass(frozen=True, slots=True)
class Limit:
    """One condition: the figure `name` compared by `sign` with `bound` (of a rate a fraction of one)."""

    name: str
    sign: str
    bound: Fraction
    text: str
    is_rate: bool

    def holds(self, value: Fraction) -> bool:
        """Tell whether a value is on the wrong side of the limit.

        >>> limits_from("visit_rate<90%", ["visit_rate"], ["visit_rate"])[0].holds(Fraction(9, 10))
        False
        """
        return _SIGNS[self.sign](value, self.bound)


def limits_from(text: str, names: Collection[str], rates: Collection[str]) -> tuple[Limit, ...]:
    """Return the conditions of an expression, any of which is to fail the run.

    `names` are the figures there are, `rates` those of them that are percentages: their limit is `90%` or `0.9`; of all
    others it is a number. Raises `UsageError` that points at what cannot be meant and names the nearest figure.

    >>> both = limits_from("downgrades > 10，visit_rate<90%", ["downgrades", "visit_rate"], ["visit_rate"])
    >>> [limit.text for limit in both]
    ['downgrades > 10', 'visit_rate<90%']
    """
    plain = text.translate(_PLAIN)
    found, at = [], 0
    for part in plain.split(","):
        start = at + len(part) - len(part.lstrip())
        found.append(_limit(_Part(text, part.strip(), start), names, rates))
        at += len(part) + 1
    return tuple(found)


@dataclass(frozen=True, slots=True)
class _Part:
    """One condition of the expression `whole`, and where it begins."""

    whole: str
    text: str
    start: int

    def wrong(self, code: str, at: int, **params: str) -> UsageError:
        """Return the mistake, pointed at; `at` is counted from the condition's beginning."""
        column = self.start + at
        # A Chinese character is two columns wide on a terminal.
        blanks = "".join("　" if ord(char) > 0x2E80 else " " for char in self.whole[:column])
        return UsageError(Finding(code, params={**params, "line_text": self.whole, "caret": blanks + "^"}))


def _limit(part: _Part, names: Collection[str], rates: Collection[str]) -> Limit:
    sign = _SIGN.search(part.text)
    if sign is None:
        raise part.wrong("limit-without-sign", len(part.text), value=part.text)
    name = part.text[: sign.start()].strip().lower().replace("-", "_")
    if name not in names and not _RESPONSE.fullmatch(name):
        near, known = get_close_matches(name, names, n=1, cutoff=0.5), "、".join(names)
        if not near:
            raise part.wrong("no-such-limit", 0, value=name, known=known)
        raise part.wrong("unknown-limit", 0, value=name, near=near[0], known=known)
    bound = part.text[sign.end() :].strip()
    place = sign.end() + len(part.text[sign.end() :]) - len(part.text[sign.end() :].lstrip())
    if not _BOUND.fullmatch(bound):
        raise part.wrong("limit-without-number", place, value=bound or "-")
    is_rate = name in rates or _RESPONSE.fullmatch(name) is not None
    figure = Fraction(bound.rstrip("%")) / (100 if bound.endswith("%") else 1)
    if bound.endswith("%") and not is_rate:
        raise part.wrong("limit-is-no-rate", place, value=bound, name=name)
    if is_rate and not bound.endswith("%") and abs(figure) > 1:
        raise part.wrong("limit-is-a-rate", place, value=bound, name=name)
    spelt = {"≥": ">=", "≤": "<="}.get(sign[0], sign[0])
    return Limit(name, spelt, figure, part.text, is_rate)


def crossed(limits: Collection[Limit], figures: Mapping[str, Fraction | None]) -> Iterator[Finding]:
    """Yield a finding for each limit that is crossed, and for each whose figure is not known: that is no pass."""
    for limit in limits:
        value = figures.get(limit.name)
        if value is None:
            yield Finding("limit-unknown", value=limit.name, params={"limit": limit.text})
        elif limit.holds(value):
            yield Finding("limit-crossed", value=_shown(limit, value), params=_told(limit))


def _told(limit: Limit) -> dict[str, str]:
    return {"limit": limit.text, "name": limit.name}


def _shown(limit: Limit, value: Fraction) -> str:
    """Return a value with as many digits as tell it from its limit; a rate as a percentage.

    >>> below = limits_from("visit_rate<0.91667", ["visit_rate"], ["visit_rate"])[0]
    >>> _shown(below, Fraction(11, 12)), _shown(below, Fraction(17, 19))
    ('91.6667%', '89.47%')
    """
    scale = 100 if limit.is_rate else 1
    number, bound = value * scale, limit.bound * scale
    text = ""
    for digits in range(2, _MOST_DIGITS + 1):
        text = f"{Decimal(number.numerator) / Decimal(number.denominator):.{digits}f}"
        told = Fraction(text)
        # 89.996 % of a limit of 90 % is not shown as 90.00 %.
        if (told > bound, told < bound) == (number > bound, number < bound):
            break
    plain = text.rstrip("0").rstrip(".")
    return ("0" if plain == "-0" else plain) + ("%" if limit.is_rate else "")
