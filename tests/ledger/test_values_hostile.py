"""Texts that nobody foresaw: every one is read to a sound value or refused, and quickly."""

from __future__ import annotations

import math
import time
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmtool.ledger.fields import FieldSpec, Kind
from crmtool.ledger.quantities import EARLIEST_DAY, LATEST_DAY, UNBOUNDED_FEN, Duration
from crmtool.ledger.values import CellReading, read_text
from crmtool.messages.values import VALUES

AS_OF = date(2024, 2, 29)
KINDS: tuple[Kind, ...] = ("id", "text", "money", "count", "number", "percent", "date", "age", "enum", "flag")
PIECES = list(
    "0123456789.,-+~/() %‰¥$零一二两三五十百千万亿兆半点元角分年月日天周号季约近几多余上下以内至到不超≥<＞０５，（）—壹拾kwe:TZ"
)
PIECES += [
    "个月",
    "以上",
    "以下",
    "低于",
    "不超过",
    "2023",
    "10-15",
    "人",
    "次",
    "每月",
    "农历",
    "星期一",
    "合作",
    "港元",
    "百分之",
    "（含）",
]


def sound(reading: CellReading, spec: FieldSpec) -> bool:
    if reading.problem is not None:
        return reading.state == 2 and reading.value is None and reading.problem.code in VALUES
    ends = [end for end in (reading.value, reading.high) if end is not None]
    if reading.state != 1:
        return not ends
    if reading.high is not None and not reading.value < reading.high:  # type: ignore[operator]
        return False
    if spec.kind == "money":
        return all(isinstance(end, int) and -UNBOUNDED_FEN <= end <= UNBOUNDED_FEN for end in ends)
    if spec.kind in ("date", "age"):
        return all(
            isinstance(end, date) and EARLIEST_DAY <= end <= (LATEST_DAY if spec.future else AS_OF)
            for end in ends
        )
    if spec.kind in ("count", "number", "percent"):
        return all(isinstance(end, float) and not math.isnan(end) for end in ends) and ends[0] != math.inf
    return all(isinstance(end, str) for end in ends)


@given(
    st.sampled_from(KINDS),
    st.lists(st.sampled_from(PIECES), max_size=9).map("".join) | st.text(max_size=12),
    st.sampled_from([None, "万元", "%", "年", "次/月", "美元", "x"]),
    st.booleans(),
)
@settings(max_examples=400, deadline=None)
def test_any_text_is_read_soundly_or_refused(kind: Kind, text: str, unit: str | None, is_wide: bool) -> None:
    spec = FieldSpec("f", "字段", kind, values=("甲", "乙"), minimum=0 if is_wide else None, future=is_wide)
    assert sound(read_text(text, spec, AS_OF, unit=unit), spec)
    rated = FieldSpec("f", "字段", kind, per=Duration(months=1), maximum=5)
    assert sound(read_text(text, rated, AS_OF, unit=unit), rated)


@pytest.mark.parametrize(
    "piece",
    ["1", "(", "1,", "1-", "万", "一", "1年", "以上", " ", "1 ", "¥", "约", "-", "每", "\n", "1.", "9e"],
)
def test_long_texts_are_refused_quickly(piece: str) -> None:
    started = time.perf_counter()
    for kind in KINDS:
        for length in (100, 40_000):
            read_text((piece * length)[:length], FieldSpec("f", "字段", kind, values=("甲",)), AS_OF)
    assert time.perf_counter() - started < 1.0
