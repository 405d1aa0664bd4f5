"""Whatever customer two versions put into two tiers is in the proved regions, by an evaluator of its own; nobody else is."""

from __future__ import annotations

import random
import re
from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import Any

import pytest
import yaml
from case_frames import RULES, _typed
from scalar_evaluator import EMPTY, NAMES, NEVER, Scalar, load
from test_lint_wide import wide
from test_proving_judged import is_in, verdict

from crmtool.errors import CrmtoolError
from crmtool.rules.comparing.wording import kinds_of
from crmtool.rules.language.load import load_rule_set
from crmtool.rules.model import RuleSet
from crmtool.rules.proving.customers import Customer
from crmtool.rules.proving.differ import regions_differ

AS_OF = date(2024, 6, 30)
COMMON = (RULES / "common.yaml").read_text(encoding="utf-8")
FACTORS = (0.5, 0.8, 1.2, 2)


def edited(name: str, chance: random.Random) -> dict[str, Any]:
    """A version with some lines moved, and at times a rule gone or two rules the other way round."""
    rules = load(name)
    rules.pop("examples", None)
    places: list[tuple[Any, Any]] = [(param, "value") for param in rules.get("params", {}).values()]

    def walk(node: Any) -> None:
        for key, value in node.items() if isinstance(node, dict) else enumerate(node):
            if isinstance(value, (dict, list)):
                walk(value)
            elif isinstance(value, str) and re.match(r"[<>\[(]|within|not within", value):
                places.append((node, key))

    walk([rule["when"] for rule in rules.get("rules", [])])
    walk([level["when"] for d in rules.get("dimensions", {}).values() for level in d["levels"]])
    for node, key in chance.sample(places, min(2, len(places))):
        factor = chance.choice(FACTORS)
        node[key] = re.sub(r"\d+(\.\d+)?", lambda m, f=factor: f"{max(float(m[0]) * f, 1):.0f}", node[key])
    table = rules.get("rules", [])
    if len(table) > 2 and chance.random() < 0.5:
        first, second = sorted(chance.sample(range(len(table)), 2))
        if chance.random() < 0.5:
            del table[second]
        else:
            table[first], table[second] = table[second], table[first]
    return rules


def loaded(rules: dict[str, Any]) -> RuleSet:
    return load_rule_set(yaml.safe_dump(rules, allow_unicode=True, sort_keys=False), "x.yaml", common=COMMON)


class Edited(Scalar):
    """The evaluator of an edited version, whose levels may have holes: without a level there is no score, and no tier."""

    def tier(self, values: dict[str, Any]) -> str | None:
        needed = [name for score in self.rules.get("scores", {}).values() for name in score["mean"]]
        needed += [self.rules["matrix"][side] for side in ("rows", "cols") if "matrix" in self.rules]
        has_hole = any(self.level(name, values) is None for name in needed)
        return None if has_hole else super().tier(values)


def evaluator(name: str, rules: dict[str, Any]) -> Scalar:
    scalar = Edited(name, AS_OF)
    scalar.rules, scalar.fields = rules, rules["fields"]
    scalar.dimensions = rules.get("dimensions", {})
    return scalar


def a_row(olds: Scalar, news: Scalar, chance: random.Random) -> dict[str, Any]:
    row: dict[str, Any] = {}
    for field in olds.fields:
        values = [] if olds.kind(field) == "text" else [*olds.samples(field), *news.samples(field)]
        is_age = olds.kind(field) == "age"
        row[field] = NEVER if is_age and chance.random() < 0.05 else chance.choice(values or ["是"])
    for lower, upper in (pair["le"] for pair in olds.rules.get("assume", [])):
        days = [row.get(lower), row.get(upper)]
        if NEVER in days or (isinstance(days[0], date) and isinstance(days[1], date) and days[0] < days[1]):
            row[lower], row[upper] = (days[1], days[0]) if NEVER not in days else (AS_OF, AS_OF)
    return row


def as_customer(row: dict[str, Any], rules: RuleSet) -> Customer:
    typed = {f: None if v is NEVER else _typed(v, rules.fields[f].spec.kind) for f, v in row.items()}
    return Customer(AS_OF, {}, typed)


def as_row(customer: Customer, rules: RuleSet) -> dict[str, Any]:
    """The customer as the evaluator takes them: yuan, fractions, days; a given level by its dimension."""
    row: dict[str, Any] = {}
    for name, value in customer.values.items():
        if name in rules.dimensions:
            row[f"level:{name}"] = value
        elif value is None:
            row[name] = NEVER
        elif rules.fields[name].spec.kind in ("money", "count", "number", "percent"):
            unit = Fraction(1, 100) if rules.fields[name].spec.kind == "money" else 1
            row[name] = Fraction(str(value)) * unit
        else:
            row[name] = value
    return row


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("seed", range(2))
def test_the_symbolic_answer_has_every_move_of_a_random_ledger_and_no_other(name: str, seed: int) -> None:
    chance = random.Random(f"{name}{seed}")
    while True:  # an edit that turns an interval round is no rule set
        changed = edited(name, chance)
        try:
            old, new = loaded(load(name)), loaded(changed)
        except CrmtoolError:
            continue
        found = regions_differ(old, new, days=[AS_OF], most=500)
        if found:
            break
    regions = {(move.before, move.after): move.region for move in found}
    assert all(region is not None and region.is_whole for region in regions.values())
    olds, news = evaluator(name, load(name)), evaluator(name, changed)
    examples = [(move, as_row(box.example, new)) for move, region in regions.items() for box in region.boxes]
    for move, row in examples:
        tiers = tuple(each.judge(row)[0] for each in (olds, news))
        assert tiers == tuple({tier or None} for tier in move), row
    moved = 0
    for number in range(100):
        row = a_row(olds, news, chance)
        if number % 2:  # near somebody who moves: all but one of the cells are theirs
            near = {f: v for f, v in chance.choice(examples)[1].items() if f in row}
            near.pop(chance.choice(list(row)), None)
            row |= near
        customer = as_customer(row, new)
        (before,), (after,) = olds.judge(row)[0], news.judge(row)[0]
        pair = (before or "", after or "")
        inside = {
            move
            for move, region in regions.items()
            if region and is_in(region, customer, region.day.space.rule_set)
        }
        assert inside == ({pair} if pair[0] != pair[1] else set()), row
        moved += pair[0] != pair[1]
        # The same customer with an empty cell: if both still decide, their move is among those that were proved.
        blank = {**row, chance.choice(list(row)): EMPTY}
        tiers = [each.judge(blank)[0] for each in (olds, news)]
        if all(len(some) == 1 for some in tiers):
            (before,), (after,) = tiers
            assert before == after or (before or "", after or "") in regions, blank
    assert moved > 10
    for _ in range(40 if old.dimensions else 0):  # levels that the ledger gives
        row = a_row(olds, news, chance)
        for dimension in chance.sample(list(old.dimensions), chance.randint(1, len(old.dimensions))):
            row[f"level:{dimension}"] = chance.choice(old.dimensions[dimension].levels).id
        before, after = ((next(iter(each.judge(row)[0])) or "") for each in (olds, news))
        assert before == after or (before, after) in regions, row


def test_where_the_budget_does_not_do_that_is_said_and_not_that_nobody_moves() -> None:
    old = load_rule_set(wide(0), "wide.yaml")
    new = replace(old, rules=(*old.rules[:14], *old.rules[15:]))
    found = {(move.before, move.after): move for move in regions_differ(old, new, budget=300)}
    open_ = found["t1", "t0"]
    assert (open_.region, open_.example) == (None, None)
    assert [words for words, _ in kinds_of(open_, "zh")] == ["未能在限定步数内推出是否有这样的客户"]
    sure = found["t0", "t3"]
    assert sure.example is not None
    assert (verdict(sure.example, old).tier, verdict(sure.example, new).tier) == ("t0", "t3")
    ((words, customer),) = kinds_of(sure, "zh")
    assert words == "有这样的客户，但未能在限定步数内列出是哪类"
    assert customer
