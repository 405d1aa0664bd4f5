"""How wide a column of texts is: the narrowest look that shows them, a Chinese character taking two units."""

import pyarrow as pa
import pytest

from crmtool.tables.arrays import look_of_texts


@pytest.mark.parametrize(
    ("text", "look"),
    [
        ("字" * 4, "short"),
        ("字" * 4 + "a", "text"),
        ("a" * 8, "short"),
        ("字" * 12, "text"),  # two lines of 12 units
        ("字" * 12 + "a", "medium"),
        ("第0000001号客户有限公司", "text"),  # 8 × 2 + 7
        ("字" * 21, "medium"),  # two lines of 21 units
        ("字" * 21 + "a", "wide"),
        ("", "short"),
    ],
)
def test_the_longest_text_decides(text: str, look: str) -> None:
    assert look_of_texts(pa.array([None, text, "短"])) == look


@pytest.mark.parametrize(("text", "look"), [("字" * 6, "text"), ("字" * 7, "medium"), ("字" * 22, "wide")])
def test_names_are_broken_only_where_a_wider_look_does_not_help(text: str, look: str) -> None:
    assert look_of_texts(pa.array([text]), is_name=True) == look


def test_the_header_fits_on_two_lines() -> None:
    assert look_of_texts(pa.array(["A类"]), "企业规模（人）") == "short"
    assert look_of_texts(pa.array(["A类"]), "分层标准（年合作金额+需求潜力）") == "medium"


def test_a_column_without_texts_is_narrow() -> None:
    assert look_of_texts(pa.nulls(2, pa.string())) == "short"
