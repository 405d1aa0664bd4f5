"""What a ledger shows of a rule set: rules that decide nobody, fields mostly empty, cuts where many stand."""

from __future__ import annotations

from datetime import date

import pyarrow as pa
import pytest

from crmtool.messages import text_of
from crmtool.rules.cases import Cases
from crmtool.rules.judging.judge import judge
from crmtool.rules.language.load import load_rule_set
from crmtool.rules.linting.lint import lint, with_ledger

AS_OF = date(2024, 6, 30)
FILE = """schema: crmtool.rules/v1
id: demo
name: demo
version: "1"
source: none
table: {table}
hit: first
fields:
  amount: {label: 年消费额, type: money, min: 0, better: none}
  growth: {label: 增长率, type: percent, better: none, missing: fails}
tiers: {high: {label: 高, rank: 1}, low: {label: 低, rank: 2}}
rules:
  - {id: growing, tier: high, when: {growth: ">= 20%"}}   # lint: ok W08 新办法，还没有人够得上
  - {id: huge, tier: high, when: {amount: ">= 100万元"}}
  - {id: big, tier: high, when: {amount: "[10万元, 100万元)"}}
  - {id: rest, tier: low, when: {amount: "< 10万元"}}
""".replace("{table}", "{tier: 等级, columns: [客户名称, 等级]}")


def told(amounts: list[int | None], growth: list[float | None]) -> list[tuple[str, str]]:
    """The findings that customers with these amounts (yuan) and growths bring about."""
    rule_set = load_rule_set(FILE, "demo.yaml")
    states = [pa.array([int(v is not None) for v in column], pa.int8()) for column in (amounts, growth)]
    frame = pa.table(
        {
            "amount": pa.array([None if v is None else v * 100 for v in amounts], pa.int64()),
            "amount__state": states[0],
            "growth": pa.array(growth, pa.float64()),
            "growth__state": states[1],
        }
    )
    cases = Cases(frame)
    bare = lint(FILE, "demo.yaml")
    full = with_ledger(bare, FILE, cases, judge(cases, rule_set, AS_OF), AS_OF)
    new = [finding for finding in full.findings if finding not in bare.findings]
    return [(finding.code, text_of(finding.finding, "zh")) for finding in new]


def test_a_rule_that_decides_nobody_is_told_unless_a_comment_says_why() -> None:
    assert told([50_000, 500_000], [0.0, 0.1]) == [("W08", "huge 在这本台账里没有归入任何客户（共 2 个）")]


def test_a_rule_that_could_decide_someone_unknown_is_not() -> None:
    assert told([None, 50_000, 60_000], [0.0, 0.1, 0.1]) == []


@pytest.mark.parametrize(("empty", "is_told"), [(1, False), (2, True), (3, True)])
def test_a_field_of_which_half_is_empty_is_told(empty: int, is_told: bool) -> None:
    growth: list[float | None] = [None] * empty + [0.0] * (4 - empty)
    found = told([50_000, 50_000, 500_000, 2_000_000], growth)
    share = {1: "25%", 2: "50%", 3: "75%"}[empty]
    wanted = [("W10", f"判定要用的 增长率 在这本台账里大多空着：{empty} 格（{share}）")]
    assert found == (wanted if is_told else [])


@pytest.mark.parametrize(
    ("amount", "count", "is_told"),
    [
        (99_000, 5, True),  # just one in a hundred below 10万元
        (100_999, 5, True),
        (101_000, 5, False),  # on the moved cut: still above
        (98_999, 5, False),
        (100_000, 4, False),  # too few to matter
    ],
)
def test_a_cut_where_many_stand_is_told(amount: int, count: int, is_told: bool) -> None:
    amounts: list[int | None] = [amount] * count + [50_000, 500_000, 2_000_000]
    found = told(amounts, [0.0] * len(amounts))
    wanted = [("W12", f"年消费额 的分界 10万元 附近客户密集：挪动 1%，就有 {count} 个客户换等级")]
    assert found == (wanted if is_told else [])


def test_of_customers_on_both_sides_of_a_cut_those_count_that_one_move_takes_along() -> None:
    # Down to 99,000 takes the six at 99,500 along, up to 101,000 the four at 100,500: never all ten.
    amounts: list[int | None] = [99_500] * 6 + [100_500] * 4 + [2_000_000]
    wanted = "年消费额 的分界 10万元 附近客户密集：挪动 1%，就有 6 个客户换等级"
    assert told(amounts, [0.0] * 11) == [("W12", wanted)]


def test_a_cut_whose_move_changes_no_tier_is_not_told_however_many_stand_there() -> None:
    # huge and big give the same tier: 100万元 parts nobody.
    assert told([1_000_000] * 9 + [50_000, 500_000], [0.0] * 11) == []


def test_two_in_a_hundred_are_many_and_fewer_are_not() -> None:
    crowd: list[int | None] = [100_000] * 6
    assert [code for code, _ in told([*crowd, *([50_000] * 290), *([2_000_000] * 4)], [0.0] * 300)] == ["W12"]
    assert told([*crowd, *([50_000] * 290), *([2_000_000] * 5)], [0.0] * 301) == []


def test_a_ledger_without_customers_shows_nothing() -> None:
    assert told([], []) == []
