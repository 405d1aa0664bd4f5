"""Which language the terminal speaks, and help texts that carry both.

Chosen from `--lang`, else `CRMTOOL_LANG`, else `lang:` of crmtool.yaml, else the locale, before any help is shown.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from crmtool.messages.model import Lang


_BETWEEN = "\x1f"
_LANG_LINE = re.compile(r"""^lang:\s*["']?(zh|en)\b""", re.MULTILINE)


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


def language_of_run(arguments: Sequence[str], environment: Mapping[str, str]) -> Lang:
    """Return the language of a run, crmtool.yaml included."""
    return choose_language(arguments, environment, _configured(arguments))


def choose_language(
    arguments: Sequence[str], environment: Mapping[str, str], configured: str | None = None
) -> Lang:
    """Return the language of a command line: `--lang`, else `CRMTOOL_LANG`, else the config's, else the locale.

    >>> choose_language(["check", "a.xlsx", "--lang=en"], {"LANG": "zh_CN.UTF-8"})
    'en'
    >>> choose_language([], {"LANG": "zh_CN.UTF-8"}), choose_language([], {"LANG": "C"})
    ('zh', 'en')
    >>> choose_language([], {"LANG": "zh_CN.UTF-8"}, "en"), choose_language([], {"CRMTOOL_LANG": "zh"}, "en")
    ('en', 'zh')
    """
    asked = _option(arguments, "--lang")
    if asked in ("zh", "en"):
        return cast("Lang", asked)
    spoken_here = [environment.get("CRMTOOL_LANG"), configured]
    spoken_here += [environment.get(name) for name in ("LC_ALL", "LC_MESSAGES", "LANG")]
    for value in spoken_here:
        if value:
            return "zh" if value.lower().startswith("zh") else "en"
    return _system_language()


def _option(arguments: Sequence[str], wanted: str) -> str:
    for index, argument in enumerate(arguments):
        if argument == "--":
            break
        name, _, value = argument.partition("=")
        if name == wanted:
            return value or "".join(arguments[index + 1 : index + 2])
    return ""


def _configured(arguments: Sequence[str]) -> str | None:
    """Return `lang:` of the crmtool.yaml of this run, found by its line: help must not wait for a YAML reader."""
    given = _option(arguments, "--config")
    folders = [Path(), *(Path(argument).parent for argument in arguments if not argument.startswith("-"))]
    for path in [Path(given)] if given else [folder / "crmtool.yaml" for folder in folders]:
        try:
            text = path.read_text(encoding="utf-8-sig")
        except (OSError, ValueError):
            continue
        found = _LANG_LINE.search(text)
        return found[1] if found else None
    return None


def _system_language() -> Lang:
    if os.name != "nt":
        return "en"
    import ctypes

    primary = ctypes.windll.kernel32.GetUserDefaultUILanguage() & 0x3FF  # type: ignore[attr-defined, unused-ignore]
    return "zh" if primary == 0x04 else "en"
