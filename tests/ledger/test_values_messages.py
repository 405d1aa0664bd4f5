"""Every problem that reading a value can name has its words, in both languages."""

from __future__ import annotations

import re
from pathlib import Path

import crmtool.ledger.values as values
from crmtool.errors import Finding
from crmtool.messages import help_of, text_of
from crmtool.messages.values import VALUES

_SOURCES = sorted(Path(values.__file__).parent.glob("*.py"))
_PARAMETERS = {
    "first",
    "second",
    "currency",
    "unit",
    "scale",
    "limit",
    "nearest",
    "allowed",
    "digits",
    "yuan",
    "year",
}
_PARAMETERS |= {"years", "months", "weekday", "as_of", "last", "part", "count", "length"}


def test_every_code_has_its_message_and_every_message_its_code() -> None:
    text = "".join(source.read_text(encoding="utf-8") for source in _SOURCES)
    codes = set(re.findall(r'(?:refuse|note|Refusal)\(\s*"([a-z-]+)"', text))
    codes |= set(re.findall(r'refuse\(\s*"([a-z-]+)" if .*? else "([a-z-]+)"', text)[0])
    codes |= set(re.findall(r'else "([a-z]+-[a-z-]+)"\)', text))
    assert codes <= set(VALUES)
    assert set(VALUES) - codes == set()


def test_every_message_fills_in_both_languages_and_encodes() -> None:
    for code in VALUES:
        finding = Finding(code, value="值", params=dict.fromkeys(_PARAMETERS, "甲"))
        for language in ("zh", "en"):
            for said in (text_of(finding, language), help_of(finding, language)):  # type: ignore[arg-type]
                assert said
                assert "{" not in said
        (text_of(finding, "zh") + help_of(finding, "zh")).encode("gbk")
