"""What a cell says: what people type, read to exact values or refused with a reason.

Which column is which field is known in `crmtool.ledger.headers.finding`; what a value means is known to the rules.
"""

from __future__ import annotations

from crmtool.ledger.values.bulk import TYPES
from crmtool.ledger.values.cells import CellReading, read_error, read_moment, read_number, read_text
from crmtool.ledger.values.columns import MOST_LISTED, Problem, ReadColumn, read_column
from crmtool.ledger.values.counts import parse_count
from crmtool.ledger.values.dates import parse_date
from crmtool.ledger.values.kpi_writing import write_kpi, write_kpis
from crmtool.ledger.values.kpis import KpiFigure, parse_kpis
from crmtool.ledger.values.money import in_yuan, parse_money, unit_in_fen
from crmtool.ledger.values.numerals import parse_number
from crmtool.ledger.values.percents import parse_percent
from crmtool.ledger.values.readings import Exact, Interval, Note, Reading, Refusal
from crmtool.ledger.values.spans import parse_age, parse_duration

__all__ = [
    "MOST_LISTED",
    "TYPES",
    "CellReading",
    "Exact",
    "Interval",
    "KpiFigure",
    "Note",
    "Problem",
    "ReadColumn",
    "Reading",
    "Refusal",
    "in_yuan",
    "parse_age",
    "parse_count",
    "parse_date",
    "parse_duration",
    "parse_kpis",
    "parse_money",
    "parse_number",
    "parse_percent",
    "read_column",
    "read_error",
    "read_moment",
    "read_number",
    "read_text",
    "unit_in_fen",
    "write_kpi",
    "write_kpis",
]
