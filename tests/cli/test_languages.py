"""Chinese and English: which is chosen, and that help and findings have both."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from command_line import AS_OF, Crmtool

from crmtool.cli.main import build

HAN = re.compile(r"[一-鿿]")


@pytest.mark.parametrize(
    ("environment", "arguments", "lang"),
    [
        ({"LANG": "zh_CN.UTF-8"}, [], "zh"),
        ({"LANG": "C"}, [], "en"),
        ({"LANG": "de_DE.UTF-8"}, [], "en"),
        ({"LANG": "en_US.UTF-8", "LC_ALL": "zh_CN.GBK"}, [], "zh"),
        ({"LANG": "C", "CRMTOOL_LANG": "zh"}, [], "zh"),
        ({"LANG": "zh_CN.UTF-8", "CRMTOOL_LANG": "en"}, [], "en"),
        ({"LANG": "zh_CN.UTF-8", "CRMTOOL_LANG": "zh"}, ["--lang", "en"], "en"),
        ({"LANG": "C"}, ["--lang=zh"], "zh"),
    ],
)
def test_the_language_is_the_options_else_the_variables_else_the_locales(
    crmtool: Crmtool,
    clean: Path,
    monkeypatch: pytest.MonkeyPatch,
    environment: dict[str, str],
    arguments: list[str],
    lang: str,
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert ("位客户" in crmtool("check", clean, *AS_OF, *arguments).out) == (lang == "zh")
    assert ("用法：" in crmtool("check", "--help", *arguments).out) == (lang == "zh")
    assert ("找不到文件" in crmtool("check", "nosuch.xlsx", *arguments).err) == (lang == "zh")


def test_a_default_is_told_in_chinese_where_the_line_is_broken_too(crmtool: Crmtool) -> None:
    for words in (("history", "show"), ("review",), ("status",), ("cron",)):
        shown = crmtool(*words, "--help", "--lang", "zh").out
        assert "[default" not in shown
    assert "[默认：" in crmtool("history", "show", "--help", "--lang", "zh").out


def test_the_language_may_stand_before_the_command(crmtool: Crmtool, clean: Path) -> None:
    assert "位客户" in crmtool("--lang", "zh", "check", clean, *AS_OF).out


def test_crmtool_yaml_settles_the_language_of_a_folder(
    crmtool: Crmtool, clean: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Path("crmtool.yaml").write_text("lang: zh\n", encoding="utf-8")
    assert "位客户" in crmtool("check", clean, *AS_OF).out
    assert "用法：" in crmtool("check", "--help").out
    assert "3 customers" in crmtool("check", clean, *AS_OF, "--lang", "en").out
    monkeypatch.setenv("CRMTOOL_LANG", "en")
    assert "3 customers" in crmtool("check", clean, *AS_OF).out


def _commands(command: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    yield path, command
    for name, child in getattr(command, "commands", {}).items():
        yield from _commands(child, (*path, name))


PATHS = [path for path, _ in _commands(build("en"))]


@pytest.mark.parametrize("path", PATHS, ids=" ".join)
def test_help_has_an_example_in_both_languages(crmtool: Crmtool, path: tuple[str, ...]) -> None:
    english, chinese = (crmtool(*path, "--help", "--lang", lang) for lang in ("en", "zh"))
    assert (english.code, english.err, chinese.code, chinese.err) == (0, "", 0, "")
    assert english.out.startswith("Usage: crmtool")
    assert chinese.out.startswith("用法：crmtool")
    assert re.search(r"Example:\s+crmtool \w", english.out)
    assert re.search(r"例：\s*crmtool \w", chinese.out)


@pytest.mark.parametrize("path", PATHS, ids=" ".join)
def test_arguments_stand_bare_in_the_usage_line_and_without_the_kind_that_python_calls_them(
    crmtool: Crmtool, path: tuple[str, ...]
) -> None:
    text = crmtool(*path, "--help", "--lang", "en").out
    assert not re.search(r"[{}]", text.splitlines()[0])
    assert " <list" not in text


@pytest.mark.parametrize("path", PATHS, ids=" ".join)
def test_every_option_and_argument_is_explained_in_both_languages(path: tuple[str, ...]) -> None:
    trees = {lang: dict(_commands(build(lang))) for lang in ("zh", "en")}
    parameters = {lang: {p.name: p.help for p in trees[lang][path].params} for lang in trees}
    by_typer = {"install_completion", "show_completion"}  # translated in the help's own words
    for name, english in parameters["en"].items():
        if name in by_typer:
            continue
        assert english, f"{path} {name}"
        assert not HAN.search(english.replace("问题清单", "")), f"{path} {name}: {english}"
        assert HAN.search(parameters["zh"][name]), f"{path} {name}: {parameters['zh'][name]}"


@pytest.mark.parametrize("path", PATHS, ids=" ".join)
def test_chinese_help_has_no_english_headings_left(crmtool: Crmtool, path: tuple[str, ...]) -> None:
    text = crmtool(*path, "--help", "--lang", "zh").out
    for english in (
        "Usage",
        "Options",
        "Arguments",
        "Commands",
        "Show ",
        "Install ",
        "[default",
        "[required",
        "<path>",
    ):
        assert english not in text
    text.encode("gbk")


def test_findings_are_told_in_the_language_of_the_run(crmtool: Crmtool, flawed: Path) -> None:
    assert "约8万”只是大概的数" in crmtool("check", flawed, *AS_OF, "--lang", "zh").out
    for lang in ("zh", "en"):
        document = crmtool("check", flawed, *AS_OF, "--json", "--lang", lang).document
        (finding,) = document["findings"]
        assert bool(HAN.search(finding["help"].replace("万元", "").replace("人以上", ""))) == (lang == "zh")
