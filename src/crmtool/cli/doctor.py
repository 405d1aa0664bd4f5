"""`crmtool doctor`: whether the next run will work."""

import sys
from typing import TYPE_CHECKING

import typer

from crmtool.cli.language import both
from crmtool.cli.options import ConfigPath, talks

if TYPE_CHECKING:
    from crmtool.cli.voice import Voice


@talks
def doctor(voice: "Voice", config: ConfigPath = None) -> None:
    from crmtool.cli.show_doctor import check_lines
    from crmtool.jobs.doctor import doctor as run

    outcome = run(config, sys.stdout.encoding or "ascii")
    if voice.as_json:
        from crmtool.jobs.documents.doctor import doctor_document

        voice.document(doctor_document(outcome, voice.lang))
    elif voice.quiet:
        wrong = [check for check in outcome.checks if check.state == "wrong"]
        for line in check_lines(wrong, voice.lang):
            typer.echo(line, err=True)
    else:
        for line in check_lines(outcome.checks, voice.lang):
            typer.echo(line)
    if not outcome.is_ready or (voice.strict and outcome.has_warnings):
        raise typer.Exit(1)


doctor.__doc__ = both(
    """看下一次运行能不能成：设置、规则、台账、历史库、文件夹能否写、磁盘、下季度放假安排、时区、终端、版本。

    有“不行”的以 1 退出；“注意”不影响退出码（加 --strict 则以 1 退出）；crmtool.yaml 有误以 2 退出。不留下任何文件。

    例：crmtool doctor --config 客户管理/crmtool.yaml""",
    """Say whether the next run will work: config, rules, ledger, history, folders, disk, the next quarter's holidays, time
    zone, console, versions.

    Exits with 1 where something is wrong; warnings do not count (with --strict they do); with 2 where crmtool.yaml has a
    mistake. Leaves nothing behind.

    Example: crmtool doctor --config crm/crmtool.yaml""",
)
