"""Reading a ledger with everything that belongs to it: config, rules, workbooks, the day it is judged on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from crmtool.config import Config
from crmtool.errors import CrmtoolError, Finding, InputError, UsageError
from crmtool.files.book import Book, open_book
from crmtool.jobs.clock import today
from crmtool.jobs.later_rows import marked_as_usual
from crmtool.jobs.memory import give_back
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
from crmtool.sheets import Peek, Sheet

#: Rows enough to tell which columns a ledger has.
_HEAD_ROWS = 100


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
    """Everything that was read for one run; nothing is judged yet. `peeks` are the sheets of the ledger's own file."""

    request: Request
    config: Config
    as_of: date
    is_default_as_of: bool
    rule_set: RuleSet
    ledger: Ledger
    inputs: tuple[Input, ...]
    findings: tuple[Finding, ...]
    layout: Layout
    peeks: tuple[Peek, ...] = ()
    output_folder: Path | None = None


@dataclass(frozen=True)
class _Parsed:
    """What is kept of the workbooks once their sheets are read; the workbooks themselves are let go."""

    layout: Layout
    sheets: dict[Role, list[Sheet]]
    inputs: tuple[Input, ...]
    sources: dict[str, str]
    findings: tuple[Finding, ...]
    peeks: tuple[Peek, ...]


def read(request: Request, *, or_orders: bool = False) -> Read:
    """Read config, rules and workbooks; with `or_orders` a workbook of orders alone will do.

    Raises `UsageError` (options, config, rules) or `InputError` (no usable ledger).
    """
    config_path = find_config(request.config, request.ledger)
    config = read_config(config_path)
    folder = config_path.parent if config_path else Path()
    rule_set = load_named(request.rules or config.rules, Path() if request.rules else folder)
    now = today(config.timezone)
    as_of = request.as_of or now
    parsed = _parse(request, config, wanted_of(rule_set), or_orders=or_orders)
    ledger = build_ledger(
        parsed.layout,
        parsed.sheets,
        as_of=as_of,
        is_default_as_of=request.as_of is None,
        units=config.units,
        sources=parsed.sources,
    )
    give_back()
    return Read(
        request,
        config,
        as_of,
        request.as_of is None,
        rule_set,
        ledger,
        parsed.inputs,
        (*_ahead(as_of, now), *parsed.findings, *marked_as_usual(ledger.findings, as_of, now)),
        parsed.layout,
        parsed.peeks,
        folder / config.output if config.output else None,
    )


def _ahead(as_of: date, now: date) -> Iterable[Finding]:
    if as_of > now:
        yield Finding("as-of-ahead", value=as_of.isoformat(), params={"today": now.isoformat()})


def ledger_head(request: Request, rule_set: RuleSet) -> Ledger:
    """Return the ledger's first rows as a rule set reads them; raises as `read` does."""
    config = read_config(find_config(request.config, request.ledger))
    books: dict[str, Book] = {}
    layout = _open(request, config, wanted_of(rule_set), books)
    sheets, _ = _sheets(books, layout, rows=_HEAD_ROWS)
    return build_ledger(layout, sheets, as_of=request.as_of or today(config.timezone), units=config.units)


def ledger_heads(request: Request, rule_sets: Iterable[RuleSet]) -> dict[str, Ledger]:
    """Return the ledger's first rows as each rule set would read them, by its id: enough to tell its columns.

    The workbooks are opened once. A rule set that finds no ledger in them is left out.
    """
    config = read_config(find_config(request.config, request.ledger))
    as_of = request.as_of or today(config.timezone)
    books: dict[str, Book] = {}
    heads = {}
    for rule_set in rule_sets:
        try:
            layout = _open(request, config, wanted_of(rule_set), books)
            sheets, _ = _sheets(books, layout, rows=_HEAD_ROWS)
            heads[rule_set.id] = build_ledger(layout, sheets, as_of=as_of, units=config.units)
        except CrmtoolError:
            continue
    return heads


def password_of(request: Request) -> str | None:
    """Return the password of the file that a request names for it, or None; raises `UsageError` where it cannot be read."""
    if request.password_file is None:
        return None
    try:
        return request.password_file.read_text(encoding="utf-8-sig").strip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError.of("config-unreadable", file=str(request.password_file), reason=error) from None


def _parse(request: Request, config: Config, wanted: Wanted, *, or_orders: bool) -> _Parsed:
    """Read the wanted columns of all workbooks.

    The workbooks end with this function: the parser's own copy of a large ledger is as big as all that is
    made from it later.
    """
    books: dict[str, Book] = {}
    layout = _open(request, config, wanted, books, or_orders=or_orders)
    sheets, inputs = _sheets(books, layout)
    return _Parsed(
        layout,
        sheets,
        inputs,
        sources={name: book.sha256 for name, book in books.items()},
        findings=tuple(finding for book in books.values() for finding in book.findings),
        peeks=next(iter(books.values())).peeks,
    )


def _open(
    request: Request, config: Config, wanted: Wanted, books: dict[str, Book], *, or_orders: bool = False
) -> Layout:
    """Return which sheet is what; workbooks not in `books` yet are opened and put there by the name they go by."""
    password = password_of(request)
    header_map = {**config.columns, **request.header_map}
    request.progress("progress-reading", 0, 1)
    main = next(iter(books.values()), None)
    main = main or open_book(request.ledger, password=password, progress=request.progress)
    books[main.file] = main
    try:
        layout = find(
            main.peeks,
            wanted,
            sheet_names=request.sheets,
            header_map=header_map,
            file=main.file,
            or_orders=or_orders,
        )
    except InputError as error:
        # How the file was read (as text, in which encoding) often says why nothing was found in it.
        raise InputError(*error.findings, *main.findings) from None
    for role, place in request.elsewhere.items():
        book = next((b for b in books.values() if b.path == place.path), None)
        book = book or _named_apart(open_book(place.path, password=password), books)
        books[book.file] = book
        found = find_role(
            book.peeks, _role(role), sheet_name=place.sheet, header_map=header_map, file=book.file
        )
        layout = layout.plus(found)
    return layout


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


def _sheets(
    books: Mapping[str, Book], layout: Layout, rows: int | None = None
) -> tuple[dict[Role, list[Sheet]], tuple[Input, ...]]:
    """Read the sheets of a layout: all their rows, or the first `rows` below their headers."""
    sheets: dict[Role, list[Sheet]] = {}
    inputs = []
    for found in layout.sheets:
        book = books[found.file]
        last_row = None if rows is None else found.first_row + rows - 1
        cells = book.read(found.sheet, found.wanted_columns, found.first_row, last_row)
        sheet = replace(cells, file=book.file)
        sheets.setdefault(found.role, []).append(sheet)
        inputs.append(Input(book.path, book.sha256, found.sheet, found.header_rows[-1], sheet.length))
    return sheets, tuple(inputs)


def paths_of(inputs: Iterable[Input]) -> tuple[Path, ...]:
    """Return the files that were read, each once."""
    return tuple(dict.fromkeys(item.path for item in inputs))
