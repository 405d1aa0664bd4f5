"""The document of `rules test`: examples, what they leave untried, and cases at the cuts.

What all documents say alike is in `crmtool.jobs.documents.parts`.
"""

from __future__ import annotations

from collections.abc import Sequence

from crmtool.jobs.documents.parts import Document, outputs_part
from crmtool.jobs.rules import TestOutcome
from crmtool.jobs.trying import Trial, Update
from crmtool.messages import Lang
from crmtool.rules.model import RuleSet
from crmtool.rules.proving.boxwords import box_text, customer_text
from crmtool.rules.trying.boundary_cases import BoundaryCase
from crmtool.rules.trying.coverage import Tried
from crmtool.rules.trying.stubs import shown_cells, stub_of


def rules_test_document(
    outcome: TestOutcome, trials: Sequence[Trial], updates: Sequence[Update], lang: Lang
) -> Document:
    """Return `crmtool.rules-test/v1`.

    Of each example `open` says that it expects nothing yet. `coverage` has what is tried of each rule set, each thing
    with the names of the examples that try it, and of what none tries a made-up `customer` and the `example` to copy.
    `boundaries` has the cases at its cuts.
    """
    document: Document = {
        "schema": "crmtool.rules-test/v1",
        "passed": outcome.passed,
        "examples": [
            {
                "rules": result.rules,
                "name": result.name,
                "passed": result.passed and not result.is_open,
                "open": result.is_open,
                "differences": [each.text(lang) for each in result.differences],
            }
            for result in outcome.results
        ],
        "coverage": [_coverage(trial, lang) for trial in trials],
        "boundaries": [
            {"rules": trial.name, "cases": [_case(case) for case in trial.boundaries]} for trial in trials
        ],
    }
    if updates:
        document["stubs"] = [stub.line() for update in updates for stub in update.stubs]
        document["outputs"] = outputs_part(update.written for update in updates if update.stubs)
    return document


def _coverage(trial: Trial, lang: Lang) -> Document:
    kinds = (("rules", "rule"), ("tiers", "tier"), ("levels", "level"), ("regions", "region"))
    parts = {
        name: [_tried(each, trial.rule_set, lang) for each in trial.coverage.told(kind)]  # type: ignore[arg-type]
        for name, kind in kinds
    }
    more = [each.id for each in trial.coverage.told("rule") if each.id not in trial.coverage.whole]
    return {"rules_file": trial.name, **parts, "more_regions": more}


def _tried(each: Tried, rule_set: RuleSet, lang: Lang) -> Document:
    record: Document = {"rule" if each.kind == "region" else each.kind: each.id, "examples": each.examples}
    if each.region is not None and each.box is not None:
        record["words"] = box_text(each.region, each.box, lang)
    if not each.examples and each.customer is not None:
        cells = shown_cells(each.customer, rule_set)
        record["customer"] = {
            "as_of": each.customer.as_of.isoformat(),
            "given": cells,
            "words": customer_text(each.customer, rule_set, lang),
        }
        stub = stub_of(each, rule_set)
        record["example"] = "" if stub is None else stub.line()
    return record


def _case(case: BoundaryCase) -> Document:
    """Return one case; `tier` is absent where it is undecided, `value` where the cell is empty."""
    assert case.example.as_of is not None
    record: Document = {
        "field": case.field,
        "cut": case.cut,
        "side": case.side,
        "changes": case.changes,
        "as_of": case.example.as_of.isoformat(),
        "given": dict(case.example.given),
    }
    record |= {"value": case.value} if case.value else {}
    record |= {"tier": case.verdict.tier} if case.verdict.tier else {"possible": list(case.verdict.possible)}
    return record | {"rules": list(case.verdict.rules), "tags": list(case.tags)}
