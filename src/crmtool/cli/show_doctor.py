"""What the terminal shows of a check-up: a line each, and what to do where not all is well."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from crmtool.messages import Lang, help_of, say, text_of

if TYPE_CHECKING:
    from crmtool.jobs.checkups.model import Checked


def check_lines(checks: Iterable[Checked], lang: Lang) -> Iterator[str]:
    """Yield the line of each check, and below it what to do where it is not ok."""
    for check in checks:
        state = say(f"state-{check.state}", lang)
        yield f"{state} {say(f'doctor-{check.id}', lang)}{say('colon', lang)}{text_of(check.finding, lang)}"
        if check.state != "ok":
            yield f"  {say('help', lang)}{help_of(check.finding, lang)}"
