"""A customer's own rhythm as people write it, and the channels that texts name."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmtool.ledger.build import build_ledger
from crmtool.ledger.headers.finding import Wanted, find
from crmtool.ledger.ledger import Table
from crmtool.ledger.quantities import Duration
from crmtool.messages import help_of, place_of, text_of
from crmtool.rules.language.load import load_common
from crmtool.sheets import Column, Peek, RawCell, Sheet
from crmtool.visits.reading.channels import channel_of, channels_in, channels_of
from crmtool.visits.reading.intervals import Rhythm, parse_intervals, read_intervals

COMMON = load_common((Path(__file__).parents[2] / "rules" / "common.yaml").read_text(encoding="utf-8"))
WEEK, MONTH, QUARTER, HALF = Duration(days=7), Duration(months=1), Duration(months=3), Duration(months=6)


def days(number: int) -> Duration:
    return Duration(days=number)


@pytest.mark.parametrize(
    ("text", "every"),
    [
        ("每月1次", MONTH), ("每月一次", MONTH), ("每月", MONTH), ("1次/月", MONTH), ("一月一次", MONTH), ("月度", MONTH),
        ("按月", MONTH), ("1个月", MONTH), ("每月至少1次主动沟通", MONTH), ("monthly", MONTH), ("每月１次。", MONTH),
        ("每两周1次", days(14)), ("双周1次", days(14)), ("隔周", days(14)), ("1次/2周", days(14)), ("两周", days(14)), ("every 2 weeks", days(14)),
        ("每季度一次", QUARTER), ("季度回访", QUARTER), ("每季1次", QUARTER), ("一年四次", QUARTER), ("quarterly", QUARTER),
        ("每2个月", Duration(months=2)), ("每两个月1次", Duration(months=2)), ("隔月", Duration(months=2)),
        ("每半年1次", HALF), ("半年一次", HALF), ("半年", HALF), ("每年2次", HALF), ("每年1次", Duration(months=12)),
        ("30天", days(30)), ("每十天1次", days(10)), ("每天", days(1)), ("30 days", days(30)), ("每周1次", WEEK), ("weekly", WEEK),
        # Half a week is three whole days, half of 30 days is 15, a quarter's 91 days hold two visits 45 days apart, a year's 365 five 73 apart.
        ("一周两次", days(3)), ("每周2次", days(3)), ("2次/周", days(3)), ("每日3次", days(1)), ("每月2次", days(15)), ("半个月1次", days(15)),
        ("每季度2次", days(45)), ("1年5次", days(73)),
    ],
)  # fmt: skip
def test_how_often_a_customer_is_visited(text: str, every: Duration) -> None:
    assert parse_intervals(text, COMMON) == (Rhythm(None, every),)


@pytest.mark.parametrize(
    ("text", "rhythms"),
    [
        ("每月1次电话，每季度1次上门", {"phone": MONTH, "onsite": QUARTER}),
        ("每月1次电话回访，每季度1次上门回访，每半年1次高层回访", {"phone": MONTH, "onsite": QUARTER, "executive": HALF}),
        ("电话每月1次；上门：半年1次", {"phone": MONTH, "onsite": HALF}),
        ("每月1次电话\n每季度1次走访", {"phone": MONTH, "onsite": QUARTER}),
        ("每月电话1次、每季度问卷1次", {"phone": MONTH, "survey": QUARTER}),
        ("每月1次高层拜访+季度定制方案", {"executive": MONTH, "proposal": QUARTER}),
        ("每两周1次微信和每季度1次视频会议", {"phone": days(14), "video": QUARTER}),
        ("每月1次，每季度1次上门", {None: MONTH, "onsite": QUARTER}),
        # Where several channels stand beside one rhythm, any of them will do.
        ("每月1次电话或上门", {None: MONTH}),
        ("每月1次电话、上门", {None: MONTH}),
        ("每月1次（电话/微信）", {"phone": MONTH}),
    ],
)  # fmt: skip
def test_rhythms_of_several_channels(text: str, rhythms: dict[str | None, Duration]) -> None:
    assert parse_intervals(text, COMMON) == tuple(Rhythm(*each) for each in rhythms.items())


@pytest.mark.parametrize(
    "text",
    [
        "不定期", "看情况", "电话", "每月2-3次", "每3~4周一次", "每月三五次", "每月0次", "每0天", "每1000年", "每月15日", "每周三",
        "每隔一周", "3月", "3月1次", "30日", "30", "每10个工作日", "大约每月1次", "两周或三周一次", "每月1次电话，每季度1次电话",
        "每月1次电话，每隔一周上门", "不上门，每月1次电话", "每月1次发货", "x" * 200, "每月1次" * 40,
    ],
)  # fmt: skip
def test_what_is_no_rhythm_or_may_be_two_is_none(text: str) -> None:
    assert parse_intervals(text, COMMON) is None


@given(
    st.integers(1, 60),
    st.sampled_from([("天", 0, 1), ("周", 0, 7), ("个月", 1, 0), ("个季度", 3, 0), ("年", 12, 0)]),
)
def test_every_number_of_every_unit_is_read(number: int, unit: tuple[str, int, int]) -> None:
    name, months, in_days = unit
    expected = (
        (Rhythm(None, Duration(months * number, in_days * number)),) if number * months <= 240 else None
    )
    for text in (
        f"每{number}{name}1次",
        f"每{number}{name}",
        f"{number}{name}",
        f"{number}{name}一次",
        f"1次/{number}{name}",
    ):
        assert parse_intervals(text, COMMON) == expected


@given(st.text(alphabet="每1234一两三次/个月周季度半年天日电话上门，、和隔双按+ ", max_size=16))
def test_whatever_is_typed_is_a_rhythm_of_at_least_a_day_or_none(text: str) -> None:
    for rhythm in parse_intervals(text, COMMON) or ():
        assert rhythm.every.months >= 1 or rhythm.every.days >= 1


def table_of(columns: dict[str, list[RawCell]]) -> Table:
    """Return the customers of a ledger with these columns, as it is read."""
    length = len(next(iter(columns.values())))
    columns = {"客户名称": [f"客户{i}" for i in range(length)], **columns}
    rows = list(zip(*columns.values(), strict=True))
    layout = find([Peek("客户", [tuple(columns), *rows], length + 1, len(columns))], Wanted(), file="a.xlsx")
    cells = {
        number: Column(
            length,
            text=pa.array([cell if isinstance(cell, str) else None for cell in column], pa.string()),
            number=pa.array([cell if isinstance(cell, float) else None for cell in column], pa.float64()),
        )
        for number, column in enumerate(columns.values(), start=1)
    }
    sheet = Sheet("a.xlsx", "客户", cells, pa.array(range(2, length + 2), pa.int32()))
    return build_ledger(layout, {"customers": [sheet]}, as_of=date(2026, 1, 1)).customers


def test_the_first_filled_column_holds_and_unreadable_cells_are_told_at_their_place() -> None:
    read = read_intervals(
        table_of(
            {
                "跟进频次": ["每年1次", "每年1次", "每年1次", None, "看情况"],
                "回访周期": ["每月1次", None, "随时", "-", None],
                "回访频率": ["每周1次", "每两周1次", "每周1次", None, None],
            }
        ),
        COMMON,
    )
    told = [read.rhythms[which] if which >= 0 else None for which in read.which]
    assert told == [(Rhythm(None, MONTH),), (Rhythm(None, days(14)),), None, None, None]
    assert [(f.code, place_of(f), f.column, f.value) for f in read.findings] == [
        ("unreadable-interval", "[a.xlsx]客户!C4", "回访周期", "随时"),
        ("unreadable-interval", "[a.xlsx]客户!B6", "跟进频次", "看情况"),
    ]
    assert "随时" in text_of(read.findings[0], "zh") and "30天" in help_of(read.findings[0], "en")


@pytest.mark.parametrize("header", ["回访周期(天)", "跟进周期（天）", "拜访间隔"])
def test_bare_numbers_are_read_by_the_unit_of_their_header(header: str) -> None:
    read = read_intervals(table_of({header: [30.0, 45.0, "每月1次"]}), COMMON)
    if header == "拜访间隔":  # no name of the field
        assert read.which.tolist() == [-1, -1, -1]
    else:
        assert [read.rhythms[which] for which in read.which] == [
            (Rhythm(None, days(30)),),
            (Rhythm(None, days(45)),),
            (Rhythm(None, MONTH),),
        ]


def test_equal_rhythms_are_kept_once() -> None:
    read = read_intervals(table_of({"回访周期": ["每月1次", "每月一次", "1次/月", "每周1次"]}), COMMON)
    assert (read.which.tolist(), len(read.rhythms)) == ([0, 0, 0, 1], 2)


def test_a_ledger_without_such_a_column_has_no_rhythms() -> None:
    read = read_intervals(table_of({"城市": ["上海", "北京"]}), COMMON)
    assert (read.which.tolist(), read.rhythms, read.findings) == ([-1, -1], (), ())


@pytest.mark.parametrize(
    ("text", "channel"),
    [
        ("电话", "phone"), ("phone", "phone"), ("电话回访", "phone"), ("致电", "phone"), ("电联", "phone"), ("微信", "phone"), ("企业微信", "phone"), ("WeChat", "phone"),
        ("上门", "onsite"), ("上门拜访", "onsite"), ("拜访", "onsite"), ("走访", "onsite"), ("登门", "onsite"), ("现场", "onsite"), ("On-site visit", "onsite"),
        ("视频会议", "video"), ("视频", "video"), ("微信视频", "video"), ("高层拜访", "executive"), ("拜访高层", "executive"), ("高层上门", "executive"),
        ("问卷", "survey"), ("需求调研", "survey"), ("活动", "campaign"), ("礼品", "gift"), ("定制方案", "proposal"), ("任意", "any"), ("不限", "any"),
        ("上 门", "onsite"), ("电话/上门", "phone"), ("Company visits", "onsite"), ("phone call", "phone"), ("Calls", "phone"), ("company", None),
        ("回访", None), ("", None), ("其他", None),
    ],
)  # fmt: skip
def test_the_channel_that_a_text_names(text: str, channel: str | None) -> None:
    assert channel_of(text, COMMON) == channel


@pytest.mark.parametrize("channel", COMMON.channels)
def test_every_channel_of_the_vocabulary_is_known_by_its_label_and_id(channel: str) -> None:
    assert channel_of(COMMON.channels[channel].label, COMMON) == channel
    assert channels_in(channel, COMMON)[0] == channel


def test_channels_of_a_column_with_empty_cells() -> None:
    column = pa.chunked_array([["上门", None], ["微信", "?"], []], pa.string())
    assert channels_of(column, COMMON).to_pylist() == ["onsite", None, "phone", None]
    assert channels_of(pa.array([], pa.string()), COMMON).to_pylist() == []


def test_a_long_column_costs_its_distinct_texts() -> None:
    column = pa.array(np.array(["上门", "电话", "视频"])[np.arange(300_000) % 3])
    assert channels_of(column, COMMON).value_counts().field("counts").to_pylist() == [100_000] * 3
