"""Where an earlier plan comes from: the history, a workbook that is named, or the one that is about to be replaced."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pandas as pd
import pyarrow.compute as pc

from crmtool.errors import Finding, InputError
from crmtool.files.history import History
from crmtool.files.replace import is_ours
from crmtool.jobs.history import Recording, recorded_plan
from crmtool.jobs.plans.making import Ground
from crmtool.jobs.plans.reading import read_plan
from crmtool.jobs.reading import Read
from crmtool.rules.language.common import Common
from crmtool.visits.frames import column
from crmtool.visits.keys import customer_keys
from crmtool.visits.planning.earlier import edited_plan, in_ledger, overlaid
from crmtool.visits.reading.facts import owners

#: Stands in the names of plans' workbooks, after the ledger's.
TITLE = "回访计划"


def known_plan(
    recorded: pd.DataFrame | None, workbook: Path | None, read: Read, common: Common
) -> tuple[pd.DataFrame | None, tuple[Finding, ...]]:
    """Return the plan (PLAN_COLUMNS) of the history, with what was typed into `workbook` where one is named.

    Without a history it is that workbook's; None without either. Beside it stands what is odd about the workbook.
    Raises `InputError` where that holds no plan or cannot be read, and where none of a plan's customers is in the
    ledger: going on from it would drop all its visits.
    """
    if recorded is not None:
        _refuse_foreign(recorded, read, Path(read.request.history or read.config.history or ""))
    if workbook is None:
        return recorded, ()
    typed, odd = read_plan(workbook, read.rule_set, common, as_of=read.as_of)
    _refuse_foreign(typed, read, workbook)
    return typed if recorded is None else overlaid(recorded, typed), odd


def earlier_plan(
    ground: Ground, kept: Recording, workbook: Path | None, target: Path
) -> tuple[pd.DataFrame | None, tuple[Finding, ...]]:
    """Return the plan (PLAN_COLUMNS) that came before, and what is odd about it; None where there is none.

    It is that of `known_plan`; where no workbook is named, with what was typed into the `target`, the workbook that is
    about to be replaced, since the history recorded it. Without a history it is the target's, as long as nobody saved
    that under their name. Plans of other days beside it are told. Raises `InputError` where `workbook` holds no plan or
    cannot be read.
    """
    read, recorded = ground.assessment.read, recorded_plan(kept.history)
    plan, odd = known_plan(recorded, workbook, read, ground.common)
    is_there = target.is_file() and is_ours(target)
    if workbook is not None or (plan is not None and not is_there):
        return plan, odd
    if not is_there:
        return None, _beside(read.request.ledger, target)
    if plan is not None and kept.has_recorded(target):
        return plan, odd
    typed, odd = _typed(ground, target)
    if plan is None or typed is None:
        return typed if plan is None else plan, odd
    edited, visits = edited_plan(plan, typed)
    found = Finding("plan-edits-taken", file=target.name, params={"visits": str(visits)})
    return edited, (found, *odd) if visits else odd


def _typed(ground: Ground, target: Path) -> tuple[pd.DataFrame | None, tuple[Finding, ...]]:
    """Return the plan of the workbook that is about to be replaced; None where it holds none."""
    read = ground.assessment.read
    try:
        found, odd = read_plan(target, read.rule_set, ground.common, as_of=read.as_of)
    except InputError as error:
        if any(finding.code != "no-plan-in-file" for finding in error.findings):
            raise
        return None, ()
    return (None, ()) if _is_foreign(found, read) else (found, odd)


def _is_foreign(plan: pd.DataFrame, read: Read) -> bool:
    """Tell whether a plan has visits, and all of them are of customers who are not in the ledger."""
    customers = read.ledger.customers.frame
    keys = customer_keys(customers)
    if not len(plan) or pc.any(pc.is_in(column(plan, "customer_key"), keys)).as_py():
        return False
    return bool(column(in_ledger(plan, keys, owners(customers)), "customer").null_count == len(plan))


def _refuse_foreign(plan: pd.DataFrame, read: Read, path: Path) -> None:
    if _is_foreign(plan, read):
        name = next(iter(column(plan, "name").drop_null().to_pylist()), "-")
        raise InputError.of("plan-of-other-ledger", file=path.name, name=name)


def names_of_earlier(
    earlier: pd.DataFrame | None, history: History | None, workbook: Path | None
) -> dict[str, str]:
    """Return the names of the `history` and of the named `workbook` that an earlier plan came from.

    The workbook that is about to be replaced has no name here: made again, a plan is to come out the same.
    """
    # Only a recorded plan knows its customers' keys; one that was read from a workbook alone does not.
    is_recorded = earlier is not None and column(earlier, "customer_key").null_count < len(earlier)
    names = {"history": history.path.name} if history is not None and is_recorded else {}
    return names | ({} if workbook is None else {"workbook": workbook.name})


def _beside(ledger: Path, target: Path) -> tuple[Finding, ...]:
    """Return a finding where the ledger's plans of other days lie beside the target: none of them was gone by."""
    start = f"{ledger.stem}-{TITLE}-"
    folder = target.parent
    others = folder.iterdir() if folder.is_dir() else ()
    names = sorted(
        path.name
        for path in others
        if path.name.startswith(start) and path.suffix == ".xlsx" and path.name != target.name
    )
    params = {"first": names[-1], "known": "、".join(names)} if names else {}
    return (Finding("other-plan-beside", params=params),) if names else ()


def digest_of_plan(workbook: Path | None) -> str:
    """Return the sha256 of a plan's workbook, "" where there is none or it cannot be read (reading it tells why)."""
    try:
        return "" if workbook is None else hashlib.sha256(workbook.read_bytes()).hexdigest()
    except OSError:
        return ""
