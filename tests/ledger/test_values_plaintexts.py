"""Texts are taken as they stand or looked at alone by their bytes, exactly as their characters say."""

from __future__ import annotations

import re

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from crmtool.ledger.values.plaintexts import odd_texts, trimmed

ODD = re.compile(r"[-–—－/#]|\Z|.*[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]", re.DOTALL)
#: Letters whose bytes are, begin or look like those that are searched for.
NEAR = "甲a-–—－−/#＃\x00\x08\t\n\x0b\r\x1f\x7f\x80\x85\xa0\u2014\u3000\ufb00\uff00\uffbe\uffbf\ufffd\ufffe\uffff😀 "
texts = st.lists(st.none() | st.text(st.sampled_from(NEAR), max_size=4) | st.text(max_size=3))


@given(texts, st.integers(0, 3))
def test_odd_texts_are_those_of_the_pattern(column: list[str | None], skipped: int) -> None:
    array = pa.array(column, pa.string()).slice(skipped)
    expected = [None if text is None else bool(ODD.match(text)) for text in column[skipped:]]
    assert odd_texts(array).to_pylist() == expected
    assert odd_texts(array.cast(pa.large_string())).to_pylist() == expected


def test_a_very_long_text_is_looked_at_alone() -> None:
    column = pa.array(["字" * 16_000, "字" * 16_001, "甲", None])
    assert odd_texts(column).to_pylist() == [False, True, False, None]


def test_columns_of_nothing_have_no_bytes_to_look_at() -> None:
    assert odd_texts(pa.nulls(2, pa.string())).to_pylist() == [None, None]
    assert odd_texts(pa.array(["", ""])).to_pylist() == [True, True]
    assert odd_texts(pa.array([], pa.string())).to_pylist() == []


@given(st.integers(0, 7))
def test_a_mark_is_found_wherever_the_bytes_are_cut(shift: int) -> None:
    long = "a" * ((1 << 22) - shift)
    lines = [long[i : i + 9_000] for i in range(0, len(long), 9_000)]
    column = pa.array([*lines, "a\uffff", "b"])
    assert odd_texts(column).to_pylist() == [*([False] * len(lines)), True, False]


@given(texts)
def test_trimming_takes_spaces_from_the_ends_only(column: list[str | None]) -> None:
    said = trimmed(pa.array(column, pa.string())).to_pylist()
    space = " \t\n\x0b\x0c\r\x1c\x1d\x1e\x1f\x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000"
    assert said == [None if text is None else text.strip(space) for text in column]


def test_a_column_without_spaces_at_the_ends_is_not_copied() -> None:
    column = pa.array(["甲 乙", None, ""])
    assert trimmed(column) is column
