"""What is proved of random rule sets is what an SMT solver says, with empty cells, any / not and ages in order."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
import z3
from random_rule_sets import Maker
from smt_oracle import Oracle, asked_fields

from crmtool.rules.proving.customers import Customer
from crmtool.rules.proving.formulas import both, no
from crmtool.rules.proving.prove import Prover

#: Month ends of every kind, and the day after a leap day.
DAYS = (date(2024, 6, 30), date(2024, 3, 31), date(2023, 3, 30), date(2024, 3, 1), date(2025, 1, 1))


def disagreements(seed: int) -> list[str]:
    """Ask both about one random rule set; return where the answers differ."""
    maker = Maker(seed)
    rule_set = maker.rule_set()
    further = [maker.condition(2), maker.condition(2)]
    as_of = DAYS[seed % len(DAYS)]
    oracle, prover = Oracle(rule_set, as_of), Prover(rule_set, further=further, days=[as_of])
    last = rule_set.rules[-1]
    first, second = (oracle.condition(when)[0] for when in further)
    none = z3.Not(z3.Or(*(oracle.reaches(tier) for tier in "abc")))
    questions: list[tuple[str, Any, Any]] = [
        ("holds", first, lambda t: t.holds(further[0])),
        (
            "holds without",
            z3.And(first, z3.Not(second)),
            lambda t: both(t.holds(further[0]), no(t.holds(further[1]))),
        ),
        ("decides", oracle.decides(len(rule_set.rules) - 1), lambda t: t.decides(last)),
        ("reaches", z3.And(oracle.reaches("b"), second), lambda t: both(t.reaches("b"), t.holds(further[1]))),
        ("no tier", none, lambda t: t.no_tier()),
    ]
    found = []
    for name, statement, asked in questions:
        answer = prover.find(asked)
        if isinstance(answer, Customer):
            if not oracle.is_there(statement, answer, asked_fields(rule_set, further)):
                found.append(f"{seed} {name}: it is not true of {answer}")
        elif answer is not None or oracle.is_there(statement):
            found.append(f"{seed} {name}: {answer}, but there is one")
    return found


@pytest.mark.parametrize("block", range(4))
def test_five_hundred_answers_are_those_of_a_solver(block: int) -> None:
    assert [line for seed in range(block * 25, block * 25 + 25) for line in disagreements(seed)] == []


@pytest.mark.slow
@pytest.mark.parametrize("block", range(20))
def test_ten_thousand_answers_are_those_of_a_solver(block: int) -> None:
    start = 1000 + block * 100
    assert [line for seed in range(start, start + 100) for line in disagreements(seed)] == []
