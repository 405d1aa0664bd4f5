"""`crmtool check`: what cannot be read or does not add up, cell by cell."""

from typing import TYPE_CHECKING

from crmtool.cli.language import both
from crmtool.cli.options import reads_a_ledger

if TYPE_CHECKING:
    from crmtool.cli.voice import Voice
    from crmtool.jobs.request import Request


@reads_a_ledger
def check(request: "Request", voice: "Voice") -> None:
    from crmtool.cli.show import check_summary
    from crmtool.jobs.check import check as run
    from crmtool.jobs.documents.customers import check_document

    outcome = run(request)
    voice.tell(outcome.findings, is_result=True)
    if voice.as_json:
        voice.document(check_document(outcome, voice.lang))
    else:
        voice.show(*check_summary(outcome, voice.lang))
    voice.end(outcome.findings, is_check=True)


check.__doc__ = both(
    """检查台账：读不出的、有两种读法的、对不上的，逐格列出。不写文件。

    有问题时以 1 退出。例：crmtool check 客户台账.xlsx""",
    """Check a ledger: what cannot be read, has two readings, or does not add up. Writes nothing.

    Exits with 1 if there are findings. Example: crmtool check customers.xlsx""",
)
