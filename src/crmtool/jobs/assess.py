"""Judging what was read: the chain that classify, explain and check share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

import pyarrow as pa

from crmtool.errors import Finding, InputError
from crmtool.files.history import History
from crmtool.files.resources import rule_set_names
from crmtool.jobs.history import history_of, recorded_reports
from crmtool.jobs.later_rows import told_of_rows, without_later_rows
from crmtool.jobs.memory import give_back
from crmtool.jobs.reading import Read, ledger_heads, paths_of, read
from crmtool.jobs.request import Request, silent
from crmtool.jobs.reviews.as_known import until
from crmtool.jobs.rules import configured_rfm_rules, load_named
from crmtool.jobs.vocabulary import vocabulary
from crmtool.messages import Lang
from crmtool.rules.cases import Cases
from crmtool.rules.deciding.assumptions import assumptions
from crmtool.rules.deciding.decide import decide
from crmtool.rules.decisions import Assumption, Decisions
from crmtool.rules.judging.fitting import lacking
from crmtool.rules.judging.judge import Judgement, judge
from crmtool.rules.measuring.metrics import measure
from crmtool.rules.model import RuleSet
from crmtool.rules.rfm.model import RfmRules
from crmtool.rules.rfm.scores import RfmScores, letters_for_rules, score_ledger
from crmtool.tables import overview
from crmtool.tables.classification import Judged
from crmtool.tables.rfm import Scored
from crmtool.visits.reporting.recorded import with_reports

_RFM_FIELDS = frozenset({"r", "f", "m", "rfm", "segment"})


@dataclass(frozen=True, slots=True)
class TierCount:
    """How many customers are in a tier, and the sum of their known amounts in yuan (None: none is known)."""

    tier: str
    label: str
    customers: int
    share: float
    amount_cny: float | None


@dataclass(frozen=True)
class Assessment:
    """A ledger, judged. `decisions` speak Chinese, as workbooks do; `told` the language of the run."""

    read: Read
    cases: Cases
    judgement: Judgement
    decisions: Decisions
    rfm: RfmScores | None
    rfm_rules: RfmRules
    findings: tuple[Finding, ...]

    @property
    def rule_set(self) -> RuleSet:
        """Return the rule set that judged."""
        return self.read.rule_set

    @property
    def as_of(self) -> date:
        """Return the day that was judged on."""
        return self.read.as_of

    @property
    def findings_on_tiers(self) -> tuple[Finding, ...]:
        """Return the findings without those on scores, where the rules do not ask for any."""
        if self.rfm is None or not _RFM_FIELDS.isdisjoint(self.rule_set.fields):
            return self.findings
        return tuple(finding for finding in self.findings if finding not in self.rfm.notes)

    @property
    def input_paths(self) -> tuple[Path, ...]:
        """Return the files that were read."""
        return paths_of(self.read.inputs)

    @cached_property
    def tiers(self) -> tuple[TierCount, ...]:
        """Return the tiers best first, the undecided last and only where there are some: as the workbook does."""
        table = overview.build(self.cases, self.decisions, self.rule_set)
        columns = {column.id: column.cells.to_pylist() for column in table.columns}
        ids = overview.row_labels(self.decisions, self.rule_set)
        rows = zip(ids, *(columns[name] for name in ("label", "customers", "share", "amount")), strict=True)
        return tuple(TierCount(i, label, n, share or 0.0, amount) for i, label, n, share, amount in rows)

    @cached_property
    def told(self) -> Decisions:
        """Return the decisions with their reasons and advice in the language of the run."""
        lang = self.read.request.lang
        return self.decisions if lang == "zh" else _decide(self.read, self.cases, self.judgement, lang)

    @cached_property
    def assumptions(self) -> tuple[Assumption, ...]:
        """Return what was assumed, in the language of the run; nothing is decided again for it."""
        lang, made = self.read.request.lang, self.decisions.assumptions
        return made if lang == "zh" or not made else assumptions(self.judgement, lang)

    def for_tables(self, findings: Sequence[Finding], addresses: Mapping[str, str]) -> Judged:
        """Return what the classification workbook is made from; `addresses` are those of the files that were read."""
        scored = None if self.rfm is None else Scored(self.rfm, self.rfm_rules)
        return Judged(
            self.read.ledger,
            self.cases,
            self.decisions,
            self.rule_set,
            vocabulary(),
            findings,
            scored,
            addresses,
        )

    def identity(self) -> Mapping[str, list[Any]]:
        """Return row, customer_id and name of each customer, where the ledger has them."""
        frame = self.read.ledger.customers.frame
        return {
            name: pa.array(frame[name]).to_pylist()
            for name in ("row", "customer_id", "name")
            if name in frame
        }


def assess(request: Request) -> Assessment:
    """Read a ledger and judge it; raises as `read` and `assess_read` do."""
    return assess_read(read(request))


def assess_read(what: Read) -> Assessment:
    """Judge a ledger that was read; visits that the history knows of count like those of its own 回访记录.

    Rows of days after the as-of day do not count, whichever sheet they stand in.

    Raises `InputError` where no customer can be judged for want of columns, naming them and the shipped rule
    sets that would fit.
    """
    what = _with_history(_as_of_its_day(what))
    request, rule_set, as_of = what.request, what.rule_set, what.as_of
    request.progress("progress-judging", 0, 1)
    rfm_rules = configured_rfm_rules(request)
    rfm = score_ledger(what.ledger, rfm_rules)
    uses_rfm = not _RFM_FIELDS.isdisjoint(rule_set.fields)
    letters = letters_for_rules(rfm) if rfm is not None and uses_rfm else None
    cases = measure(what.ledger, rule_set, letters)
    judgement = judge(cases, rule_set, as_of)
    give_back()
    try:
        decisions = _decide(what, cases, judgement, "zh")
    except InputError as error:
        near = (finding for finding in what.findings if finding.code == "near-header")
        raise InputError(*error.findings, *near, _what_would_fit(request, rule_set)) from None
    give_back()
    notes = [note for note in (rfm.notes if rfm else ()) if not _is_told(note, decisions.findings)]
    findings = (*what.findings, *decisions.findings, *notes)
    return Assessment(what, cases, judgement, decisions, rfm, rfm_rules, findings)


def _is_told(note: Finding, findings: Sequence[Finding]) -> bool:
    """Tell whether a note on scores is among the findings on tiers, if of other fields over the same days."""
    if note.code != "records-cover-part":
        return note in findings
    needed = note.params["needed"]
    return any(f.code == note.code and f.params["needed"] == needed for f in findings)


def _as_of_its_day(what: Read) -> Read:
    findings = tuple(told_of_rows(what.findings, what.ledger, what.as_of))
    return replace(what, ledger=without_later_rows(what.ledger, what.as_of), findings=findings)


def _with_history(what: Read) -> Read:
    """Return what was read with the visits that were reported to the history, where there is one."""
    path = history_of(what.request)
    if path is None or not path.exists():
        return what
    with History.open(path, is_read_only=True) as history:
        reports = until(recorded_reports(history), what.as_of)
    return replace(what, ledger=with_reports(what.ledger, reports, vocabulary())) if len(reports) else what


def _decide(what: Read, cases: Cases, judgement: Judgement, lang: Lang) -> Decisions:
    customers = what.ledger.customers
    return decide(cases, what.rule_set, judgement, customers, as_of=what.as_of, lang=lang)


def _what_would_fit(request: Request, tried: RuleSet) -> Finding:
    """Return which other shipped rule sets could judge the same ledger."""
    others = {name: load_named(name) for name in rule_set_names() if name != tried.id}
    heads = ledger_heads(replace(request, progress=silent), others.values())
    fitting = [
        name
        for name, rule_set in others.items()
        if name in heads and not lacking(rule_set, measure(heads[name], rule_set))
    ]
    if not fitting:
        return Finding("fits-none")
    return Finding("fits-instead", params={"known": "、".join(fitting), "first": fitting[0]})
