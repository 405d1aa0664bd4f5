"""`crmtool explain`: why one customer is in their tier, and what would move them."""

from typing import TYPE_CHECKING, Annotated

import typer

from crmtool.cli.language import both
from crmtool.cli.options import reads_a_named_ledger

if TYPE_CHECKING:
    from crmtool.cli.voice import Voice
    from crmtool.jobs.request import Request

Customer = Annotated[
    str,
    typer.Argument(
        metavar="CUSTOMER", help=both("客户名称、编号，或行号（如 #12）。", "A name, an id, or a row (#12).")
    ),
]


@reads_a_named_ledger
def explain(request: "Request", voice: "Voice", customer: Customer) -> None:
    from crmtool.cli.show import explanation
    from crmtool.jobs.documents.customers import explain_document
    from crmtool.jobs.explain import explain as run

    outcome = run(request, customer)
    voice.tell(outcome.findings)
    if voice.as_json:
        voice.document(explain_document(outcome, voice.lang))
    else:
        voice.show(*explanation(outcome, voice.lang))
    voice.end(outcome.findings)


explain.__doc__ = both(
    """讲清一位客户为什么在这一级：每个值、每条规则、为何不是更高一级、怎样才能升级。

    例：crmtool explain 客户台账.xlsx A公司""",
    """Say why a customer is in their tier: every value, every rule, why not a higher tier, what would help.

    Example: crmtool explain customers.xlsx A公司""",
)
