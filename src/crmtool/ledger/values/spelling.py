"""Which characters are spellings of each other: full and half width, traditional and simplified.

Only for reading quantities and comparing words: texts that are kept as they stand are cleaned in
`crmtool.ledger.values.words`.
"""

from __future__ import annotations

import re

_PAIRS = {chr(code): chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
_PAIRS |= dict.fromkeys(
    "\u00a0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u3000\t\r\n", " "
)
_PAIRS |= dict.fromkeys("\u200b\u200c\u200d\u200e\u200f\u2060\ufeff\u00ad", "")
_PAIRS |= dict.fromkeys("‐‑‒–—―−﹣", "-") | dict.fromkeys("〜∼˜", "~")
_PAIRS |= {
    "￥": "¥",
    "﹪": "%",
    "≧": "≥",
    "≦": "≤",
    "⩾": "≥",
    "⩽": "≤",
    "〔": "(",
    "〕": ")",
    "﹐": ",",
    "【": "(",
    "】": ")",
}
_PAIRS |= dict(
    zip(
        "萬億兩點貳陸負幾圓餘個週後號農曆禮錢參數獵",
        "万亿两点贰陆负几圆余个周后号农历礼钱叁数猎",
        strict=True,
    )
)
_PAIRS |= {"拾": "十", "佰": "百", "仟": "千"}
_TABLE = str.maketrans(_PAIRS)
_GAP = re.compile(r"(?<![0-9]) +| +(?![0-9])")
_SPACED_GROUPS = re.compile(r"(?<![0-9 .,])[0-9]{1,3}(?: [0-9]{3})+(?![0-9 ])")


def normalise(text: str) -> str:
    """Return the text with one spelling for each character that quantities are written with, trimmed.

    Superscripts, circled digits and fractions stay as they are: `10²` is not 102.

    >>> normalise("  ￥１２，０００．５０ ")
    '¥12,000.50'
    """
    return text.translate(_TABLE).strip().removeprefix("'").rstrip("。;")


def squeeze(text: str) -> str:
    """Return a normalised text without spaces, save those between digits that are no thousands groups.

    >>> squeeze("7 万5 千"), squeeze("1 200 000 元"), squeeze("1 2")
    ('7万5千', '1200000元', '1 2')
    """
    if " " not in text:
        return text
    text = _GAP.sub("", text)
    return _SPACED_GROUPS.sub(lambda match: match[0].replace(" ", ""), text)


def fold(text: str) -> str:
    """Return what two spellings of one word have in common: no spaces, one width, no case."""
    return text.translate(_TABLE).replace(" ", "").casefold()
