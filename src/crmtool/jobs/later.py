"""Options that are declared but not offered yet: refused clearly instead of being ignored."""

from __future__ import annotations

from crmtool.errors import UsageError


def refuse_later(*, history: str | None = None) -> None:
    """Raise `UsageError` where an option was given whose work crmtool cannot do yet."""
    if history is not None:
        raise UsageError.of("not-offered-yet", option="--history")
