"""What a cell with targets and results says: `复购率≥80%/85%;满意度≥90%/88%`.

Which KPI a name means is left to the rules.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from crmtool.ledger.values.counts import parse_count
from crmtool.ledger.values.percents import parse_percent
from crmtool.ledger.values.readings import Exact, Refusal, refuse
from crmtool.ledger.values.spelling import normalise, squeeze

_PART = re.compile(r"([^<>=≥≤/]+?):?(>=|<=|≥|≤|>|<|=)([^/]+)(?:/(.*))?")
_TESTS = {">=": "≥", "<=": "≤"}


@dataclass(frozen=True, slots=True)
class KpiFigure:
    """One KPI: its name, the test (`≥ ≤ > < =`), the target, and the result where one is given.

    Percentages are fractions of one; `is_percent` says that they were written as such.
    """

    label: str
    test: str
    target: Decimal
    actual: Decimal | None
    is_percent: bool


def parse_kpis(text: str) -> tuple[KpiFigure, ...] | Refusal:
    """Read targets and results, divided by semicolons, enumeration commas or line breaks.

    A result without a percent sign takes its target's; `-` or nothing is no result yet.

    >>> parse_kpis("复购率≥80%/85%")[0].actual
    Decimal('0.85')
    """
    figures = []
    for part in re.split("[;；、\n]", text):
        if not part.strip():
            continue
        match = _PART.fullmatch(squeeze(normalise(part)))
        figure = None if match is None else _figure(match)
        if figure is None:
            return refuse("unreadable-kpi", part=part.strip())
        figures.append(figure)
    return tuple(figures) if figures else refuse("unreadable-kpi", part=text.strip())


def _figure(match: re.Match[str]) -> KpiFigure | None:
    is_percent = match[3].endswith("%")
    target, written = _number(match[3], is_percent), (match[4] or "").strip("-")
    actual = _number(written, is_percent) if written else None
    if target is None or (written and actual is None):
        return None
    return KpiFigure(match[1], _TESTS.get(match[2], match[2]), target, actual, is_percent)


def _number(text: str, is_percent: bool) -> Decimal | None:
    reading = parse_percent(text, "%") if is_percent else parse_count(text)
    return reading.value if isinstance(reading, Exact) else None
