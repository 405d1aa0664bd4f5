"""Knows tables of separated values: which separator a text file uses, and its cells.

Every cell is text, so `001` stays `001`; what it means is left to the ledger, its encoding to
`crmtool.files.encoding`.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from crmtool.errors import Finding, InputError
from crmtool.files.columns import CHUNK_ROWS, ColumnBuilder, sliced
from crmtool.files.encoding import Decoding, decoding_of
from crmtool.files.source import PEEK_COLUMNS, PEEK_ROWS, Source, raw_cell, row_numbers
from crmtool.sheets import Column, Peek, RawCell, Sheet

SEPARATORS = (",", ";", "\t", "|")
SAMPLE_CHARACTERS = 1_000_000
SAMPLE_RECORDS = 60
#: A field longer than this is an open quotation mark, not a value.
MAX_FIELD_CHARACTERS = 1_000_000

_SEP_LINE = re.compile(r'"?sep=(.)"?[ \t]*[\r\n]*', re.IGNORECASE)
_DECIMAL_COMMA = re.compile(
    r'(?:^|;)"?[+-]?[0-9]+(?:\.[0-9]{3})*,(?:[0-9]{1,2}|[0-9]{4,})%?"?(?:;|$)', re.MULTILINE
)
_DECIMAL_POINT = re.compile(r"[0-9],[0-9]{3}\.[0-9]")
_COMMA_NUMBER = re.compile(r"[+-]?[0-9]+(?:\.[0-9]{3})*,[0-9]+%?")


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a text file is read, and what of that was assumed.

    `is_announced` is true where a first line `sep=…` gives the separator; Excel does not show that line.
    """

    decoding: Decoding
    separator: str
    is_announced: bool
    has_decimal_commas: bool
    findings: tuple[Finding, ...]

    def rows(self, data: bytes, file: str) -> Iterator[list[str]]:
        """Yield the records in order; an empty line is an empty record, as it is a row in Excel.

        Decimal commas are points in what is yielded. InputError at a quotation mark that is never closed.
        """
        lines = self.decoding.lines(data)
        if self.is_announced:
            lines.readline()
        csv.field_size_limit(MAX_FIELD_CHARACTERS)
        reader = csv.reader(lines, delimiter=self.separator)
        try:
            if self.has_decimal_commas:
                for record in reader:
                    yield [_with_point(cell) for cell in record]
            else:
                yield from reader
        except csv.Error as problem:
            raise InputError.of("broken-csv", file=file, line=reader.line_num, reason=problem) from problem


def dialect_of(data: bytes, file: str) -> Dialect:
    """Return how to read a text file; InputError where it is no text in any encoding known here.

    Findings of severity info say an encoding other than UTF-8, a separator other than comma or tab, and
    decimal commas; one of severity warning counts the places that do not decode.
    """
    decoding = decoding_of(data, file)
    sample = decoding.lines(data).read(SAMPLE_CHARACTERS)
    announced = _SEP_LINE.fullmatch(sample.partition("\n")[0].partition("\r")[0])
    separator = announced[1] if announced else separator_of(sample)
    has_decimal_commas = separator == ";" and _has_decimal_commas(sample)
    findings = []
    if decoding.undecodable:
        findings.append(Finding("undecodable-text", file=file, count=decoding.undecodable))
    if decoding.codec != "utf-8":
        findings.append(Finding("assumed-encoding", file=file, params={"encoding": decoding.shown}))
    if separator not in ",\t" and not announced:
        findings.append(Finding("assumed-separator", file=file, params={"separator": separator}))
    if has_decimal_commas:
        findings.append(Finding("assumed-decimal-comma", file=file))
    return Dialect(decoding, separator, announced is not None, has_decimal_commas, tuple(findings))


def separator_of(text: str) -> str:
    """Return the separator under which the first records agree best on their number of fields.

    >>> separator_of("名称;金额\\nA;1,5\\nB;2,5\\n")
    ';'
    """
    # The last record of a sample may be cut off.
    sample = text[: max(text.rfind("\n"), text.rfind("\r")) + 1] or text
    best, best_score = ",", (0.0, 0)
    for separator in SEPARATORS:
        score = _agreement(sample, separator)
        if score > best_score:
            best, best_score = separator, score
    return best


def _agreement(sample: str, separator: str) -> tuple[float, int]:
    """Return the share of records that have the commonest number of fields above one, and that number."""
    reader = csv.reader(io.StringIO(sample, newline=""), delimiter=separator)
    try:
        widths = [len(record) for record in islice(reader, SAMPLE_RECORDS) if record]
    except csv.Error:
        return (0.0, 0)
    tables = Counter(width for width in widths if width > 1)
    if not tables:
        return (0.0, 0)
    width, records = max(tables.items(), key=lambda item: (item[1], item[0]))
    return (records / len(widths), width)


def _has_decimal_commas(text: str) -> bool:
    return _DECIMAL_COMMA.search(text) is not None and _DECIMAL_POINT.search(text) is None


def _with_point(cell: str) -> str:
    """Return a number with a decimal comma with a point instead, its thousands points gone.

    >>> _with_point("1.234,50"), _with_point("A,B")
    ('1234.50', 'A,B')
    """
    if "," not in cell or _COMMA_NUMBER.fullmatch(cell.strip()) is None:
        return cell
    return cell.replace(".", "").replace(",", ".")


@dataclass(frozen=True)
class _TextSource:
    """A text file's one sheet: every column of it as Arrow text, from row 1 on."""

    file: str
    peek: Peek
    columns: dict[int, Column]

    def read(self, columns: Sequence[int] | None, first_row: int, last_row: int) -> Sheet:
        length = max(0, last_row - first_row + 1)
        empty = Column(length)
        wanted = self.columns if columns is None else columns
        cut = {
            number: sliced(self.columns[number], first_row - 1, length) if number in self.columns else empty
            for number in wanted
        }
        return Sheet(self.file, self.peek.sheet, cut, row_numbers(first_row, length))


def open_text(data: bytes, file: str) -> tuple[list[Source], list[Finding]]:
    """Return a text file's one sheet, named like the file without its ending, and what was assumed of it."""
    dialect = dialect_of(data, file)
    rows = dialect.rows(data, file)
    builder = ColumnBuilder()
    head: list[list[RawCell]] = []
    while chunk := list(islice(rows, CHUNK_ROWS)):
        if not head:
            head = [[raw_cell(cell) for cell in row[:PEEK_COLUMNS]] for row in chunk[:PEEK_ROWS]]
        builder.add(chunk)
    columns = builder.columns()
    name = file.rpartition(".")[0] or file
    peek = Peek(name, head, builder.length, len(columns))
    return [_TextSource(file, peek, columns)], list(dialect.findings)
