"""The command line as a whole: which commands there are, and how a run ends.

Everything a command does is left to `crmtool.jobs`; nothing heavy is imported before a command runs.
"""

from __future__ import annotations

import gc
import os
import signal
import sys
import traceback
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.main import get_command

from crmtool import __version__
from crmtool.cli.apply import apply
from crmtool.cli.check import check
from crmtool.cli.classify import classify
from crmtool.cli.collect import collect
from crmtool.cli.cron import cron
from crmtool.cli.doctor import doctor
from crmtool.cli.explain import explain
from crmtool.cli.followup import followup
from crmtool.cli.help import BilingualCommand, BilingualGroup, speak
from crmtool.cli.history import history
from crmtool.cli.init import init
from crmtool.cli.language import both, language_of_run
from crmtool.cli.mistakes import is_help, usage_error
from crmtool.cli.options import Language, takes_language
from crmtool.cli.plan import plan
from crmtool.cli.review import review
from crmtool.cli.rfm import rfm
from crmtool.cli.rules import rules
from crmtool.cli.status import status
from crmtool.cli.template import template
from crmtool.errors import CrmtoolError

if TYPE_CHECKING:
    from crmtool.messages.model import Lang

app = typer.Typer(
    name="crmtool",
    cls=BilingualGroup,
    rich_markup_mode=None,
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
    help=both(
        "读客户台账，按规则分级、排回访，写出分级表、回访计划、跟进表与问题清单。\n\n例：crmtool classify 客户台账.xlsx",
        "Read a customer ledger, judge every customer by tier rules, plan their visits, and write the workbooks.\n\n"
        "Example: crmtool classify customers.xlsx",
    ),
)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"crmtool {__version__}")
        raise typer.Exit


@app.callback()
def _main(
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_version, is_eager=True, help=both("显示版本。", "Show the version.")
        ),
    ] = False,
    lang: Language = None,
) -> None:
    takes_language(lang)


_SUMMARIES = {
    init: both("建一个工作文件夹", "Make a working folder"),
    check: both("逐格检查台账，不写文件", "Check a ledger cell by cell"),
    classify: both("给每位客户定级，写出分级工作簿", "Judge every customer, write the workbook"),
    explain: both("讲清一位客户为什么在这一级", "Say why one customer is in their tier"),
    plan: both("排出每一天该回访谁", "Find a day for every visit that is due"),
    followup: both("按月发出跟进表", "Hand out a month's follow-up sheets"),
    status: both("谁正常、近期应访、逾期、从未回访", "Who is on track, due, overdue, never visited"),
    rfm: both("只算 RFM 评分与分群", "RFM scores and segments alone"),
    collect: both("收回填好的跟进表，核对并登记", "Take filled-in follow-up sheets back"),
    review: both("复盘一个期间：指标、升降、调整表", "Review a period: KPIs, moves, adjustments"),
    apply: both("执行审批过的策略调整，写回台账", "Carry out approved adjustments in the ledger"),
    doctor: both("看下一次运行能不能成", "Say whether the next run will work"),
}
for _command, _summary in _SUMMARIES.items():
    app.command(
        cls=BilingualCommand, short_help=_summary, no_args_is_help=_command in (explain, collect, apply)
    )(_command)
app.add_typer(history, name="history", cls=BilingualGroup, no_args_is_help=True)
app.add_typer(rules, name="rules", cls=BilingualGroup, no_args_is_help=True)
app.add_typer(cron, name="cron", cls=BilingualGroup, no_args_is_help=True)
app.add_typer(template, name="template", cls=BilingualGroup, no_args_is_help=True)


_OBJECTS_BETWEEN_COLLECTIONS = 500_000


def build(lang: Lang) -> Any:
    """Return the whole command tree with its help in one language."""
    return speak(get_command(app), lang)


def run() -> None:
    """Run the command line and end the process with its exit code."""
    # Arrow's own allocator keeps what was freed; with the system's a large ledger takes an eighth less memory.
    os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", "system")
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="replace")  # type: ignore[union-attr]
    if hasattr(signal, "SIGTERM"):
        signal.signal(signal.SIGTERM, _terminated)
    lang = language_of_run(sys.argv[1:], os.environ)
    # A run is short and leaves next to no cycles: looking for them after every few hundred objects, and once more
    # among all that was imported when the process ends, took a fifth of the time of a small run.
    gc.set_threshold(_OBJECTS_BETWEEN_COLLECTIONS)
    code = _outcome(build(lang), lang)
    gc.freeze()
    sys.exit(code)


def _terminated(number: int, frame: object) -> None:
    raise SystemExit(128 + number)


def _outcome(command: Any, lang: Lang) -> int:
    try:
        return command.main(standalone_mode=False, obj=lang, prog_name="crmtool") or 0
    except CrmtoolError as error:
        return _fail(error, lang)
    except typer.TyperException as error:
        if is_help(error):
            typer.echo(error.format_message(), err=True)
            return 2
        return _fail(usage_error(error), lang)
    except (typer.Abort, KeyboardInterrupt):
        return 130
    except BrokenPipeError:
        sys.stdout = None
        return 0
    except Exception as error:  # noqa: BLE001 - the last line: whatever is left is a fault of ours
        fault = CrmtoolError.of("internal-error", kind=type(error).__name__, text=str(error))
        if "-v" in sys.argv or "--verbose" in sys.argv:
            typer.echo("".join(traceback.format_exception(error)), err=True)
        return _fail(fault, lang)


def _fail(error: CrmtoolError, lang: Lang) -> int:
    from crmtool.cli.voice import say_error

    say_error(error, lang, as_json="--json" in sys.argv)
    return error.exit_code


if __name__ == "__main__":
    run()
