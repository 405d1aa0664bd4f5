"""What a check came to: fine, to be looked at, or in the next run's way, each in words of the catalogue."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

from crmtool.errors import CrmtoolError, Finding

State = Literal["ok", "warning", "wrong"]


@dataclass(frozen=True, slots=True)
class Checked:
    """One line of the doctor's: what was looked at (`id`), how it is, and what is to be said about it."""

    id: str
    state: State
    finding: Finding


def said(id: str, state: State, code: str, *, file: object = "", **params: object) -> Checked:
    """Return a line from a code and the parameters of its message."""
    texts = {key: str(value) for key, value in params.items()}
    return Checked(id, state, Finding(code, file=str(file), params=texts))


def tried(id: str, check: Callable[[], Iterator[Checked]], state: State = "wrong") -> Iterator[Checked]:
    """Yield what a check says; where it ends with an error, that in its place."""
    try:
        yield from list(check())
    except CrmtoolError as error:
        yield from (Checked(id, state, finding) for finding in error.findings)
