"""YAML text to the parser's events, as PyYAML's own parser makes them but several times faster where that is sure.

What the events mean is left to `crmtool.rules.language.source`.
"""

from __future__ import annotations

from collections.abc import Iterator

import yaml

#: libyaml reads these in places where PyYAML's parser refuses them or counts columns otherwise.
_READ_OTHERWISE = frozenset("\t\ufeff?")


def yaml_events(text: str) -> Iterator[yaml.Event]:
    """Return the events of a YAML text, each with its marks, lazily; the places are in characters.

    libyaml gives the same events as PyYAML's parser for plain texts. What it may see differently, and every
    mistake, whose words and place matter, is left to PyYAML's. Raises as `yaml.parse` does.
    """
    return iter(_fast_events(text) or yaml.parse(text, Loader=yaml.SafeLoader))


def _fast_events(text: str) -> list[yaml.Event] | None:
    """Return libyaml's events; None where it is not there or may differ, as in the place of a value left empty."""
    if not yaml.__with_libyaml__ or not _READ_OTHERWISE.isdisjoint(text):
        return None
    try:
        events = list(yaml.parse(text, Loader=yaml.CSafeLoader))
    except (yaml.YAMLError, UnicodeEncodeError):
        return None
    is_sure = all(event.value or event.style for event in events if isinstance(event, yaml.ScalarEvent))
    return events if is_sure else None
