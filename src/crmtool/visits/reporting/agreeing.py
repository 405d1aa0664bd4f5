"""Whether two reports of one visit agree: which tell of the same attempt, and which contradict each other.

A visit may be tried several times and is made or cancelled once. What becomes of reports that do not agree is for
`crmtool.visits.reporting.reports`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from crmtool.visits.frames import frame_from, one_array, table_of
from crmtool.visits.model import CALLED_OFF, OUTCOME_DONE, REPORT_COLUMNS

#: What a report says; whose it is, and where it stands, is told by its other columns.
CONTENT: Final = (
    *("outcome", "done_on", "satisfaction", "recommend", "feedback", "demand", "demand_explored"),
    *("complaint", "joined_services", "converted", "next_step", "next_contact"),
)
#: Outcomes after which a visit is over.
FINAL: Final = (OUTCOME_DONE, CALLED_OFF)
_BETWEEN = "\x1f"

Report = Mapping[str, Any]


def visit_keys(reports: pa.Table, *, by_id: bool = True) -> pa.Array:
    """Return what names the visit of each report (string): its id, else its customer, day and channel."""
    day = pc.coalesce(reports["done_on"], reports["planned_on"]).cast(pa.string())
    parts = [pc.fill_null(cells, "") for cells in (reports["customer_key"], day, reports["channel"])]
    own = pc.binary_join_element_wise("", *parts, _BETWEEN)
    return one_array(pc.coalesce(reports["visit_id"], own) if by_id else own)


def contents(reports: pa.Table) -> pa.Array:
    """Return all that each report says as one text."""
    parts = [pc.fill_null(reports[name].cast(pa.string()), "\x00") for name in CONTENT]
    return one_array(pc.binary_join_element_wise(*parts, _BETWEEN))


def is_same_attempt(one: Report, other: Report) -> bool:
    """Tell whether two reports of a visit are of the same attempt: the one that ended it, or those of one day."""
    if one["outcome"] in FINAL or other["outcome"] in FINAL:
        return one["outcome"] in FINAL and other["outcome"] in FINAL
    return bool(one["done_on"] == other["done_on"])


def difference(one: Report, other: Report) -> str | None:
    """Return the column in which two reports of a visit contradict each other, or None where they agree.

    A cell that only one of them fills is no contradiction. An attempt after the visit was made is one.

    >>> made = dict.fromkeys(CONTENT) | {"outcome": "done", "satisfaction": 5.0}
    >>> difference(made, made | {"feedback": "好"}), difference(made, made | {"satisfaction": 4.0})
    (None, 'satisfaction')
    """
    if is_same_attempt(one, other):
        pairs = ((name, one[name], other[name]) for name in CONTENT)
        return next((name for name, a, b in pairs if a is not None and b is not None and a != b), None)
    if one["outcome"] not in FINAL and other["outcome"] not in FINAL:
        return None
    last, first = (one, other) if one["outcome"] in FINAL else (other, one)
    is_after = last["done_on"] is not None and first["done_on"] is not None
    return "outcome" if is_after and first["done_on"] > last["done_on"] else None


def gainsays(report: Report, recorded: Report) -> str | None:
    """Return the column in which a report that corrects the record contradicts a recorded one, or None where it does not.

    Beyond what `difference` tells: a visit that was recorded as over was not, where the report tells of an attempt that
    is not before it.

    >>> made = dict.fromkeys(CONTENT) | {"outcome": "done"}
    >>> gainsays(made | {"outcome": "unreached"}, made), difference(made | {"outcome": "unreached"}, made)
    ('outcome', None)
    """
    column = difference(report, recorded)
    if column is not None or recorded["outcome"] not in FINAL or report["outcome"] in FINAL:
        return column
    days = report["done_on"], recorded["done_on"]
    is_before = days[0] is not None and days[1] is not None and days[0] < days[1]
    return None if is_before else "outcome"


def corrected(report: Report, replaced: Iterable[Report]) -> dict[str, Any]:
    """Return what is to be recorded in the place of some reports: a cell that the new one leaves blank stays as it was.

    Where the outcome is another one nothing stays: what was said then was said of it.
    """
    return as_one([report, *(each for each in replaced if each["outcome"] == report["outcome"])])


def corrected_cells(report: Report, replaced: Report) -> list[str]:
    """Return the columns in which what comes in the place of a report says something else."""
    return [name for name in CONTENT if report[name] != replaced[name] and replaced[name] is not None]


def adds(report: Report, known: Iterable[Report]) -> list[str]:
    """Return the columns that a report fills and none of the known ones of the same attempt does."""
    same = [each for each in known if is_same_attempt(report, each)]
    return [name for name in CONTENT if report[name] is not None and all(each[name] is None for each in same)]


def as_one(reports: Iterable[Report]) -> dict[str, Any]:
    """Return reports of one attempt, which agree, as one: each cell from the first that fills it."""
    made: dict[str, Any] = {}
    for report in reports:
        for name, value in report.items():
            made[name] = value if made.get(name) is None else made[name]
    return made


def one_of_each(reports: pd.DataFrame) -> pd.DataFrame:
    """Return recorded reports (REPORT_COLUMNS) with those of one attempt as one, so that each attempt counts once.

    Those that contradict each other stay as they are: which is right is not for crmtool to say.
    """
    table = table_of(reports).select(list(REPORT_COLUMNS))
    keys = visit_keys(table)
    counts = keys.value_counts()
    several = counts.field("values").filter(pc.greater(counts.field("counts"), 1))
    is_several = pc.is_in(keys, several)
    if not pc.any(is_several, min_count=0).as_py():
        return reports
    groups: dict[str, list[dict[str, Any]]] = {}
    crowded = table.filter(is_several)
    order = sorted(
        zip(
            keys.filter(is_several).to_pylist(),
            contents(crowded).to_pylist(),
            range(len(crowded)),
            strict=True,
        )
    )
    rows = crowded.to_pylist()
    for key, _, at in order:
        apart = groups.setdefault(key, [])
        same = next((n for n, each in enumerate(apart) if is_same_attempt(rows[at], each)), None)
        if same is not None and difference(rows[at], apart[same]) is None:
            apart[same] = as_one([apart[same], rows[at]])
        else:
            apart.append(rows[at])
    together = pa.Table.from_pylist([row for each in groups.values() for row in each], schema=table.schema)
    return frame_from(pa.concat_tables([table.filter(pc.invert(is_several)), together]))
