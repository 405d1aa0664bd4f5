"""What the terminal shows of rule sets: the list, one in words, and how its examples went."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from rich.table import Table
from rich.text import Text

from crmtool.messages import Lang, say

if TYPE_CHECKING:
    from rich.console import RenderableType

    from crmtool.jobs.rules import RuleListing, TestOutcome
    from crmtool.rules.model import RuleSet


def rule_list(listing: Sequence[RuleListing], lang: Lang) -> Iterator[RenderableType]:
    """Yield the shipped rule sets with their tiers."""
    table = Table(header_style="bold", pad_edge=False)
    for key in ("rule-set", "name", "version", "tiers"):
        table.add_column(say(key, lang), overflow="fold")
    for item in listing:
        table.add_row(item.id, item.name, item.version, " / ".join(item.tiers))
    yield table


def rule_set_in_words(rule_set: RuleSet, lang: Lang) -> Iterator[RenderableType]:
    """Yield a rule set as a person reads it: its tiers, each test in words with its origin, how often each is visited."""
    from crmtool.rules.telling.rhythm import rhythm_of
    from crmtool.tables.standards import standard_rows

    yield Text(f"{rule_set.id} {rule_set.version}  {rule_set.name}", style="bold")
    yield Text(say("source", lang, text=rule_set.source))
    table = Table(header_style="bold", pad_edge=False, show_lines=True)
    for key in ("tier", "when", "origin"):
        table.add_column(say(key, lang), overflow="fold")
    for row in standard_rows(rule_set, lang):
        table.add_row(row.label, row.words, say(f"origin-{row.origin}", lang))
    yield table
    rhythms = Table(header_style="bold", pad_edge=False)
    for key in ("tier", "rhythm"):
        rhythms.add_column(say(key, lang), overflow="fold")
    for tier in rule_set.tiers.values():
        rhythms.add_row(tier.label, rhythm_of(tier.id, rule_set) or say("no-rhythm", lang))
    yield rhythms


def example_results(outcome: TestOutcome, lang: Lang, *, verbose: bool) -> Iterator[RenderableType]:
    """Yield each example that fails (all of them when verbose) and the totals."""
    for result in outcome.results:
        if result.passed and not verbose:
            continue
        mark = say("failed" if not result.passed else "example-open" if result.is_open else "passed", lang)
        yield Text(f"{mark}  {result.rules}  {result.name}", style="" if result.passed else "red")
        for difference in result.differences:
            yield Text(f"    {difference.text(lang)}")
    failed = sum(not result.passed for result in outcome.results)
    still_open = sum(result.is_open and result.passed for result in outcome.results)
    passed = len(outcome.results) - failed - still_open
    yield Text(say("examples-total", lang, passed=passed, failed=failed))
    if still_open:
        yield Text(say("examples-open", lang, count=still_open))
