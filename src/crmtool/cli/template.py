"""`crmtool template list | export | check`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from crmtool.cli.help import BilingualCommand
from crmtool.cli.language import both
from crmtool.cli.options import takes_language, talks

if TYPE_CHECKING:
    from crmtool.cli.voice import Voice

template = typer.Typer(
    rich_markup_mode=None,
    help=both(
        "导出、检查工作簿模板。\n\n例：crmtool template export classification",
        "Export and check workbook templates.\n\nExample: crmtool template export classification",
    ),
    short_help=both("导出、检查工作簿模板", "Export and check workbook templates"),
)
template.callback()(takes_language)

TemplateName = Annotated[
    str, typer.Argument(metavar="NAME", help=both("模板的名字，见 template list。", "See `template list`."))
]
TemplateFile = Annotated[
    Path, typer.Argument(metavar="FILE", help=both("改过的模板。", "An edited template."))
]
ExportOutput = Annotated[
    Path | None,
    typer.Option(
        "-o", "--output", metavar="FILE", help=both("写到这个文件（默认 NAME.xlsx）。", "The file.")
    ),
]


@template.command(
    "list",
    cls=BilingualCommand,
    help=both(
        "列出自带的模板。\n\n例：crmtool template list",
        "List the shipped templates.\n\nExample: crmtool template list",
    ),
)
@talks
def list_(voice: "Voice") -> None:
    from crmtool.cli.show_templates import template_list
    from crmtool.jobs.documents.rules import template_list_document
    from crmtool.jobs.template import list_templates

    found = list_templates()
    if voice.as_json:
        voice.document(template_list_document(found))
    else:
        voice.show(*template_list(found, voice.lang))


@template.command(
    cls=BilingualCommand,
    help=both(
        "导出一份模板，在 Excel 或 WPS 里改样式后用 --template 交回。\n\n"
        "例：crmtool template export classification -o 我的模板.xlsx",
        "Export a template to restyle in Excel or WPS and hand back with --template.\n\n"
        "Example: crmtool template export classification -o mine.xlsx",
    ),
)
@talks
def export(voice: "Voice", name: TemplateName, output: ExportOutput = None) -> None:
    from crmtool.cli.show import written_files
    from crmtool.jobs.documents.parts import written_document
    from crmtool.jobs.template import export_template

    written = export_template(name, output)
    if voice.as_json:
        voice.document(written_document("crmtool.template-export/v1", written))
    else:
        voice.show(*written_files(written, voice.lang))


@template.command(
    cls=BilingualCommand,
    help=both(
        "检查改过的模板：标记认不认得、填得满填不满；有问题以 1 退出。\n\n例：crmtool template check 我的模板.xlsx",
        "Check an edited template: are its markers known, does it fill? Exits with 1 if not.\n\n"
        "Example: crmtool template check mine.xlsx",
    ),
)
@talks
def check(voice: "Voice", file: TemplateFile) -> None:
    from crmtool.cli.show_templates import template_markers
    from crmtool.jobs.documents.rules import template_check_document
    from crmtool.jobs.template import check_template

    outcome = check_template(file)
    voice.tell(outcome.findings)
    if voice.as_json:
        voice.document(template_check_document(outcome, voice.lang))
    else:
        voice.show(*template_markers(outcome, voice.lang))
    voice.end(outcome.findings, is_check=True)
