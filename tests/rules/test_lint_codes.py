"""Each finding of lint has a bad file that provokes it, and a good one beside it that does not.

The texts beside the bad files are what is said of them, in both languages; they were read, not only generated.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from lint_pages import page

from crmtool.messages.linting import LINTING
from crmtool.rules.linting.lint import lint
from crmtool.rules.linting.model import CODES, LintReport

FOLDER = Path(__file__).parent / "lint"
COMMON = (Path(__file__).parents[2] / "rules" / "common.yaml").read_text(encoding="utf-8")
BAD = sorted(path for path in FOLDER.glob("*.yaml") if not path.stem.endswith(".good"))
#: The sentences of files that are not named after their one sentence.
SENTENCES = {
    "E04-gap-of-blanks": {"lint-gap"},
    "E05-matrix-cell": {"missing-matrix-cell"},
    "E06-unknown-name": {"unknown-tier", "unknown-subject", "unknown-param"},
    "E07-dates": {"effective-backwards"},
    "E08-example": {"lint-example-fails"},
    "W04-words": {"lint-worse-for-better"},
    "W07-untold-tier": {"lint-tier-without-example", "lint-tier-without-cadence"},
}
#: What takes a ledger to be told, in test_lint_ledger.
ON_LEDGER = {"lint-never-fires", "lint-mostly-empty", "lint-dense-cut"}


def sentences(path: Path) -> set[str]:
    stem = path.stem.removesuffix(".good")
    return SENTENCES.get(stem, {f"lint-{stem[4:]}"})


def linted(path: Path) -> LintReport:
    return lint(path.read_text(encoding="utf-8"), f"rules/{path.name}", common=COMMON)


@pytest.mark.parametrize("path", BAD, ids=lambda path: path.stem)
def test_a_bad_file_is_told_what_is_wrong_with_it(path: Path) -> None:
    report = linted(path)
    assert page(report, sentences(path)) == path.with_suffix(".txt").read_text(encoding="utf-8")
    told = {finding.code for finding in report.findings if finding.finding.code in sentences(path)}
    assert told == {path.stem[:3]}


@pytest.mark.parametrize("path", BAD, ids=lambda path: path.stem)
def test_the_good_file_beside_it_is_not(path: Path) -> None:
    report = linted(path.with_suffix(".good.yaml"))
    assert report.rule_set is not None
    assert page(report, sentences(path)) == ""


def test_every_sentence_has_a_file_and_every_code_a_sentence() -> None:
    provoked = {sentence for path in BAD for sentence in sentences(path)}
    assert set(LINTING) - provoked == {"lint-not-proved", *ON_LEDGER}
    codes = {path.stem[:3] for path in BAD}
    assert codes | {CODES[sentence] for sentence in ON_LEDGER} == set(CODES.values())
