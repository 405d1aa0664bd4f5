"""Which lines of a cadence each customer follows: those of the tier, and the customer's own rhythm before them.

When they are due is left to `crmtool.visits.dues.recurring`, `.ladder` and `.occasions`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Final

import numpy as np
from numpy.typing import NDArray

from crmtool.ledger.quantities import Duration
from crmtool.rules.language.common import Common
from crmtool.rules.model import CadenceLine, RuleSet
from crmtool.visits.calendar.days import Numbers
from crmtool.visits.keys import span_id
from crmtool.visits.levelling.stretch import stretched
from crmtool.visits.reading.contacts import ANY
from crmtool.visits.reading.intervals import OwnRhythms

#: Days of a month on average, to tell which of two intervals is shorter.
MONTH: Final = 30.4375
#: What a visit is called that no line of a cadence names.
ANY_LABEL: Final = "回访"
#: What a line's own `from: …, every: …` ends with: the first year after the day it counts from.
FIRST_YEAR: Final = Duration(months=12)


@dataclass(frozen=True, eq=False)
class Line:
    """A line of a cadence with the customers who follow it (positions), all of one tier.

    `slot` is what it is called in the ids of its visits. `months` and `days` are each customer's interval, 0 where
    the line is no recurring one. `slack` is how many days either way a stretched interval leaves a visit: half of what
    it is longer by, so that visits that fall together can part; 0 where nothing is stretched.
    """

    tier: str
    slot: str
    cadence: CadenceLine
    customers: Numbers
    months: Numbers
    days: Numbers
    slack: Numbers | int = 0

    @property
    def is_recurring(self) -> bool:
        """Tell whether the line is an `every` that counts from the last visit."""
        return self.cadence.every is not None and self.cadence.after is None

    def stretched(self, factor: Fraction) -> Line:
        """Return the line with its intervals stretched; one that counts from a day of its own stays as it is."""
        if factor == 1 or not self.is_recurring:
            return self
        pairs, which = np.unique(np.stack([self.months, self.days]), axis=1, return_inverse=True)
        spans = [stretched(Duration(int(m), int(d)), factor) for m, d in pairs.T]
        longer = np.array([(span.months, span.days) for span in spans], np.int64).reshape(-1, 2)[
            which.ravel()
        ]
        months, days = longer[:, 0], longer[:, 1]
        added = (months - self.months) * MONTH + (days - self.days)
        return replace(self, months=months, days=days, slack=(added // 2).astype(np.int64))


@dataclass(frozen=True, eq=False)
class Wishes:
    """What customers' own rhythms ask for, one row an interval: whose, by which channel (None: not said), how often."""

    customer: Numbers
    channel: NDArray[np.object_]
    months: Numbers
    days: Numbers

    def of(self, rows: NDArray[np.bool_]) -> Wishes:
        """Return those of some rows."""
        return Wishes(self.customer[rows], self.channel[rows], self.months[rows], self.days[rows])


def wishes_of(own: OwnRhythms) -> Wishes:
    """Return the customers' own rhythms one interval a row."""
    parts = [
        (np.flatnonzero(own.which == number), rhythm)
        for number, rhythms in enumerate(own.rhythms)
        for rhythm in rhythms
    ]
    nothing = np.zeros(0, np.int64)
    return Wishes(
        np.concatenate([nothing, *(rows for rows, _ in parts)]),
        np.array([rhythm.channel for rows, rhythm in parts for _ in range(len(rows))], object),
        np.concatenate([nothing, *(np.full(len(rows), rhythm.every.months) for rows, rhythm in parts)]),
        np.concatenate([nothing, *(np.full(len(rows), rhythm.every.days) for rows, rhythm in parts)]),
    )


def length(span: Duration) -> float:
    """Return about how many days a span has, to compare it with others."""
    return span.months * MONTH + span.days


def later_steps(line: CadenceLine) -> tuple[Duration, ...]:
    """Return when `from: 3个月, every: 1季度` is due after the day it counts from, within the first year.

    >>> line = CadenceLine("phone", "", Duration(months=3), "first_order", start=Duration(months=3))
    >>> [step.months for step in later_steps(line)]
    [6, 9, 12]
    """
    if line.every is None or length(line.every) <= 0:
        return ()
    start, count = line.start or Duration(), 1
    steps: list[Duration] = []
    while True:
        step = Duration(start.months + count * line.every.months, start.days + count * line.every.days)
        if length(step) > length(FIRST_YEAR):
            return tuple(steps)
        steps.append(step)
        count += 1


def slots_of(lines: Sequence[CadenceLine]) -> tuple[str, ...]:
    """Return what each line of a tier is called in visit ids: its channel or occasion, `phone2` for a second one.

    >>> call = CadenceLine("phone", "", every=Duration(months=1))
    >>> slots_of([call, replace(call, label="b"), replace(call, every=None, at="birthday")])
    ('phone', 'phone2', 'birthday')
    """
    taken: set[tuple[str, str]] = set()
    slots = []
    for line in lines:
        name, periods = _periods(line)
        names = (name, *(f"{name}-{n}" if name[-1].isdigit() else f"{name}{n}" for n in range(2, 99)))
        slot = next(each for each in names if not any((each, period) in taken for period in periods))
        taken |= {(slot, period) for period in periods}
        slots.append(slot)
    return tuple(slots)


def _periods(line: CadenceLine) -> tuple[str, tuple[str, ...]]:
    """Return the name of a line in ids, and what tells its visits from those of other lines of that name."""
    if line.at is not None:
        return line.at, ("",)
    if line.by_date is not None:
        return f"{line.by_date.month:02}{line.by_date.day:02}", ("",)
    if line.after is not None:
        steps = later_steps(line) if line.by is None else (line.by,)
        return line.channel, tuple(span_id(step) for step in steps)
    return line.channel, ("every",)


def lines_of(tiers: NDArray[np.object_], rule_set: RuleSet, common: Common, own: Wishes) -> tuple[Line, ...]:
    """Return the lines that customers follow, in the order of the rules file; `tiers` is each one's, empty where undecided.

    A customer's own rhythm takes the place of the tier's line of that channel, or of its most frequent one where it
    names no channel. Where the tier has no such line it is one more.
    """
    found = []
    for tier, cadence in rule_set.cadence.items():
        members = np.flatnonzero(tiers == tier)
        for slot, line in zip(slots_of(cadence), cadence, strict=True):
            every = line.every if line.every is not None and line.after is None else Duration()
            shape = np.ones(len(members), np.int64)
            found.append(Line(tier, slot, line, members, shape * every.months, shape * every.days))
    for tier in rule_set.tiers:
        found = _with_own(found, tier, own.of(tiers[own.customer] == tier), common)
    return tuple(line for line in found if len(line.customers))


def _with_own(lines: list[Line], tier: str, own: Wishes, common: Common) -> list[Line]:
    recurring = [place for place, line in enumerate(lines) if line.tier == tier and line.is_recurring]
    extra: dict[str, list[Wishes]] = {}
    for channel in [None, *common.channels]:
        asked = own.of(own.channel == channel)
        fitting = [place for place in recurring if channel in (None, lines[place].cadence.channel)]
        if not len(asked.customer):
            continue
        if fitting:
            chosen = fitting[0] if channel else min(fitting, key=lambda place: _default_length(lines[place]))
            lines[chosen] = _overridden(lines[chosen], asked)
        else:
            extra.setdefault(channel or ANY, []).append(asked)
    return [*lines, *(_one_more(tier, channel, asked, common) for channel, asked in extra.items())]


def _default_length(line: Line) -> float:
    return length(line.cadence.every or Duration())


def _overridden(line: Line, own: Wishes) -> Line:
    places = np.searchsorted(line.customers, own.customer)
    months, days = line.months.copy(), line.days.copy()
    months[places], days[places] = own.months, own.days
    return replace(line, months=months, days=days)


def _one_more(tier: str, channel: str, own: Sequence[Wishes], common: Common) -> Line:
    label = ANY_LABEL if channel == ANY else f"{common.channels[channel].label}回访"
    customers, first = np.unique(np.concatenate([each.customer for each in own]), return_index=True)
    months, days = (np.concatenate([getattr(e, n) for e in own])[first] for n in ("months", "days"))
    cadence = CadenceLine(channel, label, every=Duration(int(months[0]), int(days[0])))
    return Line(tier, channel, cadence, customers, months, days)


def most_frequent(lines: Sequence[Line], customers: int) -> Numbers:
    """Return for each customer the place in `lines` of the recurring line that comes round most often, -1 for none.

    Of equal ones the first counts.
    """
    best = np.full(customers, np.inf)
    which = np.full(customers, -1, np.int64)
    for place, line in enumerate(lines):
        if line.is_recurring:
            lengths = line.months * MONTH + line.days
            is_better = lengths < best[line.customers]
            which[line.customers[is_better]] = place
            best[line.customers[is_better]] = lengths[is_better]
    return which
