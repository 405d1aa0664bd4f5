"""The latest few records of each customer in one cell."""

from __future__ import annotations

from datetime import date, timedelta

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from crmtool.tables.latest import latest_lines
from crmtool.visits.frames import joined

RECORDS = st.lists(
    st.tuples(
        st.none() | st.integers(0, 4),
        st.none() | st.integers(0, 9).map(lambda days: date(2026, 1, 1) + timedelta(days)),
        st.none() | st.text("ab", min_size=1, max_size=3),
    )
)


def told(
    records: list[tuple[int | None, date | None, str | None]], *, most: int, rest: bool
) -> list[str | None]:
    places, days, lines = zip(*records, strict=True) if records else ((), (), ())
    return latest_lines(
        pa.array(places, pa.int32()),
        pa.array(days, pa.date32()),
        pa.array(lines, pa.string()),
        rows=5,
        most=most,
        tells_rest=rest,
    ).to_pylist()


@given(RECORDS, st.integers(1, 3), st.booleans())
def test_each_place_has_its_newest_lines_first_whatever_the_order_of_the_records(
    records: list[tuple[int | None, date | None, str | None]], most: int, rest: bool
) -> None:
    expected: list[str | None] = []
    for place in range(5):
        own = [(day or date.min, line) for whose, day, line in records if whose == place and line is not None]
        ordered = sorted(sorted(own, key=lambda each: each[1]), key=lambda each: each[0], reverse=True)
        lines = [line for _, line in ordered[:most]]
        if rest and len(own) > most:
            lines.append(f"……另有 {len(own) - most} 条")
        expected.append("\n".join(lines) or None)
    assert told(records, most=most, rest=rest) == expected
    assert told(records[::-1], most=most, rest=rest) == expected


def test_parts_that_are_missing_leave_no_gap() -> None:
    days, words = pa.array(["2026-01-05", None, None]), pa.array([None, "上门", None])
    assert joined([days, words, pa.array(["满意", "满意", None])]).to_pylist() == [
        "2026-01-05 满意",
        "上门 满意",
        None,
    ]
