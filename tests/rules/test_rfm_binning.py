"""Our own RFM scores: the six properties that each known peer fails at least one of, and the cuts."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date, timedelta
from itertools import product
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_ledgers import customers, ledger, records

from crmtool.ledger.ledger import EMPTY, NEVER, READ
from crmtool.ledger.quantities import Duration
from crmtool.messages import text_of
from crmtool.rules.language.load import load_rfm
from crmtool.rules.rfm.model import Measure, RfmRules, Split
from crmtool.rules.rfm.scores import letters_for_rules, score, score_ledger
from crmtool.rules.rfm.segments import Segmenting
from crmtool.rules.rfm.values import values_from_ledger

AS_OF = date(2024, 6, 30)
RULES = load_rfm((Path(__file__).parents[2] / "rules" / "rfm.yaml").read_text("utf-8"), "rules/rfm.yaml")
BY_QUANTILE = replace(RULES, frequency=replace(RULES.frequency, cuts="quantile", bins=5))

Row = tuple[int | None, int | None, int | None]
KNOWN: st.SearchStrategy[Row] = st.tuples(st.integers(0, 900), st.integers(0, 6), st.integers(0, 3_000_000))
ROWS = st.lists(KNOWN, min_size=1, max_size=60)
#: With frequency by cuts, as shipped, and by quantile.
EITHER = st.sampled_from([RULES, BY_QUANTILE])


def values(rows: list[Row]) -> pd.DataFrame:
    """Return values to score from days ago, number of orders and fen."""
    days, orders, fen = zip(*rows, strict=True)
    dates = [None if ago is None else AS_OF - timedelta(days=ago) for ago in days]
    table = {"recency": pa.array(dates, pa.date32())}
    table |= {"frequency": pa.array(orders, pa.float64()), "monetary": pa.array(fen, pa.int64())}
    return pa.table(table).to_pandas(types_mapper=pd.ArrowDtype)


def letters(rows: list[Row], rules: RfmRules = BY_QUANTILE) -> list[tuple[Any, ...]]:
    frame = score(values(rows), rules, AS_OF).frame
    return list(zip(*(pa.array(frame[name]).to_pylist() for name in ("r", "f", "m", "segment")), strict=True))


@settings(max_examples=60, deadline=None)
@given(ROWS, EITHER, st.randoms())
def test_shuffling_rows_changes_no_customer_s_result(
    rows: list[Row], rules: RfmRules, dice: random.Random
) -> None:
    order = list(range(len(rows)))
    dice.shuffle(order)
    shuffled = letters([rows[place] for place in order], rules)
    assert shuffled == [letters(rows, rules)[place] for place in order]


@settings(max_examples=60, deadline=None)
@given(ROWS, EITHER)
def test_customers_of_equal_values_have_equal_scores_so_that_renaming_ids_changes_nothing(
    rows: list[Row], rules: RfmRules
) -> None:
    found = letters(rows, rules)
    for one, other in product(range(len(rows)), repeat=2):
        if rows[one] == rows[other]:
            assert found[one] == found[other]
    renamed = values(rows)
    renamed.index = pd.Index([f"id-{len(rows) - place}" for place in range(len(rows))])
    assert list(score(renamed, rules, AS_OF).frame["rfm"]) == list(
        score(values(rows), rules, AS_OF).frame["rfm"]
    )


@settings(max_examples=60, deadline=None)
@given(ROWS, st.sampled_from([100, 10_000, 1_000_000]))
def test_another_unit_of_money_gives_the_same_scores(rows: list[Row], factor: int) -> None:
    assert letters([(r, f, None if m is None else m * factor) for r, f, m in rows]) == letters(rows)


@settings(max_examples=60, deadline=None)
@given(ROWS, EITHER)
def test_a_one_order_customer_is_never_above_a_repeat_customer_on_f(rows: list[Row], rules: RfmRules) -> None:
    found = [(row[1], each[1]) for row, each in zip(rows, letters(rows, rules), strict=True)]
    assert all(f <= other for n, f in found for m, other in found if n == 1 and m > 1)


@settings(max_examples=60, deadline=None)
@given(ROWS, EITHER, st.sampled_from(["recency", "frequency", "monetary"]), st.integers(1, 400))
def test_a_blank_or_future_value_never_changes_another_customer_s_score_of_it(
    rows: list[Row], rules: RfmRules, name: str, ahead: int
) -> None:
    letter = name[0]
    before = list(score(values(rows), rules, AS_OF).frame[letter])
    place = ("recency", "frequency", "monetary").index(name)
    blank: Row = (10, 2, 1_000)
    blank = (*blank[:place], None, *blank[place + 1 :])  # type: ignore[assignment]
    after = score(values([*rows, blank, (-ahead, None, None)]), rules, AS_OF).frame
    assert list(after[letter])[: len(rows)] == before
    assert after[letter].isna().tolist()[len(rows) :] == [True, True]


@settings(max_examples=60, deadline=None)
@given(ROWS, st.integers(1, 4))
def test_wholly_blank_rows_change_no_other_result(rows: list[Row], count: int) -> None:
    nobody: Row = (None, None, None)
    assert letters([*rows, *[nobody] * count])[: len(rows)] == letters(rows)


@pytest.mark.parametrize("name", ["zh8", "en10"])
def test_each_of_the_125_codes_has_exactly_one_segment(name: str) -> None:
    segmenting = Segmenting(RULES.maps[name], (5, 5, 5))
    found = [segmenting.possible(code) for code in product(range(1, 6), repeat=3)]
    assert len(found) == 125
    assert all(len(segments) == 1 for segments in found)


@settings(max_examples=60, deadline=None)
@given(ROWS)
def test_frozen_cuts_give_everybody_the_same_score_again_whoever_else_leaves(rows: list[Row]) -> None:
    scores = score(values(rows), BY_QUANTILE, AS_OF)
    frozen = with_frozen(scores.cuts)
    found = letters(rows, frozen)
    assert found == letters(rows)
    assert letters(rows[:1], frozen) == found[:1]


def with_frozen(cuts: Any) -> RfmRules:
    """Return the rules with these cuts frozen, through the YAML that a person would copy them into."""
    lines = "".join(f"  {name}: [{', '.join(texts)}]\n" for name, texts in cuts.items())
    text = (Path(__file__).parents[2] / "rules" / "rfm.yaml").read_text("utf-8")
    return load_rfm(f"{text}\nfrozen_cuts:\n{lines}", "rules/rfm.yaml")


def test_a_score_is_the_bin_of_the_average_rank() -> None:
    # Ranks 1 … 10 in fifths: two each. The three equal ones stand at ranks 2, 3, 4: average 3, the second fifth.
    fen = [10, 20, 20, 20, 50, 60, 70, 80, 90, 100]
    assert [m for *_, m, _ in letters([(0, 1, each) for each in fen])] == [1, 2, 2, 2, 3, 3, 4, 4, 5, 5]


def test_recency_is_better_the_later_the_date() -> None:
    assert [r for r, *_ in letters([(ago, 1, 1) for ago in (400, 0, 30, 200, 90)])] == [1, 5, 4, 2, 3]


def test_scores_that_do_not_occur_are_said_with_the_reason() -> None:
    scores = score(values([(10, 1, 5)] * 9 + [(10, 4, 5)]), BY_QUANTILE, AS_OF)
    assert list(scores.frame["f"]) == [3] * 9 + [5]
    assert scores.cuts["frequency"] == ("none", "1次", "none", "4次")
    told = [text_of(note, "zh") for note in scores.notes if note.params["measure"] == "购买频率"]
    assert told == ["购买频率只能分出 2 档（要 5 档）：分数 1、2、4 没有出现，因为许多客户的值相同"]


def test_given_cuts_are_inclusive_lower_bounds_and_recency_is_within_calendar_spans() -> None:
    spans = tuple(Duration(months=each) for each in (1, 3, 6, 12))
    rules = replace(RULES, recency=replace(RULES.recency, cuts=spans, bins=5))
    days = [date(2024, 5, 30), date(2024, 5, 29), date(2024, 3, 30), date(2023, 6, 30), date(2023, 6, 29)]
    rows: list[Row] = [
        ((AS_OF - day).days, orders, 1) for day, orders in zip(days, (0, 1, 3, 4, 9), strict=True)
    ]
    assert [(r, f) for r, f, *_ in letters(rows, rules)] == [(5, 1), (4, 2), (4, 4), (2, 5), (1, 5)]


def test_an_unknown_score_leaves_the_segments_that_are_possible() -> None:
    frame = score(values([(0, None, 9), (400, 1, 1)]), with_lines(), AS_OF).frame
    assert frame["segment"].tolist()[0] is pd.NA
    assert frame["segment_label"].tolist() == ["待补资料", "一般挽留客户"]
    assert frame["possible"].tolist()[0] == "important_value|important_develop"
    assert frame["missing"].tolist()[0] == "f"


def with_lines() -> RfmRules:
    """Return rules in which every measure has given cuts, so that a single row can be scored."""
    spans = tuple(Duration(months=each) for each in (1, 3, 6, 12))
    recency = replace(RULES.recency, cuts=spans, bins=5)
    return replace(RULES, recency=recency, monetary=replace(RULES.monetary, cuts=(2, 4, 6, 8), bins=5))


def test_a_score_that_is_unknown_and_makes_no_difference_leaves_the_segment_decided() -> None:
    scores = score(values([(400, 0, None)]), replace(with_lines(), chosen="en10"), AS_OF)
    assert scores.frame["segment"].tolist() == ["lost"]


def test_a_split_by_mean_compares_with_the_mean_of_those_scored_or_with_a_pinned_one() -> None:
    zh8 = replace(RULES.maps["zh8"], split=Split(None, is_at_high=False))
    rules = replace(with_lines(), maps={**RULES.maps, "zh8": zh8})
    rows: list[Row] = [(0, 4, 9), (100, 1, 3)]
    scores = score(values(rows), rules, AS_OF)
    assert scores.means == {"r": 4.0, "f": 3.5, "m": 3.5}
    assert scores.frame["segment"].tolist() == ["important_value", "general_rescue"]
    pinned = score(values(rows), rules, AS_OF, means={"r": 1.0, "f": 3.0, "m": 1.0})
    assert pinned.frame["segment"].tolist() == ["important_value", "important_develop"]


def test_who_never_bought_has_recency_1_and_does_not_count_among_the_ranks() -> None:
    book = ledger(
        "2024-06-30",
        customers(3),
        orders=records(
            customer=[0, 0, 1], order_date=["2023-07-01", "2024-06-01", "2024-01-01"], amount=[1, 5, 2]
        ),
    )
    found = values_from_ledger(book, RULES)
    assert found is not None
    assert found.frame["recency__state"].tolist() == [READ, READ, NEVER]
    frame = score(found.frame, RULES, AS_OF).frame
    assert frame["r"].tolist() == [4, 2, 1]
    assert frame["frequency"].tolist() == [2, 1, 0]
    assert frame["recency_days"].tolist()[:2] == [29, 181]


def test_a_ledger_s_own_columns_count_under_any_name_that_the_rfm_rules_know() -> None:
    amount = replace(RULES.monetary.field.spec, id="annual_amount", label="年消费额", synonyms=())
    last = replace(RULES.recency.field.spec, id="last_order", label="最近交易时间", synonyms=())
    orders = replace(RULES.frequency.field.spec, id="orders_12m", label="近1年订单次数", synonyms=())
    people = customers(
        1,
        (last, pa.array([date(2024, 6, 1)], pa.date32())),
        (orders, pa.array([4.0], pa.float64())),
        (amount, pa.array([100], pa.int64())),
    )
    scores = score_ledger(ledger("2024-06-30", people), RULES)
    assert scores is not None
    assert scores.frame.loc[0, ["recency_days", "frequency", "monetary", "f"]].tolist() == [29, 4, 100, 5]


def test_without_orders_and_without_all_three_columns_there_is_nothing_to_score() -> None:
    last = RULES.recency.field.spec
    people = customers(1, (last, pa.array([date(2024, 6, 1)], pa.date32())))
    assert score_ledger(ledger("2024-06-30", people), RULES) is None


def test_a_range_has_no_score_and_is_no_amount_but_is_kept_as_it_was_typed() -> None:
    last, orders, amount = (measure.field.spec for measure in RULES.measures)
    people = customers(
        2,
        (last, pa.array([date(2024, 6, 1)] * 2, pa.date32())),
        (orders, pa.array([4.0, 1.0], pa.float64())),
        (amount, pa.array([5_000_000, 100], pa.int64())),
        **{
            f"{amount.id}__high": pa.array([8_000_000, None], pa.int64()),
            f"{amount.id}__text": pa.array(["5-8万", "1元"]),
        },
    )
    scores = score_ledger(ledger("2024-06-30", people), RULES)
    assert scores is not None
    assert pa.array(scores.frame["monetary"]).to_pylist() == [None, 100]
    assert pa.array(scores.frame["monetary_typed"]).to_pylist() == ["5-8万", None]
    assert pa.array(scores.frame["m"]).to_pylist() == [None, 3]


def test_customers_without_a_value_are_one_finding_that_says_how_many() -> None:
    notes = score(values([(0, 1, 5), (1, None, 6), (2, None, 7)]), RULES, AS_OF).notes
    (unknown,) = (note for note in notes if note.code == "rfm-unknown")
    assert (unknown.count, unknown.cell) == (1, "")
    assert text_of(unknown, "zh") == "2 位客户的购买频率未知，其分数和分群待补资料"


def test_the_letters_go_into_cases_with_unknown_ones_as_empty_cells() -> None:
    frame = letters_for_rules(score(values([(0, None, 9)]), with_lines(), AS_OF))
    assert frame["r"].tolist() == [5.0]
    assert frame["f__state"].tolist() == [EMPTY]
    assert (frame["rfm__state"].tolist(), frame["segment__state"].tolist()) == ([EMPTY], [EMPTY])


def test_every_measure_of_the_shipped_rules_has_five_scores() -> None:
    measures: tuple[Measure, ...] = RULES.measures
    assert [measure.bins for measure in measures] == [5, 5, 5]
