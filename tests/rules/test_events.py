"""The fast parser's events stand where PyYAML's own stand, and what it reads otherwise is left to PyYAML's."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
import yaml

from crmtool.files.resources import read_rules, rule_set_names
from crmtool.rules.language.events import yaml_events


def told(events: Iterable[yaml.Event]) -> list[tuple[object, ...]]:
    """Return of each event what nodes are made from."""
    return [
        (
            type(event).__name__,
            (event.start_mark.index, event.start_mark.line, event.start_mark.column),
            event.end_mark.index,
            getattr(event, "value", None),
            getattr(event, "style", None) or None,
            getattr(event, "anchor", None),
            getattr(event, "tag", None),
        )
        for event in events
    ]


@pytest.mark.parametrize("name", [*rule_set_names(), "rfm", "common"])
def test_shipped_rules_give_the_same_events(name: str) -> None:
    text, _ = read_rules(name)
    events = told(yaml_events(text))
    assert events == told(yaml.parse(text, Loader=yaml.SafeLoader))
    assert len(events) > 100


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a: {b: }\n",
        "a:\n",
        "label:\ufeff 线\n",
        "a: '𠮷x' # 注\nb: [𠮷, \"\\u6c49\"]\n",
        "a: >-\n  两行\n  字\nb: |\n  三\n",
        "- &x a\n- *x\n- !!str b\n",
        "a: 1\n---\nb: 2\n",
        'a: b\r\nc: "d\x85e"\rf: g\u2028h: i\n',
    ],
)
def test_odd_texts_give_the_same_events(text: str) -> None:
    assert told(yaml_events(text)) == told(yaml.parse(text, Loader=yaml.SafeLoader))


@pytest.mark.parametrize("text", ["lo\t w: x\n", "{a: h?gh}", "a: 'x", "a: \ud800", "a: \x00"])
def test_mistakes_are_those_of_pyyaml(text: str) -> None:
    with pytest.raises(yaml.YAMLError) as expected:
        list(yaml.parse(text, Loader=yaml.SafeLoader))
    with pytest.raises(expected.type) as found:
        list(yaml_events(text))
    assert str(found.value) == str(expected.value)
