"""What Typer calls a mistake on the command line, as a finding of ours in both languages.

Mistakes that Typer does not see (dates, names of rules) are left to `crmtool.jobs`.
"""

from __future__ import annotations

import re
from typing import Any

import typer

from crmtool.errors import UsageError

_CODES = {
    "NoSuchOption": "unknown-option",
    "MissingParameter": "missing-parameter",
    "BadParameter": "bad-parameter",
    "BadOptionUsage": "option-without-value",
}
_BY_TEXT = (
    (re.compile(r"No such command '(?P<value>.*?)'"), "unknown-command"),
    (re.compile(r"Got unexpected extra argument\S* \((?P<value>.*)\)"), "extra-argument"),
)


def is_help(error: typer.TyperException) -> bool:
    """Tell whether Typer only wants the help shown, because nothing at all was given."""
    return type(error).__name__ == "NoArgsIsHelpError"


def usage_error(error: typer.TyperException) -> UsageError:
    """Return the same mistake as a finding; what Typer words in a way not known here keeps its words."""
    text = error.format_message()
    command = _command_of(error)
    for pattern, code in _BY_TEXT:
        found = pattern.search(text)
        if found:
            return _error(code, command, value=found["value"], known=_commands_of(error))
    code = _CODES.get(type(error).__name__, "bad-command-line")
    return _error(code, command, value=_name_of(error), reason=text.partition(": ")[2] or text)


def _error(code: str, command: str, **params: str) -> UsageError:
    return UsageError(UsageError.of(code, command=command, **params).findings[0])


def _command_of(error: Any) -> str:
    context = getattr(error, "ctx", None)
    return context.command_path if context is not None else "crmtool"


def _commands_of(error: Any) -> str:
    context = getattr(error, "ctx", None)
    return "、".join(getattr(context.command, "commands", {})) if context is not None else ""


def _name_of(error: Any) -> str:
    option = getattr(error, "option_name", None)
    if option is not None:
        return str(option)
    parameter = getattr(error, "param", None)
    if parameter is None:
        return ""
    is_option = getattr(parameter, "param_type_name", "") == "option"
    return str(parameter.opts[-1] if is_option else parameter.metavar or parameter.name)
