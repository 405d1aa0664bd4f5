"""Knows tables of separated values: which encoding and separator a text file uses, and its cells.

Every cell is text, so `001` stays `001`; what it means is left to the ledger.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from crmtool.errors import Finding, InputError
from crmtool.files.columns import CHUNK_ROWS, ColumnBuilder, sliced
from crmtool.files.source import PEEK_COLUMNS, PEEK_ROWS, Source, raw_cell, row_numbers
from crmtool.sheets import Column, Peek, RawCell, Sheet

SEPARATORS = (",", ";", "\t", "|")
SAMPLE_CHARACTERS = 65_536
SAMPLE_RECORDS = 60
#: A field longer than this is an open quotation mark, not a value.
MAX_FIELD_CHARACTERS = 1_000_000

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_NAMES = {"utf-8": "UTF-8", "gb18030": "GB18030", "cp1252": "Windows-1252"}
_SEPARATOR_NAMES = {",": ",", ";": ";", "\t": "TAB", "|": "|"}
_SEP_LINE = re.compile(r"\ufeff?\"?sep=(.)\"?[ \t]*(\r\n|\r|\n|$)", re.IGNORECASE)
_DECIMAL_COMMA = re.compile(
    r'(?:^|;)"?[+-]?[0-9]+(?:\.[0-9]{3})*,(?:[0-9]{1,2}|[0-9]{4,})%?"?(?:;|$)', re.MULTILINE
)
_DECIMAL_POINT = re.compile(r"[0-9],[0-9]{3}\.[0-9]")
_COMMA_NUMBER = re.compile(r"[+-]?[0-9]+(?:\.[0-9]{3})*,[0-9]+%?")


@dataclass(frozen=True, slots=True)
class TextTable:
    """A decoded text file: its text without mark or `sep=` line, its separator, and what was assumed."""

    text: str
    encoding: str
    separator: str
    has_decimal_commas: bool
    findings: tuple[Finding, ...]

    def rows(self, file: str) -> Iterator[list[str]]:
        """Yield the records in order; an empty line is an empty record, as it is a row in Excel."""
        lines = io.StringIO(self.text, newline="")
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


def read_table(data: bytes, file: str) -> TextTable:
    """Return what a text file holds; InputError where it is no text in any encoding known here.

    Findings of severity info say an encoding other than UTF-8, a separator other than comma or tab, and
    decimal commas, which are read as points.
    """
    text, encoding, findings = _decoded(data, file)
    announced = _SEP_LINE.match(text)
    if announced:
        separator, text = announced[1], text[announced.end() :]
    else:
        separator = separator_of(text)
    if encoding != "utf-8":
        findings.append(
            Finding(
                "assumed-encoding", file=file, params={"encoding": _NAMES.get(encoding, encoding.upper())}
            )
        )
    if separator not in ",\t" and not announced:
        name = _SEPARATOR_NAMES[separator]
        findings.append(Finding("assumed-separator", file=file, params={"separator": name}))
    has_decimal_commas = separator == ";" and _has_decimal_commas(text)
    if has_decimal_commas:
        findings.append(Finding("assumed-decimal-comma", file=file))
    return TextTable(text, encoding, separator, has_decimal_commas, tuple(findings))


def _decoded(data: bytes, file: str) -> tuple[str, str, list[Finding]]:
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return _broken(data[len(mark) :], encoding, file)
    if b"\x00" in data:
        return _broken(data, _utf16_order(data), file)
    try:
        return data.decode("utf-8"), "utf-8", []
    except UnicodeDecodeError as problem:
        if _is_nearly_utf8(data, problem):
            return _broken(data, "utf-8", file)
    for encoding in ("gb18030", "cp1252"):
        try:
            return data.decode(encoding), encoding, []
        except UnicodeDecodeError:
            continue
    raise InputError.of("unknown-file-type", file=file)


def _broken(data: bytes, encoding: str, file: str) -> tuple[str, str, list[Finding]]:
    """Decode what can be decoded; each place that cannot becomes U+FFFD, and all of them one finding."""
    text = data.decode(encoding, "replace").removeprefix("\ufeff")
    if "\x00" in text:
        raise InputError.of("unknown-file-type", file=file)
    bad = text.count("\ufffd") - data.count("\ufffd".encode(encoding))
    findings = [Finding("undecodable-text", file=file, count=bad)] if bad > 0 else []
    return text, encoding, findings


def _utf16_order(data: bytes) -> str:
    # Separators, digits and line ends are ASCII in any language: their zero byte comes first or second.
    return "utf-16-be" if data[0::2].count(0) > data[1::2].count(0) else "utf-16-le"


def _is_nearly_utf8(data: bytes, problem: UnicodeDecodeError) -> bool:
    """Tell UTF-8 with a few broken bytes from another encoding, which breaks at once."""
    good = sum(1 for character in data[: problem.start].decode("utf-8") if character > "\x7f")
    bad = data.decode("utf-8", "replace").count("\ufffd")
    return good >= 10 and bad * 20 < good


def separator_of(text: str) -> str:
    """Return the separator under which the first records agree best on their number of fields.

    >>> separator_of("名称;金额\\nA;1,5\\nB;2,5\\n")
    ';'
    """
    sample = text[:SAMPLE_CHARACTERS]
    if len(sample) < len(text):
        sample = sample[: max(sample.rfind("\n"), sample.rfind("\r")) + 1] or sample
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
    table = read_table(data, file)
    rows = table.rows(file)
    builder = ColumnBuilder()
    head: list[list[RawCell]] = []
    while chunk := list(islice(rows, CHUNK_ROWS)):
        if not head:
            head = [[raw_cell(cell) for cell in row[:PEEK_COLUMNS]] for row in chunk[:PEEK_ROWS]]
        builder.add(chunk)
    columns = builder.columns()
    name = file.rpartition(".")[0] or file
    peek = Peek(name, head, builder.length, len(columns))
    return [_TextSource(file, peek, columns)], list(table.findings)
