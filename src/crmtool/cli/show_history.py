"""What the terminal shows of the history: its runs, one of them, one customer through time, and what was taken in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from rich.text import Text

from crmtool.cli.show import kpi_figure, table_of
from crmtool.messages import Lang, say
from crmtool.messages.terminal import TERMINAL

if TYPE_CHECKING:
    from rich.console import RenderableType

    from crmtool.files.history import Run
    from crmtool.jobs.histories.taking_in import TakenIn
    from crmtool.jobs.histories.telling import CustomerTold, HistoryList, RunLine, RunTold, TierLine


def run_list(told: HistoryList, lang: Lang) -> Iterator[RenderableType]:
    """Yield a row a run, the newest last."""
    if not told.runs:
        yield Text(say("history-nothing", lang, path=told.path))
        return
    yield Text(say("history-runs", lang, path=told.path, count=len(told.runs)))
    table = table_of(
        (say("history-run", lang), True),
        (say("history-when", lang), True),
        (say("history-command", lang), True),
        (say("history-as-of", lang), True),
        (say("history-found", lang), False),
    )
    for line in told.runs:
        run = line.run
        command = f"{run.command} {line.period}" if line.period else run.command
        found = f"{_rules(run)} · {_found(line, lang)}"
        table.add_row(str(run.id), _when(run)[:10], command, run.as_of.isoformat(), found)
    yield table


def one_run(told: RunTold, lang: Lang, *, lists_all: bool) -> Iterator[RenderableType]:
    """Yield what a run read, found and wrote."""
    from crmtool.review.adjusting.deciding import APPLIED, CURRENT

    run, line = told.line.run, told.line
    words = {"as_of": run.as_of.isoformat(), "rules": _rules(run), "tool": run.tool_version}
    yield Text(say("history-run-line", lang, run=run.id, command=run.command, when=_when(run), **words))
    if line.period:
        yield Text(say("history-run-period", lang, period=line.period))
    if line.customers is not None:
        table = table_of((say("tier", lang), False), (say("customers", lang), True))
        for each in line.tiers:
            table.add_row(_label(each, lang), f"{each.customers:,}")
        yield table
    elif run.counts:
        yield Text(_found(line, lang))
    if len(told.kpis):
        yield _kpis(told, lang, lists_all=lists_all)
    if len(told.adjustments):
        applied = sum(each in (APPLIED, CURRENT) for each in told.adjustments["applied"].to_pylist())
        rows = f"{len(told.adjustments):,}"
        yield Text(say("history-adjustments", lang, count=rows, applied=f"{applied:,}"))
    if len(told.adjustments) and lists_all:
        yield _adjustments(told, lang)
    for sheet in run.inputs:
        key = "history-input-file" if sheet.rows is None else "history-input"
        read = "" if sheet.rows is None else f"{sheet.rows:,}"
        yield Text(say(key, lang, name=sheet.name, sheet=sheet.sheet, rows=read))
    for output in run.outputs:
        yield Text(say("history-output", lang, path=output.path))


def customer(told: CustomerTold, lang: Lang) -> Iterator[RenderableType]:
    """Yield how a customer stood, oldest first, one table for each that is called so."""
    for key in dict.fromkeys(each.customer_key for each in told.stands):
        own = [each for each in told.stands if each.customer_key == key]
        name = next((each.name for each in reversed(own) if each.name), key)
        yield Text(say("history-customer", lang, name=name, who=key))
        table = table_of(
            (say("history-as-of", lang), True),
            (say("tier", lang), False),
            (say("history-since", lang), True),
            (say("history-rules", lang), False),
            (say("history-reason", lang), False),
            (say("history-run", lang), True),
        )
        for each in own:
            label = each.label or each.tier or say("history-undecided", lang)
            if each.held is not None and each.held != label:
                label = say("history-held", lang, label=label, held=each.held)
            day, since = each.run.as_of.isoformat(), each.since.isoformat()
            table.add_row(day, label, since, _rules(each.run), each.reason or "", str(each.run.id))
        yield table


def taken(told: TakenIn, lang: Lang) -> Iterator[RenderableType]:
    """Yield what was taken into the history."""
    if told.classified is not None:
        tiers = told.classified.tiers
        yield Text(
            say(
                "history-taken-tiers",
                lang,
                file=told.source.name,
                as_of=told.classified.run.as_of.isoformat(),
                customers=f"{sum(each.customers for each in tiers):,}",
                tiers=_tiers(tiers, lang),
            )
        )
    if not told.added:
        yield Text(say("history-all-known", lang, path=told.path))
    elif told.is_rehearsal:
        yield Text(say("history-would-take", lang, path=told.path, count=len(told.added)))
    else:
        runs = "、".join(str(run.id) for run in told.added[:10]) + ("…" if len(told.added) > 10 else "")
        yield Text(say("history-taken", lang, path=told.path, count=len(told.added), runs=runs))


def _found(line: RunLine, lang: Lang) -> str:
    if line.customers is not None:
        return f"{line.customers:,}{say('history-of-these', lang)}{_tiers(line.tiers, lang)}"
    counts = [(name, f"{count:,}") for name, count in line.run.counts.items() if count]
    return say("history-and", lang).join(f"{_counted(name, lang)} {count}" for name, count in counts)


def _counted(name: str, lang: Lang) -> str:
    """Return in words what a run counted; what another version counted is left as it is called."""
    key = f"history-count-{name}"
    return say(key, lang) if key in TERMINAL else name


def _tiers(tiers: Iterable[TierLine], lang: Lang) -> str:
    told = [f"{_label(each, lang)} {each.customers:,}" for each in tiers if each.customers]
    return say("history-and", lang).join(told)


def _label(tier: TierLine, lang: Lang) -> str:
    return tier.label or tier.tier or say("history-undecided", lang)


def _rules(run: Run) -> str:
    return f"{run.rules_id} {run.rules_version}".strip()


def _when(run: Run) -> str:
    """Return when a run was recorded, to the minute, in the zone that it was told in."""
    return run.finished_at[:16].replace("T", " ")


def _kpis(told: RunTold, lang: Lang, *, lists_all: bool) -> RenderableType:
    table = table_of(
        (say("history-kpi", lang), False),
        (say("tier", lang), False),
        (say("history-target", lang), False),
        (say("history-actual", lang), True),
        (say("history-met", lang), False),
    )
    for row in told.kpis.to_pylist():
        is_told = row["target"] or (row["tier"] is None and row["actual"] is not None)
        if not (is_told or lists_all):
            continue
        actual, met = row["actual"], row["met"]
        table.add_row(
            row["label"] or row["id"] or "",
            told.labels.get(row["tier"], row["tier"]) or say("history-everybody", lang),
            row["target"] or "",
            "" if actual is None else kpi_figure(actual, row["unit"], lang),
            "" if met is None else say("status-is-met" if met else "status-is-not-met", lang),
        )
    return table


def _adjustments(told: RunTold, lang: Lang) -> RenderableType:
    table = table_of(
        (say("status-customer", lang), False),
        (say("tier", lang), False),
        (say("history-strategy", lang), False),
        (say("history-verdict", lang), False),
    )
    for row in told.adjustments.to_pylist():
        name = row["name"] or row["customer_id"] or row["customer_key"] or ""
        table.add_row(name, row["label"] or "", row["new_strategy"] or "", row["verdict"] or "")
    return table
