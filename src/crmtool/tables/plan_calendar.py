"""The sheets 月历: a wall calendar of each month, with what every day holds and which days are off.

A cell names customers, and owners where there are several; in a month with crowded days it counts visits by owner
instead.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from crmtool.content import Scalar, SheetCopy
from crmtool.rules.language.common import Common
from crmtool.tables.arrays import array, no_texts, rewritten
from crmtool.tables.visit_words import channel_label, days_of, months_between, owners, that_count
from crmtool.visits.calendar.days import Days, weekday_of
from crmtool.visits.calendar.workdays import Workdays
from crmtool.visits.frames import joined
from crmtool.visits.model import Plan

#: The template's sheet that is copied for each month, and how its copies are called.
CALENDAR_SHEET: Final = "月历"
#: Lines that a day's cell has; the last one tells how many more there are.
LINES: Final = 6
#: Visits on a day above which a month counts by owner.
CROWDED: Final = 12
#: What fits on a line of a cell in the shipped template, in units: a Chinese character takes two.
LINE_UNITS: Final = 29
#: Visits on a day up to which each may take two lines, so that names are not cut.
ROOMY: Final = LINES // 2
#: Characters of an owner's name, or of what a day off is called, in a cell.
NAME_LENGTH, OFF_LENGTH = 9, 6
#: Weeks that a month can touch, and so the rows of the sheet.
WEEKS: Final = 6


@dataclass(frozen=True)
class DaysOff:
    """Which days are worked, and what the days off are called (`names`: 元旦, 春节; others by their weekday)."""

    workdays: Workdays
    names: Mapping[date, str] = field(default_factory=dict)

    def says(self, day: date) -> str:
        """Return what a calendar says of a day: `周末 休`, `元旦 休`, `班`, or nothing of an ordinary day.

        A Saturday or Sunday that is worked is 班. A day beyond the known ones is judged by its weekday.

        >>> off = DaysOff(Workdays.of_weeks(date(2026, 1, 1), date(2026, 1, 31)), {date(2026, 1, 3): "元旦"})
        >>> [off.says(date(2026, 1, number)) for number in (2, 3, 4)]
        ['', '元旦 休', '周末 休']
        """
        at, is_weekend = (day - self.workdays.first).days, day.weekday() >= 5
        known = 0 <= at < len(self.workdays.is_worked)
        is_worked = bool(self.workdays.is_worked[at]) if known else not is_weekend
        if is_worked:
            return "班" if is_weekend else ""
        name = _short(self.names.get(day) or ("周末" if is_weekend else ""), OFF_LENGTH)
        return f"{name} 休".strip()


def copies(plan: Plan, common: Common, off: DaysOff) -> list[SheetCopy]:
    """Return a sheet a month of the plan, named `月历 2026-01`, with what stands in each of its cells.

    The scalars of a sheet: `month`, `month_note`; of week W (1 to 6) and weekday D (1: Monday to 7: Sunday)
    `wWdD` tells the day and what it is, `wWdD_visits` the visits. Cells outside the month are empty.
    """
    visits = that_count(plan.visits)
    days = days_of(visits["planned_on"])
    months = days.astype("datetime64[M]")
    made, is_shared = [], len(pc.unique(owners(visits))) > 1
    for month in months_between(np.datetime64(plan.first, "D"), np.datetime64(plan.last, "D")):
        # The plan is sorted by day; one that is not has been put together by hand.
        inside = np.flatnonzero(months == np.datetime64(month))
        own = _Month(np.datetime64(month), visits.take(inside), days[inside], is_shared)
        made.append(SheetCopy(f"{CALENDAR_SHEET} {month}", scalars=own.scalars(common, off)))
    return made


@dataclass(frozen=True)
class _Month:
    """A month's visits; where the plan `is_shared` by several owners, each visit names its own."""

    month: np.datetime64
    visits: pd.DataFrame
    days: Days
    is_shared: bool

    def scalars(self, common: Common, off: DaysOff) -> dict[str, Scalar]:
        """Return everything that the month's sheet says."""
        first = self.month.astype("datetime64[D]")
        length = int(((self.month + 1).astype("datetime64[D]") - first).astype(int))
        counts = np.bincount((self.days - first).astype(np.int64), minlength=length)
        is_crowded = int(counts.max(initial=0)) > CROWDED
        texts = self._by_owner(first) if is_crowded else self._by_customer(first, common)
        blank = int(weekday_of(np.array([first]))[0])
        cells: dict[str, Scalar] = {
            f"w{week}d{day}{kind}": None
            for week in range(1, WEEKS + 1)
            for day in range(1, 8)
            for kind in ("", "_visits")
        }
        start: date = first.astype(object)
        for number in range(length):
            week, day = divmod(blank + number, 7)
            place = f"w{week + 1}d{day + 1}"
            cells[place] = _head(start + timedelta(days=number), int(counts[number]), off)
            cells[f"{place}_visits"] = texts.get(number)
        year, month = start.year, start.month
        return {"month": f"{year}年{month}月", "month_note": self._note(is_crowded), **cells}

    def _note(self, is_crowded: bool) -> str:
        each = "客户、回访方式和负责人" if self.is_shared else "客户和回访方式"
        how = "每格为负责人和次数" if is_crowded else f"每格为{each}"
        return f"本月 {len(self.days)} 次回访 · {how} · 灰底为休息日，“班”为调休上班"

    def _by_customer(self, first: np.datetime64, common: Common) -> dict[int, str]:
        """Return the text of each day of the month (from 0) that has visits: a customer, channel and owner a visit."""
        names = pc.fill_null(pc.coalesce(array(self.visits["name"]), array(self.visits["customer_id"])), "")
        labels = rewritten(array(self.visits["channel"]), lambda channel: channel_label(channel, common))
        who = rewritten(owners(self.visits), _short) if self.is_shared else no_texts(len(self.visits))
        rests = pc.fill_null(joined([labels, who], "·"), "")
        found: dict[int, list[tuple[str, str]]] = {}
        numbers = (self.days - first).astype(np.int64)
        for number, name, rest in zip(numbers.tolist(), names.to_pylist(), rests.to_pylist(), strict=True):
            found.setdefault(number, []).append((name, rest))
        return {
            number: _cut([_fitted(*each, 2 if len(own) <= ROOMY else 1) for each in own], "另 {} 次")
            for number, own in found.items()
        }

    def _by_owner(self, first: np.datetime64) -> dict[int, str]:
        """Return the text of each day of the month (from 0) that has visits: an owner and count a line."""
        coded = owners(self.visits).dictionary_encode()
        who = coded.dictionary.to_pylist()
        packed = (self.days - first).astype(np.int64) * len(who) + _numbers(coded.indices)
        keys, counts = np.unique(packed, return_counts=True)
        found: dict[int, list[tuple[int, str]]] = {}
        for key, count in zip(keys.tolist(), counts.tolist(), strict=True):
            number, owner = divmod(key, len(who))
            found.setdefault(number, []).append((-count, who[owner]))
        return {
            number: _cut([f"{_short(owner)} {-count}" for count, owner in sorted(own)], "另 {} 人")
            for number, own in found.items()
        }


def _numbers(codes: pa.Array) -> NDArray[np.int64]:
    return np.asarray(codes.to_numpy(zero_copy_only=False), np.int64)


def _head(day: date, count: int, off: DaysOff) -> str:
    named = " ".join(part for part in (str(day.day), off.says(day)) if part)
    return f"{named} · {count} 次" if count else named


def _short(name: str, length: int = NAME_LENGTH) -> str:
    return name if len(name) <= length else f"{name[: length - 1]}…"


def _fitted(name: str, rest: str, lines: int) -> str:
    """Return a visit's text, its customer's name cut so far that it fits on so many lines of a cell.

    >>> _fitted("华东精密机械股份有限公司", "高层拜访·张敏", 1), _fitted("A公司", "电话", 1)
    ('华东精密机械… 高层拜访·张敏', 'A公司 电话')
    """
    text = f"{name} {rest}".strip()
    while _units(text) > LINE_UNITS * lines and len(name) > 2:
        name = name[:-1]
        text = f"{name}… {rest}".strip()
    return text


def _units(text: str) -> int:
    """Return how wide a text is: 1 for a letter, 2 for a Chinese character or an ellipsis."""
    return sum(1 if char < "\u2000" else 2 for char in text)


def _cut(lines: list[str], rest: str) -> str:
    """Return the lines of a cell, at most `LINES`; the last tells how many are left out."""
    if len(lines) <= LINES:
        return "\n".join(lines)
    return "\n".join([*lines[: LINES - 1], rest.format(len(lines) - LINES + 1)])
