"""Knows which events of a period were answered within the hours that a rule set allows, and of which that is open.

What tickets say is read in `crmtool.ledger`; what the counts come to is left to `crmtool.review.kpis.measure`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from crmtool.errors import Finding
from crmtool.ledger.ledger import Table
from crmtool.review.kpis.answered import Spans, spans_of
from crmtool.review.kpis.ground import KpiGround
from crmtool.review.kpis.ticket_kinds import unmatched_kinds
from crmtool.rules.hours import parse_hours
from crmtool.sheets import cell_name
from crmtool.visits.frames import column, same_text
from crmtool.visits.model import frame_of

#: One row a line of `sla:` and customer with such events, by the line then the customer. `customer` is the position in
#: the ledger, null for all events of customers that it does not know.
RESPONSE_COLUMNS: Final[Mapping[str, pa.DataType]] = {
    "id": pa.string(),
    "customer": pa.int64(),
    "numerator": pa.float64(),
    "denominator": pa.float64(),
}
#: Why a line is unknown: what is lacking and what to do, in Chinese and in English.
RESPONSE_MISSING: Final[Mapping[str, tuple[str, str]]] = {
    "no_tickets": (
        "没有咨询投诉记录：加一张 咨询投诉记录（客户、事件类型、提出时间、回复时间），或用 --tickets 指定",
        "no tickets: add a sheet 咨询投诉记录 (customer, 事件类型, 提出时间, 回复时间), or name it with --tickets",
    ),
    "tickets_late": (
        "咨询投诉记录晚于期初开始，只盖住一部分日期：补上更早的记录",
        "the tickets begin after the period does: add earlier ones",
    ),
    "no_ticket_kinds": (
        "咨询投诉记录没有事件类型：加一列 事件类型",
        "the tickets have no kind: add a column 事件类型",
    ),
    "no_replied": (
        "咨询投诉记录没有回复时间：加一列 回复时间",
        "the tickets do not say when they were replied to: add a column 回复时间",
    ),
    "no_started": (
        "咨询投诉记录没有启动处理时间：加一列 启动处理时间",
        "the tickets do not say when work began: add a column 启动处理时间",
    ),
    "no_resolved": (
        "咨询投诉记录没有解决时间：加一列 解决时间",
        "the tickets do not say when they were resolved: add a column 解决时间",
    ),
}
_DONE: Final[Mapping[str, str]] = {"replied": "回复", "started": "启动处理", "resolved": "解决"}
_Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Responses:
    """Events answered in time ÷ events whose hours are over or that were answered, by customer.

    `labels` has the name of each line's KPI by its id, in the order of the rules; `missing` what a line lacks (a key of
    `RESPONSE_MISSING`), which then has no rows.
    """

    rows: pd.DataFrame  # RESPONSE_COLUMNS
    labels: Mapping[str, str]
    missing: Mapping[str, str] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True)
class _Line:
    id: str
    label: str
    event: str
    until: str
    seconds: int


def response_counts(ground: KpiGround) -> Responses:
    """Count the events of each line of `sla:` that were raised in the period, up to the as-of day.

    To the second where both times are known; a day alone counts where it decides whichever hour it was, else the event
    is left out and `response-unclear` counts it. Events that are open and whose hours run on are not counted.
    Raises `ValueError` for hours that `crmtool.rules.hours` cannot read; a rule set that was loaded has none.
    """
    lines = list(_lines(ground))
    table = ground.ledger.tickets
    missing: dict[str, str] = {}
    parts: list[pd.DataFrame] = []
    findings: list[Finding] = []
    for line in lines:
        lacking = _lacking(table, line.until, ground.period.first)
        if table is None or lacking:
            missing[line.id] = lacking
            continue
        rows, told = _counted(table, line, ground)
        parts.append(rows)
        findings += told
    if parts and table is not None:
        findings += [*_kindless(table, ground), *unmatched_kinds(table, (line.event for line in lines))]
    empty = frame_of(RESPONSE_COLUMNS, {})
    rows = pd.concat(parts, ignore_index=True) if parts else empty
    return Responses(rows, {line.id: line.label for line in lines}, missing, tuple(findings))


def _lines(ground: KpiGround) -> Iterator[_Line]:
    for number, line in enumerate(ground.sla, start=1):
        event, within = (_plain(line[key]) for key in ("event", "within"))
        until, seconds = str(line["until"]), parse_hours(within)
        if seconds is None:
            raise ValueError(within)
        label = f"{event} {within.removesuffix('内')}内{_DONE[until]}"
        yield _Line(f"response_{until}_{number}", label, event, until, seconds)


def _plain(text: Any) -> str:
    """Return a text of a rule set, which may stand with its origin beside it."""
    return str(text["text"] if isinstance(text, Mapping) else text).strip()


def _lacking(table: Table | None, until: str, first: date) -> str:
    if table is None:
        return "no_tickets"
    if "kind" not in table.frame:
        return "no_ticket_kinds"
    if until not in table.frame:
        return f"no_{until}"
    begins = pc.min(column(table.frame, "raised")).as_py()
    return "" if begins is not None and begins <= first else "tickets_late"


def _counted(table: Table, line: _Line, ground: KpiGround) -> tuple[pd.DataFrame, list[Finding]]:
    frame = table.frame
    is_asked = same_text(pc.utf8_trim_whitespace(column(frame, "kind")), line.event)
    rows = np.flatnonzero(is_asked.to_numpy(zero_copy_only=False))
    frame = frame.iloc[rows]
    raised, answered = (spans_of(frame, name) for name in ("raised", line.until))
    inside, is_doubtful = _inside(raised, answered, ground)
    end = _start_of(ground.as_of + timedelta(days=1))
    is_answered = answered.is_known & (answered.low < end)
    is_open = ~is_answered & ~answered.is_unread
    is_backwards = inside & is_answered & (answered.high < raised.low)
    in_time = inside & is_answered & (answered.high - raised.low <= line.seconds) & ~is_backwards
    late = inside & is_answered & (answered.low - raised.high > line.seconds)
    late |= inside & is_open & (raised.high + line.seconds < end)
    is_running = inside & is_open & (raised.low + line.seconds >= end)
    unclear = is_doubtful | (inside & ~(in_time | late | is_running | is_backwards))
    findings = [
        *_told("response-unclear", table, "raised", rows[unclear], line.label),
        *_told("response-backwards", table, line.until, rows[is_backwards], line.label),
    ]
    return _by_customer(line.id, column(frame, "customer"), in_time, late), findings


def _inside(raised: Spans, answered: Spans, ground: KpiGround) -> tuple[_Mask, _Mask]:
    """Return which events were raised in the period, and of which it is not known whether they were."""
    first = _start_of(ground.period.first)
    end = _start_of(min(ground.period.last, ground.as_of) + timedelta(days=1))
    inside = raised.is_known & (raised.low >= first) & (raised.high < end)
    outside = raised.is_known & ((raised.high < first) | (raised.low >= end))
    # What was answered before the period began was raised before it too.
    outside |= ~raised.is_known & answered.is_known & (answered.high < first)
    return inside, ~inside & ~outside & ~raised.is_later


def _by_customer(id: str, customers: pa.Array, in_time: _Mask, late: _Mask) -> pd.DataFrame:
    is_counted = in_time | late
    table = pa.table(
        {
            "customer": customers,
            "numerator": pa.array(in_time.astype(np.float64)),
            "denominator": pa.array(is_counted.astype(np.float64)),
        }
    ).filter(pa.array(is_counted))
    sums = table.group_by("customer").aggregate([("numerator", "sum"), ("denominator", "sum")])
    sums = sums.sort_by("customer")
    cells = {
        "id": [id] * len(sums),
        "customer": sums["customer"],
        **{name: sums[f"{name}_sum"] for name in ("numerator", "denominator")},
    }
    return frame_of(RESPONSE_COLUMNS, cells)


def _kindless(table: Table, ground: KpiGround) -> list[Finding]:
    """Return a finding where events of the period have no kind: whose hours they would be is not known."""
    kinds = pc.utf8_trim_whitespace(column(table.frame, "kind"))
    is_blank = pc.fill_null(pc.equal(kinds, ""), True)
    rows = np.flatnonzero(is_blank.to_numpy(zero_copy_only=False))
    raised = spans_of(table.frame.iloc[rows], "raised")
    inside, _ = _inside(raised, raised, ground)
    return _told("response-without-kind", table, "kind", rows[inside], "")


def _told(code: str, table: Table, name: str, rows: npt.NDArray[np.intp], label: str) -> list[Finding]:
    """Return one finding for all these rows, at the first of them."""
    if not len(rows):
        return []
    first = table.frame.iloc[int(rows[0])]
    placed = table.columns.get(name)
    finding = Finding(
        code,
        file=table.source.file,
        sheet=str(first["sheet"]),
        cell=cell_name(int(first["row"]), placed.column if placed else 1),
        column=placed.header if placed else "",
        value=label,
        params={"label": label},
        count=len(rows),
    )
    return [finding]


def _start_of(day: date) -> int:
    """Return when a day begins, in seconds since 1970."""
    return (day - date(1970, 1, 1)).days * 86_400
