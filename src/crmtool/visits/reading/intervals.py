"""Knows how a customer's own rhythm is written in a ledger: 每月1次电话，每季度1次上门; 30天; 一周两次.

Which line of a tier's cadence it stands in for is left to the cadences.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from crmtool.errors import Finding
from crmtool.ledger.headers.texts import normalise as normalise_header
from crmtool.ledger.ledger import Table
from crmtool.ledger.quantities import SPAN_UNITS, Duration
from crmtool.ledger.values import parse_number
from crmtool.ledger.values.spelling import normalise
from crmtool.ledger.values.words import is_placeholder
from crmtool.rules.language.common import Common
from crmtool.visits.reading.channels import channels_in
from crmtool.visits.reading.columns import distinct_texts, findings_at

#: The fields that may hold a customer's rhythm; of several that are filled the first one holds.
FIELDS: Final = ("visit_interval", "visit_frequency", "followup_frequency")
#: Days that a span of months has where it is divided: 每月2次 is every 15 days, 一年5次 every 73.
_DAYS_A_YEAR: Final = 365
_MOST_TIMES, _LONGEST_YEARS = 366, 20


@dataclass(frozen=True, slots=True)
class Rhythm:
    """How often a customer wants to be visited, and by which channel; None: none is named, or several are."""

    channel: str | None
    every: Duration


@dataclass(frozen=True, eq=False)
class OwnRhythms:
    """The customers' own rhythms: `which` gives for each the position in `rhythms`, -1 where there is none.

    `findings` tell the cells that could not be read.
    """

    rhythms: tuple[tuple[Rhythm, ...], ...]
    which: NDArray[np.int64]
    findings: tuple[Finding, ...] = ()


def read_intervals(table: Table, common: Common) -> OwnRhythms:
    """Return the customers' own rhythms; cells that cannot be read are findings (`unreadable-interval`).

    A bare number is read by its header's unit (回访周期(天)). A cell that cannot be read gives no rhythm, even where
    one of the later fields is filled.
    """
    which = np.full(len(table.frame), -1)
    is_filled = np.zeros(len(table.frame), bool)
    found: dict[tuple[Rhythm, ...], int] = {}
    findings: list[Finding] = []
    for field in (field for field in FIELDS if field in table.frame):
        placed = table.columns.get(field)
        unit = normalise_header(placed.header).unit if placed else None
        texts, codes = distinct_texts(table.frame[field])
        read = [() if is_placeholder(text) else parse_intervals(text, common, unit) for text in texts]
        numbers = [found.setdefault(rhythms, len(found)) if rhythms else -1 for rhythms in read]
        is_odd = np.array([*(rhythms is None for rhythms in read), False])[codes] & ~is_filled
        is_said = np.array([*(rhythms != () for rhythms in read), False])[codes] & ~is_filled
        which[is_said] = np.array([*numbers, -1])[codes][is_said]
        is_filled |= is_said
        findings += findings_at("unreadable-interval", table, field, is_odd)
    return OwnRhythms(tuple(found), which, tuple(findings))


_NUMBER: Final = "[0-9]+|[一二两三四五六七八九十]+"
_UNIT: Final = "个季度|季度|半年|个星期|星期|礼拜|个月|月|季|年|周|天|日"
_TIMES: Final = rf"(?P<times>{_NUMBER})[次回]"
_SPAN: Final = rf"(?P<many>{_NUMBER})?(?P<unit>{_UNIT})度?"
#: How often something is done; the first form that is found in a text counts.
_FORMS: Final = tuple(
    re.compile(form)
    for form in (
        rf"{_TIMES}(?:[/每]){_SPAN}",
        rf"(?:平均)?每{_SPAN}内?(?:至少|最少|不少于|约定)?(?:{_TIMES})?",
        rf"(?P<every_other>隔|双)(?P<unit>周|星期|月|日|天)(?:{_TIMES})?",
        rf"按?{_SPAN}(?:至少|内)?{_TIMES}",
        rf"(?P<unit>[年月周季日])均{_TIMES}",
        rf"(?P<many>{_NUMBER})(?P<unit>个季度|季度|个星期|星期|礼拜|个月|季|年|周|天)",
        r"按(?P<unit>月|季度|季|半年|年|周|天|日)度?|(?P<unit_alone>月|季|半年|年)度",
        r"(?P<unit>半年|季)",
    )
)
_TIMES_ALONE: Final = re.compile(_TIMES)
_APART: Final = re.compile("[,、;+]|以及|和|及|与|并(?=每)")
#: What may stand beside a rhythm without saying anything of it.
_NEUTRAL: Final = re.compile(
    "回访|跟进|沟通|联系|维护|关怀|触点|触达|互动|维系|服务|拜见|交流|客户|主动|重点|定期|深度|常规|例行|至少|最少|进行|安排|一般"
    r"|日常|或|[/:()\s]"
)
#: What says something of a rhythm that was not understood, whatever channel stands beside it.
_DOUBTFUL: Final = re.compile("[0-9隔每周月季年天日次不]|星期")
_HALF_MONTH: Final = re.compile("半个?月")
_ENGLISH: Final = {
    "daily": Duration(days=1),
    "weekly": Duration(days=7),
    "biweekly": Duration(days=14),
    "fortnightly": Duration(days=14),
    "monthly": Duration(months=1),
    "quarterly": Duration(months=3),
    "yearly": Duration(months=12),
    "annually": Duration(months=12),
}
_ENGLISH_SPAN: Final = re.compile(
    r"(?:every|oncea|onceevery)?([0-9]*)(day|week|month|quarter|year)s?", re.IGNORECASE
)
_ENGLISH_UNITS: Final = {"day": "天", "week": "周", "month": "月", "quarter": "季", "year": "年"}


def parse_intervals(text: str, common: Common, unit: str | None = None) -> tuple[Rhythm, ...] | None:
    """Read a customer's rhythm; None where it is none, or where two rhythms of one channel differ.

    `unit` is that of bare numbers. Several times in a span is the span divided, in whole days: 每周2次 is every 3
    days. Where one rhythm names several channels (`每月1次电话或上门`) any of them will do.

    >>> common = Common({})
    >>> parse_intervals("每两周1次", common), parse_intervals("每月2次", common)
    ((Rhythm(channel=None, every=Duration(months=0, days=14)),), (Rhythm(channel=None, every=Duration(months=0, days=15)),))
    >>> parse_intervals("每周三", common) is None
    True
    """
    body = _HALF_MONTH.sub("15天", re.sub(r"\s", "", normalise(text.strip().replace("\n", ";"))))
    if len(body) > 100:
        return None
    if body.isdecimal() and unit in SPAN_UNITS:
        every = _divided(_times(body, SPAN_UNITS[unit]), 1)
        return None if every is None else (Rhythm(None, every),)
    rhythms: dict[str | None, Duration] = {}
    for words, every in _parts(body):
        named, left = channels_in(words, common), _NEUTRAL.sub("", words)
        if every is None or _DOUBTFUL.search(left) or (left and not named):
            return None
        if rhythms.setdefault(named[0] if len(named) == 1 else None, every) != every:
            return None
    return tuple(Rhythm(channel, every) for channel, every in rhythms.items()) or None


def _parts(body: str) -> Iterator[tuple[str, Duration | None]]:
    """Yield each rhythm of a text and the words beside it; words without a rhythm belong to the one before."""
    words, every = "", None
    for part in filter(None, _APART.split(body)):
        span, rest = _rhythm(part)
        if span is not None and every is not None:
            yield words, every
            words = ""
        words, every = f"{words} {rest}", span or every
    yield words, every


def _rhythm(part: str) -> tuple[Duration | None, str]:
    """Return how often a part says, None where it does not, and what else it says."""
    if part.isascii():
        return _english(part)
    for form in _FORMS:
        match = form.search(part)
        if match is None:
            continue
        said = match.groupdict()
        rest = f"{part[: match.start()]} {part[match.end() :]}"
        later = None if said.get("times") else _TIMES_ALONE.search(rest)
        if later:
            rest = rest.replace(later[0], "", 1)
        times = said.get("times") or (later["times"] if later else "一")
        unit = said.get("unit") or said.get("unit_alone") or ""
        many = "二" if said.get("every_other") else said.get("many") or "一"
        if unit == "月" and said.get("many") not in (None, "1", "一") and "每" not in match[0]:
            return None, part  # 3月1次 may be once in March
        every = _divided(_times(many, SPAN_UNITS["周" if unit == "礼拜" else unit]), _count(times))
        return every, part if every is None else rest
    return None, part


def _english(part: str) -> tuple[Duration | None, str]:
    word = part.casefold().replace("-", "")
    span = _ENGLISH_SPAN.fullmatch(word)
    if span and (span[1] or not word.startswith(span[2])):
        return _divided(_times(span[1] or "1", SPAN_UNITS[_ENGLISH_UNITS[span[2].lower()]]), 1), ""
    return next(
        ((every, word.replace(name, "", 1)) for name, every in _ENGLISH.items() if word.startswith(name)),
        (None, part),
    )


def _count(text: str) -> int:
    number = parse_number(text)
    return int(number) if number is not None and 0 < number <= _MOST_TIMES else 0


def _times(many: str, unit: Duration) -> Duration:
    count = _count(many)
    return Duration(unit.months * count, unit.days * count)


def _divided(span: Duration, times: int) -> Duration | None:
    """Return how often so many times in a span is: whole months where that is even, else whole days."""
    if times < 1 or not (span.months or span.days) or span.months > 12 * _LONGEST_YEARS:
        return None
    if span.months % times == 0 and (span.days == 0 or times == 1):
        return Duration(span.months // times, span.days)
    return Duration(days=max(1, (span.months * _DAYS_A_YEAR // 12 + span.days) // times))
