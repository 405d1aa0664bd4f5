"""Linting one rules file: everything that is found in it, in file order, but for what a comment keeps back.

What each check looks for is in the modules beside this one; reading the file and printing are left to `crmtool.jobs`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import Literal

from crmtool.errors import UsageError
from crmtool.rules.cases import Cases
from crmtool.rules.examples import run_examples
from crmtool.rules.judging.judge import Judgement
from crmtool.rules.language.load import load_rule_set
from crmtool.rules.linting.boundaries import boundaries
from crmtool.rules.linting.context import Context
from crmtool.rules.linting.contradictions import contradictions
from crmtool.rules.linting.gaps import gaps
from crmtool.rules.linting.model import CODES, LintFinding, LintReport
from crmtool.rules.linting.monotone import monotone
from crmtool.rules.linting.on_ledger import ON_LEDGER, on_ledger
from crmtool.rules.linting.overlaps import overlaps
from crmtool.rules.linting.redundant import redundant
from crmtool.rules.linting.suppressing import kept_back, without_effect, without_reason
from crmtool.rules.linting.unused import untold, unused
from crmtool.rules.model import Dimension, Matrix, RuleSet, Tier
from crmtool.rules.proving.search import BUDGET


def lint(
    text: str,
    name: str,
    *,
    common: str | None = None,
    origin: Literal["source"] | None = None,
    budget: int = BUDGET,
) -> LintReport:
    """Return what there is to say about a rules file; `name` is the file's name in messages (`rules/x.yaml`).

    A file that cannot be loaded has the mistakes of loading as its findings. With `origin`, only what stands in the
    source document is looked at, and what depends on the whole file (E08, W06, W07) is not. `budget` are the
    steps that each question may take; what was given up is said.
    """
    try:
        whole = load_rule_set(text, name, common=common)
    except UsageError as error:
        mistakes = (LintFinding(CODES.get(finding.code, ""), finding) for finding in error.findings)
        return LintReport(name, tuple(mistakes))
    context = Context(text, name, whole, whole if origin is None else of_source(whole), budget)
    found = [*_proved(context), *boundaries(context)]
    if origin is None:
        found += [*_examples(context), *unused(context), *untold(context), *without_reason(text, name)]
    left, back = kept_back([*found, *context.given_up], text)
    if origin is None:
        unasked = ON_LEDGER | {finding.finding.params["lint"] for finding in context.given_up}
        left += without_effect(text, name, (finding for finding, _ in back), unasked)
    return LintReport(name, tuple(_in_order(left)), tuple(back), whole)


def with_ledger(report: LintReport, text: str, cases: Cases, judgement: Judgement, as_of: date) -> LintReport:
    """Return a report with what the customers of a ledger show besides; they were judged as of a day by the same rules."""
    if report.rule_set is None:
        return report
    context = Context(text, report.file, report.rule_set, report.rule_set)
    left, back = kept_back(on_ledger(context, cases, judgement, as_of), text)
    findings = tuple(_in_order([*report.findings, *left]))
    return replace(report, findings=findings, kept_back=(*report.kept_back, *back))


def _proved(context: Context) -> Iterator[LintFinding]:
    for check in (contradictions, overlaps, gaps, redundant, monotone):
        yield from check(context)


def _in_order(findings: list[LintFinding]) -> list[LintFinding]:
    unique = {(f.place, f.code, f.finding.code, tuple(f.finding.params.items())): f for f in findings}
    return sorted(unique.values(), key=lambda f: (f.place, f.code, f.finding.code))


def _examples(context: Context) -> Iterator[LintFinding]:
    for index, result in enumerate(run_examples(context.rule_set)):
        if not result.passed:
            where = context.places.at("examples", index, "name")
            zh, en = ("; ".join(each.text(lang) for each in result.differences) for lang in ("zh", "en"))
            yield context.finding("lint-example-fails", where, name=result.name, told_zh=zh, told_en=en)


def of_source(rule_set: RuleSet) -> RuleSet:
    """Return a rule set without what we decided: rules, levels, tags and tiers of `origin: resolution`."""
    tiers = {name: tier for name, tier in rule_set.tiers.items() if tier.origin == "source"}
    dimensions = {
        name: replace(
            dimension, levels=tuple(level for level in dimension.levels if level.origin == "source")
        )
        for name, dimension in rule_set.dimensions.items()
    }
    return replace(
        rule_set,
        tiers=tiers,
        dimensions=dimensions,
        rules=tuple(rule for rule in rule_set.rules if rule.origin == "source" and rule.tier in tiers),
        tags=tuple(tag for tag in rule_set.tags if tag.origin == "source"),
        matrix=_matrix_of_source(rule_set.matrix, dimensions, tiers),
    )


def _matrix_of_source(
    matrix: Matrix | None, dimensions: Mapping[str, Dimension], tiers: Mapping[str, Tier]
) -> Matrix | None:
    if matrix is None:
        return None
    rows, cols = ({level.id for level in dimensions[name].levels} for name in (matrix.rows, matrix.cols))
    cells = matrix.cells.items()
    kept = {(r, c): tier for (r, c), tier in cells if r in rows and c in cols and tier in tiers}
    return replace(matrix, cells=kept)
