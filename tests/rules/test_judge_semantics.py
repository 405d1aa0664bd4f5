"""What a judgement means where something is empty, unreadable, never, a range, absent or given by its level."""

from __future__ import annotations

import random
import time
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import duckdb
import pyarrow as pa
import pytest
from case_frames import arrow_table, as_pandas, cases_of, shipped
from scalar_evaluator import EMPTY, NAMES, NEVER, UNREADABLE, Scalar

from crmtool.ledger.fields import FieldSpec
from crmtool.ledger.quantities import Duration
from crmtool.rules import conditions
from crmtool.rules.cases import Cases
from crmtool.rules.conditions import All, Atom, Bound, Condition, Not, OneOf, Present, Range, Within
from crmtool.rules.judging.judge import Verdict, judge
from crmtool.rules.model import Dimension, Field, Level, Matrix, Policy, Rule, RuleSet, Score, Tier

AS_OF = date(2024, 6, 30)
MANY = Range(Bound(Decimal(3), True))
FEW = Range(None, Bound(Decimal(3), False))


def count(name: str, missing: str = "unknown", absent: str = "unknown") -> Field:
    spec = FieldSpec(name, name, "count", minimum=0)
    return Field(spec, missing=Policy(missing), absent=Policy(absent))  # type: ignore[arg-type]


def age(name: str, missing: str = "unknown") -> Field:
    return Field(FieldSpec(name, name, "age"), missing=Policy(missing))  # type: ignore[arg-type]


def rule_set(fields: list[Field], *whens: tuple[str, Condition], **more: Any) -> RuleSet:
    """A rule set whose rules give the tiers named, first hit first; tiers rank in the order a, b, c."""
    rules = tuple(Rule(f"r{number}", tier, when) for number, (tier, when) in enumerate(whens))
    tiers = {tier: Tier(tier, tier.upper(), rank) for rank, tier in enumerate("abc", start=1)}
    named = {field.id: field for field in fields}
    return RuleSet("t", "t", "1", "", "", "", "等级", (), "first", named, tiers, rules=rules, **more)


def verdict(
    rules: RuleSet, row: dict[str, Any], absent: tuple[str, ...] = (), levels: tuple[str, ...] = ()
) -> Verdict:
    judgement = judge(cases_of(rules, [row], absent, levels), rules, AS_OF)
    return judgement.verdicts[judgement.classes[0].as_py()]


def otherwise(field: str) -> tuple[str, Condition]:
    """A rule that always holds: a value is many or few."""
    return "b", conditions.Any((Atom(field, MANY), Atom(field, FEW)))


def test_an_unknown_field_leaves_the_tiers_of_its_values_and_is_what_is_missing() -> None:
    rules = rule_set([count("n"), count("m")], ("a", Atom("n", MANY)), ("b", Atom("n", FEW)))
    told = verdict(rules, {"n": EMPTY, "m": EMPTY})
    assert (told.is_decided, told.possible, told.missing, told.has_gap) == (False, ("a", "b"), ("n",), False)


def test_completions_are_joint_so_that_no_impossible_tier_is_named() -> None:
    # ≥ 10万 is 高价值, 5–10万 with full exploration is 稳定: 潜力 takes no amount that the other two leave.
    row = {"last_order": date(2024, 6, 10), "tenure": date(2022, 6, 30), "demand_explored": "充分挖掘"}
    told = verdict(shipped("annual_value"), row)
    assert told.possible == ("high_value", "stable", "low_silent")
    assert told.missing == ("annual_amount",)


def test_a_tier_is_proved_where_every_value_of_the_unknown_gives_it() -> None:
    rules = rule_set(
        [count("n"), count("m")], ("a", Atom("n", MANY)), ("a", Atom("m", MANY)), ("b", Atom("n", FEW))
    )
    told = verdict(rules, {"n": EMPTY, "m": Fraction(5)})
    assert (told.tier, told.rules, told.missing) == ("a", ("r0", "r1"), ())


@pytest.mark.parametrize(
    ("missing", "tier"), [("zero", "b"), ("fails", "c"), ("unknown", ""), ("error", ""), ("ignore", "c")]
)
def test_each_policy_for_an_empty_cell(missing: str, tier: str) -> None:
    rules = rule_set(
        [count("n", missing), count("m", "fails")],
        ("a", Atom("n", MANY)),
        ("b", Atom("n", FEW)),
        ("c", Not(Atom("m", MANY))),
    )
    assert verdict(rules, {}).tier == tier


@pytest.mark.parametrize("missing", ["zero", "fails", "ignore", "unknown"])
def test_an_unreadable_cell_is_unknown_whatever_an_empty_one_means(missing: str) -> None:
    rules = rule_set([count("n", missing)], ("a", Atom("n", MANY)), ("b", Atom("n", FEW)))
    assert verdict(rules, {"n": UNREADABLE}).possible == ("a", "b")


def test_an_absent_column_has_a_policy_of_its_own() -> None:
    rules = rule_set([count("n", "unknown", "zero")], ("a", Atom("n", MANY)), ("b", Atom("n", FEW)))
    assert verdict(rules, {}, absent=("n",)).tier == "b"
    assert verdict(rules, {}).tier == ""


def test_a_fixed_value_stands_in_for_an_empty_cell() -> None:
    field = replace(age("d"), missing=Policy("as", Duration(), "0天"))
    rules = rule_set(
        [field],
        ("a", Atom("d", Within(Duration(months=3)))),
        ("b", Atom("d", Within(Duration(months=3), True))),
    )
    assert verdict(rules, {}).tier == "a"  # 0天 is the as-of date itself


def test_a_test_that_is_ignored_leaves_the_others_to_decide() -> None:
    fields = [count("n", "ignore"), count("m", "ignore"), count("k")]
    both = All((Atom("n", MANY), Atom("k", MANY)))
    either = conditions.Any((Atom("n", MANY), Atom("k", MANY)))
    for when in (both, either):
        rules = rule_set(fields, ("a", when), ("b", Atom("k", FEW)))
        assert verdict(rules, {"k": Fraction(4)}).tier == "a"
        assert verdict(rules, {"k": Fraction(1)}).tier == "b"


def test_an_emptied_inner_all_is_true_an_emptied_any_false_and_an_emptied_rule_does_not_apply() -> None:
    fields = [count("n", "ignore"), count("m", "ignore"), count("k")]
    ignored = (Atom("n", MANY), Atom("m", MANY))
    inner_all = rule_set(fields, ("a", All((All(ignored), Atom("k", MANY)))), ("b", Atom("k", MANY)))
    inner_any = rule_set(
        fields, ("a", All((conditions.Any(ignored), Atom("k", MANY)))), ("b", Atom("k", MANY))
    )
    whole = rule_set(fields, ("a", All(ignored)), ("b", Atom("k", MANY)))
    assert [verdict(rules, {"k": Fraction(4)}).tier for rules in (inner_all, inner_any, whole)] == [
        "a",
        "b",
        "b",
    ]


def test_present_asks_for_the_cell_and_not_for_its_value() -> None:
    field = Field(FieldSpec("note", "备注", "text"))
    rules = rule_set([field], ("a", Atom("note", Present())), ("b", Not(Atom("note", Present()))))
    told = [verdict(rules, {"note": value}).tier for value in ("写了字", EMPTY, UNREADABLE)]
    assert told == ["a", "b", ""]


def test_never_completes_an_unknown_date_only_where_empty_means_never() -> None:
    older = Range(Bound(Duration(months=12), False))
    recent, not_recent = Within(Duration(months=12)), Within(Duration(months=12), negated=True)
    whens = (
        ("a", Atom("d", older)),
        ("b", Atom("d", recent)),
        ("c", Atom("d", not_recent)),
    )  # c: never alone
    assert verdict(rule_set([age("d")], *whens), {"d": UNREADABLE}).possible == ("a", "b")
    assert verdict(rule_set([age("d", "never")], *whens), {"d": UNREADABLE}).possible == ("a", "b", "c")
    assert verdict(rule_set([age("d")], *whens), {"d": NEVER}).tier == "c"


def test_an_assumption_limits_completions_exactly_and_only_where_something_is_unknown() -> None:
    # The last order is not before the first: an order 8 months ago proves a tenure of 8 months, not of 12.
    fields = [age("last"), age("first")]
    old, half = Range(Bound(Duration(months=12), True)), Range(Bound(Duration(months=6), True))
    whens = (
        ("a", Atom("first", old)),
        ("b", Atom("first", half)),
        ("c", Atom("last", Within(Duration(months=120)))),
    )
    rules = rule_set(fields, *whens, assume=(("last", "first"),))
    assert verdict(rules, {"last": date(2023, 10, 30)}).possible == ("a", "b")
    assert verdict(rules, {"last": date(2023, 1, 1)}).tier == "a"
    assert (
        verdict(rules, {"last": date(2023, 1, 1), "first": date(2024, 6, 1)}).tier == "c"
    )  # as it stands there


def range_cases(rules: RuleSet, low: float, high: float | None) -> Cases:
    table = arrow_table(rules, [{"n": Fraction(low)}])
    return Cases(table.append_column("n__high", pa.array([high], pa.float64())))


@pytest.mark.parametrize(
    ("low", "high", "possible"),
    [
        (500, 1000, ("a",)),
        (300, 800, ("a", "b")),
        (1000, float("inf"), ("a",)),
        (100, 499, ("b",)),
        (500, None, ("a",)),
    ],
)
def test_a_range_is_true_false_or_unknown(low: float, high: float | None, possible: tuple[str, ...]) -> None:
    rules = rule_set(
        [count("n")],
        ("a", Atom("n", Range(Bound(Decimal(500), True)))),
        ("b", Atom("n", Range(None, Bound(Decimal(500), False)))),
    )
    told = judge(range_cases(rules, low, high), rules, AS_OF).verdicts[0]
    assert told.possible == possible
    assert told.missing == (("n",) if len(possible) > 1 else ())


def test_where_no_rule_applies_the_customer_is_undecided_with_a_gap() -> None:
    rules = rule_set([count("n")], ("a", Atom("n", MANY)))
    assert verdict(rules, {"n": Fraction(1)}) == Verdict("", (), (), (), True)
    told = verdict(rules, {})
    assert (told.possible, told.has_gap, told.missing) == (("a",), True, ("n",))


def levels(name: str, field: str, *, leave_out: bool = False) -> Dimension:
    high = Level("high", "高", Atom(field, MANY), points=2)
    return Dimension(name, name, (high, Level("low", "低", Atom(field, FEW), points=1)), leave_out)


def scored(**fields: str) -> RuleSet:
    """The mean of two dimensions over n and m, of which the second may be left out."""
    named = [count("n", fields.get("n", "unknown")), count("m", "unknown", fields.get("m", "unknown"))]
    dimensions = {"x": levels("x", "n"), "y": levels("y", "m", leave_out=True)}
    whens = (
        ("a", Atom("mean", Range(Bound(Decimal("1.5"), True)))),
        ("b", Atom("mean", Range(None, Bound(Decimal("1.5"), False)))),
    )
    return rule_set(
        named, *whens, dimensions=dimensions, scores={"mean": Score("mean", "分", "mean", ("x", "y"))}
    )


def test_a_mean_leaves_out_a_dimension_that_the_ledger_cannot_tell() -> None:
    told = verdict(scored(), {"n": Fraction(1)}, absent=("m",))
    assert (told.tier, told.scores["mean"]) == ("b", Fraction(1))
    blank = verdict(scored(), {"n": Fraction(1)})  # the column is there, the cell is empty: 1 or 1.5
    assert (blank.possible, blank.missing) == (("a", "b"), ("m",))


def test_a_given_level_wins_and_makes_its_dimension_known() -> None:
    told = verdict(scored(), {"n": Fraction(1), "level:y": "high"}, absent=("m",), levels=("y",))
    assert (told.tier, told.scores["mean"], told.levels["y"]) == ("a", Fraction(3, 2), ("high",))
    over = verdict(scored(), {"n": Fraction(1), "m": Fraction(9), "level:y": "low"}, levels=("y",))
    assert over.levels["y"] == ("low",)


def test_a_sum_with_a_dimension_that_has_no_level_left_is_undecided_and_a_mean_leaves_it_out() -> None:
    mean = scored(n="ignore")
    assert verdict(mean, {"m": Fraction(5)}).scores["mean"] == Fraction(2)
    total = replace(mean, scores={"mean": replace(mean.scores["mean"], kind="sum")})
    assert verdict(total, {"m": Fraction(5)}).tier == ""


def test_scores_are_exact_fractions() -> None:
    third = Decimal("2.333333333333333333333333333")
    fields = [count(name) for name in ("n", "m", "k")]
    dimensions = {f"d{name}": levels(f"d{name}", name) for name in ("n", "m", "k")}
    score = {"mean": Score("mean", "分", "mean", tuple(dimensions))}
    rules = rule_set(
        fields, ("a", Atom("mean", Range(Bound(third, False)))), dimensions=dimensions, scores=score
    )
    told = verdict(rules, {"n": Fraction(5), "m": Fraction(5), "k": Fraction(5)})
    assert told.scores["mean"] == 2 and not told.is_decided


def test_a_matrix_names_its_cell_and_keeps_the_levels() -> None:
    dimensions = {"x": levels("x", "n"), "y": levels("y", "m")}
    cells = {("high", "high"): "a", ("high", "low"): "b", ("low", "high"): "b", ("low", "low"): "c"}
    rules = rule_set([count("n"), count("m")], dimensions=dimensions, matrix=Matrix("x", "y", cells))
    told = verdict(rules, {"n": Fraction(5), "m": Fraction(0)})
    assert (told.tier, told.rules, told.levels) == ("b", ("high.low",), {"x": ("high",), "y": ("low",)})
    assert verdict(rules, {"n": Fraction(5)}).possible == ("a", "b")


def test_a_rule_may_test_a_dimension_and_join_tests_by_not() -> None:
    rules = rule_set(
        [count("n"), count("m")],
        ("a", All((Atom("x", OneOf(("high",))), Not(Atom("m", MANY))))),
        ("b", Atom("x", OneOf(("high", "low")))),
        dimensions={"x": levels("x", "n")},
    )
    rows = [{"n": Fraction(4), "m": Fraction(1)}, {"n": Fraction(4), "m": Fraction(4)}, {"n": Fraction(0)}]
    assert [verdict(rules, row).tier for row in rows] == ["a", "b", "b"]


def test_many_unknown_fields_stay_exact_and_quick() -> None:
    # 3 to the power of 30 completions; the diagram has one node a field.
    names = [f"f{number}" for number in range(30)]
    rules = rule_set(
        [count(name) for name in names],
        ("a", All(tuple(Atom(n, MANY) for n in names))),
        ("b", Not(Atom("f0", MANY))),
    )
    started = time.process_time()
    told = verdict(rules, {})
    assert (told.possible, told.has_gap, set(told.missing)) == (("a", "b"), True, set(names))
    assert time.process_time() - started < 5


def random_rows(name: str, number: int) -> tuple[Scalar, list[dict[str, Any]]]:
    scalar, chance = Scalar(name, AS_OF), random.Random(5)
    fields = [field for field in scalar.fields if scalar.kind(field) != "text"]
    rows = [
        {
            field: chance.choice([EMPTY, UNREADABLE])
            if chance.random() < 0.2
            else chance.choice(scalar.samples(field))
            for field in fields
            if scalar.tests(field)
        }
        for _ in range(number)
    ]
    return scalar, rows


@pytest.mark.parametrize("name", NAMES)
def test_the_same_verdicts_come_from_pandas_pyarrow_and_duckdb(name: str) -> None:
    rules = shipped(name)
    table = arrow_table(rules, random_rows(name, 300)[1])
    shuffled = table.take(random.Random(1).sample(range(300), 300))
    judgements = [
        judge(Cases(frame), rules, AS_OF) for frame in (as_pandas(table), table, duckdb.from_arrow(shuffled))
    ]
    for other in judgements[1:]:
        assert other.classes == judgements[0].classes
        assert other.verdicts == judgements[0].verdicts
        assert other.tags == judgements[0].tags
    assert len(judgements[0].kinds) > 20


@pytest.mark.parametrize("name", NAMES)
def test_the_order_of_rows_changes_no_customers_verdict(name: str) -> None:
    rules = shipped(name)
    table = arrow_table(rules, random_rows(name, 200)[1])
    order = random.Random(2).sample(range(200), 200)
    straight, shuffled = (judge(Cases(frame), rules, AS_OF) for frame in (table, table.take(order)))
    assert shuffled.classes == straight.classes.take(pa.array(order))
    assert shuffled.verdicts == straight.verdicts
