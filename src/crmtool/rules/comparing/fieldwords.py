"""What a field declares, in words: its range, what an empty cell means, what it is counted from.

Tests on fields are put into words by `crmtool.rules.telling.words`.
"""

from __future__ import annotations

import dataclasses

from crmtool.ledger.fields import FieldSpec
from crmtool.ledger.quantities import Duration
from crmtool.messages import Lang
from crmtool.messages.rules_diff import WORDS
from crmtool.rules.conditions import Bound
from crmtool.rules.model import Derivation, Field, Policy, RuleSet
from crmtool.rules.telling.words import assumed_text, condition_text, quantity_text


def word(key: str, lang: Lang) -> str:
    """Return a word of comparisons in one language; a key without words stands for itself."""
    zh, en = WORDS.get(key, (key, key))
    return zh if lang == "zh" else en


def range_text(spec: FieldSpec, lang: Lang) -> str:
    """Return the least and the largest value that a field can have; empty where any will do."""
    ends = [("≥", spec.minimum), ("≤", spec.maximum)]
    return " ".join(f"{sign} {quantity_text(end, spec.kind, lang)}" for sign, end in ends if end is not None)


def derivation_text(derivation: Derivation | None) -> str:
    """Return what a field is counted from, in the words of the file; empty where it is a column alone."""
    if derivation is None:
        return ""
    cells = {each.name: getattr(derivation, each.name) for each in dataclasses.fields(derivation)}
    return ", ".join(f"{name}: {_plain(cell)}" for name, cell in cells.items() if cell is not None)


def _plain(cell: object) -> str:
    if isinstance(cell, Bound):
        return f"{'>=' if cell.inclusive else '>'} {_plain(cell.value)}"
    return cell.text() if isinstance(cell, Duration) else str(cell)


def policy_text(policy: Policy, field: Field, rule_set: RuleSet, lang: Lang) -> str:
    """Return what an empty cell, or a column that is not there, is taken for."""
    if policy.kind in ("unknown", "error"):
        return word(f"policy-{policy.kind}", lang)
    if policy.kind != "cases":
        return assumed_text(policy, field.spec.kind, lang)
    branches = [(condition_text(when, rule_set, lang), then) for when, then in policy.cases]
    branches.append((word("otherwise", lang), policy.otherwise or Policy("unknown")))
    return "; ".join(f"{when}: {policy_text(then, field, rule_set, lang)}" for when, then in branches)
