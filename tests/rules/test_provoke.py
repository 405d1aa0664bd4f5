"""Every mistake in a rules file is told at its place, in both languages; one provoking file for each code."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from crmtool.errors import Finding, UsageError
from crmtool.messages import help_of, place_of, text_of
from crmtool.messages.rules_file import RULES_FILE
from crmtool.messages.rules_yaml import RULES_YAML
from crmtool.rules.language.load import choose, load_rfm, load_rule_set
from crmtool.rules.language.source import parse_yaml

FOLDER = Path(__file__).parent / "provoke"
COMMON = Path(__file__).parents[2] / "rules" / "common.yaml"
CODES = RULES_YAML | RULES_FILE
#: Codes that need more than one small file; each has a test of its own below.
ELSEWHERE = {"yaml-too-large", "effective-overlap", "not-effective"}
DEMO = """schema: crmtool.rules/v1
id: demo
name: demo
version: "1"
source: none
table: {tier: 等级, columns: [客户名称, 等级]}
hit: first
fields: {amount: {label: 年消费额, type: money}}
tiers: {high: {label: 高, rank: 1}, low: {label: 低, rank: 2}}
rules: [{id: all_of_them, tier: high, when: {amount: present}}]
"""


def rendered(findings: tuple[Finding, ...]) -> str:
    """Return findings as the terminal shows them, Chinese first."""
    lines = []
    for lang in ("zh", "en"):
        for finding in findings:
            lines += [
                f"{place_of(finding)}: {text_of(finding, lang)} [{finding.code}]",
                f"    {finding.params['line_text']}",
                f"    {finding.params['caret']}",
                f"  help: {help_of(finding, lang)}",
            ]
    return "\n".join(lines) + "\n"


def findings_in(path: Path) -> tuple[Finding, ...]:
    """Load a file that has mistakes and return them."""
    text = path.read_bytes().decode("utf-8")
    with pytest.raises(UsageError) as raised:
        if "crmtool.rfm/v1" in text:
            load_rfm(text, f"rules/{path.name}")
        else:
            load_rule_set(text, f"rules/{path.name}", common=COMMON.read_text(encoding="utf-8"))
    return raised.value.findings


@pytest.mark.parametrize("code", sorted(set(CODES) - ELSEWHERE))
def test_a_mistake_is_told_at_its_place_in_both_languages(code: str) -> None:
    findings = findings_in(FOLDER / f"{code}.yaml")
    assert {finding.code for finding in findings} == {code}
    assert rendered(findings) == (FOLDER / f"{code}.txt").read_text(encoding="utf-8")


def test_every_provoking_file_is_for_a_known_code() -> None:
    assert {path.stem for path in FOLDER.glob("*.yaml")} == set(CODES) - ELSEWHERE


@pytest.mark.parametrize("code", sorted(CODES))
def test_chinese_words_are_in_gbk_and_no_placeholder_is_left(code: str) -> None:
    message = CODES[code]
    assert (message.zh + message.help_zh).encode("gbk")
    findings = findings_in(FOLDER / f"{code}.yaml") if code not in ELSEWHERE else ()
    for finding in findings:
        for lang in ("zh", "en"):
            assert not re.search(r"\{[a-z_]+\}", text_of(finding, lang) + help_of(finding, lang))


def test_a_file_over_256_kb_is_refused() -> None:
    with pytest.raises(UsageError) as raised:
        parse_yaml("a: " + "高" * (256 * 1024 // 3), "rules/x.yaml")
    assert [finding.code for finding in raised.value.findings] == ["yaml-too-large"]


def test_two_files_in_force_on_one_day_are_refused() -> None:
    first = load_rule_set(DEMO + 'effective: {to: "2024-06-30"}\n', "rules/a.yaml")
    second = load_rule_set(DEMO + 'effective: {from: "2024-06-30"}\n', "rules/b.yaml")
    with pytest.raises(UsageError) as raised:
        choose([second, first], date(2020, 1, 1))
    assert [(f.code, f.file) for f in raised.value.findings] == [("effective-overlap", "rules/b.yaml")]


def test_the_file_in_force_on_the_day_is_chosen() -> None:
    first = load_rule_set(DEMO + 'effective: {from: "2024-01-01", to: "2024-06-30"}\n', "rules/a.yaml")
    second = load_rule_set(DEMO + 'effective: {from: "2024-07-01"}\n', "rules/b.yaml")
    assert choose([second, first], date(2024, 6, 30)) is first
    assert choose([second, first], date(2024, 7, 1)) is second
    with pytest.raises(UsageError) as raised:
        choose([second, first], date(2023, 12, 31))
    assert raised.value.findings[0].code == "not-effective"
