"""`crmtool rfm`: RFM scores and segments alone."""

from typing import TYPE_CHECKING, Annotated

import typer

from crmtool.cli.language import both
from crmtool.cli.options import DryRun, Output, Template, Wait, reads_only_a_ledger

if TYPE_CHECKING:
    from crmtool.cli.voice import Voice
    from crmtool.jobs.request import Request

Segments = Annotated[
    str | None,
    typer.Option(
        "--segments",
        metavar="zh8|en10",
        help=both(
            "用哪张分群图（默认见 RFM 规则的 segments）。",
            "Which segment map (default: that of the RFM rules).",
        ),
    ),
]
Method = Annotated[
    str,
    typer.Option(
        "--method",
        metavar="own|r",
        help=both("评分方法：own 本工具；r 与 R 语言 rfm 包完全一致。", "own, or r: exactly as R's `rfm`."),
    ),
]
Bins = Annotated[
    int | None,
    typer.Option(
        "--bins",
        min=2,
        max=10,
        help=both("分几档（仅 --method r，默认 5）。", "How many bins (--method r only; default 5)."),
    ),
]


@reads_only_a_ledger
def rfm(
    request: "Request",
    voice: "Voice",
    output: Output = None,
    template: Template = None,
    segments: Segments = None,
    method: Method = "own",
    bins: Bins = None,
    dry_run: DryRun = False,
    wait: Wait = 0.0,
) -> None:
    from crmtool.cli.show import segment_summary
    from crmtool.jobs.delivery import Delivery
    from crmtool.jobs.documents.customers import rfm_document
    from crmtool.jobs.rfm import Scoring, score_rfm

    outcome = score_rfm(request, Scoring(method, segments, bins), Delivery(output, template, dry_run, wait))
    voice.tell(outcome.findings)
    if voice.as_json:
        voice.document(rfm_document(outcome, voice.lang))
    else:
        voice.show(*segment_summary(outcome, voice.lang))
    voice.end(outcome.findings)


rfm.__doc__ = both(
    """只算 RFM：从订单明细（或台账里的最近交易时间、订单次数、金额）给出评分与分群。

    --rules 也接受 RFM 规则文件（crmtool rules new my_rfm --from rfm 抄一份来改）。

    例：crmtool rfm 订单.xlsx --as-of 2024-06-30""",
    """RFM alone: scores and segments from orders (or the ledger's last order, order count and amount).

    --rules takes RFM rules too (`crmtool rules new my_rfm --from rfm` copies them to edit).

    Example: crmtool rfm orders.xlsx --as-of 2024-06-30""",
)
