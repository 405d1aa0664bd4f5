"""Linting rules files, shipped or one's own.

What is found, and how it is proved, is left to `crmtool.rules.linting`.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

from crmtool.errors import UsageError
from crmtool.files.resources import read_rules
from crmtool.jobs.assess import assess
from crmtool.jobs.request import Request
from crmtool.jobs.rules import holds_rfm_rules
from crmtool.rules.linting.lint import lint, with_ledger
from crmtool.rules.linting.model import LintReport


def lint_rules(
    name: str, *, origin: Literal["source"] | None = None, on: Request | None = None
) -> LintReport:
    """Return what there is to say about a shipped rule set, by its name, or about a file.

    With `origin`, what stands in the source document alone is looked at. `on` is a ledger to try the rule set on:
    what never fires there, what is mostly empty, where many customers stand at a cut. Raises `UsageError` where there is no
    such file, or where it holds RFM rules (loading these proves already that each code has one segment).
    """
    text, shown = read_rules(name)
    if holds_rfm_rules(name):
        raise UsageError.of("rfm-rules-for-tiers", file=shown)
    common, _ = read_rules("common")
    report = lint(text, shown, common=common, origin=origin)
    if on is None or report.rule_set is None:
        return report
    assessment = assess(replace(on, rules=name))
    return with_ledger(report, text, assessment.cases, assessment.judgement, assessment.as_of)
