"""What a user asks of a plan, checked and typed: its days, who takes over from whom, and where the earlier plan is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from crmtool.errors import UsageError
from crmtool.jobs.days.plan_span import SpanAsked, span_from_texts


@dataclass(frozen=True)
class Planning:
    """A plan to make: `heirs` says who takes over from whom, `workbook` is the earlier plan's (`--plan`), `calendars`
    the folder for calendars. Where `is_stretching`, intervals are stretched until all visits find room."""

    span: SpanAsked = field(default_factory=SpanAsked)
    heirs: Mapping[str, str] = field(default_factory=dict)
    is_stretching: bool = False
    workbook: Path | None = None
    calendars: Path | None = None


def planning_from_options(
    *,
    first: str | None = None,
    last: str | None = None,
    reassign: Sequence[str] = (),
    overload: str | None = None,
    workbook: Path | None = None,
    calendars: Path | None = None,
) -> Planning:
    """Return what the command line asks for; raises `UsageError` at what cannot be meant."""
    if overload not in (None, "stretch"):
        raise UsageError.of("unknown-overload", value=overload)
    span = span_from_texts(first, last)
    return Planning(span, heirs_from_texts(reassign), overload is not None, workbook, calendars)


def heirs_from_texts(texts: Sequence[str]) -> dict[str, str]:
    """Return who takes over from whom, by who leaves; raises `UsageError` for what is not `A=B`, or names an A twice.

    >>> heirs_from_texts(["张三 = 李四"])
    {'张三': '李四'}
    """
    heirs: dict[str, str] = {}
    for text in texts:
        leaver, separator, heir = (part.strip() for part in text.partition("="))
        if not (separator and leaver and heir) or leaver == heir or "=" in heir:
            raise UsageError.of("bad-reassign", value=text)
        if leaver in heirs:
            raise UsageError.of("reassigned-twice", value=leaver)
        heirs[leaver] = heir
    return heirs
