"""What a history tells: its runs, one of them with all that it found out, and one customer through time.

How that is shown is left to `crmtool.cli` and `crmtool.jobs.documents.history`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from crmtool.errors import UsageError
from crmtool.files.history import History, Run
from crmtool.files.resources import rule_set_names
from crmtool.jobs.histories.opening import HistoryPlace, looking_into
from crmtool.jobs.rules import load_named
from crmtool.review.period import Period, period_named

#: Commands that put every customer into a tier.
DECIDE: Final = ("classify", "review")
LATEST: Final = ("latest", "最近")
#: What stands for the undecided among the counts of a run.
UNDECIDED: Final = ""


@dataclass(frozen=True, slots=True)
class TierLine:
    """A tier of a run (None: undecided), what it is called where that is known, and how many customers it held."""

    tier: str | None
    label: str | None
    customers: int


@dataclass(frozen=True)
class RunLine:
    """A run as it stands in a list, with its tiers, best first where the rule set is a shipped one."""

    run: Run
    period: str | None
    tiers: tuple[TierLine, ...]

    @property
    def customers(self) -> int | None:
        """Return how many customers it judged, None for a run that judged none."""
        return sum(each.customers for each in self.tiers) if self.run.command in DECIDE else None


@dataclass(frozen=True)
class HistoryList:
    """The runs of a history in the order in which they were finished."""

    path: Path
    runs: tuple[RunLine, ...]


@dataclass(frozen=True)
class RunTold:
    """A run with what its KPIs came to and what it proposed (columns of `crmtool.files.history.tables`).

    `labels` are what it calls its tiers, by their ids.
    """

    path: Path
    line: RunLine
    kpis: pa.Table
    adjustments: pa.Table
    labels: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Stand:
    """How a customer stood by one run. `since` is the first as-of day from which on the tier was the same.

    `held` is what the tier that holds meanwhile is called, while a change waits to be confirmed.
    """

    run: Run
    customer_key: str
    customer_id: str | None
    name: str | None
    tier: str | None
    label: str | None
    reason: str | None
    origin: str | None
    held: str | None
    since: date


@dataclass(frozen=True)
class CustomerTold:
    """How a customer stood over time, oldest first: of several runs of one day by the same rules the last one."""

    path: Path
    asked: str
    stands: tuple[Stand, ...]


def list_runs(place: HistoryPlace) -> HistoryList:
    """Return all runs; raises as `looking_into` does."""
    with looking_into(place) as history:
        return HistoryList(place.path, tuple(_line(history, run) for run in history.runs()))


def tell_run(place: HistoryPlace, asked: str) -> RunTold:
    """Return the run of a number, the last one (`latest`), or the newest review of a period.

    Raises `UsageError` where there is none such, else as `looking_into` does.
    """
    with looking_into(place) as history:
        run = _chosen(history.runs(), asked, place.path)
        kpis, adjustments = history.kpis(run.id), history.adjustments(run.id)
        return RunTold(place.path, _line(history, run), kpis, adjustments, _labels(history, run))


def tell_customer(place: HistoryPlace, customer: str, until: str = LATEST[0]) -> CustomerTold:
    """Return how a customer stood, up to the as-of day of the run that `until` names as in `tell_run`.

    `customer` is a number, a name, or a key; who has a number is told under all names. Raises `UsageError` where nobody
    is called so.
    """
    with looking_into(place) as history:
        runs = history.runs()
        last = max((run.as_of for run in runs), default=None)
        if until not in LATEST:
            last = _chosen(runs, until, place.path).as_of
        rows = _rows_of(history, customer)
        if not len(rows):
            raise UsageError.of("history-no-customer", value=customer, file=str(place.path))
        by_id = {run.id: run for run in runs if last is not None and run.as_of <= last}
        tables = {run: history.labels(run) for run in set(rows["run"].to_pylist()) & by_id.keys()}
    labels = {tier: label for run in sorted(tables) for tier, label in tables[run].items()}
    return CustomerTold(place.path, customer, tuple(_stands(rows, by_id, labels)))


def _rows_of(history: History, customer: str) -> pa.Table:
    """Return what runs decided of whoever is called so, and of those by their numbers under other names."""
    rows = history.classifications_of(customer)
    is_own = pc.fill_null(pc.equal(rows["customer_key"], rows["customer_id"]), False)
    own = pc.unique(rows["customer_key"].filter(is_own))
    of_numbers = [(number, history.classifications_of(number)) for number in own.to_pylist()]
    theirs = [table.filter(pc.equal(table["customer_key"], number)) for number, table in of_numbers]
    return pa.concat_tables([rows.filter(pc.invert(is_own)), *theirs])


def period_of(run: Run) -> str | None:
    """Return the period that a run reviewed, None for another one."""
    period = run.options.get("period")
    return period if isinstance(period, str) and period else None


def _line(history: History, run: Run) -> RunLine:
    if run.command not in DECIDE:
        return RunLine(run, period_of(run), ())
    labels = _labels(history, run)
    ids = [
        *(tier for tier in labels if tier in run.counts),
        *(tier for tier in run.counts if tier not in labels),
    ]
    tiers = [TierLine(tier, labels.get(tier), run.counts[tier]) for tier in ids if tier != UNDECIDED]
    if run.counts.get(UNDECIDED):
        tiers.append(TierLine(None, None, run.counts[UNDECIDED]))
    return RunLine(run, period_of(run), tuple(tiers))


def _labels(history: History, run: Run) -> dict[str, str]:
    return {**_shipped_labels(run.rules_id), **history.labels(run.id)}


@cache
def _shipped_labels(rules_id: str) -> Mapping[str, str]:
    """Return what a shipped rule set calls its tiers, best first: runs may know only those that somebody is in."""
    if rules_id not in rule_set_names():
        return {}
    return {tier.id: tier.label for tier in load_named(rules_id).tiers.values()}


def _chosen(runs: Sequence[Run], asked: str, path: Path) -> Run:
    found: Run | None = None
    if asked in LATEST:
        found = runs[-1] if runs else None
    elif asked.isascii() and asked.isdigit():
        found = next((run for run in runs if run.id == int(asked)), None)
    if found is None and (period := period_named(asked)) is not None:
        found = _of_period(runs, period)
    if found is None:
        known = f"1–{max(run.id for run in runs)}" if runs else "-"
        raise UsageError.of("history-no-run", value=asked, file=str(path), known=known)
    return found


def _of_period(runs: Sequence[Run], period: Period) -> Run | None:
    """Return the newest review of a period, else the newest run that judged on a day of it."""
    reviews = [run for run in runs if (period_of(run) or "").casefold() == period.name.casefold()]
    judged = [run for run in runs if run.command in DECIDE and period.first <= run.as_of <= period.last]
    return next(reversed(reviews or sorted(judged, key=lambda run: run.as_of)), None)


def _stands(rows: pa.Table, runs: Mapping[int, Run], labels: Mapping[str, str]) -> Iterator[Stand]:
    last: dict[tuple[str, str, date], dict[str, str | None]] = {}
    told = rows.filter(pc.is_in(rows["run"], pa.array(list(runs), pa.int64()))).to_pylist()
    for row in sorted(told, key=lambda row: runs[row["run"]].turn):
        run = runs[row["run"]]
        last[row["customer_key"], run.rules_id, run.as_of] = row
    since: dict[tuple[str, str], tuple[str | None, date]] = {}
    for (key, rules, day), row in sorted(last.items(), key=lambda item: (item[0][2], item[0][:2])):
        tier, first = since.get((key, rules), (None, day))
        if (key, rules) not in since or tier != row["tier"]:
            first = day
        since[key, rules] = row["tier"], first
        held = row["held_tier"]
        yield Stand(
            run=runs[int(row["run"] or 0)],
            customer_key=key,
            customer_id=row["customer_id"],
            name=row["name"],
            tier=row["tier"],
            label=row["label"],
            reason=row["reason"],
            origin=row["origin"],
            held=None if held is None else labels.get(held, held),
            since=first,
        )
