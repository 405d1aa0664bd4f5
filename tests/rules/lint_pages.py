"""Findings of lint as the terminal shows them, in both languages, for comparing with files that people have read."""

from __future__ import annotations

from collections.abc import Collection

from crmtool.messages import help_of, place_of, text_of
from crmtool.rules.linting.model import LintFinding, LintReport
from crmtool.rules.proving.boxwords import customer_text


def page(report: LintReport, sentences: Collection[str]) -> str:
    """Return the findings with some sentences, Chinese first."""
    told = [finding for finding in report.findings if finding.finding.code in sentences]
    return "".join(_one(finding, report, lang) for lang in ("zh", "en") for finding in told)


def _one(finding: LintFinding, report: LintReport, lang: str) -> str:
    said, code = text_of(finding.finding, lang), finding.finding.code
    lines = [f"{place_of(finding.finding)}: {finding.code} {said} [{code}]"]
    both = zip(finding.boxes(lang), finding.customers(lang), strict=True)
    lines += [f"  * {box} | {customer}" for box, customer in both]
    lines += [f"  - {customer_text(each, report.rule_set, lang)}" for each in finding.examples]
    lines += [f"  {line}" for line in finding.suggestion.splitlines()]
    lines.append(f"  help: {help_of(finding.finding, lang)}")
    return "\n".join(lines) + "\n"
