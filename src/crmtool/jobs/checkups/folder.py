"""Knows whether what a config names is there and fit for the next run: rules, ledger, history, folders, holidays.

The machine itself is left to `crmtool.jobs.checkups.machine`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from crmtool.config import DEFAULT_RULES, Config
from crmtool.errors import BusyError, OutputError, UsageError
from crmtool.files.backups import backups
from crmtool.files.history import examine
from crmtool.files.locks import holder_of
from crmtool.files.replace import free_bytes, refuse_open_elsewhere, refuse_protected, try_writing
from crmtool.jobs.checkups.model import Checked, said
from crmtool.jobs.days.workdays import workdays_for
from crmtool.jobs.reading import ledger_head
from crmtool.jobs.request import Request
from crmtool.jobs.rules import load_named, load_rfm_rules
from crmtool.review.kpis.baselines import baselines_of
from crmtool.review.kpis.unfit import target_findings
from crmtool.review.period import period_holding
from crmtool.rules.deciding.decide import decide
from crmtool.rules.judging.judge import judge
from crmtool.rules.measuring.metrics import measure
from crmtool.rules.model import RuleSet

_MEGABYTE: Final = 1_000_000
#: Outputs, backups and a new history stand beside the old ones while they are written.
_LEAST_BYTES: Final = 200 * _MEGABYTE
_LEAST_LEDGERS: Final = 20
#: Fields that rules take from RFM scores, which the first rows of a ledger do not tell.
_SCORES: Final = frozenset({"r", "f", "m", "rfm", "segment"})


@dataclass(frozen=True)
class Settings:
    """A config that was read, and the file that it was read from."""

    path: Path
    config: Config
    today: date

    @property
    def folder(self) -> Path:
        """Return the folder that paths of the config start from."""
        return self.path.parent

    @property
    def ledger(self) -> Path | None:
        """Return the ledger that the config names."""
        return self.folder / self.config.ledger if self.config.ledger else None

    @property
    def history(self) -> Path | None:
        """Return the history that the config names."""
        return self.folder / self.config.history if self.config.history else None


def check_baselines(settings: Settings) -> Iterator[Checked]:
    """Read the baselines of the config's `baselines:` as a review does; where all can be read, nothing is said."""
    rule_set, is_fallback = _rules_or_default(settings)
    if not is_fallback:
        baselines_of(settings.config.baselines, rule_set)
    yield from ()


def check_rules(settings: Settings) -> Iterator[Checked]:
    """Load the rule set and the RFM rules as a run does, and look at what the rules ask of KPIs."""
    rule_set = load_named(settings.config.rules, settings.folder)
    load_rfm_rules(settings.config.rfm, settings.folder)
    yield said("rules", "ok", "doctor-rules", name=f"{rule_set.id} {rule_set.version}", title=rule_set.name)
    yield from (Checked("rules", "warning", finding) for finding in target_findings(rule_set))


def check_ledger(settings: Settings) -> Iterator[Checked]:
    """Read and judge the first rows of the ledger, and see who else has it open.

    Where the rules cannot be loaded, which is told elsewhere, it is only read.
    """
    path = settings.ledger
    if path is None:
        yield said("ledger", "warning", "doctor-no-ledger", file=settings.path)
        return
    rule_set, is_fallback = _rules_or_default(settings)
    head = ledger_head(Request(path, config=settings.path, as_of=settings.today), rule_set)
    if not is_fallback and _SCORES.isdisjoint(rule_set.fields):
        cases = measure(head, rule_set)
        judgement = judge(cases, rule_set, settings.today)
        decide(cases, rule_set, judgement, head.customers, as_of=settings.today, lang="zh")
    sheet = "、".join(head.customers.source.sheets)
    yield said("ledger", "ok", "doctor-ledger", file=path, sheet=sheet)
    yield from _in_use(path)


def _rules_or_default(settings: Settings) -> tuple[RuleSet, bool]:
    try:
        return load_named(settings.config.rules, settings.folder), False
    except UsageError:
        return load_named(DEFAULT_RULES), True


def _in_use(path: Path) -> Iterator[Checked]:
    try:
        refuse_open_elsewhere(path)
        refuse_protected(path)
    except (BusyError, OutputError) as error:
        yield from (Checked("ledger", "warning", finding) for finding in error.findings)
    holder = holder_of(path)
    if holder is not None:
        yield said("ledger", "warning", "busy-other-run", file=path, **holder)


def check_history(settings: Settings) -> Iterator[Checked]:
    """Look through the history from end to end."""
    path = settings.history
    if path is None:
        yield said("history", "warning", "doctor-no-history", file=settings.path)
    elif not path.exists():
        yield said("history", "ok", "doctor-history-new", file=path)
    else:
        found = examine(path)
        code = "doctor-history" if found.version == found.newest else "doctor-history-older"
        yield said(
            "history", "ok", code, file=path, version=found.version, newest=found.newest, runs=found.runs
        )
        refuse_protected(path)


def folders_of(settings: Settings | None) -> tuple[Path, ...]:
    """Return the folders that the next run writes into, each once; the current one where there is no config."""
    if settings is None:
        return (Path(),)
    named = [path.parent for path in (settings.ledger, settings.history) if path is not None]
    if settings.config.output:
        named.append(_standing(settings.folder / settings.config.output))
    return tuple(dict.fromkeys(path.resolve() for path in named or [settings.folder]))


def _standing(folder: Path) -> Path:
    """Return a folder, or the nearest one above it that is there: a run makes what is missing."""
    return next((each for each in (folder, *folder.resolve().parents) if each.exists()), folder)


def check_folder(folder: Path, ledger: Path | None) -> Iterator[Checked]:
    """Really write into a folder, and ask how much room there is."""
    try_writing(folder)
    yield said("folder", "ok", "doctor-folder", file=folder)
    size = ledger.stat().st_size if ledger is not None and ledger.is_file() else 0
    wanted, free = max(_LEAST_BYTES, _LEAST_LEDGERS * size), free_bytes(folder)
    room = {"free": f"{free // _MEGABYTE:,}", "wanted": f"{wanted // _MEGABYTE:,}"}
    if free >= wanted:
        yield said("space", "ok", "doctor-space", file=folder, **room)
    else:
        yield said("space", "warning", "doctor-space-low", file=folder, **room)


def check_holidays(settings: Settings) -> Iterator[Checked]:
    """Say whether the days off of the next quarter are known."""
    period = period_holding(settings.today, "quarter").shifted(1)
    _, findings = workdays_for(period.first, period.last, settings.config, settings.folder)
    yield from (Checked("holidays", "warning", finding) for finding in findings)
    if not findings:
        yield said("holidays", "ok", "doctor-holidays", name=period.name)


def check_backups(settings: Settings) -> Iterator[Checked]:
    """Say how many backups of the ledger there are, and how many are kept."""
    keep, ledger = settings.config.backups, settings.ledger
    if keep == 0:
        yield said("backups", "warning", "doctor-no-backups", file=settings.path)
    elif ledger is not None and ledger.parent.is_dir():
        yield said("backups", "ok", "doctor-backups", file=ledger, count=len(backups(ledger)), keep=keep)
