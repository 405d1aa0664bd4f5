"""`crmtool followup`: the ledger in, a month's follow-up sheets out."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from crmtool.cli.language import both
from crmtool.cli.options import DryRun, Template, Wait, reads_a_ledger

if TYPE_CHECKING:
    from crmtool.cli.voice import Voice
    from crmtool.jobs.request import Request

Month = Annotated[
    str,
    typer.Option(
        "--month",
        metavar="this|next|last|YYYY-MM",
        help=both(
            "哪个月，相对统计截止日；也可写 本月、下月、上月。", "Which month, seen from the as-of day."
        ),
    ),
]
Plan = Annotated[
    Path | None,
    typer.Option(
        "--plan",
        metavar="WORKBOOK",
        help=both(
            "取这份回访计划工作簿（默认取历史库，否则当场排出）。",
            "The plan to take (default: the history's, else one made on the spot).",
        ),
    ),
]
Split = Annotated[
    bool,
    typer.Option("--split", help=both("每位负责人一个文件。", "A file for each owner, in a folder.")),
]
SheetsOutput = Annotated[
    Path | None,
    typer.Option(
        "-o",
        "--output",
        metavar="FILE|DIR",
        help=both(
            "写到这个文件；加 --split 时是文件夹。", "Write to this file; with --split, into this folder."
        ),
    ),
]


@reads_a_ledger
def followup(
    request: "Request",
    voice: "Voice",
    month: Month = "this",
    output: SheetsOutput = None,
    split: Split = False,
    plan: Plan = None,
    template: Template = None,
    dry_run: DryRun = False,
    wait: Wait = 0.0,
) -> None:
    from crmtool.jobs.delivery import Delivery
    from crmtool.jobs.documents.visits import followup_document
    from crmtool.jobs.followup import Wanted
    from crmtool.jobs.followup import followup as run

    outcome = run(request, Wanted(month, plan, split), Delivery(output, template, dry_run, wait))
    voice.tell(outcome.findings)
    if voice.as_json:
        voice.document(followup_document(outcome, voice.lang))
    elif not voice.quiet:
        from crmtool.cli.show_followup import handed_summary

        voice.show(*handed_summary(outcome, voice.lang))
    voice.end(outcome.findings)


followup.__doc__ = both(
    """按月发出跟进表：每位负责人一张工作表，逾期的排在最上面，后面是要填写的单元格。

    计划取自 --plan 指定的工作簿，否则取历史库，否则当场从统计截止日排到月底。填过的跟进表等全部
    登记了才会换掉：先用 crmtool collect 收回。例：

    crmtool followup 客户台账.xlsx --month next --split""",
    """Hand out a month's follow-up sheets: one for each owner, the overdue visits on top, with cells to fill in.

    The plan is that of --plan, else of the history, else made on the spot from the as-of day to the month's end. Sheets
    that were filled in are replaced once all of that is on record: take them back with `crmtool collect` first. Example:

    crmtool followup customers.xlsx --month next --split""",
)
