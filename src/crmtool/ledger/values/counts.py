"""What a number of people, orders or points says, and how often something happens.

Money, percents and dates have modules of their own beside this one.
"""

from __future__ import annotations

import re
from decimal import Decimal

from crmtool.ledger.quantities import SPAN_UNITS, Duration
from crmtool.ledger.values.numerals import DIGIT_CHARACTERS, decimal_comma, is_approximate, read_numeral
from crmtool.ledger.values.ranges import read_ranged
from crmtool.ledger.values.readings import Exact, Interval, Reading, Refusal, convert, refuse, two_readings
from crmtool.ledger.values.spelling import normalise, squeeze

_COUNTED = re.compile(
    "个?(?:人|次|单|名|位|笔|件|台|套|家|户|分|条|份|回|款|项|张|票|员工|客户|订单|颗?星|人次|天|辆|只|箱|吨|种|批|points?)?",
    re.IGNORECASE,
)
_SCALED_UNIT = re.compile("([十百千万亿]*)(.*)")
_SCALE_OUT_OF = re.compile(r"(.+?)\((?:满分)?([0-9]+)分(?:制|满分)?\)")
_SPAN = "(?:个?月|个?季度?|半年|年度?|周|个?星期|天|日)"
_EVERY = re.compile(rf"(?:平均)?每([{DIGIT_CHARACTERS}十]*)({_SPAN})(?:约定)?(.+?)")
#: `每周三` is Wednesdays, not three times a week.
_NUMERAL_ALONE = re.compile("[一二三四五六日天末]")
_A_YEAR = re.compile("(月|年|季|周|日)均(.+)")
_PER = re.compile(rf"(.+?)(?:/|每)([{DIGIT_CHARACTERS}十]*)({_SPAN})")
#: The mean length of a Gregorian month: 146,097 days in 4,800 months.
_DAYS_PER_MONTH = Decimal(146_097) / 4_800


def parse_count(
    text: str, unit: str | None = None, *, per: Duration | None = None, scale: Decimal | None = None
) -> Reading[Decimal]:
    """Read a count or number: `200人`, `1000人+`, `3万人`, `4.5分（5分制）`, `每季度1次`.

    `unit` is the header's (`万人`, `次/月`) and scales bare numbers. `per` is the span over which the field
    counts: rates are turned into it by calendar months, and by the mean Gregorian month where weeks or days
    meet months; without it a rate is refused. `scale` is the field's full mark; another one in the text is
    refused.

    >>> parse_count("每季度1次", per=Duration(months=12))
    Exact(value=Decimal('4'), notes=())
    >>> parse_count("1000人+").low
    Decimal('1000')
    """
    body = squeeze(normalise(text))
    if is_approximate(body):
        return refuse("approximate-value")
    commas = decimal_comma(body)
    if commas:
        return two_readings(*commas)
    marked = _SCALE_OUT_OF.fullmatch(body)
    if marked:
        if scale is not None and Decimal(marked[2]) != scale:
            return refuse("other-scale", scale=f"{marked[2]}分制", limit=f"{scale.normalize():f}")
        body = marked[1]
    body, span = _without_rate(body)
    size, header_span = _unit_of(unit)
    reading = read_ranged(body, lambda part: _one(part, size))
    return _over(reading, span or header_span, per, is_said=span is not None)


def _one(body: str, size: Decimal) -> Reading[Decimal]:
    number = read_numeral(body)
    if number is not None:
        is_bare = set(body).isdisjoint("百千万亿kKwW")
        return _bounded(number * size if is_bare else number)
    end = max((index + 1 for index, letter in enumerate(body) if letter in _NUMBER_CHARACTERS), default=0)
    number = read_numeral(body[:end]) if _COUNTED.fullmatch(body[end:]) else None
    return refuse("unreadable-number") if number is None else _bounded(number)


_NUMBER_CHARACTERS = frozenset("0123456789.零〇一二两三四五六七八九十百千万亿壹贰叁肆伍陆柒捌玖kKwW")


def _bounded(number: Decimal) -> Reading[Decimal]:
    return refuse("number-too-large") if abs(number) >= Decimal(10) ** 18 else Exact(number)


def _unit_of(unit: str | None) -> tuple[Decimal, Duration | None]:
    """Return what a bare number below a header's unit is multiplied by, and the span of `次/月`."""
    if not unit:
        return Decimal(1), None
    name, span = _without_rate(squeeze(normalise(unit)))
    scale = _SCALED_UNIT.match(name)
    zeros = {"十": 1, "百": 2, "千": 3, "万": 4, "亿": 8}
    return Decimal(1).scaleb(sum(zeros[letter] for letter in scale[1])) if scale else Decimal(1), span


def _without_rate(body: str) -> tuple[str, Duration | None]:
    """Return how often something happens, and within which span: `每两周1次` → `1次`, two weeks."""
    mean = _A_YEAR.fullmatch(body)
    if mean:
        return mean[2], SPAN_UNITS["天" if mean[1] == "日" else mean[1]]
    for pattern, (many, unit, what) in ((_EVERY, (1, 2, 3)), (_PER, (2, 3, 1))):
        match = pattern.fullmatch(body)
        if match is None:
            continue
        if pattern is _EVERY and _NUMERAL_ALONE.fullmatch(match[what]):
            continue
        number = read_numeral(match[many]) if match[many] else Decimal(1)
        span = SPAN_UNITS.get(match[unit].removesuffix("度") if match[unit] == "年度" else match[unit])
        if number is None or number < 1 or span is None:
            continue
        return match[what], Duration(span.months * int(number), span.days * int(number))
    return body, None


def _over(
    reading: Reading[Decimal], span: Duration | None, per: Duration | None, *, is_said: bool
) -> Reading[Decimal]:
    if span is None or isinstance(reading, Refusal):
        return reading
    if per is None:
        return refuse("rate-without-period") if is_said else reading
    factor_up, factor_down = _months(per), _months(span)
    if per.months == 0 and span.months == 0:
        factor_up, factor_down = Decimal(per.days), Decimal(span.days)
    changed: Exact[Decimal] | Interval[Decimal] | Refusal = convert(
        reading, lambda n: n * factor_up / factor_down
    )
    return changed


def _months(span: Duration) -> Decimal:
    return span.months + span.days / _DAYS_PER_MONTH
