"""What crmtool's own workbooks look like when they are read again: where the tiers stand, and whose rules they are of.

Which sheet of any workbook is the ledger is decided in `crmtool.ledger.headers.finding`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from crmtool.ledger.headers.candidates import Candidate
from crmtool.ledger.headers.vocabulary import is_findings_sheet
from crmtool.sheets import Peek

#: The sheet that says every customer's tier; others of the same workbooks have customers too.
TIERS_SHEET: Final = "客户分级表"
#: Stands above it: 统计截止日 2025-12-31 · 价值×风险四象限 2024.1 · 共 36 位客户.
_CAPTION: Final = re.compile(r"统计截止日 \S+ · (?P<rules>.+) \S+ · 共 .*")
_CAPTION_WITHIN: Final = 5


def tiers_sheets(peeks: Sequence[Peek]) -> tuple[str, ...]:
    """Return the sheet that says the tiers in a workbook of crmtool's; none of other workbooks."""
    return tuple(peek.sheet for peek in peeks if peek.sheet == TIERS_SHEET)


def rules_said(peeks: Sequence[Peek]) -> str:
    """Return the name of the rule set that a workbook of crmtool's says it was classified by; "" where it says none."""
    rows = (row for peek in peeks if peek.sheet == TIERS_SHEET for row in peek.cells[:_CAPTION_WITHIN])
    found = (_CAPTION.fullmatch(cell.strip()) for row in rows for cell in row if isinstance(cell, str))
    return next((match["rules"] for match in found if match is not None), "")


def own_first(ledgers: Sequence[Candidate], peeks: Sequence[Peek]) -> list[Candidate]:
    """Return what could be the ledger, that of a workbook of crmtool's first: its tiers, however long other sheets are.

    Such a workbook has a list of findings beside; a sheet of that name that somebody put into a ledger is as any other.
    """
    is_own = any(is_findings_sheet(peek) for peek in peeks)
    return sorted(ledgers, key=lambda what: not (is_own and what.peek.sheet == TIERS_SHEET))
