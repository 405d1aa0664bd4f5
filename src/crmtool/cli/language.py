"""Which language the terminal speaks, and help texts that carry both.

Chosen from `--lang`, else `CRMTOOL_LANG`, else the locale, before any help text is shown.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from crmtool.messages.model import Lang


_BETWEEN = "\x1f"


def both(zh: str, en: str) -> str:
    """Return one help text that carries both languages; `spoken` takes it apart."""
    return f"{zh}{_BETWEEN}{en}"


def spoken(text: str, lang: Lang) -> str:
    """Return the part of a help text in the wanted language.

    >>> spoken(both("帮助", "help"), "en")
    'help'
    """
    zh, _, en = text.partition(_BETWEEN)
    return zh if lang == "zh" or not en else en.lstrip("\n")


def choose_language(arguments: Sequence[str], environment: Mapping[str, str]) -> Lang:
    """Return the language of a command line: its `--lang`, else `CRMTOOL_LANG`, else the locale.

    >>> choose_language(["check", "a.xlsx", "--lang=en"], {"LANG": "zh_CN.UTF-8"})
    'en'
    >>> choose_language([], {"LANG": "zh_CN.UTF-8"}), choose_language([], {"LANG": "C"})
    ('zh', 'en')
    """
    for index, argument in enumerate(arguments):
        if argument == "--":
            break
        name, _, value = argument.partition("=")
        if name == "--lang":
            value = value or "".join(arguments[index + 1 : index + 2])
            if value in ("zh", "en"):
                return cast("Lang", value)
    for variable in ("CRMTOOL_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        value = environment.get(variable, "").lower()
        if value:
            return "zh" if value.startswith("zh") else "en"
    return _system_language()


def _system_language() -> Lang:
    if os.name != "nt":
        return "en"
    import ctypes

    primary = ctypes.windll.kernel32.GetUserDefaultUILanguage() & 0x3FF  # type: ignore[attr-defined, unused-ignore]
    return "zh" if primary == 0x04 else "en"
