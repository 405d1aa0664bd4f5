"""What a user asks for when a ledger is to be read: the common options, checked and typed."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from crmtool.errors import UsageError
from crmtool.jobs.settings import find_config, read_config
from crmtool.ledger.quantities import EARLIEST_DAY, LATEST_DAY
from crmtool.messages.model import Lang

_DAY = re.compile(r"\d{4}([-/.])\d{1,2}\1\d{1,2}")

#: (label key, done, total): told while long work goes on.
Progress = Callable[[str, int, int], None]


def silent(label: str, done: int, total: int) -> None:
    """Take progress and say nothing."""


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """A table that stands in another file, or on a named sheet (`FILE[::SHEET]`)."""

    path: Path
    sheet: str | None = None


@dataclass(frozen=True)
class Request:
    """A ledger to read and how.

    `as_of` None means today in the configured zone. `elsewhere` is keyed by role: orders, visits, demands,
    tickets. `header_map` maps a header of the ledger to a field id. `history` None means the one of `config`, if any.
    """

    ledger: Path
    rules: str | None = None
    as_of: date | None = None
    sheets: tuple[str, ...] = ()
    elsewhere: Mapping[str, Elsewhere] = field(default_factory=dict)
    header_map: Mapping[str, str] = field(default_factory=dict)
    config: Path | None = None
    history: Path | None = None
    password_file: Path | None = None
    lang: Lang = "zh"
    progress: Progress = silent


def request_from_options(options: Mapping[str, Any], *, lang: Lang, progress: Progress) -> Request:
    """Return the request that the command line makes; raises `UsageError` at what cannot be meant."""
    roles = ("orders", "visits", "demands", "tickets")
    return Request(
        ledger=options["ledger"] or _ledger_of_config(options["config"]),
        rules=options["rules"],
        as_of=as_of_from_text(options["as_of"]),
        sheets=tuple(options["sheet"] or ()),
        elsewhere={role: _elsewhere(options[role]) for role in roles if options[role]},
        header_map=dict(_header_pair(pair) for pair in options["header_map"] or ()),
        config=options["config"],
        history=options.get("history"),
        password_file=options["password_file"],
        lang=lang,
        progress=progress,
    )


def _ledger_of_config(given: Path | None) -> Path:
    path = find_config(given)
    ledger = read_config(path).ledger
    if path is None or ledger is None:
        raise UsageError.of("no-ledger-named")
    return path.parent / ledger


def as_of_from_text(text: str | None) -> date | None:
    """Return the day of `--as-of YYYY-MM-DD` (also with `/` or `.`), or None where it was not given.

    A day that no ledger can name (before 1900, after 2199) is a mistake.
    """
    if text is None:
        return None
    try:
        day = date(*(int(part) for part in re.split(r"[-/.]", text))) if _DAY.fullmatch(text) else None
        day = day or date.fromisoformat(text)
    except ValueError:
        raise UsageError.of("bad-as-of", value=text) from None
    if not EARLIEST_DAY <= day <= LATEST_DAY:
        raise UsageError.of("bad-as-of", value=text)
    return day


def _elsewhere(text: str) -> Elsewhere:
    path, _, sheet = text.partition("::")
    return Elsewhere(Path(path), sheet or None)


def _header_pair(text: str) -> tuple[str, str]:
    header, separator, field_id = text.rpartition("=")
    if not separator or not header.strip() or not field_id.strip():
        raise UsageError.of("bad-map", value=text)
    return header.strip(), field_id.strip()
