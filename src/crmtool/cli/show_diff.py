"""What the terminal shows of two versions of a rule set: what is written differently, who moves, on the ledger too."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from rich.text import Text

from crmtool.cli.show import table_of, written_files
from crmtool.messages import Lang, say
from crmtool.rules.comparing.wording import change_text, kinds_of, move_word, tier_word

if TYPE_CHECKING:
    from rich.console import RenderableType

    from crmtool.jobs.rules_diff import DiffOutcome
    from crmtool.rules.comparing.model import Comparison
    from crmtool.rules.comparing.on_ledger import OnLedger

#: Customers that are shown; the workbook and the document have all of them.
_SHOWN = 12
_SIGNS = {"added": ("+", "green"), "removed": ("-", "red"), "changed": ("~", "yellow")}
_STYLES = {"up": "green", "gained": "green", "down": "red", "lost": "red"}


def diff_summary(outcome: DiffOutcome, lang: Lang, *, lists_all: bool) -> Iterator[RenderableType]:
    """Yield what differs in words, each move with its kinds of customers, and who moves on the ledger."""
    comparison = outcome.comparison
    versions = [f"{rules.id} {rules.version}" for rules in (comparison.old, comparison.new)]
    yield Text(say("diff-versions", lang, old=versions[0], new=versions[1]), style="bold")
    yield from _changes(comparison, lang)
    if not comparison.findings:
        yield from _moves(comparison, lang)
    if any(change.effect in ("reading", "tags") for change in comparison.changes):
        yield Text(say("diff-may-move", lang))
    if outcome.moved is not None and outcome.after is not None:
        source = outcome.after.read.ledger.customers.source
        yield Text(
            say(
                "diff-ledger",
                lang,
                file=source.file,
                sheet="、".join(source.sheets),
                as_of=outcome.moved.as_of.isoformat(),
                customers=f"{len(outcome.moved.table):,}",
                moved=f"{len(outcome.moved.changed):,}",
            )
        )
        yield _matrix(comparison, outcome.moved, lang)
        yield from _customers(comparison, outcome.moved, lang, lists_all=lists_all)
    yield from written_files([outcome.written] if outcome.written else [], lang)


def _changes(comparison: Comparison, lang: Lang) -> Iterator[RenderableType]:
    if not comparison.changes:
        yield Text(say("diff-same", lang))
        return
    yield Text(say("diff-changes", lang, count=len(comparison.changes)))
    for change in comparison.changes:
        sign, style = _SIGNS[change.way]
        yield Text.assemble("  ", (sign, style), f" {change_text(change, lang)}")


def _moves(comparison: Comparison, lang: Lang) -> Iterator[RenderableType]:
    if not comparison.moves:
        yield Text(say("diff-no-moves", lang))
        return
    yield Text(say("diff-moves", lang, count=len(comparison.moves)))
    for move in comparison.moves:
        direction = comparison.direction(move.before, move.after)
        before = tier_word(comparison, move.before, lang, is_old=True)
        after = tier_word(comparison, move.after, lang, is_old=False)
        kind = move_word(direction, lang)
        line = say("diff-move", lang, before=before, after=after, kind=kind)
        yield Text(f"  {line}", style=_STYLES.get(direction, ""))
        for words, customer in kinds_of(move, lang):
            yield Text(f"    * {words}")
            if customer:
                yield Text(f"        {say('lint-such-as', lang, customer=customer)}")


def _matrix(comparison: Comparison, moved: OnLedger, lang: Lang) -> RenderableType:
    """Return the table of tiers then and now; the undecided have a place where there are any."""
    old, new = ({t.id: t.label for t in rules.tiers.values()} for rules in (comparison.old, comparison.new))
    if any(not way.was for way in moved.ways):
        old[""] = comparison.old.unknown_label
    if any(not way.now for way in moved.ways):
        new[""] = comparison.new.unknown_label
    table = table_of(
        (say("diff-was-now", lang), False),
        *((label, True) for label in new.values()),
        (say("diff-total", lang), True),
    )
    counts = {(way.was, way.now): way.customers for way in moved.ways}
    for was, label in old.items():
        row = [counts.get((was, now), 0) for now in new]
        table.add_row(label, *(f"{count:,}" if count else "·" for count in row), f"{sum(row):,}")
    totals = [sum(counts.get((was, now), 0) for was in old) for now in new]
    table.add_row(say("diff-total", lang), *(f"{count:,}" for count in totals), f"{sum(totals):,}")
    return table


def _customers(
    comparison: Comparison, moved: OnLedger, lang: Lang, *, lists_all: bool
) -> Iterator[RenderableType]:
    changed = moved.changed
    if not len(changed):
        return
    heads = (("row", True), ("customer", False), ("before", False), ("after", False), ("kind", False))
    table = table_of(*((say(f"diff-{key}", lang), n) for key, n in heads), (say("diff-amount", lang), True))
    shown = changed if lists_all else changed.slice(0, _SHOWN)
    for row in shown.to_pylist():
        was, now = row["was"] or "", row["now"] or ""
        direction = comparison.direction(was, now)
        table.add_row(
            f"#{row['row']}",
            row["name"] or row["customer_id"] or "",
            comparison.tier_label(was, is_old=True) or comparison.old.unknown_label,
            comparison.tier_label(now, is_old=False) or comparison.new.unknown_label,
            Text(move_word(direction, lang), style=_STYLES.get(direction, "")),
            "" if row["fen"] is None else f"{row['fen'] / 100:,.2f}",
        )
    yield table
    if len(changed) > len(shown):
        yield Text(say("diff-more", lang, count=f"{len(changed) - len(shown):,}"))
