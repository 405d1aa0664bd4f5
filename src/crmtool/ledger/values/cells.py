"""What one cell says for one field: its value, the upper end of a range, a level, or why it cannot be read.

Whole columns are read in `crmtool.ledger.values.columns`, with the same meaning.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from crmtool.ledger.fields import FieldSpec
from crmtool.ledger.ledger import EMPTY, NEVER, READ, UNREAD
from crmtool.ledger.values.bounds import Value, settle
from crmtool.ledger.values.counts import parse_count
from crmtool.ledger.values.dates import parse_date, serial_date
from crmtool.ledger.values.money import parse_money, to_fen, unit_in_fen
from crmtool.ledger.values.percents import Bare, parse_percent
from crmtool.ledger.values.readings import Interval, Note, Reading, Refusal, note, noted, refuse
from crmtool.ledger.values.spans import parse_age
from crmtool.ledger.values.words import (
    is_error,
    is_placeholder,
    read_enum,
    read_flag,
    read_level,
    read_plain,
    unknown_level,
)

#: Whole numbers of more digits than this have lost some where they are stored as floating point.
EXACT_DIGITS = 15
#: A longer text is no quantity, however its first words read.
_LONGEST_QUANTITY = 100
_UNREADABLE = {"money": "unreadable-money", "percent": "unreadable-percent"}
_UNREADABLE |= dict.fromkeys(("count", "number"), "unreadable-number")
_UNREADABLE |= dict.fromkeys(("date", "age"), "unreadable-date")
#: What crmtool's own workbooks say where a date never was.
NEVER_WORD = "从未"
_WORDS = frozenset({"id", "text", "enum", "flag"})


@dataclass(frozen=True, slots=True)
class CellReading:
    """What a cell says: `value` in the field's type and unit (None unless read), `high` where it is a range.

    `level` is the id of a dimension's level; the value is then None though the state is read. `problem` is
    why nothing was read, `notes` what to look at all the same.
    """

    value: Value | None = None
    high: Value | None = None
    level: str | None = None
    state: int = READ
    problem: Refusal | None = None
    notes: tuple[Note, ...] = ()


_EMPTY = CellReading(state=EMPTY)


def read_text(
    text: str,
    spec: FieldSpec,
    as_of: date,
    *,
    unit: str | None = None,
    date_1904: bool = False,
    bare: Bare | None = None,
) -> CellReading:
    """Read a text as a cell of the field; `unit` is the header's and holds for bare numbers.

    Money is whole fen, count, number and percent (5 % is 0.05) are floats, dates are dates, words strings. A
    range's ends are inclusive: what excludes an end is moved by one fen, one day, one of a count, or to the
    next float. No upper end is `UNBOUNDED_FEN` or `UNBOUNDED`; no lower end is the field's minimum, or the
    same negative; for a date they are `EARLIEST_DAY` and the as-of date. `从未` of a date is no missing cell: it
    says that it has not happened.

    >>> read_text("5-10万元", FieldSpec("amount", "年消费额", "money"), date(2024, 1, 1)).high
    10000000
    """
    level = read_level(text, spec)
    if level is not None:
        return CellReading(level=level)
    if spec.kind in _WORDS:
        return _word(text, spec)
    if is_placeholder(text):
        return _EMPTY
    if spec.kind in ("date", "age") and text.strip() == NEVER_WORD:
        return CellReading(state=NEVER)
    if is_error(text):
        return unread(refuse("error-cell"))
    if len(text) > _LONGEST_QUANTITY:
        return unread(refuse(_UNREADABLE[spec.kind]))
    clean = read_plain(text)
    assert not isinstance(clean, (Refusal, Interval))
    return told(noted(_quantity(clean.value, spec, as_of, unit, date_1904, bare), *clean.notes), spec, as_of)


def read_number(
    number: float,
    spec: FieldSpec,
    as_of: date,
    *,
    unit: str | None = None,
    date_1904: bool = False,
    bare: Bare | None = None,
) -> CellReading:
    """Read a number cell: to 15 significant digits, as a spreadsheet shows it.

    >>> read_number(1.1, FieldSpec("amount", "年消费额", "money"), date(2024, 1, 1), unit="万元").value
    1100000
    """
    if number != number or number in (float("inf"), float("-inf")):
        return unread(refuse("error-cell"))
    exact = Decimal(f"{number:.{EXACT_DIGITS}g}") + 0  # minus zero is zero
    has_lost = abs(number) >= 10**EXACT_DIGITS
    if spec.kind == "date":
        return told(serial_date(exact, date_1904=date_1904), spec, as_of)
    if has_lost and spec.kind == "id":
        return unread(refuse("digits-lost", digits=EXACT_DIGITS))
    if spec.kind == "money" and not spec.levels and (factor := unit_in_fen(unit)) is not None:
        reading = told(to_fen(exact, factor), spec, as_of)
    else:
        written = f"{exact:f}" if abs(number) > 1e-9 or not number else str(exact)
        reading = read_text(written, spec, as_of, unit=unit, date_1904=date_1904, bare=bare)
    lost = (note("digits-lost", digits=EXACT_DIGITS),) if has_lost and reading.state == READ else ()
    return CellReading(
        reading.value, reading.high, reading.level, reading.state, reading.problem, reading.notes + lost
    )


def read_moment(moment: datetime | date, spec: FieldSpec, as_of: date) -> CellReading:
    """Read a date cell; among words it is text, among quantities a mistake (`1-2` typed as a range)."""
    day = moment.date() if isinstance(moment, datetime) else moment
    if spec.kind in ("date", "age"):
        reading: Any = parse_date(day.isoformat())
        return told(reading, spec, as_of)
    if spec.kind in _WORDS:
        has_time = isinstance(moment, datetime) and moment.time() != datetime.min.time()
        return read_text(f"{moment:%Y-%m-%d %H:%M:%S}" if has_time else day.isoformat(), spec, as_of)
    return unread(refuse("date-in-number"))


def read_error(shown: str) -> CellReading:
    """Read an error cell: its value is unknown, never empty."""
    return unread(refuse("formula-without-value" if shown == "no-value" else "error-cell"))


def unread(problem: Refusal) -> CellReading:
    """Return a filled cell of which nothing is known."""
    return CellReading(state=UNREAD, problem=problem)


def told(reading: Reading[Any], spec: FieldSpec, as_of: date) -> CellReading:
    """Return what a reading means for the field: bounds checked, ends closed, no undue future."""
    settled = settle(reading, spec, as_of)
    if isinstance(settled, Refusal):
        return unread(settled)
    value, high, notes = settled
    return CellReading(value, high, notes=notes)


def _word(text: str, spec: FieldSpec) -> CellReading:
    if not text.strip() or (spec.kind != "text" and set(text.strip()) <= set("-—–－/")):
        return _EMPTY
    if is_error(text) and text.strip().startswith("#"):
        return unread(refuse("error-cell"))
    reading = _word_reading(text, spec)
    if isinstance(reading, Refusal):
        return _EMPTY if is_placeholder(text) else unread(reading)
    assert not isinstance(reading, Interval)
    return (
        CellReading(reading.value, notes=reading.notes)
        if reading.value
        else CellReading(state=EMPTY, notes=reading.notes)
    )


def _word_reading(text: str, spec: FieldSpec) -> Reading[str]:
    if spec.kind == "enum":
        return read_enum(text, spec)
    if spec.kind == "flag":
        return read_flag(text)
    if spec.kind == "text" and spec.levels and spec.dimension:
        return unknown_level(text, spec)
    return read_plain(text)


def _quantity(
    text: str, spec: FieldSpec, as_of: date, unit: str | None, date_1904: bool, bare: Bare | None
) -> Reading[Any]:
    if spec.kind == "money":
        return parse_money(text, unit, as_of=as_of)
    if spec.kind == "percent":
        return parse_percent(text, unit, bare=bare, limits=(spec.minimum, spec.maximum))
    if spec.kind == "date":
        return parse_date(text, date_1904=date_1904)
    if spec.kind == "age":
        return parse_age(text, as_of, unit, date_1904=date_1904)
    scale = None if spec.maximum is None else Decimal(str(spec.maximum))
    return parse_count(text, unit, per=spec.per, scale=scale)
