"""What the examples of a rule set try: rules, tiers, levels, regions; and stubs for what they do not."""

from __future__ import annotations

import pytest

from crmtool.errors import UsageError
from crmtool.rules.examples import run_examples
from crmtool.rules.language.load import load_rule_set
from crmtool.rules.proving.boxwords import box_text
from crmtool.rules.proving.prove import Prover
from crmtool.rules.trying.coverage import Coverage, coverage
from crmtool.rules.trying.stubs import stubs_for, with_stubs

RULES = """schema: crmtool.rules/v1
id: demo
name: demo
version: "1"
source: none
table: {tier: 等级, columns: [客户名称, 等级]}
hit: first
fields:
  amount: {label: 年消费额, type: money, min: 0}
  orders: {label: 次数, type: count, min: 0}
tiers:
  high: {label: 高, rank: 1}
  mid: {label: 中, rank: 2}
  low: {label: 低, rank: 3}
rules:
  - {id: big, tier: high, when: {amount: ">= 10万元"}}
  - {id: often, tier: mid, when: {orders: ">= 4"}}
  - {id: rest, tier: low, when: {amount: "< 10万元"}}
"""
BIG = '  - {name: 大, as_of: "2024-06-30", given: {amount: 12万元}, expect: {tier: high}}\n'
OPEN = '  - {name: 不全, as_of: "2024-06-30", given: {amount: 1万元}, expect: {possible: [mid, low]}}\n'
UNTOLD = '  - {name: 未填, as_of: "2024-06-30", given: {amount: 1万元, orders: 1}, expect: {}}\n'


def _covered(text: str) -> Coverage:
    rule_set = load_rule_set(text, "demo.yaml")
    return coverage(rule_set, Prover(rule_set))


def _tried(covered: Coverage, kind: str) -> dict[str, tuple[str, ...]]:
    return {each.id: each.examples for each in covered.told(kind)}  # type: ignore[arg-type]


def test_an_example_tries_the_rule_and_the_tier_that_decide_it_in_every_completion() -> None:
    covered = _covered(RULES + "examples:\n" + BIG + OPEN + UNTOLD)
    # Of `不全` two rules may decide, and `未填` expects nothing: neither tries any.
    assert _tried(covered, "rule") == {"big": ("大",), "often": (), "rest": ()}
    assert _tried(covered, "tier") == {"high": ("大",), "mid": (), "low": ()}
    assert {each.id for each in covered.untried if each.kind == "tier"} == {"mid", "low"}


def test_the_made_up_customer_of_an_untried_rule_is_decided_by_it() -> None:
    covered = _covered(RULES)
    rule_set = load_rule_set(RULES, "demo.yaml")
    filled = with_stubs(RULES, "demo.yaml", stubs_for(covered, rule_set))
    for id in ("big", "often", "rest"):
        filled = filled.replace("expect: {}", f"expect: {{rule: {id}}}", 1)
    assert [result.differences for result in run_examples(load_rule_set(filled, "demo.yaml"))] == [()] * 3


def test_regions_are_boxes_in_words_and_an_example_tries_those_it_lies_in() -> None:
    either = RULES.replace('{orders: ">= 4"}', '{any: [{orders: ">= 4"}, {amount: ">= 5万元"}]}')
    few = '  - {name: 少, as_of: "2024-06-30", given: {amount: 6万元, orders: 1}, expect: {tier: mid}}\n'
    covered = _covered(either + "examples:\n" + BIG + few)
    regions = {
        box_text(each.region, each.box): each.examples
        for each in covered.told("region")
        if each.region is not None and each.box is not None
    }
    assert regions == {
        "年消费额 ≥ 10万元": ("大",),
        "年消费额 < 10万元 且 次数 ≥ 4": (),
        "年消费额 ≥ 5万元 且 < 10万元": ("少",),
        "年消费额 < 5万元 且 次数 ≤ 3": (),
    }
    assert covered.whole == {"big", "often", "rest"}


def test_a_rule_that_nobody_reaches_is_not_asked_for() -> None:
    covered = _covered(RULES.replace('{orders: ">= 4"}', '{amount: ">= 20万元"}'))
    assert set(_tried(covered, "rule")) == {"big", "rest"}
    assert "mid" not in _tried(covered, "tier")


MATRIX = """schema: crmtool.rules/v1
id: demo
name: demo
version: "1"
source: none
table: {tier: 等级, columns: [客户名称, 等级]}
hit: unique
fields:
  amount: {label: 年消费额, type: money, min: 0}
  late: {label: 投诉率, type: percent, min: 0}
dimensions:
  value:
    label: 价值
    levels:
      - {id: much, label: 高, when: {amount: ">= 10万元"}}
      - {id: little, label: 低, when: {amount: "< 10万元"}}
  risk:
    label: 风险
    levels:
      - {id: safe, label: 安全, when: {late: "<= 5%"}}
      - {id: risky, label: 危险, when: {late: "> 5%"}}
tiers:
  a: {label: 甲, rank: 1}
  b: {label: 乙, rank: 2}
matrix:
  rows: value
  cols: risk
  cells:
    much: {safe: a, risky: b}
    little: {safe: b, risky: b}
examples:
  - {name: 给了级别, as_of: "2024-06-30", given: {value: 高, late: 1%}, expect: {tier: a}}
"""


def test_cells_of_a_matrix_are_its_rules_and_levels_count_when_given() -> None:
    covered = _covered(MATRIX)
    assert _tried(covered, "rule") == {
        "much.safe": ("给了级别",),
        "much.risky": (),
        "little.safe": (),
        "little.risky": (),
    }
    assert _tried(covered, "level") == {
        "value.much": ("给了级别",),
        "value.little": (),
        "risk.safe": ("给了级别",),
        "risk.risky": (),
    }


# -- stubs -------------------------------------------------------------------------------------------------------


def _with(text: str) -> str:
    rule_set = load_rule_set(text, "demo.yaml")
    stubs = stubs_for(coverage(rule_set, Prover(rule_set), has_regions=False), rule_set)
    return with_stubs(text, "demo.yaml", stubs)


STUBS = ["TODO 规则 often", "TODO 规则 rest"]


@pytest.mark.parametrize(
    "after",
    [
        "",
        "# the end\n",
        "\n\n# kpis follow\nkpis: {}\n",
        "      # about the last\nsla: []   # none\n",
    ],
)
def test_stubs_stand_below_the_last_example_and_the_rest_of_the_file_stays(after: str) -> None:
    text = RULES + "examples:   # ours\n" + BIG + after
    longer = _with(text)
    assert longer.startswith(RULES + "examples:   # ours\n" + BIG + "  # TODO")
    assert longer.endswith(after)
    names = [example.name for example in load_rule_set(longer, "demo.yaml").examples]
    assert names == ["大", *STUBS]
    assert longer.count("expect: {}") == 2
    kept = [line for line in longer.splitlines() if "TODO" not in line]
    assert kept == text.splitlines()


@pytest.mark.parametrize("last", [BIG.rstrip("\n"), BIG.rstrip("\n") + "   # 见合同"])
def test_a_file_without_an_end_of_line_gets_one(last: str) -> None:
    longer = _with(RULES + "examples:\n" + last)
    assert longer.startswith(RULES + "examples:\n" + last + "\n  # TODO")


def test_examples_written_over_several_lines_are_not_broken() -> None:
    block = (
        "examples:\n- name: 大\n  as_of: '2024-06-30'\n  given:\n    amount: 12万元\n  expect:\n    tier: high\n"
        '- {name: 大二, as_of: "2024-06-30",\n   given: {amount: 13万元},\n   expect: {tier: high}\n  }\n'
    )
    longer = _with(RULES + block)
    assert longer.startswith(RULES + block + "# TODO")
    names = [example.name for example in load_rule_set(longer, "demo.yaml").examples]
    assert names == ["大", "大二", *STUBS]


@pytest.mark.parametrize("empty", ["", "examples: []\n", "examples: []   # 还没有\ntags: []\n"])
def test_a_file_without_examples_gets_the_section(empty: str) -> None:
    longer = _with(RULES + empty)
    loaded = load_rule_set(longer, "demo.yaml")
    assert [example.name for example in loaded.examples] == ["TODO 规则 big", *STUBS]
    assert ("# 还没有" in longer) is ("# 还没有" in empty)
    assert longer.startswith(RULES)


def test_line_ends_of_windows_are_kept() -> None:
    longer = _with((RULES + "examples:\n" + BIG).replace("\n", "\r\n"))
    assert longer.replace("\r\n", "").count("\n") == 0


def test_examples_in_brackets_have_no_room_and_are_refused() -> None:
    one_line = '[{name: 大, as_of: "2024-06-30", given: {amount: 12万元}, expect: {tier: high}}]'
    with pytest.raises(UsageError) as refused:
        _with(RULES + f"examples: {one_line}\n")
    (finding,) = refused.value.findings
    assert (finding.code, finding.cell) == ("examples-in-one-line", "19:11")


def test_a_second_time_nothing_is_added() -> None:
    once = _with(RULES)
    rule_set = load_rule_set(once, "demo.yaml")
    assert stubs_for(coverage(rule_set, Prover(rule_set), has_regions=False), rule_set) == []


def test_what_is_written_is_no_expectation() -> None:
    results = run_examples(load_rule_set(_with(RULES), "demo.yaml"))
    assert [(result.is_open, result.passed) for result in results] == [(True, True)] * 3
