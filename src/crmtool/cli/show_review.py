"""What the terminal shows of a review: KPIs against their targets, who moved, what is to be decided, and the files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from rich.text import Text

from crmtool.cli.show import kpi_figure, read_line, table_of, written_files
from crmtool.messages import Lang, say

if TYPE_CHECKING:
    from rich.console import RenderableType

    from crmtool.jobs.review import ReviewOutcome
    from crmtool.rules.model import RuleSet

_FIGURE_WIDTH = 6


def review_summary(outcome: ReviewOutcome, lang: Lang, *, lists_all: bool) -> Iterator[RenderableType]:
    """Yield what was reviewed and against what, KPIs, moves, the adjustment table in figures, and the files.

    A target that is asked of all is told once, unless all are asked for.
    """
    from crmtool.jobs.documents.review import matrix_records

    review, rule_set = outcome.review, outcome.assessment.rule_set
    yield Text(read_line(outcome.assessment.read, lang))
    period = review.period
    yield Text(say("review-of", lang, period=period.name, first=period.first, last=period.last))
    yield Text(_against(outcome, lang))
    yield from _kpis(outcome, lang, lists_all)
    if review.moves.previous is not None:
        yield _matrix(matrix_records(review.moves.frame, rule_set), rule_set, lang)
        yield Text(_moves(outcome, lang))
    why = [(row or "").split("|") for row in review.adjustments["why"].tolist()]
    counts = {name: sum(name in each for each in why) for name in ("short", "moved", "marked", "waiting")}
    yield Text(say("review-adjustments", lang, rows=f"{len(why):,}", **counts))
    if outcome.carried_from and counts["waiting"]:
        yield Text(say("review-carried-from", lang, place=outcome.carried_from))
    yield from written_files([outcome.written], lang)


def _against(outcome: ReviewOutcome, lang: Lang) -> str:
    previous = outcome.review.moves.previous
    if previous is None:
        return say("review-against-nothing", lang)
    day = previous.as_of.isoformat() if previous.as_of else say("review-day-unknown", lang)
    return say(f"review-against-{previous.source}", lang, day=day, place=previous.place)


def _kpis(outcome: ReviewOutcome, lang: Lang, lists_all: bool) -> Iterator[RenderableType]:
    """Yield the KPIs that have a target, of each tier, and of all customers those that are only watched."""
    from crmtool.visits.frames import table_of as arrow_table_of

    rows = arrow_table_of(outcome.review.kpis).to_pylist()
    tiers = outcome.assessment.rule_set.tiers
    table = table_of(
        (say("review-kpi", lang), False),
        (say("tier", lang), False),
        (say("review-target", lang), True),
        (say("review-actual", lang), True),
        (say("review-met", lang), False),
        (say("review-before", lang), True),
    )
    aimed = [row for row in rows if row["target"] is not None]
    watched = [row for row in rows if row["target"] is None and row["tier"] is None]
    watched = [row for row in watched if row["actual"] is not None]
    shared = {(row["id"], row["target"]) for row in aimed if row["tier"] is None}
    shown = [
        row for row in aimed if lists_all or row["tier"] is None or (row["id"], row["target"]) not in shared
    ]
    for row in (*shown, *watched):
        label = say("review-total", lang) if row["tier"] is None else tiers[row["tier"]].label
        met = row["met"]
        table.add_row(
            row["label"],
            label,
            row["target"] or "",
            kpi_figure(row["actual"], row["unit"], lang),
            "" if met is None else say("status-is-met" if met else "status-is-not-met", lang),
            "" if row["before"] is None else kpi_figure(row["before"], row["unit"], lang),
        )
    if table.row_count:
        yield table
    if not aimed:
        yield Text(say("review-no-targets", lang))
        return
    counts = {
        name: sum(row["met"] is value for row in aimed)
        for name, value in (("met", True), ("short", False), ("unknown", None))
    }
    yield Text(say("review-kpis-met", lang, **counts))


def _matrix(matrix: Mapping[str, Any], rule_set: RuleSet, lang: Lang) -> RenderableType:
    """Return from where to where, without rows and columns that nobody is in."""
    counts = matrix["customers"]
    rows = [at for at, row in enumerate(counts) if any(row)]
    columns = [at for at in range(len(matrix["to"])) if any(row[at] for row in counts)]
    table = table_of()
    table.add_column(say("review-was-now", lang), no_wrap=True)
    # On a narrow terminal the labels of tiers are broken, never the figures below them or the rows' own labels.
    for header in (*(_place(matrix["to"][at], rule_set, lang) for at in columns), say("review-total", lang)):
        table.add_column(header, justify="right", overflow="fold", min_width=_FIGURE_WIDTH)
    for at in rows:
        cells = [counts[at][column] for column in columns]
        shown = [f"{count:,}" if count else "" for count in cells]
        table.add_row(_place(matrix["from"][at], rule_set, lang), *shown, f"{sum(cells):,}")
    sums = [sum(row[at] for row in counts) for at in columns]
    table.add_row(say("review-total", lang), *(f"{count:,}" for count in sums), f"{sum(sums):,}")
    return table


def _place(name: str, rule_set: RuleSet, lang: Lang) -> str:
    return rule_set.tiers[name].label if name in rule_set.tiers else say(f"review-{name}", lang)


def _moves(outcome: ReviewOutcome, lang: Lang) -> str:
    frame = outcome.review.moves.frame
    kinds = frame["kind"].value_counts().to_dict()
    counts = {name: f"{kinds.get(name, 0):,}" for name in ("up", "down", "level", "new", "gone")}
    waiting = int(frame["held_tier"].notna().sum())
    return say("review-moves", lang, **counts, waiting=f"{waiting:,}")
