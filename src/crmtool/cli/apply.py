"""`crmtool apply`: adjustment tables that were decided on in, the ledger and the history up to date."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from crmtool.cli.collect import Ledger
from crmtool.cli.language import both
from crmtool.cli.options import DryRun, NoBackup, Wait, reads_a_ledger

if TYPE_CHECKING:
    from crmtool.cli.voice import Voice
    from crmtool.jobs.request import Request

Adjustments = Annotated[
    list[Path],
    typer.Argument(
        metavar="ADJUSTMENTS",
        help=both(
            "审批过的策略动态调整表（复盘工作簿或自己的工作簿），或放着它们的文件夹。",
            "Adjustment tables that were decided on (review workbooks, or your own), or folders of them.",
        ),
    ),
]


def _apply(
    request: "Request",
    voice: "Voice",
    adjustments: Adjustments,
    no_backup: NoBackup = False,
    dry_run: DryRun = False,
    wait: Wait = 0.0,
) -> None:
    from crmtool.jobs.apply import apply as run
    from crmtool.jobs.delivery import Delivery, InPlace

    delivery = Delivery(dry_run=dry_run, wait_seconds=wait)
    outcome = run(request, tuple(adjustments), delivery, InPlace(not no_backup, dry_run, wait))
    voice.tell(outcome.findings)
    if voice.as_json:
        from crmtool.jobs.documents.adjustments import apply_document

        voice.document(apply_document(outcome, voice.lang))
    elif not voice.quiet:
        from crmtool.cli.show_apply import apply_summary, what_was_written

        voice.show(*apply_summary(outcome, voice.lang, lists_all=voice.verbose))
        voice.show(*what_was_written(outcome, voice.lang, lists_all=voice.verbose))
    voice.end(outcome.findings)


_apply.__name__ = "apply"
_apply.__doc__ = both(
    """执行审批过的策略调整：写回台账，并登记到历史库。

    审批结果为“同意”的行，把调整后策略写进台账的当前核心策略，连同策略执行周期和填了的等级锁定；驳回、待定的只列出来。
    写之前留备份；同一份表执行两次等于一次；台账后来又改过的，不用以前的表覆盖。先用 --dry-run 看会改哪些格。例：

    crmtool apply 客户台账-复盘-2026Q3.xlsx --ledger 客户台账.xlsx --dry-run""",
    """Carry out the adjustments that were approved: in the ledger, and in the history.

    Rows whose 审批结果 is 同意 put the adjusted strategy in the place of the current one in the ledger, with its cycle and
    the lock where one is filled in; rejected and undecided rows are listed. A backup is kept; the same table twice is
    the same as once; what was changed in the ledger since is not overwritten. --dry-run shows the cells. Example:

    crmtool apply customers-review-2026Q3.xlsx --ledger customers.xlsx --dry-run""",
)
apply = reads_a_ledger(_apply, ledger=(Ledger, None))
