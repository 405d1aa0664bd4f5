"""The examples inside the shipped rules files come out as they expect, and one that does not says in what."""

from __future__ import annotations

from pathlib import Path

import pytest

from crmtool.errors import UsageError
from crmtool.rules.examples import run_examples, run_rfm_examples
from crmtool.rules.language.load import load_rfm, load_rule_set
from crmtool.rules.language.nodes import plain
from crmtool.rules.language.scaffold import scaffold
from crmtool.rules.language.source import parse_yaml

RULES = Path(__file__).parents[2] / "rules"
DEMO = """schema: crmtool.rules/v1
id: demo      # ours
name: 示例    # a comment that stays
version: "1"
source: none
table: {tier: 等级, columns: [客户名称, 等级]}
hit: first
fields:
  amount: {label: 年消费额, type: money}
  since: {label: 首购, type: age}
tiers: {high: {label: 高, rank: 1}, low: {label: 低, rank: 2}}
rules:
  - {id: big, tier: high, when: {amount: ">= 10万元"}}
  - {id: old, tier: high, when: {since: "> 1年"}}
  - {id: rest, tier: low, when: {amount: "< 10万元"}}
examples:
"""


def text_of(name: str) -> str:
    """Return the text of a shipped file."""
    return (RULES / f"{name}.yaml").read_text(encoding="utf-8")


def differences(example: str) -> tuple[str, ...]:
    """Run one example of the demo rules."""
    (result,) = run_examples(load_rule_set(DEMO + f"  - {example}\n", "rules/demo.yaml"))
    return tuple(each.text("en") for each in result.differences)


@pytest.mark.parametrize(
    "name", ["annual_value", "annual_plan", "value_risk", "four_dimensions", "value_potential"]
)
def test_every_example_of_a_shipped_rule_set_comes_out(name: str) -> None:
    results = run_examples(load_rule_set(text_of(name), f"rules/{name}.yaml"))
    assert results and {result.name: result.differences for result in results if not result.passed} == {}


def test_every_rfm_example_comes_out() -> None:
    results = run_rfm_examples(load_rfm(text_of("rfm"), "rules/rfm.yaml"))
    assert len(results) == 7 and all(result.passed for result in results)


@pytest.mark.parametrize(
    ("example", "expected"),
    [
        ('{name: a, as_of: "2024-06-30", given: {amount: 10万元}, expect: {tier: high, rule: big}}', ()),
        ('{name: b, as_of: "2024-06-30", given: {amount: 9万元, since: never}, expect: {tier: low}}', ()),
        ('{name: c, as_of: "2024-06-30", given: {amount: 9万元}, expect: {tier: low}}',
         ("tier: expected low, got undecided (high, low)",)),
        ('{name: d, as_of: "2024-06-30", given: {amount: 9万元}, expect: {possible: [high, low], missing: [since]}}',
         ()),
        ('{name: e, as_of: "2024-06-30", given: {amount: 10万元}, expect: {tier: low, rule: rest}}',
         ("tier: expected low, got high", "rule: expected rest, got big")),
        ('{name: f, as_of: "2024-06-30", given: {amount: 若干}, expect: {tier: low}}',
         ("amount: 若干 [approximate-value]",)),
        ('{name: g, as_of: "2024-06-30", given: {tier: 高}, absent: [amount, since], expect: {tier: high, origin: given}}',
         ()),
        ('{name: h, as_of: "2024-06-30", given: {tier: 高, amount: 1元, since: never}, expect: {tier: low}}', ()),
    ],
)  # fmt: skip
def test_an_example_says_in_what_it_differs(example: str, expected: tuple[str, ...]) -> None:
    assert differences(example) == expected


@pytest.mark.parametrize(
    ("given", "zh", "en"),
    [
        ("amount: 9万元, since: never", "tier：应为 low，得出 无（没有规则适用）", "tier: expected low, got none (no rule applies)"),
        ("amount: 9万元", "tier：应为 low，得出 不能确定（high, 或没有规则适用）",
         "tier: expected low, got undecided (high, or no rule applies)"),
    ],
)  # fmt: skip
def test_where_a_tier_was_expected_and_none_came_out_it_says_why(given: str, zh: str, en: str) -> None:
    without_rest = "".join(line for line in DEMO.splitlines(keepends=True) if "id: rest" not in line)
    example = f'  - {{name: a, as_of: "2024-06-30", given: {{{given}}}, expect: {{tier: low}}}}\n'
    (result,) = run_examples(load_rule_set(without_rest + example, "rules/demo.yaml"))
    assert [(each.text("zh"), each.text("en")) for each in result.differences] == [(zh, en)]


def test_a_copy_has_another_id_and_keeps_its_comments() -> None:
    copy = scaffold(DEMO + "  []\n", "our_plan", "我们的规则")
    assert 'id: our_plan      # ours\nname: "我们的规则"    # a comment that stays\n' in copy
    rule_set = load_rule_set(copy, "rules/our_plan.yaml")
    assert (rule_set.id, rule_set.name) == ("our_plan", "我们的规则")


@pytest.mark.parametrize("name", ["annual_value", "value_potential", "rfm"])
def test_a_copy_of_a_shipped_file_differs_in_two_lines(name: str) -> None:
    before, after = text_of(name).splitlines(), scaffold(text_of(name), "mine").splitlines()
    changed = [new for old, new in zip(before, after, strict=True) if old != new]
    assert changed == ["id: mine", "name: mine"]


def test_a_name_with_quotes_reads_back() -> None:
    copy = scaffold("id: a\nname: b\n", "c", 'a "b" \\ : # no')
    assert plain(parse_yaml(copy, "x")) == {"id": "c", "name": 'a "b" \\ : # no'}


def test_what_is_no_rules_file_cannot_be_copied() -> None:
    with pytest.raises(UsageError) as raised:
        scaffold("- 1\n", "mine")
    assert {finding.code for finding in raised.value.findings} == {"missing-key"}
