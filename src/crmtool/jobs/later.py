"""Options that are declared but not offered yet: refused clearly instead of being ignored."""

from __future__ import annotations

from crmtool.errors import UsageError


def refuse_later(*, update_ledger: bool = False, history: str | None = None) -> None:
    """Raise `UsageError` where an option was given whose work crmtool cannot do yet."""
    if update_ledger:
        raise UsageError.of("not-offered-yet", option="--update-ledger")
    if history is not None:
        raise UsageError.of("not-offered-yet", option="--history")
