"""The options that several commands share, spelt and explained once.

What they mean is left to `crmtool.jobs`.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from crmtool.cli.language import both
from crmtool.errors import UsageError

if TYPE_CHECKING:
    from crmtool.jobs.delivery import InPlace
    from crmtool.jobs.request import Request

_LEDGER = typer.Argument(
    metavar="LEDGER",
    help=both(
        "客户台账（.xlsx .xlsm .xls .xlsb .ods .csv）；不写则取 crmtool.yaml 的 ledger。",
        "The customer ledger (.xlsx … .csv); without it, the `ledger` of crmtool.yaml.",
    ),
)
LedgerPath = Annotated[Path, _LEDGER]
LedgerOrConfigs = Annotated[Path | None, _LEDGER]
Output = Annotated[
    Path | None,
    typer.Option("-o", "--output", metavar="FILE", help=both("写到这个文件。", "Write to this file.")),
]
Rules = Annotated[
    str | None,
    typer.Option(
        "--rules",
        metavar="NAME|FILE",
        help=both(
            "分级规则：自带的名字或 YAML 文件（默认取 crmtool.yaml，否则 annual_value）。",
            "The rule set: a shipped name or a YAML file (default: crmtool.yaml's, else annual_value).",
        ),
    ),
]
Template = Annotated[
    Path | None,
    typer.Option(
        "--template",
        metavar="FILE",
        help=both("用自己的模板（见 template export）。", "Fill your own template (see `template export`)."),
    ),
]
Json = Annotated[
    bool, typer.Option("--json", help=both("向标准输出打印一份 JSON。", "Print one JSON document on stdout."))
]
DryRun = Annotated[
    bool,
    typer.Option(
        "--dry-run", help=both("只说会做什么，不写文件。", "Say what would be done, write nothing.")
    ),
]
Strict = Annotated[
    bool, typer.Option("--strict", help=both("有问题即以 1 退出。", "Exit with 1 if there are findings."))
]
Quiet = Annotated[bool, typer.Option("-q", "--quiet", help=both("只打印错误。", "Print nothing but errors."))]
Verbose = Annotated[
    bool,
    typer.Option("-v", "--verbose", help=both("列出全部问题与细节。", "List every finding, and details.")),
]
Language = Annotated[
    str | None,
    typer.Option("--lang", metavar="zh|en", help=both("提示用中文还是英文。", "Speak Chinese or English.")),
]
Wait = Annotated[
    float,
    typer.Option(
        "--wait",
        min=0,
        metavar="SECONDS",
        help=both("输出被占用时最多等几秒。", "Wait this long for a locked output."),
    ),
]
NoBackup = Annotated[
    bool,
    typer.Option(
        "--no-backup",
        help=both("写回台账时不留备份。", "Keep no backup of the ledger that is written into."),
    ),
]
AsOf = Annotated[
    str | None,
    typer.Option(
        "--as-of",
        metavar="YYYY-MM-DD",
        help=both("统计截止日（默认今天）。", "The day to judge on (default: today)."),
    ),
]
Sheets = Annotated[
    list[str] | None,
    typer.Option(
        "--sheet",
        metavar="NAME",
        help=both("台账所在的工作表；可重复，或用 * 表示全部。", "The ledger's sheet; repeatable, or `*`."),
    ),
]
Orders = Annotated[
    str | None,
    typer.Option(
        "--orders",
        metavar="FILE[::SHEET]",
        help=both("订单明细所在的文件或工作表。", "Where the orders are."),
    ),
]
Visits = Annotated[
    str | None,
    typer.Option("--visits", metavar="FILE[::SHEET]", help=both("回访记录。", "Where the visits are.")),
]
Demands = Annotated[
    str | None,
    typer.Option("--demands", metavar="FILE[::SHEET]", help=both("需求记录。", "Where the demands are.")),
]
Tickets = Annotated[
    str | None,
    typer.Option("--tickets", metavar="FILE[::SHEET]", help=both("咨询投诉记录。", "Where the tickets are.")),
]
Map = Annotated[
    list[str] | None,
    typer.Option(
        "--map",
        metavar="HEADER=FIELD",
        help=both("把某个表头当作某个字段；可重复。", "Take a header as a field; repeatable."),
    ),
]
ConfigPath = Annotated[
    Path | None,
    typer.Option("--config", metavar="FILE", help=both("用这份 crmtool.yaml。", "Use this crmtool.yaml.")),
]
PasswordFile = Annotated[
    Path | None,
    typer.Option(
        "--password-file",
        metavar="FILE",
        help=both("加密工作簿的密码所在的文件。", "A file that holds the workbook's password."),
    ),
]
History = Annotated[
    Path | None,
    typer.Option(
        "--history",
        metavar="FILE",
        help=both(
            "用这个历史库：运行和回访记在其中（默认取 crmtool.yaml 的 history，没写则不用）。",
            "The history that runs and visits are recorded in (default: `history` of crmtool.yaml, else none).",
        ),
    ),
]


def takes_language(lang: Language = None) -> None:
    """Take `--lang` between a group and its command too; it is read before any of them runs."""
    from crmtool.cli.voice import refuse_unknown_language

    refuse_unknown_language(lang)


_READING: dict[str, tuple[Any, Any]] = {
    "ledger": (LedgerOrConfigs, None),
    "rules": (Rules, None),
    "as_of": (AsOf, None),
    "sheet": (Sheets, None),
    "orders": (Orders, None),
    "visits": (Visits, None),
    "demands": (Demands, None),
    "tickets": (Tickets, None),
    "header_map": (Map, None),
    "config": (ConfigPath, None),
    "history": (History, None),
    "password_file": (PasswordFile, None),
}
LogFile = Annotated[
    Path | None,
    typer.Option(
        "--log-file",
        metavar="FILE",
        help=both(
            "把每次运行的始末写进这个文件（JSON 行，不含客户名称）。",
            "Log the beginning and end of each run in this file (JSON lines, no customers' names).",
        ),
    ),
]
_TALKING: dict[str, tuple[Any, Any]] = {
    "as_json": (Json, False),
    "strict": (Strict, False),
    "quiet": (Quiet, False),
    "verbose": (Verbose, False),
    "lang": (Language, None),
}


def reads_a_ledger(
    command: Callable[..., None],
    *,
    ledger: tuple[Any, Any] = (LedgerOrConfigs, None),
    has_history: bool = True,
    has_log: bool = False,
) -> Callable[..., None]:
    """Give a command the options of reading and talking; it gets them as `request` and `voice`.

    The command's own parameters come between the ledger and the shared options. `ledger` says how the ledger
    is given: `(LedgerPath, inspect.Parameter.empty)` where the command has an argument of its own after it. Without
    `has_history` the command neither records nor asks what was recorded. With `has_log` it can be told to keep a log,
    and gets that as `log`.
    """
    from crmtool.cli.voice import Voice

    read_by = {name: option for name, option in _READING.items() if has_history or name != "history"}
    logged_by: dict[str, tuple[Any, Any]] = {"log_file": (LogFile, None)} if has_log else {}

    @functools.wraps(command)
    def run(**options: Any) -> None:
        reading = {name: options.pop(name) for name in read_by}
        talking = {name: options.pop(name) for name in _TALKING}
        voice = Voice.of(talking)
        try:
            if not has_log:
                command(request=_request(reading, voice), voice=voice, **options)
                return
            from crmtool.cli.logged import log_of, logged

            path = log_of(options.pop("log_file"), {**reading, **options})
            with logged(command.__name__, path, voice) as log:
                command(request=_request(reading, voice), voice=voice, log=log, **options)
        finally:
            voice.hush()

    shared = {**read_by, "ledger": ledger, **logged_by, **_TALKING}
    return _with_options(run, command, shared, {"request", "voice", *(["log"] if has_log else [])})


def writing_back(update_ledger: bool, no_backup: bool, dry_run: bool, wait: float) -> InPlace | None:
    """Return how the ledger is written into, None where that is not asked for.

    Raises `UsageError` for `--no-backup` alone: it would change nothing.
    """
    from crmtool.jobs.delivery import InPlace

    if no_backup and not update_ledger:
        raise UsageError.of("option-alone", option="--no-backup", needed="--update-ledger")
    return InPlace(not no_backup, dry_run, wait) if update_ledger else None


#: For commands with an argument of their own after the ledger.
reads_a_named_ledger = functools.partial(reads_a_ledger, ledger=(LedgerPath, inspect.Parameter.empty))
#: For commands that run unattended and can keep a log.
reads_a_ledger_and_logs = functools.partial(reads_a_ledger, has_log=True)
#: For commands that have nothing to do with what was recorded.
reads_only_a_ledger = functools.partial(reads_a_ledger, has_history=False)


def talks(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command that reads no ledger the options of talking; it gets them as `voice`."""
    from crmtool.cli.voice import Voice

    @functools.wraps(command)
    def run(**options: Any) -> None:
        talking = {name: options.pop(name) for name in _TALKING}
        command(voice=Voice.of(talking), **options)

    return _with_options(run, command, _TALKING, {"voice"})


def _with_options(
    run: Callable[..., None],
    command: Callable[..., None],
    shared: dict[str, tuple[Any, Any]],
    hidden: set[str],
) -> Callable[..., None]:
    own = [p for p in inspect.signature(command).parameters.values() if p.name not in hidden]
    given = [
        inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, annotation=kind, default=default)
        for name, (kind, default) in shared.items()
    ]
    own = [p.replace(kind=inspect.Parameter.KEYWORD_ONLY) for p in own]
    arguments = [p for p in given if p.default is inspect.Parameter.empty]
    options = [p for p in given if p.default is not inspect.Parameter.empty]
    parameters = [*arguments, *own, *options]
    run.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    run.__annotations__ = {p.name: p.annotation for p in parameters}
    return run


def _request(reading: dict[str, Any], voice: Any) -> Request:
    from crmtool.jobs.request import request_from_options

    return request_from_options(reading, lang=voice.lang, progress=voice.progress)
