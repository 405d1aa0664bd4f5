"""What the terminal shows of tuning: a bar for each place of a cut, tier by tier, and the proposals.

Bars are made of characters that every Chinese console has.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from rich.table import Table
from rich.text import Text

from crmtool.cli.show import read_line, written_files
from crmtool.messages import Lang, say

if TYPE_CHECKING:
    from rich.console import RenderableType

    from crmtool.jobs.tune import TuneOutcome
    from crmtool.rules.model import RuleSet
    from crmtool.rules.tuning.curves import Curve
    from crmtool.rules.tuning.proposing import Proposal
    from crmtool.rules.tuning.steps import Step

#: One for each tier, in GBK; tiers beyond begin again. The undecided are points.
_BLOCKS, _UNDECIDED = "■□▲△●○◆◇★☆", "·"
_BAR = 20


def tuned(outcome: TuneOutcome, lang: Lang, *, verbose: bool) -> Iterator[RenderableType]:
    """Yield the proposals, and each cut with a bar for every step; shares of the amount as figures when verbose."""
    assessment, rule_set = outcome.assessment, outcome.assessment.rule_set
    yield Text(read_line(assessment.read, lang))
    yield from _proposals(outcome, lang)
    yield Text(_legend(rule_set))
    for curve, steps in zip(outcome.curves, outcome.steps, strict=True):
        yield from _curve(curve, steps, outcome, lang, verbose=verbose)
    if outcome.still:
        cuts = "、".join(" ".join(_named(curve, rule_set, lang)) for curve in outcome.still)
        yield Text(say("tune-still", lang, cuts=cuts))
    yield Text(say("tune-rules-alone", lang))
    yield from written_files([outcome.written] if outcome.written else [], lang)


def bar(counts: Sequence[int], cells: int = _BAR) -> str:
    """Return shares as characters, as many as `cells`; the largest remainders get the cells that are left.

    >>> bar([3, 1, 0], 8), bar([0, 0], 8)
    ('■■■■■■□□', '')
    """
    total = sum(counts)
    if total <= 0:
        return ""
    shares = [max(count, 0) * cells for count in counts]
    lengths = [share // total for share in shares]
    rest = sorted(range(len(counts)), key=lambda place: (-(shares[place] % total), place))
    for place in rest[: cells - sum(lengths)]:
        lengths[place] += 1
    return "".join(_block(place, len(counts)) * length for place, length in enumerate(lengths))


def _block(place: int, groups: int) -> str:
    return _UNDECIDED if place == groups - 1 and groups > 1 else _BLOCKS[place % len(_BLOCKS)]


def _legend(rule_set: RuleSet) -> str:
    labels = [*(tier.label for tier in rule_set.tiers.values()), rule_set.unknown_label]
    return "  ".join(f"{_block(place, len(labels))} {label}" for place, label in enumerate(labels))


def _named(curve: Curve, rule_set: RuleSet, lang: Lang) -> tuple[str, str]:
    from crmtool.rules.telling.words import label_of, quantity_text

    kind = rule_set.fields[curve.cut.field].spec.kind
    return label_of(rule_set, curve.cut.field, lang), quantity_text(curve.cut.quantity, kind, lang)


def _curve(
    curve: Curve, steps: Sequence[Step], outcome: TuneOutcome, lang: Lang, *, verbose: bool
) -> Iterator[RenderableType]:
    from crmtool.rules.telling.words import quantity_text

    rule_set = outcome.assessment.rule_set
    label, cut = _named(curve, rule_set, lang)
    yield Text("")
    yield Text(say("tune-head", lang, label=label, cut=cut, used=" ".join(curve.cut.used_by)), style="bold")
    yield from (Text(f"  {line}") for line in _bounds(curve, outcome, lang))
    # Without lines: a block is twice as wide on some consoles, where lines would not meet.
    table = Table(box=None, header_style="bold", pad_edge=False, padding=(0, 2, 0, 0))
    heads = ("tune-cut", "customers", "tune-amount", "tune-counts", *(["tune-amounts"] if verbose else []))
    for key in heads:
        table.add_column(say(key, lang), justify="right" if key == "tune-cut" else "left", no_wrap=True)
    for step in steps:
        figure = quantity_text(step.figure, rule_set.fields[curve.cut.field].spec.kind, lang)
        cells = [
            figure if step.place is not None else say("tune-now", lang, figure=figure),
            bar(step.customers.tolist()),
            bar(step.amounts.tolist()),
            "/".join(f"{count:,}" for count in step.customers.tolist()),
        ]
        cells += [_shares(step.amounts.tolist())] if verbose else []
        table.add_row(*cells, style="bold" if step.place is None else "")
    yield table


def _shares(amounts: Sequence[int]) -> str:
    total = sum(amounts)
    return "/".join(f"{amount / total:.0%}" for amount in amounts) if total > 0 else ""


def _bounds(curve: Curve, outcome: TuneOutcome, lang: Lang) -> Iterator[str]:
    from crmtool.rules.telling.words import quantity_text

    kind = outcome.assessment.rule_set.fields[curve.cut.field].spec.kind
    ends = [None if end is None else quantity_text(end, kind, lang) for end in curve.ends]
    if kind in ("age", "date"):  # the later day is the shorter span
        ends = ends[::-1]
    low, high = ends
    if low is not None and high is not None:
        yield say("tune-between", lang, low=low, high=high)
    elif low is not None:
        yield say("tune-above", lang, low=low)
    elif high is not None:
        yield say("tune-below", lang, high=high)
    if curve.ranges:
        yield say("tune-left", lang, count=curve.ranges)


def _proposals(outcome: TuneOutcome, lang: Lang) -> Iterator[RenderableType]:
    from crmtool.rules.tuning.proposing import reach

    rule_set = outcome.assessment.rule_set
    for tier, wanted in dict.fromkeys(outcome.wanted):
        label, share = rule_set.tiers[tier].label, _percent(wanted)
        yield Text(say("tune-wanted", lang, tier=label, share=share), style="bold")
        own = [p for p in outcome.proposals if (p.tier, p.wanted) == (tier, wanted)]
        low, high = reach(outcome.curves, tier)
        if not own:
            yield Text(f"  {say('tune-none', lang, tier=label)}")
        elif not low <= wanted <= high:
            ends = {"low": _percent(low), "high": _percent(high)}
            yield Text(f"  {say('tune-out-of-reach', lang, tier=label, share=share, **ends)}")
        for proposal in own:
            yield Text(f"  * {_proposed(proposal, rule_set, lang)}")


def _proposed(proposal: Proposal, rule_set: RuleSet, lang: Lang) -> str:
    from crmtool.rules.telling.words import quantity_text

    kind = rule_set.fields[proposal.curve.cut.field].spec.kind
    label, cut = _named(proposal.curve, rule_set, lang)
    figure = quantity_text(proposal.figure, kind, lang)
    key = "tune-stays" if proposal.place is None else "tune-proposed"
    customers, share = f"{proposal.customers:,}", _percent(proposal.share)
    parts = [say(key, lang, label=label, cut=cut, figure=figure, customers=customers, share=share)]
    if proposal.other is not None:
        if proposal.ties > 1:
            parts.append(say("tune-ties", lang, count=proposal.ties))
        parts.append(say("tune-other", lang, share=_percent(proposal.other)))
    return ("；" if lang == "zh" else "; ").join(parts)


def _percent(share: object) -> str:
    return f"{float(share):.1%}"  # type: ignore[arg-type]
