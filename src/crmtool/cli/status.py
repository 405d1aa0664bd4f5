"""`crmtool status`: how customers stand today, whom to tell, and how many of the due visits were made."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from crmtool.cli.language import both
from crmtool.cli.options import DryRun, Output, Template, Wait, reads_a_ledger
from crmtool.errors import UsageError

if TYPE_CHECKING:
    from crmtool.cli.voice import Voice
    from crmtool.jobs.request import Request

Month = Annotated[
    str | None,
    typer.Option(
        "--month",
        metavar="this|last|YYYY-MM",
        help=both(
            "回访率算哪个月，也可写 本月、上月（默认当年 1 月 1 日到统计截止日）。",
            "The month of the visit rates (default: from 1 January to the as-of day).",
        ),
    ),
]
From = Annotated[
    str | None,
    typer.Option(
        "--from",
        metavar="YYYY-MM[-DD]",
        help=both("回访率从哪个月（或哪天）算起。", "The first month or day of the visit rates."),
    ),
]
To = Annotated[
    str | None,
    typer.Option(
        "--to",
        metavar="YYYY-MM[-DD]",
        help=both("回访率算到哪个月（或哪天）为止。", "The last month or day of the visit rates."),
    ),
]
PlanBook = Annotated[
    Path | None,
    typer.Option(
        "--plan",
        metavar="WORKBOOK",
        help=both(
            "计划工作簿：应访的和已访的从这里数（默认取历史里的计划）。",
            "The plan's workbook that visits are counted in (default: the plan in the history).",
        ),
    ),
]
Workbook = Annotated[
    bool,
    typer.Option(
        "--workbook",
        help=both(
            "另写一份工作簿到台账旁边（或用 -o 指定文件）。",
            "Also write a workbook beside the ledger (or name a file by -o).",
        ),
    ),
]


@reads_a_ledger
def status(
    request: "Request",
    voice: "Voice",
    month: Month = None,
    first: From = None,
    last: To = None,
    plan_book: PlanBook = None,
    workbook: Workbook = False,
    output: Output = None,
    template: Template = None,
    dry_run: DryRun = False,
    wait: Wait = 0.0,
) -> None:
    from crmtool.jobs.days.status_period import period_from_options
    from crmtool.jobs.delivery import Delivery
    from crmtool.jobs.documents.status import status_document
    from crmtool.jobs.status import StatusAsked
    from crmtool.jobs.status import status as run

    if template is not None and not (workbook or output):
        raise UsageError.of("option-alone", option="--template", needed="--workbook / -o")
    period = period_from_options(month=month, first=first, last=last)
    asked = StatusAsked(period, plan_book, has_workbook=workbook)
    outcome = run(request, asked, Delivery(output, template, dry_run, wait))
    voice.tell(outcome.findings)
    if voice.as_json:
        voice.document(status_document(outcome, voice.lang))
    elif not voice.quiet:
        from crmtool.cli.show_status import status_summary

        voice.show(*status_summary(outcome, voice.lang, lists_all=voice.verbose))
    voice.end(outcome.findings)


status.__doc__ = both(
    """看谁正常、谁近期应访、谁逾期、谁从未回访；逾期满 7、15、30 天分别提醒、预警、上报给负责人的上级。

    有计划（历史或 --plan）时，还按等级、负责人、回访方式给出回访率，并对照规则里的目标。

    例：crmtool status 客户台账.xlsx --month last --workbook""",
    """Say who is on track, due, overdue or was never visited; 7, 15 and 30 days past due the owner is reminded, warned,
    and the owner's manager told.

    Where there is a plan (in the history, or by --plan) also visit rates by tier, owner and channel, against the
    targets of the rules.

    Example: crmtool status customers.xlsx --month last --workbook""",
)
