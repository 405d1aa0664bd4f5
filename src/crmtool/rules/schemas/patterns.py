"""How figures, spans, days and tests of rules files are spelled, as regular expressions that editors know (ECMA 262).

They are made of the units that `crmtool.rules.language.quantity` reads; what a figure is worth is read there.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from crmtool.ledger.fields import Kind
from crmtool.ledger.quantities import MONEY_UNITS, SPAN_UNITS
from crmtool.rules.language.quantity import COUNT_UNITS, NUMERALS, SCORE_UNITS

ID = "^[a-z][a-z0-9_]*$"
DAY = "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
SHARE = "^\\s*[0-9]+(?:\\.[0-9]+)?\\s*[%％]\\s*$"
REVIEWS = "^\\s*[0-9０-９]{1,3} ?期\\s*$"
HOURS = "^\\s*[0-9]{1,4}(?:\\.[0-9]{1,2})?\\s*个?\\s*[^\\s0-9.]+\\s*$"
DEADLINE = (
    "^\\s*(?:(?:[0-9]{4}-)?[0-9]{1,2}-[0-9]{1,2}|(?:[0-9]{4}/)?[0-9]{1,2}/[0-9]{1,2}"
    "|(?:[0-9]{4}年)?[0-9]{1,2}月[0-9]{1,2}日)\\s*$"
)
GRADE = "^\\s*(?:>=|<=|>|<)\\s*\\S+%\\s*$"
SIDE = "^\\s*(?:>=|<=|>|<)\\s*(?:mean|[0-9]+(?:\\.[0-9]+)?)\\s*$"

_DIGITS = "[0-9０-９]+(?:[.．][0-9０-９]+)?"
_NUMBER = f"-?{_DIGITS}"
_DASHES = "(?:-|~|–|—|至|到)"


def escaped(word: str) -> str:
    r"""Return a word as a pattern; `re.escape` also escapes what editors' patterns must not.

    >>> escaped("A-1 (x)")
    'A-1 \\(x\\)'
    """
    return re.sub(r"[\\^$.*+?()\[\]{}|/]", r"\\\g<0>", word)


def _one_of(words: Iterable[str]) -> str:
    ordered = sorted({word for word in words if word}, key=lambda word: (-len(word), word))
    return "(?:" + "|".join(escaped(word) for word in ordered) + ")"


#: 分 is a score everywhere in the rules: no threshold is in fen.
_MONEY = f"{_NUMBER}\\s*{_one_of(unit for unit in MONEY_UNITS if unit != '分')}?"
_COUNT = f"{_NUMBER}\\s*{_one_of(NUMERALS)}?{_one_of((*COUNT_UNITS, *SCORE_UNITS))}*"
_PERCENT = f"(?:{_NUMBER}\\s*[%％]|-?0+)"
_SPAN = f"(?:(?:(?:{_DIGITS}\\s*)?{_one_of(SPAN_UNITS)}\\s*)+)"
SPAN = f"^\\s*{_SPAN}$"
_FIGURES: dict[Kind, str] = {
    "money": _MONEY,
    "count": _COUNT,
    "number": _COUNT,
    "percent": _PERCENT,
    "age": _SPAN,
    "date": _SPAN,
}
_ANY_PARAM = "[a-z][a-z0-9_]*"

#: Texts that were meant as a test and are none: `5-10万元`, `10万元以上`, `>10 abc`, `近3个月`.
NO_TEST = (
    f"^\\s*(?:[<>=≥≤＜＞＝\\[(［（]|{_NUMBER}\\s*[^0-9\\s]*?\\s*{_DASHES}\\s*-?[0-9]"
    f"|{_NUMBER}.*(?:以上|以下|以内|之内|以外|之外)\\s*$|(?:不低于|不超过|超过|低于|不足|不满|至少|至多|满|近|最近)\\s*[0-9]"
    f"|(?:not\\s+)?within\\b)"
)


def figure(kind: Kind, params: Iterable[str] | None = None) -> str:
    """Return the pattern of a figure of a kind, or of a parameter in its place (`$line`); None: any parameter.

    >>> bool(re.search(figure("money"), "10万元")), bool(re.search(figure("money"), "3个月"))
    (True, False)
    """
    return f"^\\s*{_figure(kind, params)}\\s*$"


def _figure(kind: Kind, params: Iterable[str] | None) -> str:
    named = _ANY_PARAM if params is None else _one_of(params) if params else ""
    return f"(?:{_FIGURES[kind]}|[$＄] ?{named})" if named else f"(?:{_FIGURES[kind]})"


def spelling_of_tests(kind: Kind, params: Iterable[str] | None = None) -> str:
    """Return the pattern of a test on a field of a kind: a comparison, an interval with brackets, or `within`.

    >>> [bool(re.search(spelling_of_tests("money"), text)) for text in ("[5万元, 10万元)", "5-10万元")]
    [True, False]
    """
    params = None if params is None else tuple(params)
    value = _figure(kind, params)
    is_span = kind in ("age", "date")
    signs = "(?:[<>＜＞][=＝]?|[≥≤])" if is_span else "(?:[<>＜＞][=＝]?|[≥≤]|[=＝]{1,2})"
    ways = [f"{signs}\\s*{value}", f"[\\[(［（]\\s*{value}\\s*[,，]\\s*{value}\\s*[\\])］）]"]
    ways += [f"(?:not\\s+)?within\\s+{value}"] if is_span else []
    return f"^\\s*(?:{'|'.join(ways)})\\s*$"


def any_test() -> str:
    """Return the pattern of a test on a field of some kind."""
    return "|".join(spelling_of_tests(kind) for kind in ("money", "count", "percent", "age"))
