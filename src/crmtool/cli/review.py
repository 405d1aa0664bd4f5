"""`crmtool review`: what a period came to – KPIs, who moved, and the table of what is to be changed."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from crmtool.cli.language import both
from crmtool.cli.options import DryRun, Output, Template, Wait, reads_a_ledger_and_logs

if TYPE_CHECKING:
    from crmtool.cli.voice import Voice
    from crmtool.jobs.request import Request
    from crmtool.jobs.run_log import RunLog

PeriodName = Annotated[
    str | None,
    typer.Option(
        "--period",
        metavar="PERIOD",
        help=both(
            "哪个期间：2026Q3、2026-09、2026H1、2026，或 last-quarter（默认）、last-month、last-half、last-year，"
            "也可写 上季度、上月、上半年、去年。",
            "Which one: 2026Q3, 2026-09, 2026H1, 2026, or last-quarter (the default), last-month, last-half, last-year.",
        ),
    ),
]
Previous = Annotated[
    Path | None,
    typer.Option(
        "--previous",
        metavar="WORKBOOK",
        help=both(
            "没有历史库时，与这份上期的分级或复盘工作簿（或更早的台账）比较；其中未决的调整沿用下来。",
            "Without a history: compare with this earlier workbook or ledger. Its undecided rows are carried on.",
        ),
    ),
]
PlanBook = Annotated[
    Path | None,
    typer.Option(
        "--plan",
        metavar="WORKBOOK",
        help=both(
            "回访率从这份计划工作簿里数（默认取历史里的计划）。",
            "The plan's workbook that visits are counted in (default: the plan in the history).",
        ),
    ),
]
FailOn = Annotated[
    str | None,
    typer.Option(
        "--fail-on",
        metavar="EXPR",
        help=both(
            "有一条成立（或无法判断）即以 1 退出，如 'downgrades>10,visit_rate<90%'；"
            "名称是指标的标识，或 downgrades、upgrades、new、gone、undecided、adjustments、short、findings。",
            "Exit with 1 if one of these holds or cannot be told, e.g. 'downgrades>10,visit_rate<90%': ids of KPIs, or"
            " downgrades, upgrades, new, gone, undecided, adjustments, short, findings.",
        ),
    ),
]


@reads_a_ledger_and_logs
def review(
    request: "Request",
    voice: "Voice",
    log: "RunLog",
    period: PeriodName = None,
    previous: Previous = None,
    plan_book: PlanBook = None,
    fail_on: FailOn = None,
    output: Output = None,
    template: Template = None,
    dry_run: DryRun = False,
    wait: Wait = 0.0,
) -> None:
    from crmtool.jobs.delivery import Delivery
    from crmtool.jobs.documents.review import review_document
    from crmtool.jobs.review import ReviewAsked, facts_of_run
    from crmtool.jobs.review import review as run

    asked = ReviewAsked(period, previous, plan_book, fail_on)
    outcome = run(request, asked, Delivery(output, template, dry_run, wait))
    log.note(outcome.findings, **facts_of_run(outcome))
    voice.tell(outcome.findings, even_quiet=True)
    if voice.as_json:
        voice.document(review_document(outcome, voice.lang))
    elif not voice.quiet:
        from crmtool.cli.show_review import review_summary

        voice.show(*review_summary(outcome, voice.lang, lists_all=voice.verbose))
    voice.end(outcome.findings)
    if outcome.failed:
        raise typer.Exit(1)


review.__doc__ = both(
    """复盘一个期间：指标的目标与实际、谁升谁降以及为什么、要调整什么，写成复盘工作簿。

    等级与历史库里上一次的比较；没有历史库时与 --previous 的工作簿、否则与台账里已有的等级比较。补做过去的期间时，
    统计截止日是期间的最后一天，以后的日期不计。调整表由人审批后，用 crmtool apply 落实到台账。

    例：crmtool review 客户台账.xlsx --period 上季度""",
    """Review a period: KPIs against their targets, who moved and why, what is to be changed, as a workbook.

    Tiers are compared with the last ones in the history; without one with those of --previous, else with those that stand
    in the ledger. A past period is judged as of its last day: what is dated later does not count. The adjustment table
    is for people to decide on; `crmtool apply` takes it back.

    Example: crmtool review customers.xlsx --period last-quarter""",
)
