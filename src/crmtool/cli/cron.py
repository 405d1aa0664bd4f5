"""`crmtool cron print`: lines that run a command when nobody looks on."""

import sys
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from crmtool.cli.help import BilingualCommand
from crmtool.cli.language import both
from crmtool.cli.options import ConfigPath, takes_language, talks

if TYPE_CHECKING:
    from crmtool.cli.voice import Voice

cron = typer.Typer(
    rich_markup_mode=None,
    help=both(
        "定时运行：打印 crontab、systemd、Windows 计划任务的写法。\n\n例：crmtool cron print",
        "Unattended runs: lines for crontab, systemd and the Windows task scheduler.\n\nExample: crmtool cron print",
    ),
    short_help=both("打印定时任务的写法", "Lines for crontab, systemd and the task scheduler"),
)
cron.callback()(takes_language)


class Scheduled(StrEnum):
    """Commands that can be run unattended."""

    review = "review"
    followup = "followup"
    plan = "plan"
    classify = "classify"
    status = "status"
    doctor = "doctor"


class Scheduler(StrEnum):
    """Schedulers that lines are printed for."""

    crontab = "crontab"
    systemd = "systemd"
    windows = "windows"


Command = Annotated[
    Scheduled,
    typer.Option(
        "--command",
        help=both(
            "定时运行哪个命令：review 每季度，plan 每年一月，其他每月。",
            "Which command: review each quarter, plan each January, the others each month.",
        ),
    ),
]
At = Annotated[
    str, typer.Option("--at", metavar="HH:MM", help=both("几点几分运行。", "At what time of day."))
]
Day = Annotated[
    int,
    typer.Option(
        "--day", min=1, max=28, metavar="1-28", help=both("当月几号。", "On which day of the month.")
    ),
]
Kind = Annotated[
    Scheduler | None,
    typer.Option(
        "--format",
        help=both(
            "只打印一种（默认本机能用的全部）。", "Print one alone (default: all that this system can have)."
        ),
    ),
]


@cron.command(
    "print",
    cls=BilingualCommand,
    help=both(
        "打印能照抄的定时任务：crontab 一行、systemd 的 service 与 timer、Windows 的 schtasks 一行。\n\n"
        "路径、引号、% 都已写好；时区、台账取自 crmtool.yaml。先用 crmtool doctor 看一遍。\n\n"
        "例：crmtool cron print --command followup --at 07:45 --format crontab",
        "Print schedules to be copied as they stand: a crontab line, a systemd service and timer, a line for schtasks.\n\n"
        "Paths, quotes and % signs are taken care of; time zone and ledger are those of crmtool.yaml. Run `crmtool doctor`"
        " first.\n\nExample: crmtool cron print --command followup --at 07:45 --format crontab",
    ),
)
@talks
def print_(
    voice: "Voice",
    config: ConfigPath = None,
    command: Command = Scheduled.review,
    at: At = "08:30",
    day: Day = 1,
    kind: Kind = None,
) -> None:
    from crmtool.cli.show_cron import schedule_lines
    from crmtool.jobs.cron import CronAsked, formats_on
    from crmtool.jobs.cron import cron as run

    formats = formats_on(sys.platform) if kind is None else (kind.value,)
    outcome = run(config, CronAsked(command.value, at, day, formats), voice.lang)
    voice.tell(outcome.findings)
    if voice.as_json:
        from crmtool.jobs.documents.cron import cron_document

        voice.document(cron_document(outcome, voice.lang))
    elif not voice.quiet:
        for line in schedule_lines(outcome, voice.lang):
            typer.echo(line)
    voice.end(outcome.findings)
