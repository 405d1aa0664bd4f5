"""YAML text becomes nodes that know their place, and nothing changes its meaning on the way."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmtool.errors import UsageError
from crmtool.rules.language.nodes import MapNode, TextNode, nearest, plain, walk, width
from crmtool.rules.language.source import parse_yaml


def refusals(text: str) -> list[tuple[str, str]]:
    """Return the codes and places of all mistakes in a text."""
    with pytest.raises(UsageError) as raised:
        parse_yaml(text, "rules/x.yaml")
    return [(finding.code, finding.cell) for finding in raised.value.findings]


def test_only_plain_whole_numbers_decimals_and_booleans_are_more_than_text() -> None:
    root = parse_yaml('{a: 12, b: -0.50, c: true, d: "12", e: 12万元, f: , g: 2024.10.1}', "rules/x.yaml")
    expected = {
        "a": 12,
        "b": Decimal("-0.50"),
        "c": True,
        "d": "12",
        "e": "12万元",
        "f": None,
        "g": "2024.10.1",
    }
    assert plain(root) == expected
    assert (
        isinstance(root, MapNode)
        and [type(v.value) for _, v in root.entries if isinstance(v, TextNode)][1] is Decimal
    )


@pytest.mark.parametrize(
    "word",
    [
        "yes",
        "No",
        "on",
        "OFF",
        "null",
        "~",
        "True",
        "FALSE",
        "12:30",
        "1:30:00",
        "010",
        "00",
        "0x1F",
        "0o17",
        "0b1",
        "1_000",
        "1e3",
        ".5",
        "5.",
        "+5",
        ".inf",
        "-.INF",
        ".nan",
        "2024-06-30",
        "2024-06-30 12:00:00",
        "<<",
    ],
)
def test_a_word_that_yaml_would_change_is_refused_plain_and_taken_quoted(word: str) -> None:
    assert refusals(f"a: {word}") == [("yaml-surprise", "1:4")]
    assert plain(parse_yaml(f'a: "{word}"', "rules/x.yaml")) == {"a": word}


def test_a_key_that_yaml_would_change_is_refused_too() -> None:
    assert refusals("on: 1\nno: 2\n") == [("yaml-surprise", "1:1"), ("yaml-surprise", "2:1")]


def test_places_count_characters_and_carets_count_columns() -> None:
    with pytest.raises(UsageError) as raised:
        parse_yaml("{甲: 高价值, 乙: no}", "rules/x.yaml")
    finding = raised.value.findings[0]
    assert finding.cell == "1:13"
    # Before `no` stand {甲: 高价值, 乙: of 1+2+2+6+2+2+2 columns.
    assert finding.params["caret"] == " " * 17 + "^^"


def test_offsets_cut_the_very_text_out() -> None:
    text = "# 注释\r\nid: demo # 名\r\nlist: [甲, '乙']\r\n"
    nodes = [node for node in walk(parse_yaml(text, "rules/x.yaml")) if isinstance(node, TextNode)]
    assert [text[n.place.start : n.place.end] for n in nodes] == ["id", "demo", "list", "甲", "'乙'"]
    assert [(n.place.line, n.place.column) for n in nodes] == [(2, 1), (2, 5), (3, 1), (3, 8), (3, 11)]


def test_all_mistakes_of_the_text_are_told_in_file_order() -> None:
    text = "a: &x 1\nb: *x\nc: !!int 3\na: 2\nd: no\n"
    codes = ["yaml-reference", "yaml-reference", "yaml-tag", "duplicate-key", "yaml-surprise"]
    assert [code for code, _ in refusals(text)] == codes


def test_a_byte_order_mark_and_an_empty_file_are_no_mistakes() -> None:
    assert plain(parse_yaml("\ufeffa: 1\n", "rules/x.yaml")) == {"a": 1}
    assert plain(parse_yaml("# nothing yet\n", "rules/x.yaml")) == {}


def test_nesting_of_30_is_taken_and_of_31_refused() -> None:
    assert parse_yaml("[" * 30 + "]" * 30, "rules/x.yaml")
    assert [code for code, _ in refusals("[" * 31 + "]" * 31)] == ["yaml-too-deep"]


def test_an_alias_bomb_is_refused_before_it_grows() -> None:
    lines = ["a0: &a0 [x, x]"] + [f"a{i}: &a{i} [*a{i - 1}, *a{i - 1}]" for i in range(1, 30)]
    assert {code for code, _ in refusals("\n".join(lines))} == {"yaml-reference"}


def test_a_full_width_colon_inside_a_sentence_is_text() -> None:
    assert plain(parse_yaml("ask: 售前/售中：态度", "rules/x.yaml")) == {"ask": "售前/售中：态度"}
    assert refusals("hit：first\nid: demo\n") == [("yaml-wide-colon", "1:1")]


def test_a_long_line_is_shown_around_its_mistake() -> None:
    with pytest.raises(UsageError) as raised:
        parse_yaml(
            "{"
            + "甲: 乙, ".replace("甲", "k%d") * 0
            + ", ".join(f"键{i}: 值" for i in range(60))
            + ", z: no}",
            "x",
        )
    shown, caret = raised.value.findings[0].params["line_text"], raised.value.findings[0].params["caret"]
    assert width(shown) <= 104 and shown.startswith("... ")
    assert width(shown[: shown.index(" no}") + 1]) == len(caret) - 2


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused_with_a_finding(text: str) -> None:
    try:
        parse_yaml(text, "rules/x.yaml")
    except UsageError as error:
        assert error.findings


@given(st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "S")), max_size=20))
def test_a_double_quoted_text_comes_back_as_it_is(text: str) -> None:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    assert plain(parse_yaml(f'a: "{escaped}"', "rules/x.yaml")) == {"a": text}


def test_the_nearest_name_is_found() -> None:
    assert nearest("atleast", ["at_least", "more_than", "window"]) == "at_least"
