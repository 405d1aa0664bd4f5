"""What an amount of money says, in whole fen of Chinese yuan.

An amount in another currency is refused, never converted. Bounds of a field are left to
`crmtool.ledger.values.cells`.
"""

from __future__ import annotations

import re
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from crmtool.ledger.quantities import FEN_PER_YUAN, MONEY_UNITS, TOO_LARGE_FEN
from crmtool.ledger.values.numerals import DIGIT_CHARACTERS, decimal_comma, is_approximate, read_numeral
from crmtool.ledger.values.ranges import read_ranged
from crmtool.ledger.values.readings import Exact, Note, Reading, Refusal, note, noted, refuse, two_readings
from crmtool.ledger.values.spelling import normalise, squeeze

_FOREIGN = re.compile(
    "[美欧日港澳加韩]元|[美日]圆|[美欧日港澳加新台韩泰]币|美金|新台币|[美加澳欧]分|英镑|法郎|卢布|卢比|泰铢|比索|马克"
    "|先令|奈拉|林吉特|迪拉姆|里亚尔|比特币|美刀|越南盾|[A-Z]{0,2}[$]|[€£₩₽₹฿]"
    "|(?<![A-Z])(?:USD|HKD|EUR|JPY|GBP|KRW|TWD|NTD|AUD|CAD|CHF|SGD|MOP|THB|RUB|INR|VND)(?![A-Z])",
    re.IGNORECASE,
)
_YEAR = re.compile(
    "(?:((?:19|20)[0-9]{2})年度?全?年?)?(?:合作|消费|采购|购买|成交|交易|销售|下单|订单|签约|合同|回款)?了?"
    "(?:总?金?额)?[:为共]?(?=[¥0-9一二两三四五六七八九十壹贰叁肆伍陆柒捌玖RrCc人])(.+)"
)
_TAXED = re.compile(r"\((?:不?含税|人民币|RMB|CNY)\)", re.IGNORECASE)
_MARKED = re.compile(r"([-+负]?)((?:人民币|RMB|CNY|¥):?)*([-+负]?)(.+?)((?:人民币|RMB|CNY)?)", re.IGNORECASE)
_COIN = f"[{DIGIT_CHARACTERS}]"
_COINS = re.compile(rf"(?:(.+?)([元圆块]))?(?:[零又]?({_COIN})[角毛])?(?:[零又]?({_COIN})分)?钱?[整正]?")
_SCALE_CHARACTERS = frozenset("百千万亿kKwW")
#: A Chinese numeral below 10,000: below 万元, `三百` may be 300元 or 300万元.
_SMALL_NUMERAL = re.compile("[^0-9万亿kKwW]+")
_LETTER_SCALES = str.maketrans("kKwW", "千千万万")


def parse_money(text: str, unit: str | None = None, *, as_of: date | None = None) -> Reading[int]:
    """Read an amount in whole fen; half a fen is rounded up, with a note.

    `unit` is the header's (`万元`); it holds for bare numbers, and a unit in the cell wins, with a note where
    the two differ. `¥15` below 万元 has two readings. The year of `2022年合作30万` becomes a note where it is
    neither the as-of year nor the one before. Ends that are excluded are said so (`低于5万元`).

    >>> parse_money("5-10万元")
    Interval(low=5000000, high=10000000, low_open=False, high_open=False, notes=())
    >>> parse_money("25481港元").code
    'foreign-currency'
    """
    body = squeeze(normalise(text))
    factor = unit_in_fen(unit)
    foreign = _FOREIGN.search(body) or (_FOREIGN.search(unit) if unit else None)
    if foreign:
        return refuse("foreign-currency", currency=foreign[0])
    if factor is None:
        return refuse("unknown-unit", unit=unit)
    body, notes = _without_year(_TAXED.sub("", body), as_of)
    if is_approximate(body):
        return refuse("approximate-value")
    commas = decimal_comma(body)
    if commas:
        return two_readings(*commas)
    return noted(read_ranged(body, lambda part: _one(part, unit or "", factor)), *notes)


def unit_in_fen(unit: str | None) -> int | None:
    """Return how many fen a bare number below a header's unit counts, or None for an unknown unit.

    >>> unit_in_fen("人民币万元"), unit_in_fen(None), unit_in_fen("吨")
    (1000000, 100, None)
    """
    if unit is None:
        return FEN_PER_YUAN
    name = re.sub("人民币|RMB|CNY|¥|单位|[:()/ ]", "", squeeze(normalise(unit)), flags=re.IGNORECASE)
    return MONEY_UNITS.get(name) if name else FEN_PER_YUAN


def to_fen(amount: Decimal, factor: int) -> Reading[int]:
    """Return an amount of `factor` fen each in whole fen, half up, with a note where it was rounded.

    10万亿元 and more are refused.
    """
    exact = amount * factor
    if abs(exact) >= TOO_LARGE_FEN:
        return refuse("number-too-large")
    fen = int(exact.quantize(Decimal(1), rounding=ROUND_HALF_UP))
    return Exact(fen, () if fen == exact else (note("rounded-to-fen", yuan=in_yuan(fen)),))


def in_yuan(fen: int) -> str:
    """Return an amount as people write it: `1,234.50元`."""
    return f"{Decimal(fen) / FEN_PER_YUAN:,.2f}".removesuffix(".00") + "元"


def _without_year(body: str, as_of: date | None) -> tuple[str, tuple[Note, ...]]:
    match = _YEAR.fullmatch(body)
    if match is None:
        return body, ()
    year = match[1]
    is_other = year is not None and as_of is not None and int(year) not in (as_of.year, as_of.year - 1)
    return match[2], ((note("amount-of-other-year", year=year),) if is_other else ())


def _one(body: str, unit: str, factor: int) -> Reading[int]:
    is_negative = len(body) > 2 and body[0] == "(" and body[-1] == ")"
    marked = _MARKED.fullmatch(body[1:-1] if is_negative else body)
    if marked is None or bool(marked[1]) + bool(marked[3]) + is_negative > 1:
        return Refusal("unreadable-money")
    sign = -1 if is_negative or (marked[1] or marked[3]) in ("-", "负") else 1
    return _unsigned(marked[4], sign, bool(marked[2] or marked[5]), unit, factor)


def _unsigned(body: str, sign: int, is_marked: bool, unit: str, factor: int) -> Reading[int]:
    number = read_numeral(body)
    if number is not None:
        is_bare = _SCALE_CHARACTERS.isdisjoint(body)
        is_doubtful = is_marked if is_bare else bool(_SMALL_NUMERAL.fullmatch(body))
        if is_doubtful and factor != FEN_PER_YUAN:
            return two_readings(f"{body}元", f"{body}{unit}")
        if is_bare:
            return to_fen(sign * number, factor)
        return noted(to_fen(sign * number, FEN_PER_YUAN), *_conflict(body, unit, factor))
    coins = _COINS.fullmatch(body)
    if coins is None or not any(coins.group(1, 3, 4)):
        return Refusal("unreadable-money")
    parts = [(coins[1], 100), (coins[3], 10), (coins[4], 1)]
    sizes = [(read_numeral(part), fen) for part, fen in parts if part]
    if any(size is None or size < 0 for size, _ in sizes):
        return Refusal("unreadable-money")
    fen = sum(((size or Decimal(0)) * worth for size, worth in sizes), Decimal(0))
    return noted(to_fen(sign * fen, 1), *_conflict(coins[1] or "", unit, factor))


def _conflict(body: str, unit: str, factor: int) -> tuple[Note, ...]:
    """Return a note where the cell's own unit is not the header's."""
    scale = re.search("[千万亿kKwW]*$", body)
    own = (scale[0] if scale else "").translate(_LETTER_SCALES) + "元"
    return () if factor in (FEN_PER_YUAN, MONEY_UNITS.get(own)) else (note("cell-unit-wins", unit=unit),)
