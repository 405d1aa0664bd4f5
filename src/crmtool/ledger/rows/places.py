"""Findings at cells: at most so many of a kind, with the number of all of them kept.

Knows how findings are listed; what they say is left to `crmtool.messages`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from crmtool.errors import Finding
from crmtool.sheets import cell_name

#: Findings listed of one code in one column; the last of them stands for the rest through its `count`.
LISTED = 200


@dataclass(frozen=True, slots=True)
class Spot:
    """A row with something to say about it: what stands there, and what the message needs beyond."""

    row: int
    value: str = ""
    params: Mapping[str, str] | None = None


def listed(
    code: str,
    spots: Sequence[Spot],
    *,
    file: str,
    sheet: str,
    column: int,
    header: str = "",
    total: int | None = None,
) -> list[Finding]:
    """Return one finding a spot, at most `LISTED`; the counts of all returned add up to `total`.

    >>> [f.count for f in listed("x", [Spot(2), Spot(3)], file="", sheet="", column=1, total=10)]
    [1, 9]
    """
    findings = [
        Finding(
            code,
            file=file,
            sheet=sheet,
            cell=cell_name(spot.row, column),
            column=header,
            value=spot.value,
            params=spot.params or {},
        )
        for spot in spots[:LISTED]
    ]
    rest = (len(spots) if total is None else total) - len(findings)
    if findings and rest > 0:
        findings[-1] = replace(findings[-1], count=rest + 1)
    return findings
