"""`crmtool rules list | show | test | lint | diff | new`."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from crmtool.cli.help import BilingualCommand
from crmtool.cli.language import both
from crmtool.cli.options import (
    AsOf,
    ConfigPath,
    DryRun,
    Map,
    Orders,
    Output,
    Sheets,
    Template,
    Wait,
    takes_language,
    talks,
)

if TYPE_CHECKING:
    from crmtool.cli.voice import Voice

rules = typer.Typer(
    rich_markup_mode=None,
    help=both(
        "看、试、抄分级规则。\n\n例：crmtool rules list",
        "Look at, try and copy tier rules.\n\nExample: crmtool rules list",
    ),
    short_help=both("看、试、抄分级规则", "Look at, try and copy tier rules"),
)
rules.callback()(takes_language)

RuleName = Annotated[
    str, typer.Argument(metavar="NAME|FILE", help=both("自带规则的名字或文件。", "A shipped name or a file."))
]
RuleNames = Annotated[
    list[str] | None,
    typer.Argument(metavar="NAME|FILE", help=both("默认全部自带规则。", "Default: all shipped ones.")),
]
NewName = Annotated[
    str, typer.Argument(metavar="NAME", help=both("新规则的标识（字母、数字、_）。", "The new id."))
]
From = Annotated[
    str, typer.Option("--from", metavar="NAME|FILE", help=both("以哪份规则为底。", "What to copy."))
]
LintedLedger = Annotated[
    Path | None,
    typer.Argument(
        metavar="LEDGER", help=both("在这本台账上看看用不用得上。", "Also see how it does on a ledger.")
    ),
]
OldRules = Annotated[
    str,
    typer.Argument(metavar="OLD", help=both("原版本：自带规则的名字或文件。", "A shipped name or a file.")),
]
NewRules = Annotated[
    str, typer.Argument(metavar="NEW", help=both("新版本：名字或文件。", "The other version, likewise."))
]
DiffLedger = Annotated[
    Path | None,
    typer.Argument(metavar="LEDGER", help=both("再看这本台账里谁会变。", "Also see who moves on a ledger.")),
]
OriginOption = Annotated[
    Literal["source"] | None,
    typer.Option(
        "--origin",
        metavar="source",
        help=both("只看原文里有的（不看 origin: resolution）。", "Only what the source document says."),
    ),
]
NewOutput = Annotated[
    Path | None,
    typer.Option(
        "-o", "--output", metavar="FILE", help=both("写到这个文件（默认 NAME.yaml）。", "The file.")
    ),
]


@rules.command(
    "list",
    cls=BilingualCommand,
    help=both(
        "列出自带的规则。\n\n例：crmtool rules list",
        "List the shipped rule sets.\n\nExample: crmtool rules list",
    ),
)
@talks
def list_(voice: "Voice") -> None:
    from crmtool.cli.show_rules import rule_list
    from crmtool.jobs.documents.rules import rules_list_document
    from crmtool.jobs.rules import list_rules

    found = list_rules()
    if voice.as_json:
        voice.document(rules_list_document(found))
    else:
        voice.show(*rule_list(found, voice.lang))


@rules.command(
    cls=BilingualCommand,
    help=both(
        "用文字讲出一份规则：等级、判定、出处。\n\n例：crmtool rules show annual_plan",
        "Put a rule set into words: tiers, tests, origins.\n\nExample: crmtool rules show annual_plan",
    ),
)
@talks
def show(voice: "Voice", name: RuleName) -> None:
    from crmtool.cli.show_rules import rule_set_in_words
    from crmtool.jobs.documents.rules import rules_show_document
    from crmtool.jobs.rules import load_named

    rule_set = load_named(name)
    if voice.as_json:
        voice.document(rules_show_document(rule_set, voice.lang))
    else:
        voice.show(*rule_set_in_words(rule_set, voice.lang))


@rules.command(
    cls=BilingualCommand,
    help=both(
        "运行规则文件里的案例；不符以 1 退出。\n\n例：crmtool rules test my_rules.yaml",
        "Run the examples inside rules files; exit 1 if any fails.\n\nExample: crmtool rules test my_rules.yaml",
    ),
)
@talks
def test(voice: "Voice", names: RuleNames = None) -> None:
    from crmtool.cli.show_rules import example_results
    from crmtool.jobs.documents.rules import rules_test_document
    from crmtool.jobs.rules import test_rules

    outcome = test_rules(names or [])
    if voice.as_json:
        voice.document(rules_test_document(outcome))
    else:
        voice.show(*example_results(outcome, voice.lang, verbose=voice.verbose))
    if not outcome.passed:
        raise typer.Exit(1)


@rules.command(
    cls=BilingualCommand,
    help=both(
        "证明一份规则有没有漏洞：矛盾、重叠、空缺；有以 1 退出。\n\n例：crmtool rules lint my_rules.yaml 客户.xlsx",
        "Prove what a rule set leaves open: contradictions, overlaps, gaps; exit 1 if there is anything."
        "\n\nExample: crmtool rules lint my_rules.yaml customers.xlsx",
    ),
)
@talks
def lint(
    voice: "Voice",
    name: RuleName,
    ledger: LintedLedger = None,
    origin: OriginOption = None,
    as_of: AsOf = None,
) -> None:
    from crmtool.cli.show_lint import lint_report
    from crmtool.jobs.documents.lint import rules_lint_document
    from crmtool.jobs.lint import lint_rules
    from crmtool.jobs.request import Request, as_of_from_text

    on = None
    if ledger is not None:
        on = Request(ledger, as_of=as_of_from_text(as_of), lang=voice.lang, progress=voice.progress)
    report = lint_rules(name, origin=origin, on=on)
    if voice.as_json:
        voice.document(rules_lint_document(report, voice.lang))
    else:
        voice.show(*lint_report(report, voice.lang, verbose=voice.verbose))
    if not report.is_clean:
        raise typer.Exit(1)


@rules.command(
    cls=BilingualCommand,
    help=both(
        "比较两版规则：改了什么，哪类客户会从哪一级变到哪一级（由规则推出，不止看现有客户），台账上谁会变；"
        "用 -o 写成供签字的工作簿。判定有变以 1 退出。\n\n"
        "例：crmtool rules diff annual_value my_rules.yaml 客户.xlsx -o 规则变更.xlsx",
        "Compare two versions: what changed, which kinds of customers go from which tier to which (proved, not only of "
        "those who are there), who moves on a ledger; -o writes a workbook to be signed. Exit 1 if they judge differently."
        "\n\nExample: crmtool rules diff annual_value my_rules.yaml customers.xlsx -o changes.xlsx",
    ),
)
@talks
def diff(
    voice: "Voice",
    old: OldRules,
    new: NewRules,
    ledger: DiffLedger = None,
    output: Output = None,
    template: Template = None,
    as_of: AsOf = None,
    sheet: Sheets = None,
    orders: Orders = None,
    header_map: Map = None,
    config: ConfigPath = None,
    dry_run: DryRun = False,
    wait: Wait = 0.0,
) -> None:
    from crmtool.cli.show_diff import diff_summary
    from crmtool.jobs.delivery import Delivery
    from crmtool.jobs.documents.rules_diff import rules_diff_document
    from crmtool.jobs.request import as_of_from_text, request_from_options
    from crmtool.jobs.rules_diff import diff_rules

    only_with = {"--sheet": sheet, "--orders": orders, "--map": header_map, "--config": config}
    _refuse_alone(only_with, needed="LEDGER", has_needed=ledger is not None)
    of_output = {"--template": template, "--dry-run": dry_run or None}
    _refuse_alone(of_output, needed="-o", has_needed=output is not None)
    on = None
    if ledger is not None:
        options = {"ledger": ledger, "rules": None, "as_of": as_of, "sheet": sheet, "header_map": header_map}
        options |= {"config": config, "password_file": None, "orders": orders, "visits": None}
        options |= {"demands": None, "tickets": None}
        on = request_from_options(options, lang=voice.lang, progress=voice.progress)
    delivery = Delivery(output, template, dry_run, wait) if output is not None else None
    try:
        outcome = diff_rules(
            old, new, on=on, delivery=delivery, as_of=as_of_from_text(as_of), lang=voice.lang
        )
    finally:
        voice.hush()
    voice.tell(outcome.findings)
    if voice.as_json:
        voice.document(rules_diff_document(outcome, voice.lang))
    else:
        voice.show(*diff_summary(outcome, voice.lang, lists_all=voice.verbose))
    if outcome.differs:
        raise typer.Exit(1)
    voice.end(outcome.findings)


def _refuse_alone(options: Mapping[str, object], *, needed: str, has_needed: bool) -> None:
    """Raise `UsageError` for an option that would change nothing without another one."""
    from crmtool.errors import UsageError

    for option, given in options.items():
        if given is not None and not has_needed:
            raise UsageError.of("option-alone", option=option, needed=needed)


@rules.command(
    cls=BilingualCommand,
    help=both(
        "抄一份规则来改。\n\n例：crmtool rules new my_rules --from value_risk",
        "Copy a rule set to edit.\n\nExample: crmtool rules new my_rules --from value_risk",
    ),
)
@talks
def new(voice: "Voice", name: NewName, source: From = "annual_value", output: NewOutput = None) -> None:
    from crmtool.cli.show import new_rules as next_steps
    from crmtool.jobs.documents.parts import written_document
    from crmtool.jobs.rules import holds_rfm_rules, new_rules

    written = new_rules(name, source, output)
    if voice.as_json:
        voice.document(written_document("crmtool.rules-new/v1", written))
    else:
        voice.show(*next_steps(written, voice.lang, is_rfm=holds_rfm_rules(source)))
