"""What the terminal shows of trying rule sets: what no example tries, cases at the cuts, stubs that were written."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from rich.table import Table
from rich.text import Text

from crmtool.messages import Lang, say

if TYPE_CHECKING:
    from rich.console import RenderableType

    from crmtool.jobs.delivery import Written
    from crmtool.jobs.trying import Trial, Update
    from crmtool.rules.model import RuleSet
    from crmtool.rules.trying.boundary_cases import BoundaryCase
    from crmtool.rules.trying.coverage import Kind, Tried

_KINDS: tuple[Kind, ...] = ("rule", "tier", "level", "region")


def trials_in_words(
    trials: Sequence[Trial], lang: Lang, *, verbose: bool, cases: bool, is_named: bool
) -> Iterator[RenderableType]:
    """Yield for each rule set how much its examples try, and what they do not; regions when verbose.

    Lines to copy come with the rule sets that were named, or when verbose. `cases` are listed where asked for.
    """
    for trial in trials:
        yield Text(_total(trial, lang), style="bold" if verbose else "")
        for tried in trial.coverage.untried:
            if tried.kind != "region" or verbose:
                yield from _untried(tried, trial.rule_set, lang, has_line=is_named or verbose)
        if is_named and _could_have_stubs(trial):
            yield Text(say("untried-update", lang, rules=trial.name))
        if cases or verbose:
            yield from _cases(trial, lang)


def _could_have_stubs(trial: Trial) -> bool:
    from crmtool.rules.trying.stubs import stubs_for

    return bool(stubs_for(trial.coverage, trial.rule_set))


def stubs_written(updates: Sequence[Update], lang: Lang) -> Iterator[RenderableType]:
    """Yield what was written into each file."""
    for update in updates:
        key = "stubs-written" if update.stubs else "stubs-waiting" if update.waiting else "stubs-none"
        count = len(update.stubs) or update.waiting
        yield Text(say(key, lang, path=update.written.path, count=count))


def schema_written(written: Written, lang: Lang) -> Iterator[RenderableType]:
    """Yield where a schema was written, and what to write at the top of a rules file for it."""
    yield Text(str(written.path))
    yield Text(say("schema-next", lang, path=f"./{written.path.name}"))


def _total(trial: Trial, lang: Lang) -> str:
    parts = []
    for kind in _KINDS:
        known = trial.coverage.told(kind)
        if known:
            tried = sum(bool(each.examples) for each in known)
            parts.append(say(f"covered-{kind}", lang, tried=tried, all=len(known)))
    return say("covered", lang, rules=trial.name, parts=" · ".join(parts))


def _untried(tried: Tried, rule_set: RuleSet, lang: Lang, *, has_line: bool) -> Iterator[RenderableType]:
    from crmtool.rules.proving.boxwords import box_text, customer_text
    from crmtool.rules.trying.stubs import is_stubbed, stub_of

    words = box_text(tried.region, tried.box, lang) if tried.region is not None and tried.box else ""
    yield Text(f"  * {say(f'untried-{tried.kind}', lang, id=tried.id, words=words)}")
    if is_stubbed(tried, rule_set):
        yield Text(f"      {say('untried-stubbed', lang)}")
        return
    if tried.customer is not None:
        yield Text(
            f"      {say('lint-such-as', lang, customer=customer_text(tried.customer, rule_set, lang))}"
        )
    stub = stub_of(tried, rule_set)
    if has_line and stub is not None:
        yield Text(f"      {say('untried-copy', lang)}")
        yield Text(f"      - {stub.line()}")


def _cases(trial: Trial, lang: Lang) -> Iterator[RenderableType]:
    yield Text(say("cases-head", lang, rules=trial.name), style="bold")
    for _, cut in groupby(trial.boundaries, key=lambda case: (case.field, case.cut)):
        cases = list(cut)
        yield Text(_heading(cases[0], trial.rule_set, lang))
        if cases[0].changes in ("nothing", "unproved"):
            yield Text(f"    {say(f'case-{cases[0].changes}', lang)}")
            continue
        table = Table(box=None, show_header=False, padding=(0, 2, 0, 0))
        for case in cases:
            table.add_row("   ", case.value or say("case-missing", lang), _said(case, trial.rule_set, lang))
        yield table


def _heading(case: BoundaryCase, rule_set: RuleSet, lang: Lang) -> str:
    from crmtool.rules.examples import NEVER_WORD
    from crmtool.rules.proving.boxwords import said
    from crmtool.rules.telling.words import label_of

    rest = [
        said(
            "cell-never" if text == NEVER_WORD else "cell",
            lang,
            label=label_of(rule_set, name, lang),
            value=text,
        )
        for name, text in case.example.given.items()
        if name != case.field
    ]
    key = "case-cut" if rest else "case-cut-alone"
    comma = "、" if lang == "zh" else ", "
    return say(key, lang, label=label_of(rule_set, case.field, lang), cut=case.cut, rest=comma.join(rest))


def _said(case: BoundaryCase, rule_set: RuleSet, lang: Lang) -> str:
    from crmtool.rules.telling.words import tier_labels

    if case.changes == "tag":
        labels = [tag.label for tag in rule_set.tags if tag.id in case.tags]
        return " · ".join(labels) or say("case-none", lang)
    if case.verdict.is_decided:
        by = " ".join(case.verdict.rules)
        return f"{rule_set.tiers[case.verdict.tier].label}  [{by}]"
    tiers = "/".join(tier_labels(rule_set, case.verdict.possible)) or say("case-none", lang)
    return say("case-undecided", lang, tiers=tiers)
