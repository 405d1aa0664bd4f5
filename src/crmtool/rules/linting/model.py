"""What linting finds: a code, a place, words, the customers it is about, and what to write instead.

Finding it is left to the modules beside this one; the sentences are in `crmtool.messages.linting`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from crmtool.errors import Finding
from crmtool.messages import Lang, severity_of
from crmtool.messages.model import Severity
from crmtool.rules.model import RuleSet
from crmtool.rules.proving.boxes import Boxes
from crmtool.rules.proving.boxwords import box_text, customer_text
from crmtool.rules.proving.customers import Customer

#: The code of each sentence. What loading refuses has the sentences of loading.
CODES: Mapping[str, str] = {
    "lint-contradiction": "E01",
    "lint-dead-alternative": "E01",
    "lint-unreachable-rule": "E02",
    "lint-unreachable-level": "E02",
    "lint-unreachable-tier": "E02",
    "lint-overlap": "E03",
    "lint-gap": "E04",
    "lint-level-gap": "E04",
    "missing-matrix-cell": "E05",
    "unknown-subject": "E06",
    "unknown-param": "E06",
    "unknown-tier": "E06",
    "unknown-dimension": "E06",
    "unknown-level": "E06",
    "unlisted-value": "E06",
    "unknown-age": "E06",
    "unknown-channel": "E06",
    "unknown-kpi": "E06",
    "effective-backwards": "E07",
    "effective-overlap": "E07",
    "lint-example-fails": "E08",
    "lint-bare-amount": "W01",
    "lint-far-cuts": "W01",
    "lint-redundant-test": "W02",
    "lint-redundant-rule": "W02",
    "lint-hidden-overlap": "W03",
    "lint-hidden-level": "W03",
    "lint-worse-for-better": "W04",
    "lint-boundary-twice": "W05",
    "lint-boundary-sides": "W05",
    "lint-unused-field": "W06",
    "lint-unused-param": "W06",
    "lint-unused-dimension": "W06",
    "lint-unused-level": "W06",
    "lint-unused-score": "W06",
    "lint-tier-without-example": "W07",
    "lint-tier-without-cadence": "W07",
    "lint-never-fires": "W08",
    "lint-weak-alternative": "W09",
    "lint-mostly-empty": "W10",
    "lint-no-reason": "W11",
    "lint-without-effect": "W11",
    "lint-dense-cut": "W12",
}


@dataclass(frozen=True)
class LintFinding:
    """One finding.

    `code` is E01 … W11, empty for a mistake of loading that has none. `finding` has the sentence's code, the
    place (`line:column`) and parameters. `region` is where it is so, in boxes; `examples` are customers of whom it is
    true; `suggestion` is a text for the rules file. `is_proved` is False where the budget did not do.
    """

    code: str
    finding: Finding
    region: Boxes | None = None
    examples: tuple[Customer, ...] = ()
    suggestion: str = ""
    is_proved: bool = True

    @property
    def place(self) -> tuple[int, int]:
        """Return line and column."""
        line, _, column = self.finding.cell.partition(":")
        return int(line or 0), int(column or 0)

    @property
    def severity(self) -> Severity:
        """Return how bad it is: error, warning or info."""
        return severity_of(self.finding)

    def boxes(self, lang: Lang) -> tuple[str, ...]:
        """Return the region in words, a text for each box."""
        if self.region is None:
            return ()
        return tuple(box_text(self.region, box, lang) for box in self.region.boxes)

    def customers(self, lang: Lang) -> tuple[str, ...]:
        """Return the made-up customers in words: one in each box, or those that the finding is about."""
        if self.region is not None:
            rules = self.region.day.space.rule_set
            return tuple(customer_text(box.example, rules, lang) for box in self.region.boxes)
        return ()

    def example_texts(self, report: LintReport, lang: Lang) -> tuple[str, ...]:
        """Return in words the customers of whom the finding is true, where it is about these alone."""
        rules = report.rule_set
        return tuple(customer_text(example, rules, lang) for example in self.examples) if rules else ()


@dataclass(frozen=True)
class LintReport:
    """Everything found in one file, in file order.

    `kept_back` are the findings that a comment with a reason keeps back, each with its reason. `rule_set` is None
    where the file cannot be loaded.
    """

    file: str
    findings: tuple[LintFinding, ...]
    kept_back: tuple[tuple[LintFinding, str], ...] = ()
    rule_set: RuleSet | None = None

    @property
    def is_clean(self) -> bool:
        """Say whether nothing is left that nobody has given a reason for."""
        return not self.findings
