"""What a header cell says: its name, its unit, and remarks beside them.

Knows how people decorate headers; which field a name means is left to `crmtool.ledger.headers.vocabulary`.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from crmtool.ledger.quantities import MONEY_UNITS, SPAN_UNITS

_BRACKETS = re.compile(r"[(\[【〔《<]([^()\[\]【】〔〕《》<>]*)[)\]】〕》>]")
_SPACE = re.compile(r"\s+")
_FOLDED_AWAY = re.compile(r"[\s_.·•*:;,、\-—–]+")
#: Remarks that leave the meaning of a header as it is.
_HARMLESS = re.compile(
    r"^(\*|必填项?|选填|非必填|可选|必须|下拉选择|单选|多选|示例|例|全称|节选|required|optional|y+[-/.年]?m+[-/.月]?d*日?"
    r"|格式.*|如.*|例如.*)$",
    re.IGNORECASE,
)
_CURRENCY = {"rmb": "元", "cny": "元", "人民币": "元", "¥": "元", "人民币元": "元", "人民币万元": "万元"}
_COUNTED = frozenset(("人", "次", "单", "个", "家", "件", "笔", "名", "%", "岁", "分钟", "小时"))
_UNIT_PREFIX = re.compile(r"^(单位|金额单位|计量单位):?")
_UNIT_SUFFIX = re.compile(r"/(每?年|每?月|年度|季度?|人|单)$")
_TRAILING_UNIT = re.compile(r"[/,:、](万元|千元|百万元|亿元|元|%)$")


@dataclass(frozen=True, slots=True)
class HeaderText:
    """A header taken apart: `年消费额（万元）*` is the name 年消费额, the unit 万元 and no remark."""

    name: str
    unit: str | None = None
    notes: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """Return the name as it is compared: without spaces, underscores, dots, and whatever the case."""
        return fold(self.name)

    @property
    def full_key(self) -> str:
        """Return the name with its remarks, for headers that differ only in them."""
        return self.key + "".join(f"({fold(note)})" for note in self.notes)


def fold(text: str) -> str:
    """Return a text as names are compared: half-width, lower case, without spaces and separators.

    >>> fold("Account_Name "), fold("ＡＲＰＵ 值")
    ('accountname', 'arpu值')
    """
    return _FOLDED_AWAY.sub("", unicodedata.normalize("NFKC", text)).casefold()


def unit_of(text: str) -> str | None:
    """Return the unit that a remark names, in the spelling of the values' units; None where it names none.

    >>> unit_of("单位：万元"), unit_of("万元/年"), unit_of("美元")
    ('万元', '万元', None)
    """
    bare = _SPACE.sub("", unicodedata.normalize("NFKC", text))
    bare = _UNIT_SUFFIX.sub("", _UNIT_PREFIX.sub("", bare))
    bare = _CURRENCY.get(bare.casefold(), bare)
    if bare in MONEY_UNITS or bare in SPAN_UNITS or bare in _COUNTED:
        return bare
    return None


@lru_cache(maxsize=65536)
def normalise(text: str) -> HeaderText:
    """Take a header apart: strip required-markers, units, line breaks, full-width forms and colons.

    >>> normalise("*年消费额\\n（万元）："), normalise("联系人(经理)")
    (HeaderText(name='年消费额', unit='万元', notes=()), HeaderText(name='联系人', unit=None, notes=('经理',)))
    """
    flat = _SPACE.sub(" ", unicodedata.normalize("NFKC", text)).strip()
    units: list[str] = []
    notes: list[str] = []

    def sort_out(match: re.Match[str]) -> str:
        inner = match.group(1).strip()
        unit = unit_of(inner)
        if unit:
            units.append(unit)
        elif inner and not _HARMLESS.match(_SPACE.sub("", inner)):
            notes.append(inner)
        return ""

    name = _BRACKETS.sub(sort_out, flat).strip(" *:;,")
    trailing = _TRAILING_UNIT.search(name)
    if trailing:
        units.append(trailing.group(1))
        name = name[: trailing.start()].strip()
    return HeaderText(name, units[0] if units else None, tuple(notes))
