"""Reading a ledger with everything that belongs to it: config, rules, workbooks, the day it is judged on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from crmtool.config import Config
from crmtool.errors import Finding, UsageError
from crmtool.files.book import Book, open_book
from crmtool.jobs.clock import today
from crmtool.jobs.request import Request
from crmtool.jobs.rules import load_named
from crmtool.jobs.settings import find_config, read_config
from crmtool.ledger.build import build_ledger
from crmtool.ledger.headers.finding import Wanted, find, find_role
from crmtool.ledger.headers.layout import Layout
from crmtool.ledger.ledger import Ledger
from crmtool.ledger.standard.dictionary import Role
from crmtool.rules.model import RuleSet
from crmtool.rules.wanted import wanted_of
from crmtool.sheets import Sheet


@dataclass(frozen=True, slots=True)
class Input:
    """A sheet that was read: what a run records about it."""

    path: Path
    sha256: str
    sheet: str
    header_row: int
    rows: int


@dataclass(frozen=True)
class Read:
    """Everything that was read for one run; nothing is judged yet."""

    request: Request
    config: Config
    as_of: date
    is_default_as_of: bool
    rule_set: RuleSet
    ledger: Ledger
    inputs: tuple[Input, ...]
    findings: tuple[Finding, ...]
    output_folder: Path | None = None


@dataclass(frozen=True)
class _Books:
    """The opened workbooks and the sheets in them, by file name."""

    books: Mapping[str, Book]
    layout: Layout

    @property
    def findings(self) -> tuple[Finding, ...]:
        return tuple(finding for book in self.books.values() for finding in book.findings)


def read(request: Request, *, or_orders: bool = False) -> Read:
    """Read config, rules and workbooks; with `or_orders` a workbook of orders alone will do.

    Raises `UsageError` (options, config, rules) or `InputError` (no usable ledger).
    """
    config_path = find_config(request.config, request.ledger)
    config = read_config(config_path)
    folder = config_path.parent if config_path else Path()
    rule_set = load_named(request.rules or config.rules, Path() if request.rules else folder)
    as_of = request.as_of or today(config.timezone)
    books = _open(request, config, wanted_of(rule_set), or_orders=or_orders)
    sheets, inputs = _sheets(books)
    ledger = build_ledger(
        books.layout,
        sheets,
        as_of=as_of,
        is_default_as_of=request.as_of is None,
        units=config.units,
        sources={name: book.sha256 for name, book in books.books.items()},
    )
    return Read(
        request,
        config,
        as_of,
        request.as_of is None,
        rule_set,
        ledger,
        inputs,
        (*books.findings, *ledger.findings),
        folder / config.output if config.output else None,
    )


def _password(request: Request) -> str | None:
    if request.password_file is None:
        return None
    try:
        return request.password_file.read_text(encoding="utf-8-sig").strip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError.of("config-unreadable", file=str(request.password_file), reason=error) from None


def _open(request: Request, config: Config, wanted: Wanted, *, or_orders: bool) -> _Books:
    password = _password(request)
    header_map = {**config.columns, **request.header_map}
    request.progress("progress-reading", 0, 1)
    main = open_book(request.ledger, password=password, progress=request.progress)
    books = {main.file: main}
    layout = find(
        main.peeks,
        wanted,
        sheet_names=request.sheets,
        header_map=header_map,
        file=main.file,
        or_orders=or_orders,
    )
    for role, place in request.elsewhere.items():
        book = next((b for b in books.values() if b.path == place.path), None)
        book = book or _named_apart(open_book(place.path, password=password), books)
        books[book.file] = book
        found = find_role(
            book.peeks, _role(role), sheet_name=place.sheet, header_map=header_map, file=book.file
        )
        layout = layout.plus(found)
    return _Books(books, layout)


def _named_apart(book: Book, others: Mapping[str, Book]) -> Book:
    """Return the book under its whole path where another file of the run has the same name."""
    return replace(book, file=str(book.path)) if book.file in others else book


def _role(name: str) -> Role:
    roles: dict[str, Role] = {
        "orders": "orders",
        "visits": "visits",
        "demands": "demands",
        "tickets": "tickets",
    }
    return roles[name]


def _sheets(books: _Books) -> tuple[dict[Role, list[Sheet]], tuple[Input, ...]]:
    sheets: dict[Role, list[Sheet]] = {}
    inputs = []
    for found in books.layout.sheets:
        book = books.books[found.file]
        sheet = replace(book.read(found.sheet, found.wanted_columns, found.first_row), file=book.file)
        sheets.setdefault(found.role, []).append(sheet)
        inputs.append(Input(book.path, book.sha256, found.sheet, found.header_rows[-1], sheet.length))
    return sheets, tuple(inputs)


def paths_of(inputs: Iterable[Input]) -> tuple[Path, ...]:
    """Return the files that were read, each once."""
    return tuple(dict.fromkeys(item.path for item in inputs))
