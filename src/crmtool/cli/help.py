"""Typer's commands, speaking Chinese where asked: headings and texts of `--help`.

Rich stays out of help, so that it costs little more than Python's own start.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import typer
from typer.core import TyperCommand, TyperGroup

from crmtool.cli.language import spoken

if TYPE_CHECKING:
    from crmtool.messages.model import Lang

_HEADINGS_ZH = (
    ("Usage: ", "用法："),
    ("Options:\n", "选项：\n"),
    ("Arguments:\n", "参数：\n"),
    ("Commands:\n", "命令：\n"),
    ("Show this message and exit.", "显示这段帮助。"),
    ("[required]", "[必填]"),
    ("[OPTIONS]", "[选项]"),
    ("COMMAND [ARGS]...", "命令 [参数]..."),
)


#: Options that Typer adds and words itself.
_OF_TYPER = {
    "install_completion": "为当前 shell 安装补全。",
    "show_completion": "显示当前 shell 的补全脚本。",
}
#: What an option or argument is where it is not given; the line may be broken behind the colon.
_DEFAULT = re.compile(r"\[default: ?")
#: Typer's names for the kinds of arguments: they say nothing that the help does not.
_KINDS = re.compile(r" <(?:path|str|list\[(?:str|Path)\])>")


def _worded(help_text: str, ctx: typer.Context) -> str:
    text = _KINDS.sub("", help_text)
    return _in_chinese(text) if _language_of(ctx) == "zh" else text


def _in_chinese(help_text: str) -> str:
    for english, chinese in _HEADINGS_ZH:
        help_text = help_text.replace(english, chinese)
    return _DEFAULT.sub("[默认：", help_text)


class BilingualCommand(TyperCommand):
    """A command whose help is in the language of the run (`ctx.obj`, else English)."""

    def collect_usage_pieces(self, ctx: typer.Context) -> list[str]:  # type: ignore[override, unused-ignore]
        """Return the pieces of the usage line, the needed ones bare, as everybody writes them."""
        return [piece.replace("{", "").replace("}", "") for piece in super().collect_usage_pieces(ctx)]

    def get_help(self, ctx: typer.Context) -> str:  # type: ignore[override, unused-ignore]
        """Return the help text, with its headings in the language of the run."""
        return _worded(super().get_help(ctx), ctx)


class BilingualGroup(TyperGroup):
    """A group of commands, in the order in which they are declared."""

    def get_help(self, ctx: typer.Context) -> str:  # type: ignore[override, unused-ignore]
        """Return the help text, with its headings in the language of the run."""
        return _worded(super().get_help(ctx), ctx)


def _language_of(ctx: typer.Context) -> Lang:
    return "zh" if ctx.find_root().obj == "zh" else "en"


def speak(command: Any, lang: Lang) -> Any:
    """Replace the two-language texts of a command and all below it by the wanted one; return it."""
    for name in ("help", "short_help", "epilog"):
        text = getattr(command, name, None)
        if text:
            setattr(command, name, spoken(text, lang))
    for parameter in command.params:
        if getattr(parameter, "help", None):
            parameter.help = spoken(parameter.help, lang)
        if lang == "zh" and parameter.name in _OF_TYPER:
            parameter.help = _OF_TYPER[parameter.name]
    for child in getattr(command, "commands", {}).values():
        speak(child, lang)
    return command
