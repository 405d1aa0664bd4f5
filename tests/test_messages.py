"""Every finding has words in both languages, every word can be shown, and every code is one that src makes."""

from __future__ import annotations

import ast
import dataclasses
import importlib
import pkgutil
import re
import string
from collections.abc import Iterator
from pathlib import Path

import pytest

from crmtool import messages
from crmtool.errors import Finding
from crmtool.messages import CATALOG, help_of, place_of, text_of
from crmtool.messages.model import Message
from crmtool.messages.terminal import TERMINAL

SRC = Path(__file__).parents[1] / "src" / "crmtool"
HAN = re.compile(r"[一-鿿]")
KEBAB = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
#: The calls that take a finding's code as their first argument.
MAKERS = {"Finding", "of", "refuse", "note", "Refusal", "Note", "add_unknown"}


@pytest.mark.parametrize("code", CATALOG)
def test_a_code_has_severity_sentence_and_remedy_in_both_languages(code: str) -> None:
    message = CATALOG[code]
    assert KEBAB.fullmatch(code)
    assert message.severity in ("error", "warning", "info")
    for text in (message.zh, message.en, message.help_zh, message.help_en):
        assert text.strip()
    assert HAN.search(message.zh)
    assert HAN.search(message.help_zh)


def test_no_code_has_words_in_two_tables() -> None:
    said: dict[str, set[tuple[object, ...]]] = {}
    for module in pkgutil.iter_modules(messages.__path__, "crmtool.messages."):
        for table in vars(importlib.import_module(module.name)).values():
            for code, words in table.items() if isinstance(table, dict) else ():
                if isinstance(words, Message):
                    said.setdefault(code, set()).add(dataclasses.astuple(words))
    assert set(said) == set(CATALOG)
    assert [code for code, words in said.items() if len(words) > 1] == []


def test_every_chinese_text_can_be_shown_on_a_gbk_console() -> None:
    texts = [text for m in CATALOG.values() for text in (m.zh, m.help_zh)] + [
        zh for zh, _ in TERMINAL.values()
    ]
    assert [text for text in texts if text.encode("gbk", "replace").decode("gbk") != text] == []


def test_both_languages_of_a_sentence_fill_the_same_parameters() -> None:
    def names(text: str) -> set[str]:
        return {name for _, name, _, _ in string.Formatter().parse(text) if name}

    #: Chinese leaves out what only English has: Typer's own English words.
    only_english = {"bad-parameter": {"reason"}}
    for code, message in CATALOG.items():
        # A parameter that is a sentence itself comes once in each language: `told_zh`, `told_en`.
        zh = {name.removesuffix("_zh") for name in names(message.zh + message.help_zh)}
        en = {name.removesuffix("_en") for name in names(message.en + message.help_en)}
        assert en - zh - only_english.get(code, set()) <= {"file"}, code
        assert zh - en <= {"file"}, code
    for key, (zh_text, en_text) in TERMINAL.items():
        assert names(zh_text) == names(en_text), key


def _trees() -> Iterator[tuple[Path, ast.Module]]:
    for path in SRC.rglob("*.py"):
        if "messages" not in path.parts:
            yield path, ast.parse(path.read_text(encoding="utf-8"))


def test_every_code_that_src_makes_has_its_words() -> None:
    unknown = []
    for path, tree in _trees():
        for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call) and node.args):
            name = getattr(call.func, "attr", getattr(call.func, "id", ""))
            owner = getattr(getattr(call.func, "value", None), "id", "")
            first = call.args[0]
            if (name in MAKERS or (name == "add" and owner == "mistakes")) and isinstance(
                first, ast.Constant
            ):
                code = first.value
                if isinstance(code, str) and KEBAB.fullmatch(code) and code not in CATALOG:
                    unknown.append(f"{path.relative_to(SRC)}:{call.lineno} {code}")
    assert unknown == []


def test_every_code_is_made_somewhere() -> None:
    constants = set()
    patterns = []
    for _, tree in _trees():
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                constants.add(node.value)
            elif isinstance(node, ast.JoinedStr):
                parts = [re.escape(v.value) if isinstance(v, ast.Constant) else "[a-z]+" for v in node.values]
                if any(part != "[a-z]+" and "-" in part for part in parts):
                    patterns.append("".join(map(str, parts)))
    made = re.compile(
        "|".join(f"(?:{pattern})" for pattern in patterns if re.fullmatch(r"[a-z\\\[\]+-]+", pattern))
    )
    assert [code for code in CATALOG if code not in constants and not made.fullmatch(code)] == []


def test_a_sentence_is_filled_and_a_missing_parameter_shows_its_name() -> None:
    finding = Finding("approximate-value", value="约8万")
    assert text_of(finding, "zh") == "“约8万”只是大概的数，按未知处理"
    assert "{file}" not in text_of(Finding("output-ending", file="a.csv"), "en")
    assert "{known}" in help_of(Finding("unknown-command", params={"value": "x"}), "en")


@pytest.mark.parametrize(
    ("finding", "place"),
    [
        (Finding("x", file="customers.xlsx", sheet="客户", cell="C12"), "[customers.xlsx]客户!C12"),
        (Finding("x", file="customers.xlsx", sheet="客户"), "[customers.xlsx]客户"),
        (Finding("x", file="crmtool.yaml", cell="2:1"), "crmtool.yaml:2:1"),
        (Finding("x", file="a.xlsx"), "a.xlsx"),
        (Finding("x", sheet="客户", cell="A1"), "客户!A1"),
        (Finding("x"), ""),
    ],
)
def test_a_place_is_written_as_spreadsheet_programs_write_it(finding: Finding, place: str) -> None:
    assert place_of(finding) == place


@pytest.mark.parametrize(
    ("params", "said"),
    [
        ({"nearest": "aov", "known": "aov, nps"}, "did you mean `aov`? known here: aov, nps"),
        ({"nearest": "-", "known": "aov, nps"}, "known here: aov, nps"),
        ({"nearest": "-", "known": "-"}, "there is no name to use here"),
    ],
)
def test_where_no_name_is_near_or_there_is_none_nothing_is_asked(params: dict[str, str], said: str) -> None:
    assert help_of(Finding("unknown-key", value="x", params=params), "en") == said
    assert "-" not in help_of(Finding("unknown-key", value="x", params=params), "zh")
