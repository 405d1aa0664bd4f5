"""The document of `rules lint`: findings with their regions in words and made-up customers.

What all documents say alike is in `crmtool.jobs.documents.parts`.
"""

from __future__ import annotations

from crmtool.jobs.documents.parts import Document, finding_record
from crmtool.messages import Lang
from crmtool.rules.linting.model import LintFinding, LintReport
from crmtool.rules.proving.customers import Customer


def rules_lint_document(report: LintReport, lang: Lang) -> Document:
    """Return `crmtool.rules-lint/v1`.

    Of a finding `lint` is the code (E01 …), `boxes` the region in words with a customer in each, `is_whole` whether
    that is all of it, `customers` those that the finding is about. Keys that do not apply are absent.
    """
    return {
        "schema": "crmtool.rules-lint/v1",
        "file": report.file,
        "clean": report.is_clean,
        "findings": [_record(finding, lang) for finding in report.findings],
        "kept_back": [{**_record(finding, lang), "reason": reason} for finding, reason in report.kept_back],
    }


def _record(finding: LintFinding, lang: Lang) -> Document:
    line, column = finding.place
    record: Document = {"lint": finding.code, "proved": finding.is_proved}
    record |= finding_record(finding.finding, lang)
    record["place"] = {"line": line, "column": column}
    if finding.region is not None:
        examples = [box.example for box in finding.region.boxes]
        record["boxes"] = [
            {"words": words, "customer": _customer(example)}
            for words, example in zip(finding.boxes(lang), examples, strict=True)
        ]
        record["is_whole"] = finding.region.is_whole
    if finding.examples:
        record["customers"] = [_customer(example) for example in finding.examples]
    if finding.suggestion:
        record["suggestion"] = finding.suggestion
    return record


def _customer(customer: Customer) -> Document:
    """Return a customer as an example of a rules file would give them; cells that matter to nothing are left out."""
    cells = {name: text for name, text in customer.given.items() if name in customer.about}
    return {"as_of": customer.as_of.isoformat(), "given": cells}
