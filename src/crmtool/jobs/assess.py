"""Judging what was read: the chain that classify, explain and check share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

from crmtool.errors import Finding, InputError
from crmtool.files.resources import rule_set_names
from crmtool.jobs.reading import Read, paths_of, read
from crmtool.jobs.request import Request
from crmtool.jobs.rules import load_named, load_rfm_rules
from crmtool.rules.cases import Cases
from crmtool.rules.decide import decide, lacking
from crmtool.rules.decisions import Decisions
from crmtool.rules.judge import Judgement, judge
from crmtool.rules.metrics import measure
from crmtool.rules.model import RuleSet
from crmtool.rules.rfm import RfmScores, score_ledger


@dataclass(frozen=True)
class Assessment:
    """A ledger, judged."""

    read: Read
    cases: Cases
    judgement: Judgement
    decisions: Decisions
    rfm: RfmScores | None
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
    def input_paths(self) -> tuple[Path, ...]:
        """Return the files that were read."""
        return paths_of(self.read.inputs)


def assess(request: Request) -> Assessment:
    """Read a ledger and judge it; raises as `read` and `decide` do."""
    return assess_read(read(request))


def assess_read(what: Read) -> Assessment:
    """Judge a ledger that was read.

    Raises `InputError` where no customer can be judged for want of columns, naming them and the shipped rule
    sets that would fit.
    """
    what.request.progress("progress-judging", 0, 1)
    cases = measure(what.ledger, what.rule_set)
