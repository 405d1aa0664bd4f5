"""`crmtool history list | show | export | import`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from crmtool.cli.help import BilingualCommand
from crmtool.cli.language import both
from crmtool.cli.options import (
    AsOf,
    ConfigPath,
    DryRun,
    History,
    Map,
    Output,
    PasswordFile,
    Rules,
    Sheets,
    Template,
    Wait,
    takes_language,
    talks,
)

if TYPE_CHECKING:
    from crmtool.cli.voice import Voice

history = typer.Typer(
    rich_markup_mode=None,
    help=both(
        "看历史库里记了什么，把它导出成工作簿，或从旧工作簿补记。\n\n例：crmtool history list",
        "Look into the history, write it into a workbook, take earlier workbooks in.\n\nExample: crmtool history list",
    ),
    short_help=both("看历史、导出、补记", "Look into the history, carry it elsewhere"),
)
history.callback()(takes_language)

RunName = Annotated[
    str,
    typer.Argument(
        metavar="[RUN|latest|PERIOD]",
        help=both(
            "运行编号、latest（最近一次），或复盘过的周期如 2026Q3。",
            "A run's number, latest, or a period that was reviewed such as 2026Q3.",
        ),
    ),
]
Customer = Annotated[
    str | None,
    typer.Option(
        "--customer",
        metavar="ID|NAME",
        help=both("这位客户的等级是怎么变过来的。", "How this customer's tier came about over time."),
    ),
]
Book = Annotated[
    Path,
    typer.Argument(
        metavar="WORKBOOK",
        help=both(
            "导出的历史，或一份带等级列的旧台账、旧分级工作簿。",
            "An exported history, or an earlier ledger or classification workbook with a column of tiers.",
        ),
    ),
]


@history.command(
    "list",
    cls=BilingualCommand,
    help=both(
        "列出每次运行：何时、哪个命令、截止日、规则、各级人数；最近的在最后。\n\n例：crmtool history list",
        "List the runs: when, what, as of which day, by which rules, how many customers; the newest last.\n\n"
        "Example: crmtool history list",
    ),
)
@talks
def list_(voice: "Voice", history: History = None, config: ConfigPath = None) -> None:
    from crmtool.cli.show_history import run_list
    from crmtool.jobs.documents.history import list_document
    from crmtool.jobs.histories.opening import place_of
    from crmtool.jobs.histories.telling import list_runs

    told = list_runs(place_of(history, config))
    if voice.as_json:
        voice.document(list_document(told))
    else:
        voice.show(*run_list(told, voice.lang))


@history.command(
    cls=BilingualCommand,
    help=both(
        "看一次运行的人数、指标、策略调整、输入和输出；加 --customer 看一位客户历次的等级和依据。\n\n"
        "例：crmtool history show --customer 华东精密",
        "Show one run: counts, KPIs, adjustments, inputs, outputs; with --customer one customer's tiers over time, and "
        "why.\n\nExample: crmtool history show --customer C001",
    ),
)
@talks
def show(
    voice: "Voice",
    run: RunName = "latest",
    customer: Customer = None,
    history: History = None,
    config: ConfigPath = None,
) -> None:
    from crmtool.cli import show_history
    from crmtool.jobs.documents.history import customer_document, run_document
    from crmtool.jobs.histories.opening import place_of
    from crmtool.jobs.histories.telling import tell_customer, tell_run

    place = place_of(history, config)
    if customer is not None:
        stands = tell_customer(place, customer, run)
        if voice.as_json:
            voice.document(customer_document(stands))
        else:
            voice.show(*show_history.customer(stands, voice.lang))
        return
    told = tell_run(place, run)
    if voice.as_json:
        voice.document(run_document(told, voice.lang))
    else:
        voice.show(*show_history.one_run(told, voice.lang, lists_all=voice.verbose))


@history.command(
    cls=BilingualCommand,
    help=both(
        "把整个历史库写成一份工作簿：可以翻看、筛选，也能用 history import 一条不少地读回。\n\n"
        "例：crmtool history export -o 历史.xlsx",
        "Write the whole history into a workbook, to be read by people, and by `history import` without a loss.\n\n"
        "Example: crmtool history export -o history.xlsx",
    ),
)
@talks
def export(
    voice: "Voice",
    output: Output = None,
    template: Template = None,
    history: History = None,
    config: ConfigPath = None,
    dry_run: DryRun = False,
    wait: Wait = 0.0,
) -> None:
    from crmtool.cli.show import written_files
    from crmtool.jobs.delivery import Delivery
    from crmtool.jobs.documents.history import export_document
    from crmtool.jobs.histories.exporting import export as run
    from crmtool.jobs.histories.opening import place_of

    try:
        done = run(place_of(history, config), Delivery(output, template, dry_run, wait), voice.progress)
    finally:
        voice.hush()
    voice.tell(done.findings)
    if voice.as_json:
        voice.document(export_document(done, voice.lang))
    else:
        voice.show(*written_files([done.written], voice.lang))
    voice.end(done.findings)


@history.command(
    "import",
    cls=BilingualCommand,
    no_args_is_help=True,
    help=both(
        "把导出的历史读回历史库（已有的运行不重复记），或把一份旧台账、旧分级工作簿记为当天的一次分级。\n\n"
        "例：crmtool history import 上季度分级.xlsx --as-of 2026-06-30 --rules value_risk",
        "Take an exported history back (runs that are there stay as they are), or record an earlier ledger or "
        "classification workbook as a classification of its day.\n\n"
        "Example: crmtool history import last-quarter.xlsx --as-of 2026-06-30 --rules value_risk",
    ),
)
@talks
def import_(
    voice: "Voice",
    book: Book,
    history: History = None,
    rules: Rules = None,
    as_of: AsOf = None,
    sheet: Sheets = None,
    header_map: Map = None,
    config: ConfigPath = None,
    password_file: PasswordFile = None,
    dry_run: DryRun = False,
    wait: Wait = 0.0,
) -> None:
    from crmtool.cli.show_history import taken
    from crmtool.jobs.delivery import Delivery
    from crmtool.jobs.documents.history import import_document
    from crmtool.jobs.histories.opening import place_of
    from crmtool.jobs.histories.taking_in import take_in
    from crmtool.jobs.request import request_from_options

    options = {"ledger": book, "rules": rules, "as_of": as_of, "sheet": sheet, "header_map": header_map}
    options |= {"config": config, "password_file": password_file, "orders": None, "visits": None}
    options |= {"demands": None, "tickets": None}
    request = request_from_options(options, lang=voice.lang, progress=voice.progress)
    try:
        done = take_in(place_of(history, config), request, Delivery(dry_run=dry_run, wait_seconds=wait))
    finally:
        voice.hush()
    voice.tell(done.findings)
    if voice.as_json:
        voice.document(import_document(done, voice.lang))
    else:
        voice.show(*taken(done, voice.lang))
    voice.end(done.findings)
