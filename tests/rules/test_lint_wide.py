"""Thirty rules over twelve fields: everything is proved, in few steps, and the same every time."""

from __future__ import annotations

import random
from itertools import combinations

import pytest

from crmtool.rules.language.load import load_rule_set
from crmtool.rules.linting.lint import lint
from crmtool.rules.model import Rule
from crmtool.rules.proving.boxes import boxes
from crmtool.rules.proving.customers import Customer
from crmtool.rules.proving.formulas import both
from crmtool.rules.proving.prove import NotProved, Prover
from crmtool.rules.proving.search import BUDGET, IN_ALL

KINDS = ("money", "count", "age", "enum", "percent")
WORDS = "甲乙丙丁"


def wide(seed: int, rules: int = 30, fields: int = 12) -> str:
    """A rules file of random conjunctions of two to four tests."""
    pick = random.Random(seed)
    kinds = [KINDS[i % len(KINDS)] for i in range(fields)]
    lines = [
        "schema: crmtool.rules/v1",
        'id: wide\nname: wide\nversion: "1"\nsource: none\nhit: first',
        "table: {tier: 等级, columns: [客户名称, 等级]}",
        "fields:",
    ]
    for i, kind in enumerate(kinds):
        values = f", values: [{', '.join(WORDS)}]" if kind == "enum" else ""
        lines.append(f"  f{i}: {{label: 字段{i}, type: {kind}, better: up{values}}}")
    lines += ["tiers:", *(f"  t{i}: {{label: 级{i}, rank: {i + 1}}}" for i in range(4)), "rules:"]
    for number in range(rules):
        chosen = pick.sample(range(fields), pick.randint(2, 4))
        tests = ", ".join(f"f{i}: {_test(kinds[i], pick)}" for i in chosen)
        lines.append(f"  - {{id: r{number}, tier: t{pick.randrange(4)}, when: {{{tests}}}}}")
    return "\n".join(lines) + "\n"


def _test(kind: str, pick: random.Random) -> str:
    if kind == "enum":
        return f"[{', '.join(pick.sample(WORDS, pick.randint(1, 3)))}]"
    top, unit = {"money": (20, "万元"), "count": (12, "次"), "percent": (50, "%"), "age": (24, "个月")}[kind]
    signs = ("within ", "not within ", ">= ", "< ") if kind == "age" else (">= ", "< ", "> ", "<= ")
    return f'"{pick.choice(signs)}{pick.randint(1, top)}{unit}"'


@pytest.mark.parametrize("seed", range(3))
def test_every_question_is_answered_in_few_steps(seed: int) -> None:
    rule_set = load_rule_set(wide(seed), "wide.yaml")
    prover = Prover(rule_set)

    def shared(first: Rule, second: Rule) -> Customer | NotProved | None:
        return prover.find(lambda terms: both(terms.holds(first.when), terms.holds(second.when)))

    answers = [shared(first, second) for first, second in combinations(rule_set.rules, 2)]
    answers += [prover.find(lambda terms, rule=rule: terms.decides(rule)) for rule in rule_set.rules]
    answers.append(prover.find(lambda terms: terms.no_tier()))
    assert not any(isinstance(answer, NotProved) for answer in answers)
    assert isinstance(answers[-1], Customer)
    assert IN_ALL * BUDGET - prover.left < 30_000  # of 466 questions; it was 2,000 to 12,000
    assert boxes(prover, lambda terms: terms.no_tier()).boxes


def test_the_whole_file_is_linted_with_nothing_left_unproved() -> None:
    report = lint(wide(1), "wide.yaml")
    assert all(finding.is_proved for finding in report.findings)
    assert {"E04", "W03", "W04"} <= {finding.code for finding in report.findings}
