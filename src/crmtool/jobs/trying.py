"""Trying rule sets beyond their examples: cases at every cut, what no example tries, stubs written into a file.

What is made up, and how it is proved, is left to `crmtool.rules.trying`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from crmtool.errors import UsageError
from crmtool.files.locks import locked
from crmtool.files.replace import refuse_protected, replacing, said_plainly
from crmtool.files.resources import MAX_RULES_BYTES, read_rules, rule_set_names
from crmtool.jobs.delivery import Written
from crmtool.jobs.rules import holds_rfm_rules, load_named
from crmtool.rules.language.load import load_rule_set
from crmtool.rules.model import RuleSet
from crmtool.rules.proving.prove import Prover
from crmtool.rules.trying.boundary_cases import BoundaryCase, boundary_cases
from crmtool.rules.trying.coverage import Coverage, coverage
from crmtool.rules.trying.stubs import Stub, stubs_for, with_stubs

_BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True)
class Trial:
    """One rule set tried out: what its examples try, and cases at its cuts (none where these were not asked for)."""

    name: str
    rule_set: RuleSet
    coverage: Coverage
    boundaries: tuple[BoundaryCase, ...]


@dataclass(frozen=True)
class Update:
    """Stubs of examples written into a file; where there are none, nothing is written.

    Then every rule and level has an example, of which `waiting` expect nothing yet.
    """

    written: Written
    stubs: tuple[Stub, ...]
    waiting: int = 0


def try_rules(names: Sequence[str], *, is_thorough: bool) -> list[Trial]:
    """Try rule sets out, all shipped ones where none is named; RFM rules have no tiers and are passed over.

    Being thorough takes seconds: regions and cases at the cuts come with it. Raises `UsageError` as loading does.
    """
    trials = []
    for name in names or rule_set_names():
        if holds_rfm_rules(name):
            continue
        rule_set = load_named(name)
        prover = Prover(rule_set)
        covered = coverage(rule_set, prover, has_regions=is_thorough)
        boundaries = boundary_cases(rule_set) if is_thorough else []
        trials.append(Trial(name, rule_set, covered, tuple(boundaries)))
    return trials


def add_stubs(name: str) -> Update:
    """Write a stub of an example for each rule and level that no example of a file tries, its expectation left open.

    Everything else in the file stays as it is, byte for byte. Raises `UsageError` for a shipped rule set and for
    RFM rules, and `OutputError` or `BusyError` where the file cannot be written; it is then as it was.
    """
    if name in (*rule_set_names(), "rfm", "common"):
        raise UsageError.of("shipped-rules-stay", value=name)
    _, shown = read_rules(name)
    if holds_rfm_rules(name):
        raise UsageError.of("rfm-rules-for-tiers", file=shown)
    path, common = Path(shown), read_rules("common")[0]
    with said_plainly(path), locked(path):
        before = path.read_bytes()
        text, _ = read_rules(shown)
        rule_set = load_rule_set(text, shown, common=common)
        stubs = stubs_for(coverage(rule_set, Prover(rule_set), has_regions=False), rule_set)
        if not stubs:
            waiting = sum(not example.expect for example in rule_set.examples)
            return Update(Written(path, hashlib.sha256(before).hexdigest(), is_current=True), (), waiting)
        longer = with_stubs(text, shown, stubs)
        after = load_rule_set(longer, shown, common=common)
        assert len(after.examples) == len(rule_set.examples) + len(stubs)
        refuse_protected(path)
        data = (_BOM if before.startswith(_BOM) else b"") + longer.encode()
        if len(data) > MAX_RULES_BYTES:
            raise UsageError.of("rules-too-large", file=shown, size=len(data), limit=MAX_RULES_BYTES)
        with replacing(path) as out:
            out.write(data)
    return Update(Written(path, hashlib.sha256(data).hexdigest(), has_replaced=True), tuple(stubs))
