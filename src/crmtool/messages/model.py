"""What a message is: a severity and two languages, each with a remedy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Lang = Literal["zh", "en"]
Severity = Literal["error", "warning", "info"]


@dataclass(frozen=True, slots=True)
class Message:
    """The words for one finding code.

    Patterns are `str.format` patterns over the finding's own attributes (`file`, `sheet`, `cell`, `column`,
    `value`, `count`) and its `params`. Every Chinese text must encode in GBK.
    """

    severity: Severity
    zh: str
    en: str
    help_zh: str
    help_en: str
