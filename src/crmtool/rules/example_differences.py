"""In what an example differs from what it expects, in words: what was expected, and what came out.

Running examples is left to `crmtool.rules.examples`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from crmtool.messages import Lang, say
from crmtool.rules.judging.judge import Verdict


@dataclass(frozen=True, slots=True)
class Difference:
    """One difference in both languages, for whoever shows it to choose from."""

    zh: str
    en: str

    def text(self, lang: Lang) -> str:
        """Return the words in one language."""
        return self.zh if lang == "zh" else self.en


def differences_of(expected: Mapping[str, Any], found: Mapping[str, Any]) -> list[Difference]:
    """Return what was found otherwise than expected; the order of a list does not matter.

    >>> differences_of({"tier": "low", "tags": ["a", "b"]}, {"tier": "high", "tags": ["b", "a"]})[0].en
    'tier: expected low, got high'
    """
    return [
        Difference(*(_said(key, wanted, _shown(found.get(key), lang), lang) for lang in ("zh", "en")))
        for key, wanted in expected.items()
        if not _is_same(found.get(key), wanted)
    ]


def no_tier(wanted: object, verdict: Verdict) -> Difference:
    """Return that a tier was expected and none came out: no rule applies, or blank cells leave it open."""
    return Difference(*(_said("tier", wanted, _undecided(verdict, lang), lang) for lang in ("zh", "en")))


def _undecided(verdict: Verdict, lang: Literal["zh", "en"]) -> str:
    if not verdict.possible:
        return say("difference-no-rule", lang)
    more = (say("difference-or-no-rule", lang),) if verdict.has_gap else ()
    return say("difference-undecided", lang, possible=", ".join((*verdict.possible, *more)))


def _said(what: str, wanted: object, got: str, lang: Literal["zh", "en"]) -> str:
    return say("difference", lang, what=what, wanted=_shown(wanted, lang), got=got)


def _is_same(got: object, wanted: object) -> bool:
    if isinstance(wanted, list) and isinstance(got, list):
        return set(got) == set(wanted)
    return got == wanted


def _shown(value: object, lang: Literal["zh", "en"]) -> str:
    if isinstance(value, list):
        return "[" + ", ".join(map(str, value)) + "]"
    return say("difference-nothing", lang) if value is None or value == "" else str(value)
