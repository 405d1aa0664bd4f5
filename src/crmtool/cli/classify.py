"""`crmtool classify`: the ledger in, the classification workbook out."""

from typing import TYPE_CHECKING, Annotated

import typer

from crmtool.cli.language import both
from crmtool.cli.options import DryRun, NoBackup, Output, Template, Wait, reads_a_ledger, writing_back

if TYPE_CHECKING:
    from crmtool.cli.voice import Voice
    from crmtool.jobs.request import Request

UpdateLedger = Annotated[
    bool,
    typer.Option(
        "--update-ledger",
        help=both(
            "同时把等级、依据和问题清单写回台账（先留备份）。",
            "Also write tiers, reasons and findings into the ledger itself (a backup is kept).",
        ),
    ),
]
Format = Annotated[
    str | None,
    typer.Option(
        "--format",
        metavar="xlsx|csv|parquet",
        help=both(
            "写工作簿，还是只把客户分级表写成 csv 或 parquet（默认看 -o 的后缀，否则 xlsx）。",
            "The workbook, or its table of customers alone (default: by the ending of -o, else xlsx).",
        ),
    ),
]


@reads_a_ledger
def classify(
    request: "Request",
    voice: "Voice",
    output: Output = None,
    template: Template = None,
    format: Format = None,
    update_ledger: UpdateLedger = False,
    no_backup: NoBackup = False,
    dry_run: DryRun = False,
    wait: Wait = 0.0,
) -> None:
    from crmtool.jobs.classify import classify as run
    from crmtool.jobs.delivery import Delivery
    from crmtool.jobs.documents.customers import classify_document

    in_place = writing_back(update_ledger, no_backup, dry_run, wait)
    outcome = run(request, Delivery(output, template, dry_run, wait, format), in_place)
    voice.tell(outcome.findings)
    if voice.as_json:
        voice.document(classify_document(outcome, voice.lang))
    elif not voice.quiet:
        from crmtool.cli.show import ledger_update, tier_summary

        voice.show(*tier_summary(outcome, voice.lang))
        voice.show(*ledger_update(outcome.updated, voice.lang, is_rehearsal=dry_run, lists_all=voice.verbose))
    voice.end(outcome.findings)


classify.__doc__ = both(
    """给每位客户定级，写出分级工作簿，并打印各级人数。

    台账本身不会被改动，除非加 --update-ledger：只改写等级、分级依据、分级日期三列和问题清单，其余逐字节不变。
    csv 和 parquet 没有问题清单：发现的问题打印在屏幕上（-v 全部列出），或见 --json。例：

    crmtool classify 客户台账.xlsx --as-of 2024-06-30 --rules value_risk""",
    """Judge every customer, write the classification workbook, and print the tiers.

    The ledger itself is not touched, unless by --update-ledger: that writes three columns (tier, reason, day) and
    the sheet 问题清单 into it, and leaves all else as it is, byte for byte. CSV and Parquet have no list of findings:
    they are printed (-v: all of them), or see --json. Example:

    crmtool classify customers.xlsx --as-of 2024-06-30 --rules value_risk""",
)
