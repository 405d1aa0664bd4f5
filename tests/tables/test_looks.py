"""How wide a column of texts is: two lines of 13 Chinese characters or 26 letters, or more."""

import pyarrow as pa
import pytest

from crmtool.tables.arrays import look_of_texts


@pytest.mark.parametrize(
    ("text", "look"),
    [
        ("字" * 13, "text"),
        ("字" * 13 + "a", "wide"),
        ("a" * 26, "text"),
        ("a" * 27, "wide"),
        ("第0000001号客户有限公司", "text"),  # 8 × 2 + 7
        ("", "text"),
    ],
)
def test_a_text_is_wide_beyond_26_units_and_a_chinese_character_takes_two(text: str, look: str) -> None:
    assert look_of_texts(pa.array([None, text, "短"])) == look


def test_a_column_without_texts_is_not_wide() -> None:
    assert look_of_texts(pa.nulls(2, pa.string())) == "text"
