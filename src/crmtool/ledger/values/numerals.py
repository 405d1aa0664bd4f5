"""What number a text spells: Arabic digits, Chinese numerals, and both mixed (`3万4000`).

Units, ranges and words of doubt are left to the modules beside this one.
"""

from __future__ import annotations

import re
from decimal import Decimal

from crmtool.ledger.values.spelling import normalise, squeeze

_DIGIT_PAIRS = dict(zip("〇零一二两三四五六七八九", "001223456789", strict=True))
_DIGIT_PAIRS |= dict(zip("壹贰叁肆伍陆柒捌玖弍弎", "12345678923", strict=True))
_DIGITS = str.maketrans(_DIGIT_PAIRS)
#: Every character that is a digit in some spelling, for use inside a regular expression's class.
DIGIT_CHARACTERS = "0-9" + "".join(_DIGIT_PAIRS)
_SECTION_ZEROS = {"千": 3, "百": 2, "十": 1}
_SCALES = ("百", "千", "万", "亿", "十万", "百万", "千万", "十亿", "百亿", "千亿", "万亿", "万万")
_ZEROS = {"十": 1, "百": 2, "千": 3, "万": 4, "亿": 8}
_PLAIN = re.compile(r"[0-9]*\.?[0-9]+|[0-9]+\.")
_SIMPLE = re.compile(r"([0-9]+(?:\.[0-9]+)?)([百千万亿])")
#: How a number can end, which spares a look at most texts that are none.
_LAST = frozenset([*"0123456789.十百千万亿拾佰仟kKwW", *_DIGIT_PAIRS])
_SCIENTIFIC = re.compile(r"[0-9]+(?:\.[0-9]+)?[eE](?:\+?[0-9]{1,2}|-[0-9]{1,3})")
_GROUPED = re.compile(r"(?<![0-9,.])[0-9]{1,3}(?:,[0-9]{3})+(?![0-9,])")
_DECIMAL_COMMA = re.compile(r"([0-9]+),([0-9]{1,2})(?![0-9,.])")
_SCALED = re.compile(r"([0-9]*\.[0-9]+)([十百千万亿]*)")
_SECTION = re.compile(r"([0-9]*)([千百十])(.*)")
_TWO_BESIDE_DIGIT = re.compile(f"[{DIGIT_CHARACTERS.replace('零', '')}]两|两[{DIGIT_CHARACTERS}]")
_LONGEST = 60

_WORDS_OF_DOUBT = re.compile(
    "约|大概|左右|上下|近|接近|差不多|不到|不足|余|几|好些|若干|估计|预计|预估|可能|上百|上千|上万|成千|[?…]"
    "|(?<![至最不])多(?!于)|(?<!总)(?<!人)数(?=[十百千万亿个])|来(?=[万千百个多])"
)
_RUN = re.compile("[一二两三四五六七八九]{2,}")


def is_approximate(text: str) -> bool:
    """Tell whether a quantity is only roughly said: `约5万`, `几十万`, `十多万`, `四五千`, `十七八`.

    The text is a normalised one.

    >>> [is_approximate(text) for text in ("近700万元", "八九亿", "不多于5", "二〇二三", "一一")]
    [True, True, False, False, False]
    """
    if text.isascii() and "?" not in text:
        return False
    if _WORDS_OF_DOUBT.search(text):
        return True
    for run in _RUN.finditer(text):
        before, after = text[: run.start()][-1:], text[run.end() :][:1]
        digits = run[0].translate(_DIGITS)
        if (after and after in "十百千万亿") or (before and before in "十百千万亿"):
            return True
        if (
            len(digits) == 2
            and not before
            and (int(digits[1]) == int(digits[0]) + 1 or run[0] in ("三五", "三两"))
        ):
            return True
    return False


def decimal_comma(text: str) -> tuple[str, str] | None:
    """Return both readings of a normalised `1,5万` (1.5万, 15万), or None where there is no such comma."""
    if text.count(",") != 1 or _DECIMAL_COMMA.search(text) is None:
        return None
    return tuple(text.replace(",", mark) for mark in (".", ""))  # type: ignore[return-value]


def parse_number(text: str) -> Decimal | None:
    """Return the number that the whole text spells, exactly, or None.

    Reads signs (`-`, `负`, accountants' brackets), thousands commas of either width, `e` notation, `k` and
    `w`, and Chinese numerals with their customary short forms (`一百二` is 120, `十三万五` 135,000). 兆 is
    refused: it is a million to some and a million millions to others.

    >>> parse_number("（1,200）"), parse_number("3万5"), parse_number("兩千六"), parse_number("3万50")
    (Decimal('-1200'), Decimal('35000'), Decimal('2600'), None)
    """
    return read_numeral(squeeze(normalise(text)))


def read_numeral(body: str) -> Decimal | None:
    """Return the number that a normalised, squeezed text spells, or None."""
    sign = 1
    if len(body) > 2 and body[0] == "(" and body[-1] == ")":
        sign, body = -1, body[1:-1]
    elif body[:1] in ("-", "负", "+"):
        sign, body = (1 if body[0] == "+" else -1), body[1:]
    size = _unsigned(body)
    return None if size is None else sign * size


def _unsigned(body: str) -> Decimal | None:
    if len(body) > _LONGEST or body[-1:] not in _LAST:
        return None
    scaled = _SIMPLE.fullmatch(body)
    if scaled:
        return Decimal(scaled[1]).scaleb(_ZEROS[scaled[2]])
    if "," in body:
        body = _GROUPED.sub(lambda match: match[0].replace(",", ""), body)
    if _PLAIN.fullmatch(body) or _SCIENTIFIC.fullmatch(body):
        return Decimal(body)
    if is_approximate(body) or _TWO_BESIDE_DIGIT.search(body):
        return None
    body = body.replace("点", ".").translate(_DIGITS)
    if body[-1:] in ("k", "K", "w", "W"):
        body = body[:-1] + ("千" if body[-1] in "kK" else "万")
    if "." not in body:
        whole = _whole(body, is_short_allowed=True)
        return None if whole is None else Decimal(whole)
    return _with_fraction(body)


def _with_fraction(body: str) -> Decimal | None:
    scaled = _SCALED.fullmatch(body)
    if scaled and (not scaled[2] or scaled[2] in _SCALES):
        return Decimal(scaled[1]).scaleb(sum(_ZEROS[unit] for unit in scaled[2]))
    before, _, after = body.rpartition(".")
    whole = _whole(before, is_short_allowed=False)
    if whole is None or not re.fullmatch("[0-9]+", after):
        return None
    return Decimal(f"{whole}.{after}")


def _whole(body: str, *, is_short_allowed: bool) -> int | None:
    """Return the value of digits and 十百千万亿; a short form is a last digit without its unit (`一万三`)."""
    if re.fullmatch("[0-9]+", body):
        return int(body)
    if body[:1] == "0":
        return 0 if re.fullmatch("0[百千万亿]+", body) else None
    for unit, zeros in (("亿", 8), ("万", 4)):
        head, found, tail = body.rpartition(unit)
        if found:
            if unit == "亿" and "亿" in head:
                return None
            high = _whole(head, is_short_allowed=False)
            low = _tail(tail, zeros, is_short_allowed)
            return None if high is None or low is None else high * 10**zeros + low
    return _section(body, is_short_allowed)


def _section(body: str, is_short_allowed: bool) -> int | None:
    match = _SECTION.fullmatch(body)
    if match is None:
        return None
    head, unit, tail = match.groups()
    if head == "0" or (head == "" and unit != "十") or (len(head) > 1 and (tail or unit == "十")):
        return None
    low = _tail(tail, _SECTION_ZEROS[unit], is_short_allowed)
    return None if low is None else int(head or 1) * 10 ** _SECTION_ZEROS[unit] + low


def _tail(tail: str, zeros: int, is_short_allowed: bool) -> int | None:
    """Return what follows a unit of 10**zeros: nothing, all digits, `零…`, a short digit, smaller units."""
    if tail == "":
        return 0
    if tail == "0":
        return None
    if re.fullmatch("[0-9]+", tail):
        if len(tail) == zeros or (tail[0] == "0" and len(tail) < zeros and int(tail)):
            return int(tail)
        return int(tail) * 10 ** (zeros - 1) if len(tail) == 1 and is_short_allowed else None
    low = _whole(tail.removeprefix("0"), is_short_allowed=is_short_allowed)
    return low if low is not None and low < 10**zeros else None
