"""`crmtool collect`: filled-in follow-up sheets in, the history and the ledger up to date."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from crmtool.cli.language import both
from crmtool.cli.options import DryRun, NoBackup, Wait, reads_a_ledger, writing_back

if TYPE_CHECKING:
    from crmtool.cli.voice import Voice
    from crmtool.jobs.request import Request

Sheets = Annotated[
    list[Path],
    typer.Argument(
        metavar="SHEET",
        help=both(
            "填好的跟进表（工作簿、csv），或放着这些表的文件夹。",
            "Filled-in follow-up sheets (workbooks, csv), or folders of them.",
        ),
    ),
]
Ledger = Annotated[
    Path | None,
    typer.Option(
        "--ledger",
        metavar="LEDGER",
        help=both(
            "客户台账；不写则取 crmtool.yaml 的 ledger。",
            "The customer ledger; without it, the `ledger` of crmtool.yaml.",
        ),
    ),
]
PlanBook = Annotated[
    Path | None,
    typer.Option(
        "--plan",
        metavar="WORKBOOK",
        help=both(
            "回访计划工作簿：没有历史库时用它核对回访。",
            "The plan's workbook, to look visits up in where there is no history.",
        ),
    ),
]
Correct = Annotated[
    bool,
    typer.Option(
        "--correct",
        help=both(
            "表里的与已登记的不同时，以表里的为准，更正登记。",
            "Where a sheet contradicts what is recorded, record what the sheet says instead.",
        ),
    ),
]
UpdateLedger = Annotated[
    bool,
    typer.Option(
        "--update-ledger",
        help=both(
            "同时写回台账的最近联系时间、上次维护内容、下次跟进时间；没有历史库时还追加到回访记录（先留备份）。",
            "Also write last contact, last maintenance and next follow-up into the ledger, and without a history the "
            "reports into its sheet of visits (a backup is kept).",
        ),
    ),
]


def _collect(
    request: "Request",
    voice: "Voice",
    sheets: Sheets,
    plan_book: PlanBook = None,
    correct: Correct = False,
    update_ledger: UpdateLedger = False,
    no_backup: NoBackup = False,
    dry_run: DryRun = False,
    wait: Wait = 0.0,
) -> None:
    from crmtool.jobs.collect import collect as run
    from crmtool.jobs.comparing import Asked
    from crmtool.jobs.delivery import Delivery
    from crmtool.jobs.documents.visits import collect_document

    in_place = writing_back(update_ledger, no_backup, dry_run, wait)
    delivery = Delivery(dry_run=dry_run, wait_seconds=wait)
    outcome = run(request, Asked(tuple(sheets), plan_book, correct), delivery, in_place)
    voice.tell(outcome.findings)
    if voice.as_json:
        voice.document(collect_document(outcome, voice.lang))
    elif not voice.quiet:
        from crmtool.cli.show import ledger_update
        from crmtool.cli.show_collect import collect_summary

        voice.show(*collect_summary(outcome, voice.lang, lists_all=voice.verbose))
        voice.show(*ledger_update(outcome.updated, voice.lang, is_rehearsal=dry_run, lists_all=voice.verbose))
    voice.end(outcome.findings)


_collect.__name__ = "collect"
_collect.__doc__ = both(
    """收回填好的跟进表：核对，显示会改变什么，登记到历史库和台账。

    表可以排过序、筛选过、挪过列、改过名：按表头认列，按回访编号认回访，没有编号的按客户和日期。互相矛盾的两份填报
    都不覆盖已登记的内容，只列出来，要以表里的为准就加 --correct；同一份表收两次等于收一次。例：

    crmtool collect 跟进表/ --ledger 客户台账.xlsx --update-ledger""",
    """Take filled-in follow-up sheets back: check them, show what changes, record it in the history and the ledger.

    Sheets may be sorted, filtered, renamed, their columns moved: columns go by headers, visits by their id, or else by
    customer and day. Reports that contradict each other overwrite nothing and are listed, unless --correct says that
    the sheet is right; the same sheet twice is the same as once. Example:

    crmtool collect sheets/ --ledger customers.xlsx --update-ledger""",
)
collect = reads_a_ledger(_collect, ledger=(Ledger, None))
