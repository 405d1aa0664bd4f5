"""R's scores laid out over a ledger: numbers of scores other than five, dates, cuts, and the segments that fit."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pytest

from crmtool.messages import text_of
from crmtool.rules.language.load import load_rfm
from crmtool.rules.rfm.compat import score_like_r
from crmtool.rules.rfm.like_r import rules_like_r, scores_from_r
from crmtool.rules.rfm.scores import RfmScores

AS_OF = date(2024, 6, 30)
RULES = load_rfm((Path(__file__).parents[2] / "rules" / "rfm.yaml").read_text("utf-8"), "rules/rfm.yaml")


def scores(bins: int) -> RfmScores:
    """Return the scores of customers 0 … 3 of five, who bought 10, 20, 30 and 40 days ago."""
    summary = pa.table(
        {
            "customer": pa.array([0, 1, 2, 3], pa.int64()),
            "recency_days": pa.array([10, 20, 30, 40], pa.int64()),
            "transaction_count": pa.array([4, 3, 2, 1], pa.int64()),
            "amount": pa.array([40.0, 30.0, 20.0, 10.5], pa.float64()),
        }
    ).to_pandas(types_mapper=pd.ArrowDtype)
    return scores_from_r(score_like_r(summary, bins=bins), RULES, 5, bins, AS_OF)


def test_the_date_of_the_last_order_is_told_and_who_has_no_order_has_none() -> None:
    assert pa.array(scores(5).frame["recency"]).to_pylist() == [
        date(2024, 6, 20),
        date(2024, 6, 10),
        date(2024, 5, 31),
        date(2024, 5, 21),
        None,
    ]


def test_cuts_go_from_score_2_up_and_those_of_recency_are_upper_ends() -> None:
    # Type-7 quantiles at a half, plus 1: 25 + 1 days, 2.5 + 1 orders, 25 + 1 yuan.
    found = scores(2)
    assert found.cuts == {"recency": ("<26天",), "frequency": ("3.5次",), "monetary": ("26元",)}
    assert pa.array(found.frame["r"]).to_pylist() == [2, 2, 1, 1, None]
    # Thirds: 20 + 1 and 30 + 1 days; score 2 lies below the later one, score 3 below the earlier.
    assert scores(3).cuts["recency"] == ("<31天", "<21天")
    assert pa.array(scores(3).frame["r"]).to_pylist() == [3, 3, 2, 1, None]


@pytest.mark.parametrize("bins", [3, 4])
def test_maps_for_five_scores_give_no_segment_of_fewer_and_that_is_said_once(bins: int) -> None:
    found, rules = scores(bins), rules_like_r(RULES, bins)
    assert pa.array(found.frame["segment"]).null_count == 5
    assert [note.code for note in found.notes] == ["rfm-map-of-other-bins"]
    assert text_of(found.notes[0], "en").startswith("the segment map zh8 is made for 5×5×5 scores")
    assert [measure.bins for measure in rules.measures] == [bins] * 3
    assert rules.segment_map.segments == {}


def test_five_scores_have_the_segments_of_the_chosen_map() -> None:
    found = scores(5)
    assert found.notes == ()
    assert rules_like_r(RULES, 5) is RULES
    assert pa.array(found.frame["segment_label"]).to_pylist()[-1] == "待补资料"
    assert pa.array(found.frame["segment"]).to_pylist()[0] == "important_value"
