"""Comparing two versions of a rule set: by proof, and on a ledger that both of them judge; as a workbook to sign.

What differs is found in `crmtool.rules.comparing`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import pyarrow as pa

from crmtool.errors import Finding, UsageError
from crmtool.jobs.addresses import addresses_from
from crmtool.jobs.assess import Assessment, assess
from crmtool.jobs.clock import today
from crmtool.jobs.delivery import Delivery, Written, deliver, prepare, refuse_overwriting
from crmtool.jobs.request import Request
from crmtool.jobs.rules import load_named
from crmtool.jobs.settings import find_config, read_config
from crmtool.messages import Lang
from crmtool.rules.comparing.changes import changes_of
from crmtool.rules.comparing.compare import compare
from crmtool.rules.comparing.model import Comparison
from crmtool.rules.comparing.on_ledger import COLUMNS, OnLedger
from crmtool.tables.portrait import exact_amounts
from crmtool.tables.rules_diff import Differed, content
from crmtool.visits.frames import column
from crmtool.visits.reading.facts import owners, texts


@dataclass(frozen=True)
class DiffOutcome:
    """What differs, in the language of the run; `before` and `after` judged the ledger where one was given."""

    comparison: Comparison
    before: Assessment | None = None
    after: Assessment | None = None
    moved: OnLedger | None = None
    written: Written | None = None
    findings: tuple[Finding, ...] = ()

    @property
    def differs(self) -> bool:
        """Say whether the two judge differently, or may."""
        return self.comparison.differs or (self.moved is not None and len(self.moved.changed) > 0)


def diff_rules(
    old: str,
    new: str,
    *,
    on: Request | None = None,
    delivery: Delivery | None = None,
    as_of: date | None = None,
    lang: Lang = "zh",
) -> DiffOutcome:
    """Compare two rule sets, shipped ones by their names or files, also on a ledger; with a workbook where one is asked for.

    Raises `UsageError` (no rule set, options, or the two read different customers from the ledger), `InputError` (the
    ledger cannot be used by one of them), `OutputError` or `BusyError` (the workbook cannot be written).
    """
    comparison = compare(load_named(old), load_named(new), lang)
    inputs = tuple(path for path in (Path(old), Path(new)) if path.is_file())
    template = b""
    if delivery is not None:
        template = prepare(delivery, on.ledger if on else Path(new), "rules-diff")
    outcome = DiffOutcome(comparison, findings=comparison.findings)
    if on is not None:
        outcome = _on_ledger(outcome, on, old, new)
        inputs = (*inputs, *(outcome.after.input_paths if outcome.after else ()))
    if delivery is not None and delivery.output is not None:
        refuse_overwriting(delivery.output, inputs)
        outcome = _written(outcome, delivery.output, template, delivery, as_of, inputs)
    return outcome


def _on_ledger(outcome: DiffOutcome, on: Request, old: str, new: str) -> DiffOutcome:
    before, after = (assess(replace(on, rules=name)) for name in (old, new))
    moved = _moved(before, after)
    found = _once((*outcome.findings, *before.findings, *after.findings))
    return replace(outcome, before=before, after=after, moved=moved, findings=found)


def _once(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return findings without those that both versions have."""
    known: dict[tuple[object, ...], Finding] = {}
    for each in findings:
        place = (each.code, each.file, each.sheet, each.cell, each.column, each.value)
        known.setdefault((*place, *sorted(each.params.items())), each)
    return tuple(known.values())


def _moved(before: Assessment, after: Assessment) -> OnLedger:
    """Lay the customers of both side by side. Raises `UsageError` where they are not the same rows of the ledger."""
    was, now = before.read.ledger.customers, after.read.ledger.customers
    rows = [
        list(zip(*(column(t.frame, n).to_pylist() for n in ("sheet", "row")), strict=True))
        for t in (was, now)
    ]
    if rows[0] != rows[1]:
        shown = [f"{'、'.join(t.source.sheets)} ({len(t.frame)})" for t in (was, now)]
        raise UsageError.of("diff-other-rows", file=now.source.file, before=shown[0], after=shown[1])
    fen = exact_amounts(after.cases, after.rule_set, len(now.frame))
    if fen.null_count == len(fen):
        fen = exact_amounts(before.cases, before.rule_set, len(now.frame))
    cells = {
        "place": pa.array(range(len(now.frame)), pa.int64()),
        "row": column(now.frame, "row"),
        "customer_id": texts(now.frame, "customer_id"),
        "name": texts(now.frame, "name"),
        "owner": owners(now.frame),
        "was": column(before.decisions.frame, "tier"),
        "now": column(after.decisions.frame, "tier"),
        "fen": fen,
        "reason_before": column(before.decisions.frame, "reason"),
        "reason_after": column(after.decisions.frame, "reason"),
    }
    return OnLedger(after.as_of, pa.table({name: cells[name].cast(kind) for name, kind in COLUMNS.items()}))


def _written(
    outcome: DiffOutcome,
    target: Path,
    template: bytes,
    delivery: Delivery,
    as_of: date | None,
    inputs: tuple[Path, ...],
) -> DiffOutcome:
    comparison = outcome.comparison
    chinese = replace(comparison, changes=changes_of(comparison.old, comparison.new, "zh"))
    day = outcome.moved.as_of if outcome.moved else as_of or today(read_config(find_config(None)).timezone)
    ledger = outcome.after.read.ledger if outcome.after else None
    told = Differed(chinese, day, outcome.moved, ledger, outcome.findings, addresses_from(target, inputs))
    written, noted = deliver(content(told), target, template, delivery, created=day)
    return replace(outcome, written=written, findings=(*outcome.findings, *noted))
