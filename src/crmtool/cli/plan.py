"""`crmtool plan`: who is to be visited on which day, as a workbook and as calendars."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from crmtool.cli.language import both
from crmtool.cli.options import DryRun, NoBackup, Output, Template, Wait, reads_a_ledger, writing_back

if TYPE_CHECKING:
    from crmtool.cli.voice import Voice
    from crmtool.jobs.request import Request

From = Annotated[
    str | None,
    typer.Option(
        "--from",
        metavar="YYYY-MM[-DD]",
        help=both(
            "从哪个月（或哪天）排起（默认统计截止日所在的月）。",
            "The first month or day (default: the month of the as-of day).",
        ),
    ),
]
To = Annotated[
    str | None,
    typer.Option(
        "--to",
        metavar="YYYY-MM[-DD]",
        help=both("排到哪个月（或哪天）为止（默认当年 12 月）。", "The last one (default: December)."),
    ),
]
Ics = Annotated[
    Path | None,
    typer.Option(
        "--ics",
        metavar="DIR",
        help=both(
            "另给每位负责人写一个日历文件（.ics）到这个文件夹。",
            "Also write a calendar (.ics) for each owner into this folder.",
        ),
    ),
]
Reassign = Annotated[
    list[str] | None,
    typer.Option(
        "--reassign",
        metavar="A=B",
        help=both(
            "A 的回访都交给 B，并列出交接清单；可重复。",
            "Give A's visits to B, and list the customers; repeatable.",
        ),
    ),
]
Overload = Annotated[
    str | None,
    typer.Option(
        "--overload",
        metavar="stretch",
        help=both(
            "排不下时按同一倍数放长所有周期（默认列入“未排入”）。",
            "Where people are full, stretch all intervals by one factor (default: list what has no room).",
        ),
    ),
]
PlanBook = Annotated[
    Path | None,
    typer.Option(
        "--plan",
        metavar="WORKBOOK",
        help=both(
            "上一次的计划工作簿：已约定、已完成的不动，其余尽量少动。",
            "The earlier plan's workbook: what is agreed or done stays, the rest moves as little as can be.",
        ),
    ),
]
UpdateLedger = Annotated[
    bool,
    typer.Option(
        "--update-ledger",
        help=both(
            "同时把每位客户的下一次回访写进台账的下次跟进时间（先留备份）。",
            "Also write each customer's next visit into the ledger (a backup is kept).",
        ),
    ),
]


@reads_a_ledger
def plan(
    request: "Request",
    voice: "Voice",
    first: From = None,
    last: To = None,
    output: Output = None,
    template: Template = None,
    ics: Ics = None,
    reassign: Reassign = None,
    overload: Overload = None,
    plan_book: PlanBook = None,
    update_ledger: UpdateLedger = False,
    no_backup: NoBackup = False,
    dry_run: DryRun = False,
    wait: Wait = 0.0,
) -> None:
    from crmtool.jobs.delivery import Delivery
    from crmtool.jobs.documents.visits import plan_document
    from crmtool.jobs.plan import plan as run
    from crmtool.jobs.plans.request import planning_from_options

    in_place = writing_back(update_ledger, no_backup, dry_run, wait)
    asked = planning_from_options(
        first=first, last=last, reassign=reassign or (), overload=overload, workbook=plan_book, calendars=ics
    )
    outcome = run(request, asked, Delivery(output, template, dry_run, wait), in_place)
    voice.tell(outcome.findings)
    if voice.as_json:
        voice.document(plan_document(outcome, voice.lang))
    elif not voice.quiet:
        from crmtool.cli.show import ledger_update
        from crmtool.cli.show_plan import plan_summary

        voice.show(*plan_summary(outcome, voice.lang))
        voice.show(*ledger_update(outcome.updated, voice.lang, is_rehearsal=dry_run, lists_all=voice.verbose))
    voice.end(outcome.findings)


plan.__doc__ = both(
    """按各级的回访频率排出每一天该回访谁，写出回访计划工作簿。

    避开节假日，按 crmtool.yaml 的 caps 均衡每人每天的次数。再排一次时，已完成、已约定和已过去的不动，其余尽量少动。

    例：crmtool plan 客户台账.xlsx --from 2026-01 --to 2026-12 --ics 日历""",
    """Find a day for every visit that the tiers' cadences ask for, and write the visit-plan workbook.

    Days off are avoided, and people's days levelled by `caps` of crmtool.yaml. Planned again, what is done, agreed or past
    stays as it is, and the rest moves as little as can be.

    Example: crmtool plan customers.xlsx --from 2026-01 --to 2026-12 --ics calendars""",
)
