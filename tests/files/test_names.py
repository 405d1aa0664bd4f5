"""Names out of data are names, never paths, and never two of a kind."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmtool.files.names import clean_file_name, clean_sheet_name

ANY_TEXT = st.text(max_size=300)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("customers-客户分级-2024-01-01", "customers-客户分级-2024-01-01"),
        ("../../etc/passwd", "_.._etc_passwd"),
        ("C:\\客户", "C__客户"),
        ("a\x00b", "a_b"),
        ("客户...", "客户"),
        ("  空白　", "空白"),
        ("CON", "CON_"),
        ("com1.2024", "com1_.2024"),
        ("console", "console"),
        ("...", "_"),
        ("", "_"),
    ],
)
def test_a_file_name_is_cleaned(name: str, expected: str) -> None:
    assert clean_file_name(name) == expected


def test_a_long_file_name_keeps_its_beginning_and_its_date() -> None:
    cleaned = clean_file_name("客" * 200 + "-客户分级-2024-01-01")
    assert cleaned.startswith("客客客")
    assert cleaned.endswith("-客户分级-2024-01-01")
    assert len(cleaned.encode()) <= 240


@given(st.one_of(ANY_TEXT, st.text(st.characters(), max_size=50)))
def test_a_cleaned_name_stays_in_its_folder(name: str) -> None:
    cleaned = clean_file_name(name)
    folder = Path("/out")
    assert (folder / f"{cleaned}.xlsx").parent == folder
    assert 0 < len(cleaned.encode()) <= 240
    assert cleaned not in {".", ".."}


@pytest.mark.parametrize(
    ("name", "taken", "expected"),
    [
        ("*经理", [], "经理"),
        ("[a]:b/c\\d?", [], "abcd"),
        ("'引号'", [], "引号"),
        ("", [], "Sheet"),
        ("History", [], "History (2)"),
        ("ANA", ["ana", "Ana (2)"], "ANA (3)"),
        ("客" * 40, [], "客" * 31),
        ("客" * 40, ["客" * 31], "客" * 27 + " (2)"),
        ("𠮷" * 20, [], "𠮷" * 15),
    ],
)
def test_a_sheet_name_is_cleaned_and_unique(name: str, taken: list[str], expected: str) -> None:
    assert clean_sheet_name(name, taken) == expected


@given(st.lists(ANY_TEXT, max_size=30))
def test_sheet_names_are_names_that_excel_takes(names: list[str]) -> None:
    taken: list[str] = []
    for name in names:
        taken.append(clean_sheet_name(name, taken))
    assert len({name.casefold() for name in taken}) == len(names)
    for name in taken:
        assert 0 < len(name.encode("utf-16-le")) // 2 <= 31
        assert not set(name) & set("[]:*?/\\")
        assert not name.startswith("'") and not name.endswith("'")
