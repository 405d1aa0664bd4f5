"""What the terminal shows of an outcome, as Rich tables and lines."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from rich.table import Table
from rich.text import Text

from crmtool.messages import Lang, say

if TYPE_CHECKING:
    from rich.console import RenderableType

    from crmtool.jobs.check import CheckOutcome
    from crmtool.jobs.classify import ClassifyOutcome
    from crmtool.jobs.delivery import Written
    from crmtool.jobs.explain import ExplainOutcome
    from crmtool.jobs.init import Folder
    from crmtool.jobs.into_ledger.update import Updated
    from crmtool.jobs.reading import Read
    from crmtool.jobs.rfm import RfmOutcome


#: Cells that a rehearsal lists unless all are asked for.
_CELLS_SHOWN = 20
#: How the lines of a trace are coloured, by the mark they begin with.
_MARKS = {"√": "green", "×": "red", "?": "yellow", "-": "dim"}
#: Units of KPIs that are told behind the figure.
_MEASURES = ("points", "count", "money", "days")


def table_of(*headers: tuple[str, bool], title: str | None = None) -> Table:
    """Return an empty table with these headers, and whether each is of numbers."""
    table = Table(title=title, title_justify="left", title_style="bold", header_style="bold", pad_edge=False)
    for header, is_number in headers:
        table.add_column(header, justify="right" if is_number else "left", no_wrap=is_number, overflow="fold")
    return table


def kpi_figure(value: float | None, unit: str | None, lang: Lang) -> str:
    """Return a KPI's figure in words, with its unit."""
    if value is None:
        return say("review-unknown", lang)
    if unit == "change":
        return f"{value:+.1%}"
    if unit == "percent":
        return f"{value:.1%}"
    figure = f"{value:,.2f}".rstrip("0").rstrip(".")
    return say(f"review-unit-{unit}", lang, figure=figure) if unit in _MEASURES else figure


def read_line(read: Read, lang: Lang) -> str:
    """Return what was read, by which rules, and as of which day."""
    source = read.ledger.customers.source
    key = "read-default" if read.is_default_as_of else "read"
    return say(
        key,
        lang,
        file=source.file,
        sheet="、".join(source.sheets),
        rows=source.rows,
        as_of=read.as_of.isoformat(),
        rules=f"{read.rule_set.id} {read.rule_set.version}",
    )


def tier_summary(outcome: ClassifyOutcome, lang: Lang) -> Iterator[RenderableType]:
    """Yield the tiers with counts, shares and amounts, the assumptions, and where the workbook is."""
    assessment = outcome.assessment
    yield Text(read_line(assessment.read, lang))
    table = table_of(
        (assessment.rule_set.tier_column if lang == "zh" else "Tier", False),
        (say("customers", lang), True),
        (say("share", lang), True),
        (say("amount", lang), True),
    )
    for row in assessment.tiers:
        amount = "" if row.amount_cny is None else f"{row.amount_cny:,.2f}"
        table.add_row(row.label, f"{row.customers:,}", f"{row.share:.1%}", amount)
    yield table
    for assumption in assessment.assumptions:
        yield Text(say("assumed", lang, text=assumption.text))
    yield from written_files([outcome.written], lang)


def written_files(written: Sequence[Written], lang: Lang) -> Iterator[RenderableType]:
    """Yield a line for each file that was written."""
    for item in written:
        key = "replaced" if item.has_replaced else "written" if item.sha256 else "would-write"
        key = "is-current" if item.is_current else key
        yield Text(say(key, lang, path=item.path))


def ledger_update(
    updated: Updated | None, lang: Lang, *, is_rehearsal: bool, lists_all: bool
) -> Iterator[RenderableType]:
    """Yield what was written into the ledger, nothing where that was not asked for (None).

    In a rehearsal each cell is told, the first few unless all are asked for.
    """
    if updated is None:
        return
    if updated.is_current:
        yield Text(say("ledger-is-current", lang, path=updated.written.path))
        return
    if is_rehearsal:
        shown = updated.count if lists_all else _CELLS_SHOWN
        for cell in updated.cells.slice(0, shown).to_pylist():
            place = f"{cell['sheet']}!{cell['cell']}"
            before, after = (cell[key] if cell[key] is not None else "∅" for key in ("before", "after"))
            yield Text(f"{place} {cell['header']}: {before} → {after}")
        if updated.count > shown:
            yield Text(say("more-cells", lang, count=updated.count - shown))
    for sheet, headers in updated.report.added.items():
        if headers:
            yield Text(say("ledger-columns-added", lang, sheet=sheet, headers="、".join(headers)))
    if updated.report.sheets:
        yield Text(say("ledger-sheets", lang, sheets="、".join(updated.report.sheets)))
    key = "ledger-would-update" if is_rehearsal else "ledger-updated"
    yield Text(say(key, lang, path=updated.written.path, count=updated.count))
    if updated.overwritten:
        columns = "、".join(f"{header} {count}" for header, count in updated.overwritten.items())
        yield Text(say("ledger-overwritten", lang, columns=columns))
    if updated.backup is not None:
        yield Text(say("ledger-backup", lang, path=updated.backup))
    if updated.dropped:
        yield Text(say("ledger-backup-dropped", lang, names="、".join(path.name for path in updated.dropped)))
    if is_rehearsal and updated.has_backup:
        yield Text(say("ledger-would-back-up", lang))


def new_rules(written: Sequence[Written], lang: Lang, *, is_rfm: bool) -> Iterator[RenderableType]:
    """Yield what `rules new` wrote and what to do next."""
    yield from written_files(written, lang)
    yield Text(say("rules-new-next-rfm" if is_rfm else "rules-new-next", lang, path=written[0].path))


def next_steps(folder: Folder, lang: Lang) -> Iterator[RenderableType]:
    """Yield what `init` wrote, what it kept, and what to do next."""
    yield from written_files(folder.written, lang)
    for path in folder.kept:
        yield Text(say("kept", lang, path=path))
    yield Text(say("next-steps", lang, ledger=folder.ledger))


def check_summary(outcome: CheckOutcome, lang: Lang) -> Iterator[RenderableType]:
    """Yield which column was taken as what, and how many findings there are."""
    yield Text(read_line(outcome.read, lang))
    table = table_of((say("header", lang), False), (say("taken-as", lang), False))
    for field_id, column in outcome.read.ledger.customers.columns.items():
        label = column.field.label if lang == "zh" else column.field.label_en or column.field.label
        table.add_row(column.header, f"{label} ({field_id})")
    for header in outcome.read.ledger.customers.unmapped:
        table.add_row(header, say("kept-as-it-is", lang))
    yield table
    total = sum(finding.count for finding in outcome.findings)
    yield Text(say("findings-total" if total else "no-findings", lang, count=total))


def explanation(outcome: ExplainOutcome, lang: Lang) -> Iterator[RenderableType]:
    """Yield the whole story of each matching customer."""
    yield Text(read_line(outcome.assessment.read, lang))
    for story in outcome.stories:
        yield Text("")
        yield Text(story.title, style="bold")
        for line in story.lines:
            yield Text(line, style=_MARKS.get(line.lstrip()[:1], ""))


def segment_summary(outcome: RfmOutcome, lang: Lang) -> Iterator[RenderableType]:
    """Yield the segments with counts and amounts, the cuts, and where the workbook is."""
    yield Text(say("rfm-read", lang, customers=len(outcome.scores.frame), as_of=outcome.as_of.isoformat()))
    table = table_of(
        (say("segment", lang), False),
        (say("customers", lang), True),
        (say("share", lang), True),
        (say("amount", lang), True),
    )
    for row in outcome.segments(lang):
        amount = "" if row["amount"] is None else f"{row['amount']:,.2f}"
        table.add_row(row["label"], f"{row['customers']:,}", f"{row['share'] or 0:.1%}", amount)
    yield table
    for letter, cuts in zip("RFM", outcome.scores.cuts.values(), strict=True):
        shown = "  ".join("–" if cut == "none" else cut for cut in cuts)
        yield Text(say("cuts", lang, letter=letter, cuts=shown))
    yield from written_files([outcome.written], lang)
