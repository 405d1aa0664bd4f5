"""What an entry of a rule set is for comparing: its name, and its parts in words.

Which entries there are is left to `crmtool.rules.comparing.entries` and `followed`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from crmtool.rules.comparing.model import Effect


@dataclass(frozen=True, slots=True)
class Part:
    """A part in words; two are the same where their `value` is, or, where that is None, their words."""

    text: str
    effect: Effect
    value: Any = None

    def is_same(self, other: Part) -> bool:
        """Say whether another part says the same."""
        return self.value == other.value and (self.value is not None or self.text == other.text)


@dataclass(frozen=True, slots=True)
class Entry:
    """What people call an entry, and its parts; the first one stands for the whole where it is new or gone."""

    name: str
    parts: Mapping[str, Part]


#: Entries by section and id.
Entries = Mapping[tuple[str, str], Entry]
