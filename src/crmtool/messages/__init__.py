"""What is said, in Chinese and English: a code becomes a severity, a sentence and a remedy.

The core yields codes and parameters; the language is an argument here, never a global. Each room of the
house has its own table of messages beside this file.
"""

from __future__ import annotations

from crmtool.errors import Finding
from crmtool.messages.adjustments import ADJUSTMENTS
from crmtool.messages.commands import COMMANDS
from crmtool.messages.followups import FOLLOWUPS
from crmtool.messages.history import HISTORY
from crmtool.messages.history_books import HISTORY_BOOKS
from crmtool.messages.judging import JUDGING
from crmtool.messages.ledger import LEDGER
from crmtool.messages.linting import LINTING
from crmtool.messages.model import Lang, Message, Severity
from crmtool.messages.reading import READING
from crmtool.messages.review_kpis import REVIEW_KPIS
from crmtool.messages.review_moves import REVIEW_MOVES
from crmtool.messages.review_runs import REVIEW_RUNS
from crmtool.messages.rules import RULES
from crmtool.messages.rules_book import RULES_BOOK
from crmtool.messages.rules_diff import RULES_DIFF
from crmtool.messages.saving import SAVING
from crmtool.messages.scoring import SCORING
from crmtool.messages.terminal import TERMINAL
from crmtool.messages.unattended import UNATTENDED
from crmtool.messages.values import VALUES
from crmtool.messages.visits import VISITS
from crmtool.messages.writing import WRITING

__all__ = ["CATALOG", "Lang", "Message", "Severity", "help_of", "place_of", "say", "severity_of", "text_of"]

CATALOG: dict[str, Message] = (
    COMMANDS
    | READING
    | LEDGER
    | VALUES
    | RULES
    | WRITING
    | SAVING
    | JUDGING
    | SCORING
    | VISITS
    | FOLLOWUPS
    | HISTORY
    | HISTORY_BOOKS
    | LINTING
    | RULES_DIFF
    | RULES_BOOK
    | REVIEW_RUNS
    | REVIEW_KPIS
    | REVIEW_MOVES
    | ADJUSTMENTS
    | UNATTENDED
)


class _Blanks(dict[str, str]):
    """Parameters of a pattern, in which a missing one shows as its own name instead of failing."""

    def __missing__(self, key: str) -> str:
        return "{" + key + "}"


def _fill(pattern: str, finding: Finding) -> str:
    own = {name: getattr(finding, name) for name in ("file", "sheet", "cell", "column", "value")}
    return pattern.format_map(_Blanks({**own, "count": str(finding.count), **finding.params}))


def severity_of(finding: Finding) -> Severity:
    """Return the severity of a finding's code."""
    return CATALOG[finding.code].severity


def text_of(finding: Finding, lang: Lang) -> str:
    """Return the sentence for a finding, without its place."""
    message = CATALOG[finding.code]
    return _fill(message.zh if lang == "zh" else message.en, finding)


#: What asks after the nearest name, and what lists all of them, in each language; instead, where there is none.
_NAMES: dict[Lang, tuple[str, str, str]] = {
    "zh": ("是否想写 {nearest}？", "可用：{known}", "这里没有可用的名称"),
    "en": ("did you mean `{nearest}`? ", "known here: {known}", "there is no name to use here"),
}


def help_of(finding: Finding, lang: Lang) -> str:
    """Return what the user can do about a finding."""
    message = CATALOG[finding.code]
    pattern = message.help_zh if lang == "zh" else message.help_en
    asked, listed, none = _NAMES[lang]
    if finding.params.get("nearest") == "-":
        pattern = pattern.removeprefix(asked)
    if finding.params.get("known") == "-":
        pattern = pattern.replace(listed, none)
    return _fill(pattern, finding)


def place_of(finding: Finding) -> str:
    """Return the place in the form spreadsheet programs use, e.g. `[customers.xlsx]客户!C12`.

    >>> place_of(Finding("unreadable-date", file="customers.xlsx", sheet="客户", cell="C12"))
    '[customers.xlsx]客户!C12'
    """
    if not finding.sheet:
        return f"{finding.file}:{finding.cell}" if finding.cell else finding.file
    where = f"[{finding.file}]{finding.sheet}" if finding.file else finding.sheet
    return f"{where}!{finding.cell}" if finding.cell else where


def say(key: str, lang: Lang, **params: object) -> str:
    """Return a terminal or workbook text that is no finding, e.g. a heading."""
    zh, en = TERMINAL[key]
    return (zh if lang == "zh" else en).format(**params)
