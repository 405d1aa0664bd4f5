"""Knows which rows of a ledger's other sheets still call a renamed customer by the former name, and so count for nobody.

Who was renamed is found in `crmtool.review.moves`; whose row is whose, in `crmtool.ledger.rows`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Final

from crmtool.errors import Finding
from crmtool.review.model import Moves
from crmtool.visits.frames import column

#: Whose row names nobody of the ledger: by a number beside the name, or by the name alone.
_LOST: Final = ("unknown-customer", "unknown-customer-name")


def under_former_names(findings: Iterable[Finding], moves: Moves) -> Iterator[Finding]:
    """Yield a finding at each place where a customer that the ledger does not know is one who was renamed.

    `findings` are those of reading the ledger.
    """
    names = (column(moves.frame, name).to_pylist() for name in ("was_name", "name"))
    renamed = {was: now for was, now in zip(*names, strict=True) if was is not None}
    for finding in findings:
        now = renamed.get(" ".join(finding.value.split())) if finding.code in _LOST else None
        if now is not None:
            yield replace(finding, code="rows-under-former-name", params={**finding.params, "name": now})
