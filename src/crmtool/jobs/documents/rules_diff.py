"""The document of `rules diff`: what is written differently, which kinds of customers move, and who moves on the ledger.

What all documents say alike is in `crmtool.jobs.documents.parts`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmtool.jobs.documents.parts import Document, findings_part, outputs_part, plain, read_part
from crmtool.messages import Lang
from crmtool.rules.proving.boxwords import box_text

if TYPE_CHECKING:
    from crmtool.jobs.rules_diff import DiffOutcome
    from crmtool.rules.comparing.model import Comparison
    from crmtool.rules.model import RuleSet
    from crmtool.rules.proving.customers import Customer
    from crmtool.rules.proving.differ import Difference


def rules_diff_document(outcome: DiffOutcome, lang: Lang) -> Document:
    """Return `crmtool.rules-diff/v1`.

    `moves` are all that are possible: each with `boxes` in words and a customer in each; `from` or `to` is empty where
    customers have no tier. `ledger` is there where one was given: `matrix` with those who stay, `customers` who move.
    """
    comparison = outcome.comparison
    return {
        "schema": "crmtool.rules-diff/v1",
        "old": _version(comparison.old),
        "new": _version(comparison.new),
        "differs": outcome.differs,
        "changes": [
            {
                "section": change.section,
                "id": change.id,
                "name": change.name,
                "change": change.way,
                "what": change.what,
                "before": change.before or None,
                "after": change.after or None,
                "effect": change.effect,
            }
            for change in comparison.changes
        ],
        "moves": [_move(comparison, move, lang) for move in comparison.moves],
        **({"ledger": _ledger(outcome)} if outcome.moved is not None else {}),
        "findings": findings_part(outcome.findings, lang),
        "outputs": outputs_part([outcome.written] if outcome.written else []),
    }


def _version(rules: RuleSet) -> Document:
    return {"id": rules.id, "version": rules.version, "file": rules.file, "sha256": rules.sha256}


def _move(comparison: Comparison, move: Difference, lang: Lang) -> Document:
    record: Document = {
        "from": move.before,
        "to": move.after,
        "direction": comparison.direction(move.before, move.after),
        "proved": move.region is not None,
    }
    if move.example is not None:
        record["customer"] = _customer(move.example)
    if move.region is not None:
        record["is_whole"] = move.region.is_whole
        record["boxes"] = [
            {"words": box_text(move.region, box, lang), "customer": _customer(box.example)}
            for box in move.region.boxes
        ]
    return record


def _customer(customer: Customer) -> Document:
    """Return a customer as an example of a rules file would give them; cells that matter to nothing are left out."""
    cells = {name: text for name, text in customer.given.items() if name in customer.about}
    return {"as_of": customer.as_of.isoformat(), "given": cells}


def _ledger(outcome: DiffOutcome) -> Document:
    assert outcome.moved is not None
    assert outcome.before is not None
    assert outcome.after is not None
    moved, comparison = outcome.moved, outcome.comparison
    read = read_part(outcome.after.read)
    reasons = [assessment.told.frame["reason"] for assessment in (outcome.before, outcome.after)]
    customers = []
    for row in moved.changed.to_pylist():
        was, now = row["was"] or "", row["now"] or ""
        told = {name: row[name] for name in ("row", "customer_id", "name", "owner")}
        told |= {"from": was, "to": now, "direction": comparison.direction(was, now)}
        told["amount_cny"] = None if row["fen"] is None else row["fen"] / 100
        before, after = (texts.iloc[row["place"]] for texts in reasons)
        told |= {"reason_before": str(before), "reason_after": str(after)}
        customers.append(plain(told))
    return {
        "as_of": read["as_of"],
        "inputs": read["inputs"],
        "matrix": [
            {
                "from": way.was,
                "to": way.now,
                "customers": way.customers,
                "amount_cny": None if way.fen is None else way.fen / 100,
            }
            for way in moved.ways
        ],
        "customers": customers,
    }
