"""What the terminal shows of linting: each finding at its place, the customers it is about, what to write."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from rich.text import Text

from crmtool.messages import Lang, help_of, place_of, say, text_of
from crmtool.messages.model import Severity

if TYPE_CHECKING:
    from rich.console import RenderableType

    from crmtool.rules.linting.model import LintFinding, LintReport

_STYLES: dict[Severity, str] = {"error": "red", "warning": "yellow", "info": ""}


def lint_report(report: LintReport, lang: Lang, *, verbose: bool) -> Iterator[RenderableType]:
    """Yield every finding (with those that comments keep back when verbose) and the totals."""
    for finding in report.findings:
        yield from _finding(finding, report, lang)
    for finding, reason in report.kept_back if verbose else ():
        said = text_of(finding.finding, lang)
        place = place_of(finding.finding)
        yield Text(say("lint-kept-back", lang, place=place, code=finding.code, text=said, reason=reason))
    yield Text(
        say(
            "lint-total",
            lang,
            file=report.file,
            errors=sum(finding.severity == "error" for finding in report.findings),
            warnings=sum(finding.severity != "error" for finding in report.findings),
            kept=len(report.kept_back),
        )
    )


def _finding(finding: LintFinding, report: LintReport, lang: Lang) -> Iterator[RenderableType]:
    code = f"{finding.code} " if finding.code else ""
    yield Text.assemble(
        f"{place_of(finding.finding)}: ",
        (code, _STYLES[finding.severity]),
        text_of(finding.finding, lang),
        f" [{finding.finding.code}]",
    )
    for key in ("line_text", "caret"):
        if key in finding.finding.params:
            yield Text(f"    {finding.finding.params[key]}", no_wrap=True)
    for words, customer in zip(finding.boxes(lang), finding.customers(lang), strict=True):
        yield Text(f"  * {words}")
        if customer:
            yield Text(f"      {say('lint-such-as', lang, customer=customer)}")
    if finding.region is not None and not finding.region.is_whole:
        yield Text(f"  * {say('lint-more-boxes', lang)}")
    for text in finding.example_texts(report, lang):
        yield Text(f"  - {text}")
    if finding.suggestion:
        yield Text(f"  {say('lint-suggestion', lang)}")
        yield from (Text(f"    {line}") for line in finding.suggestion.splitlines())
    yield Text(f"  {say('lint-help', lang, text=help_of(finding.finding, lang))}")
