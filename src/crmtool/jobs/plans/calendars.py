"""Calendars of a plan: a file for each owner, in a folder, that replaces nothing but crmtool's own.

How a calendar file is written is in `crmtool.files.calendars`.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator, Sequence
from pathlib import Path

import pandas as pd
import pyarrow.compute as pc

from crmtool.errors import Finding, OutputError
from crmtool.files.calendars import DayEvent, is_ours, write_calendar
from crmtool.files.locks import locked
from crmtool.files.names import clean_file_name, numbered
from crmtool.files.replace import ensure_replaceable, make_folder, replacing
from crmtool.jobs.delivery import Delivery, Written
from crmtool.tables.purposes import purposes
from crmtool.tables.reaching import addresses, phones, told
from crmtool.tables.visit_plan import Planned
from crmtool.tables.visit_words import means, owners, tier_words
from crmtool.visits.frames import column, one_of, rows_where, same_text
from crmtool.visits.model import DONE, LIVE, STATUS_LABELS

ENDING = ".ics"
_START_BYTES = 1024
#: Path, owner and visits of a calendar.
_File = tuple[Path, str, pd.DataFrame]


def write_calendars(
    planned: Planned, folder: Path | None, delivery: Delivery
) -> tuple[tuple[Written, ...], tuple[Finding, ...]]:
    """Write the visits of each owner that are to be made or are done; return what was written, by owner, and findings.

    A file is called as its owner is; visits without one are in 未分配. Of somebody who hands over a calendar that is
    there already is emptied, and that is told. Raises `OutputError` (a file of that name is not crmtool's, or cannot be
    written) or `BusyError`; other files that were written before stay.
    """
    if folder is None:
        return (), ()
    files = list(_files(planned, folder))
    emptied = list(_emptied(planned, folder, files))
    files += emptied
    told = tuple(
        Finding("calendar-emptied", file=str(path), params={"heir": planned.reassign[owner]})
        for path, owner, _ in emptied
    )
    for path, _, _ in files:
        _refuse_foreign(path)
    if delivery.dry_run:
        return tuple(Written(path) for path, _, _ in files), told
    make_folder(folder)
    written = tuple(
        _write(path, owner, _events(planned, visits), planned, delivery) for path, owner, visits in files
    )
    return written, told


def _emptied(planned: Planned, folder: Path, files: Sequence[_File]) -> Iterator[_File]:
    """Yield the calendars of those who hand over, where one of ours is there and nothing is left for it."""
    taken = {path.name.casefold() for path, _, _ in files}
    for leaver in planned.reassign:
        path = folder / f"{clean_file_name(leaver)}{ENDING}"
        if path.name.casefold() not in taken and path.is_file() and _is_our_calendar(path):
            taken.add(path.name.casefold())
            yield path, leaver, planned.plan.visits.iloc[:0]


def _files(planned: Planned, folder: Path) -> Iterator[_File]:
    """Yield path, owner and visits of each file; owners whose names make one file name are told apart by a number."""
    visits = planned.plan.visits
    shown = rows_where(visits, one_of(column(visits, "status"), (*LIVE, DONE)))
    names = owners(shown)
    taken: list[str] = []
    for owner in sorted(pc.unique(names).to_pylist()):
        clean = clean_file_name(owner)
        taken.append(numbered(clean.__add__, taken))
        yield folder / f"{taken[-1]}{ENDING}", owner, rows_where(shown, same_text(names, owner))


def _events(planned: Planned, visits: pd.DataFrame) -> Iterator[DayEvent]:
    judged = planned.judged
    rows = zip(
        *(
            column(visits, name).to_pylist()
            for name in ("visit_id", "planned_on", "name", "customer_id", "status", "overdue_days")
        ),
        means(column(visits, "channel"), judged.common).to_pylist(),
        tier_words(column(visits, "tier"), judged.rule_set).to_pylist(),
        purposes(visits, judged.rule_set).to_pylist(),
        _reached(planned, visits),
        strict=True,
    )
    for visit_id, day, name, number, status, overdue, channel, tier, purpose, reached in rows:
        title = " ".join(filter(None, (name or number or visit_id, channel)))
        is_late = bool(overdue) and status != DONE
        lines = (
            purpose,
            f"逾期 {overdue} 天" if is_late else None,
            *reached,
            f"客户编号 {number}" if number else None,
            f"回访编号 {visit_id}",
            STATUS_LABELS[status],
        )
        shown = f"【逾期】{title}" if is_late else title
        yield DayEvent(visit_id, day, shown, "\n".join(filter(None, lines)), (tier,) if tier else ())


def _reached(planned: Planned, visits: pd.DataFrame) -> Iterator[tuple[str, ...]]:
    """Yield for each visit how its customer is reached, a line each; nothing of one whom the ledger does not have."""
    frame, at = planned.judged.ledger.customers.frame, column(visits, "customer")
    known = {"联系人": told(frame, "contact"), "电话": phones(frame), "地址": addresses(frame)}
    columns = [cells.take(at).to_pylist() for cells in known.values()]
    for row in zip(*columns, strict=True):
        yield tuple(f"{label} {text}" for label, text in zip(known, row, strict=True) if text)


def _write(
    path: Path, owner: str, events: Iterator[DayEvent], planned: Planned, delivery: Delivery
) -> Written:
    made = io.BytesIO()
    write_calendar(events, made, stamp=planned.plan.as_of, name=f"回访计划 {owner}")
    data = made.getvalue()
    has_replaced = path.exists()
    with locked(path, wait_seconds=delivery.wait_seconds):
        _refuse_foreign(path)
        with replacing(path) as out:
            out.write(data)
    return Written(path, hashlib.sha256(data).hexdigest(), has_replaced=has_replaced)


def _refuse_foreign(path: Path) -> None:
    """Raise `OutputError` where a file is there that is no calendar of crmtool's."""
    try:
        ensure_replaceable(path, ours=_is_our_calendar)
    except OutputError as error:
        if any(finding.code == "not-our-output" for finding in error.findings):
            raise OutputError.of("calendar-not-ours", file=str(path)) from None
        raise


def _is_our_calendar(path: Path) -> bool:
    with path.open("rb") as file:
        return is_ours(file.read(_START_BYTES))
