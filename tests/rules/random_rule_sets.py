"""Small random rule sets of every kind of field, policy and condition, the same for the same seed."""

from __future__ import annotations

import random
from decimal import Decimal

from crmtool.ledger.fields import FieldSpec
from crmtool.ledger.quantities import Duration
from crmtool.rules.conditions import (
    All,
    Any,
    Atom,
    Bound,
    Condition,
    Not,
    OneOf,
    Present,
    Range,
    Test,
    Within,
)
from crmtool.rules.model import Dimension, Field, Level, Policy, Rule, RuleSet, Score, Tier

WORDS = ("甲", "乙", "丙")
PARTS = ("定", "定制", "标准")
SPECS = {
    "n": FieldSpec("n", "次数", "count", minimum=0),
    "x": FieldSpec("x", "评分", "number", minimum=0, maximum=5),
    "a": FieldSpec("a", "金额", "money", minimum=0),
    "s": FieldSpec("s", "增长", "percent"),
    "d": FieldSpec("d", "最近", "age"),
    "e": FieldSpec("e", "最早", "age"),
    "p": FieldSpec("p", "阶段", "enum", values=WORDS),
    "q": FieldSpec("q", "行业", "enum", values=("甲", "乙"), open=True),
    "g": FieldSpec("g", "会员", "flag"),
    "c": FieldSpec("c", "需求", "enum", values=PARTS, match="contains"),
    "t": FieldSpec("t", "备注", "text"),
}
TIERS = {tier: Tier(tier, tier.upper(), rank) for rank, tier in enumerate("abc", start=1)}


class Maker:
    """Makes one random rule set."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.fields = self.random.sample(list(SPECS), self.random.randint(2, 5))
        self.dimensions: tuple[str, ...] = ()
        self.scores: tuple[str, ...] = ()

    def rule_set(self) -> RuleSet:
        pick = self.random.random
        fields = {name: Field(SPECS[name], missing=self.policy(name)) for name in self.fields}
        dimensions = {}
        for name in ("u", "v")[: self.random.choice((0, 0, 1, 2))]:
            points = self.random.sample(range(1, 5), 2)
            levels = tuple(
                Level(f"l{i}", f"{name}级{i}", self.condition(1), points=points[i]) for i in range(2)
            )
            dimensions[name] = Dimension(name, f"维度{name}", levels)
            self.dimensions = (*self.dimensions, name)
        scores = {}
        if dimensions and pick() < 0.5:
            scores["z"] = Score("z", "分", self.random.choice(("mean", "sum")), tuple(dimensions))
            self.scores = ("z",)
        rules = tuple(
            Rule(f"r{i}", self.random.choice("abc"), self.condition(2))
            for i in range(self.random.randint(1, 4))
        )
        ages = [name for name in "de" if name in fields]
        assume = (("d", "e"),) if len(ages) == 2 and pick() < 0.7 else ()
        return RuleSet(
            "random", "r", "1", "", "x.yaml", "", "等级", (), "first", fields, TIERS,
            dimensions=dimensions, scores=scores, rules=rules, assume=assume,
        )  # fmt: skip

    def policy(self, name: str) -> Policy:
        spec = SPECS[name]
        options = [Policy("unknown"), Policy("fails"), Policy("ignore"), Policy("unknown")]
        if spec.kind in ("count", "money", "number", "percent"):
            options += [Policy("zero"), Policy("as", 2 if spec.kind != "percent" else 0.02)]
        elif spec.kind == "age":
            options += [Policy("never"), Policy("as", Duration(months=self.random.randint(0, 4)))]
        elif name in "pq":
            options += [Policy("as", "甲")]
        others = [other for other in self.fields if other in "npq" and other != name]
        if others and self.random.random() < 0.2:
            when = Atom(others[0], self.test(others[0], present=False))
            return Policy("cases", cases=((when, options[-1]),), otherwise=self.random.choice(options))
        return self.random.choice(options)

    def condition(self, depth: int) -> Condition:
        kind = self.random.choice(("atom", "all", "any", "not")) if depth else "atom"
        if kind == "not":
            return Not(self.condition(depth - 1))
        if kind == "atom":
            subject = self.random.choice((*self.fields, *self.dimensions, *self.scores))
            return Atom(subject, self.test(subject))
        parts = tuple(self.condition(depth - 1) for _ in range(self.random.randint(1, 3)))
        return All(parts) if kind == "all" else Any(parts)

    def test(self, subject: str, *, present: bool = True) -> Test:
        if subject in self.dimensions:
            return OneOf((self.random.choice(("l0", "l1")),))
        if subject in self.scores:
            return self.range([Decimal(n) / 2 for n in range(2, 13)])
        if subject == "t" or (present and self.random.random() < 0.1):
            return Present()
        if subject in "pq":
            return OneOf(tuple(self.random.sample(WORDS, self.random.randint(1, 2))))
        if subject == "g":
            return OneOf((self.random.choice(("是", "否")),))
        if subject == "c":
            return OneOf(tuple(self.random.sample(PARTS, self.random.randint(1, 2))))
        if subject in "de":
            if self.random.random() < 0.5:
                return Within(self.span(), self.random.random() < 0.5)
            return self.range(sorted((self.span() for _ in range(2)), key=lambda s: s.months * 30 + s.days))
        scale = {"n": [Decimal(n) for n in range(5)], "x": [Decimal(n) / 2 for n in range(-1, 12)]}
        cents = {"a": [n * 100 for n in range(4)], "s": [Decimal(n) / 100 for n in range(-2, 4)]}
        return self.range((scale | cents)[subject])

    def span(self) -> Duration:
        months = self.random.choice((0, 1, 1, 2, 3, 12))
        return Duration(months, self.random.choice((0, 0, 0, 1, 30, 31)) if months < 2 else 0)

    def range(self, values: list) -> Range:  # type: ignore[type-arg]
        low, high = sorted(self.random.choices(range(len(values)), k=2))
        ends = [Bound(values[i], self.random.random() < 0.5) for i in (low, high)]
        kind = self.random.choice(("low", "high", "both"))
        if kind == "both" and low == high:
            ends = [Bound(values[low], True)] * 2
        return Range(None if kind == "high" else ends[0], None if kind == "low" else ends[1])
