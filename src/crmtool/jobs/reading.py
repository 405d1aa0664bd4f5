"""Reading a ledger with everything that belongs to it: config, rules, workbooks, the day it is judged on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from crmtool.config import Config
from crmtool.errors import Finding, UsageError
from crmtool.files.book import Book, open_book
from crmtool.files.resources import read_rules
from crmtool.jobs.clock import today
from crmtool.jobs.request import Elsewhere, Request
from crmtool.jobs.settings import find_config, read_config
from crmtool.ledger.build import build_ledger
from crmtool.ledger.headers import Wanted, find
from crmtool.ledger.layout import Layout
from crmtool.ledger.ledger import Ledger
from crmtool.rules.load import load_rule_set
from crmtool.rules.model import RuleSet
from crmtool.sheets import Sheet


@dataclass(frozen=True, slots=True)
class Input:
    """A workbook that was read: what a run records about it."""

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


def rule_set_named(name: str, folder: Path = Path()) -> RuleSet:
    """Load a shipped rule set or a file; a relative file is looked for from `folder`."""
    text, shown = read_rules(name if not (folder / name).is_file() else str(folder / name))
    common, _ = read_rules("common")
    return load_rule_set(text, shown, common=common)
