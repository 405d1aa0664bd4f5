"""`crmtool init`: a working folder to begin with."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from crmtool.cli.language import both
from crmtool.cli.options import talks

if TYPE_CHECKING:
    from crmtool.cli.voice import Voice

Folder = Annotated[
    Path,
    typer.Argument(metavar="DIR", help=both("工作文件夹（默认当前）。", "The folder (default: here).")),
]
RuleSetName = Annotated[
    str, typer.Option("--rules", metavar="NAME", help=both("用哪份分级规则。", "Which rule set."))
]


@talks
def init(voice: "Voice", directory: Folder = Path(), rules: RuleSetName = "annual_value") -> None:
    from crmtool.cli.show import next_steps
    from crmtool.jobs.documents.parts import written_document
    from crmtool.jobs.init import init as run

    folder = run(directory, rules)
    if voice.as_json:
        voice.document(written_document("crmtool.init/v1", folder.written))
    else:
        voice.show(*next_steps(folder, voice.lang))


init.__doc__ = both(
    """建一个工作文件夹：crmtool.yaml、一份可填的空台账，以及下一步怎么做。已有的文件不会被覆盖。

    例：crmtool init 客户管理 --rules value_potential""",
    """Make a working folder: crmtool.yaml, an empty ledger to fill in, and how to go on. Keeps what is there.

    Example: crmtool init crm --rules value_potential""",
)
