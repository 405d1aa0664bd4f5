"""What the terminal shows of standings: customers by tier, the longest overdue, and rates against their targets."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from rich.text import Text

from crmtool.cli.show import read_line, table_of, written_files
from crmtool.messages import Lang, say

if TYPE_CHECKING:
    from rich.console import RenderableType

    from crmtool.jobs.status import StatusOutcome
    from crmtool.rules.language.common import Common
    from crmtool.rules.model import RuleSet

#: Overdue visits that are shown; the JSON document and the workbook have all of them.
_OVERDUE_SHOWN = 12
#: Standings that have their column even where nobody has them.
_ALWAYS = ("overdue", "never_visited", "due", "on_track")


def status_summary(outcome: StatusOutcome, lang: Lang, *, lists_all: bool) -> Iterator[RenderableType]:
    """Yield customers by tier and standing, who is overdue (the first ones unless all are asked for), and the rates."""
    from crmtool.jobs.documents.status import counts_part, overdue_records, rate_records

    status, counts = outcome.status, counts_part(outcome)
    yield Text(read_line(outcome.assessment.read, lang))
    yield _tiers(counts, lang)
    late = status.found.overdue()
    if len(late):
        yield Text(say("status-warnings", lang, count=f"{len(late):,}", **counts["warnings"]))
        shown = late if lists_all else late.head(_OVERDUE_SHOWN)
        yield _overdue(overdue_records(shown, status.managers), outcome.common, lang)
        if len(late) > len(shown):
            yield Text(say("status-more-overdue", lang, count=f"{len(late) - len(shown):,}"))
    else:
        yield Text(say("status-none-overdue", lang))
    rates = rate_records(status.rates)
    if rates is None:
        yield Text(say("status-rate-unknown", lang))
    else:
        first, last = status.first.isoformat(), status.last.isoformat()
        yield Text(say("status-period", lang, first=first, last=last))
        yield _rates(rates, outcome.assessment.rule_set, lang)
    yield from written_files([outcome.written] if outcome.written else [], lang)


def _tiers(part: dict[str, Any], lang: Lang) -> RenderableType:
    counts = part["counts"]
    standings = [name for name in counts if name != "customers" and (counts[name] or name in _ALWAYS)]
    table = table_of(
        (say("tier", lang), False),
        *((say(f"standing-{name}", lang), True) for name in standings),
        (say("customers", lang), True),
    )
    for row in part["tiers"]:
        cells = [row[name] for name in standings]
        table.add_row(row["label"], *(f"{n:,}" if n else "" for n in cells), f"{sum(cells):,}")
    table.add_row(
        say("status-total", lang), *(f"{counts[name]:,}" for name in standings), f"{counts['customers']:,}"
    )
    return table


def _overdue(rows: list[dict[str, Any]], common: Common, lang: Lang) -> RenderableType:
    from crmtool.tables.visit_words import channel_label

    table = table_of(
        (say("status-level", lang), False),
        (say("status-days", lang), True),
        (say("status-customer", lang), False),
        (say("owner", lang), False),
        (say("status-manager", lang), False),
        (say("status-channel", lang), False),
        (say("status-due", lang), True),
    )
    for row in rows:
        level = row.get("level")
        table.add_row(
            say(f"level-{level}", lang) if level else "",
            f"{row['overdue_days']:,}",
            row.get("name") or row.get("customer_id", ""),
            row.get("owner") or say("nobodys", lang),
            row.get("manager", ""),
            channel_label(row["channel"], common),
            row["due_on"],
        )
    return table


def _rates(rates: list[dict[str, Any]], rule_set: RuleSet, lang: Lang) -> RenderableType:
    table = table_of(
        (say("tier", lang), False),
        (say("status-rate-due", lang), True),
        (say("status-rate-done", lang), True),
        (say("status-rate-late", lang), True),
        (say("status-rate", lang), True),
        (say("status-target", lang), True),
        (say("status-met", lang), False),
    )
    tiers = rule_set.tiers
    shown = [row for by in ("tier", "total") for row in rates if row["by"] == by]
    for row in shown:
        tier = row.get("tier") or ""
        label = say("status-total", lang) if row["by"] == "total" else rule_set.unknown_label
        rate, met = row["rate"], row.get("met")
        table.add_row(
            tiers[tier].label if tier in tiers else tier or label,
            f"{row['due']:,}",
            f"{row['done']:,}",
            f"{row['late']:,}" if row["late"] else "",
            "" if rate is None else f"{rate:.1%}",
            row.get("target_text", ""),
            "" if met is None else say("status-is-met" if met else "status-is-not-met", lang),
        )
    return table
