"""RFM明细 and RFM矩阵."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pyarrow as pa
from hand_made import AMOUNT, LAST_ORDER, annual_value, frame, two_companies

from crmtool.content import OutTable
from crmtool.errors import Finding
from crmtool.ledger.fields import FieldSpec
from crmtool.rules.conditions import Atom, OneOf
from crmtool.rules.model import Field
from crmtool.rules.rfm.model import Measure, RfmRules, Segment, SegmentMap
from crmtool.rules.rfm.scores import RfmScores
from crmtool.tables import rfm, rfm_matrix


def scored() -> rfm.Scored:
    frequency = FieldSpec("orders_12m", "近1年订单次数", "count")
    segments = {
        "good": Segment("good", "重要价值客户", Atom("r", OneOf(("high",)))),
        "gone": Segment("gone", "一般挽留客户", Atom("r", OneOf(("low",)))),
    }
    rules = RfmRules(
        *("rfm", "RFM", "1", "", "rfm.yaml", ""),
        recency=Measure("r", Field(LAST_ORDER), "quantile", 3),
        frequency=Measure("f", Field(frequency), (Decimal(2),), 2),
        monetary=Measure("m", Field(AMOUNT), "quantile", 3),
        maps={"two": SegmentMap("two", "两类", segments)},
        chosen="two",
    )
    scores = frame(
        {
            "recency": (pa.date32(), [date(2023, 10, 15), None]),
            "recency_days": (pa.int64(), [16, None]),
            "frequency": (pa.float64(), [2.0, 1.0]),
            "monetary": (pa.int64(), [15_000_000, 3_000_000]),
            "r": (pa.int64(), [3, None]),
            "f": (pa.int64(), [2, 1]),
            "m": (pa.int64(), [3, 1]),
            "rfm": (pa.string(), ["323", None]),
            "segment": (pa.string(), ["good", None]),
            "segment_label": (pa.string(), ["重要价值客户", "待补资料"]),
        }
    )
    cuts = {"recency": ("none", "16天"), "frequency": ("2次",), "monetary": ("30000元", "150000元")}
    return rfm.Scored(RfmScores(scores, cuts, {}, "two"), rules)


def rows(table: OutTable) -> list[tuple[object, ...]]:
    return list(zip(*(column.cells.to_pylist() for column in table.columns), strict=True))


def test_details_show_amounts_in_yuan_and_leave_the_unknown_empty() -> None:
    ledger, _ = two_companies()
    table = rfm.build(scored(), ledger, annual_value())
    assert rows(table) == [
        ("A公司", date(2023, 10, 15), 16, 2.0, 150000.0, 3, 2, 3, "323", "重要价值客户"),
        ("B公司", None, None, 1.0, 30000.0, None, 1, 1, None, "待补资料"),
    ]


def test_a_range_is_shown_as_it_was_typed_and_adds_nothing_to_its_segment() -> None:
    ledger, _ = two_companies()
    given = scored()
    beside = given.scores.frame.assign(
        monetary=frame({"m": (pa.int64(), [15_000_000, None])})["m"],
        monetary_typed=frame({"t": (pa.string(), [None, "5-8万"])})["t"],
    )
    with_range = replace(given, scores=replace(given.scores, frame=beside))
    (amounts,) = (c for c in rfm.build(with_range, ledger, annual_value()).columns if c.id == "monetary")
    assert amounts.cells.to_pylist() == [150000.0, None]
    assert amounts.texts is not None
    assert amounts.texts.to_pylist() == [None, "5-8万"]
    assert [row[3] for row in rows(rfm_matrix.segments(with_range))] == [150000.0, 0.0, None]


def test_the_matrix_has_every_pair_of_scores_and_counts_only_the_scored() -> None:
    table = rfm_matrix.build(scored())
    assert [column.header for column in table.columns] == ["最近购买 R ＼ 频率 F", "F1", "F2", "合计"]
    assert rows(table) == [("R3", 0, 1, 1), ("R2", 0, 0, 0), ("R1", 0, 0, 0)]


def test_segments_are_all_listed_and_the_unscored_come_last() -> None:
    assert [row[:4] for row in rows(rfm_matrix.segments(scored()))] == [
        ("重要价值客户", 1, 0.5, 150000.0),
        ("一般挽留客户", 0, 0.0, 0.0),
        ("待补资料", 1, 0.5, 30000.0),
    ]


def test_only_what_is_said_of_all_scores_is_noted_on_the_sheet() -> None:
    unused = {"measure": "购买频率", "bins": "5", "found": "4", "unused": "3"}
    notes = (
        Finding("rfm-score-not-reached", params=unused),
        Finding("records-begin-late", params={}),
        Finding("differs-from-records", cell="B3"),
        Finding("rfm-unknown", params={"measure": "购买频率", "customers": "2"}),
    )
    given = scored()
    noted = rfm.scalars(replace(given, scores=replace(given.scores, notes=notes)))["rfm_notes"]
    assert noted == "购买频率的分数 3 没有客户：没有值落在这些切点之间"


def test_the_cuts_are_written_out_so_that_they_can_be_frozen() -> None:
    told = rfm.scalars(scored())["rfm_cuts"]
    assert told == (
        "R（最近订单）2–3 分起点：无、16天；F（近1年订单次数）2–2 分起点：2次；M（年消费额）2–3 分起点：30000元、150000元"
    )
