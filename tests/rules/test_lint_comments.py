"""Comments keep warnings back, each with its reason; suggested rules close the gap; what was given up is said."""

from __future__ import annotations

from pathlib import Path

import pytest

from crmtool.messages import text_of
from crmtool.rules.linting.lint import lint
from crmtool.rules.linting.model import LintReport

FOLDER = Path(__file__).parent / "lint"
FILE = """schema: crmtool.rules/v1
id: demo
name: demo
version: "1"
source: none
table: {tier: 等级, columns: [客户名称, 等级]}
hit: first
fields:
  amount: {label: 年消费额, type: money, min: 0, better: none}
  last_order: {label: 最近订单, type: age, better: none, missing: never}
tiers:
  high: {label: 高, rank: 1}
  low: {label: 低, rank: 2}
rules:
  - {id: asleep, tier: low, when: {last_order: "not within 6个月"}}
  - {id: big, tier: high, when: {amount: ">= 10万元"}}
  - {id: rest, tier: low, when: {amount: "< 10万元"}}
"""
BIG = '  - {id: big, tier: high, when: {amount: ">= 10万元"}}\n'


def codes(report: LintReport) -> list[str]:
    return [finding.code for finding in report.findings if finding.code != "W07"]


def linted(text: str, **options: object) -> LintReport:
    return lint(text, "demo.yaml", **options)  # type: ignore[arg-type]


def test_without_a_comment_the_order_is_a_finding() -> None:
    assert codes(linted(FILE)) == ["W03"]


@pytest.mark.parametrize(
    "line",
    [
        BIG.rstrip() + "  # lint: ok W03 沉默在先\n",
        BIG.rstrip() + "# lint:ok W03: 沉默在先\n",
        "  # lint: ok W03 沉默在先\n" + BIG,
        "  # lint: ok W03 沉默在先\n  # 原文第三条\n" + BIG,
    ],
)
def test_a_comment_with_a_reason_on_the_line_or_above_it_keeps_a_warning_back(line: str) -> None:
    report = linted(FILE.replace(BIG, line))
    assert codes(report) == []
    assert [(finding.code, reason) for finding, reason in report.kept_back] == [("W03", "沉默在先")]


@pytest.mark.parametrize(
    ("comment", "left"),
    [
        ("# lint: ok W03", ["W03", "W11"]),
        ("# lint: ok", ["W03", "W11"]),
        ("# lint: ok W02 沉默在先", ["W03", "W11"]),
        ("# lint: ok W02, W03 沉默在先", ["W11"]),
        ("# 沉默在先 W03", ["W03"]),
    ],
)
def test_a_comment_without_a_reason_or_about_something_else_does_not(comment: str, left: list[str]) -> None:
    assert codes(linted(FILE.replace(BIG, f"{BIG.rstrip()}  {comment}\n"))) == left


@pytest.mark.parametrize(
    ("text", "codes_told", "about"),
    [
        (FILE.replace(BIG, f"{BIG.rstrip()}  # lint: ok W99 W03 沉默在先\n"), "W99", 16),  # no such code
        (FILE.replace("hit: first", "hit: first  # lint: ok W03 沉默在先"), "W03", 7),  # another line
        (FILE.replace("rules:\n", "rules:\n  # lint: ok W04 W06 慎重\n"), "W04 W06", 16),  # no such finding
    ],
)
def test_a_comment_that_keeps_nothing_back_is_told_with_the_line_that_it_is_about(
    text: str, codes_told: str, about: int
) -> None:
    (idle,) = [f.finding for f in linted(text).findings if f.finding.code == "lint-without-effect"]
    assert idle.params == {"codes": codes_told, "about": str(about)}


def test_of_findings_that_take_a_ledger_or_were_given_up_a_comment_is_not_told_to_be_idle() -> None:
    of_ledgers = FILE.replace(BIG, f"{BIG.rstrip()}  # lint: ok W08 W10 W12 新办法\n")
    assert "W11" not in codes(linted(of_ledgers))
    assert "W11" not in codes(linted(FILE.replace("hit: first", "hit: first  # lint: ok W03 x"), budget=0))


def test_an_error_is_not_kept_back() -> None:
    text = FILE.replace("rules:\n", "rules:   # lint: ok E04 以后再说\n").replace("< 10万元", "< 9万元")
    report = linted(text)
    assert "E04" in codes(report)


@pytest.mark.parametrize("name", ["E04-gap", "annual_value"])
def test_the_rules_that_are_suggested_close_the_gap_and_take_nobody_from_the_others(name: str) -> None:
    folder = FOLDER if name == "E04-gap" else FOLDER.parent / "source_transcriptions"
    text = (folder / f"{name}.yaml").read_text(encoding="utf-8").replace("hit: unique", "hit: first")
    gap = next(f for f in linted(text).findings if f.code == "E04")
    assert all("origin: resolution" in line for line in gap.suggestion.splitlines()), "not of the document"
    tier = "low" if name == "E04-gap" else "stable"
    added = "".join(
        f"  {line}\n" for line in gap.suggestion.replace("tier: ...", f"tier: {tier}").splitlines()
    )
    rules = "".join(text.partition("rules:\n")[1:]) + added
    closed = linted(text.partition("rules:\n")[0] + rules)
    assert closed.rule_set is not None
    assert "E04" not in codes(closed)
    # Put before all others they would only take those who had nothing: no rule is hidden by them.
    first = linted(text.partition("rules:\n")[0] + "rules:\n" + added + text.partition("rules:\n")[2])
    hidden = [f.finding.params["others"] for f in first.findings if f.finding.code == "lint-hidden-overlap"]
    assert not any("gap" in others for others in hidden)


def test_a_question_that_takes_more_than_the_budget_is_told_as_not_proved_and_not_as_a_finding() -> None:
    report = linted(FILE, budget=0)
    given_up = [finding for finding in report.findings if not finding.is_proved]
    assert {(finding.code, finding.finding.code) for finding in given_up} == {
        ("E04", "lint-not-proved"),
        ("W03", "lint-not-proved"),
    }
    assert "lint-gap" not in {finding.finding.code for finding in report.findings}
    assert text_of(given_up[0].finding, "zh").startswith(f"{given_up[0].code} 未能证明")


def test_the_same_file_has_the_same_findings_every_time() -> None:
    assert [f.finding for f in linted(FILE).findings] == [f.finding for f in linted(FILE).findings]


def test_a_file_that_cannot_be_loaded_has_the_mistakes_of_loading_as_its_findings() -> None:
    report = linted(FILE.replace("tier: high, when", "tier: hihg, when").replace("version:", "verion:"))
    assert report.rule_set is None
    assert [(f.code, f.finding.code) for f in report.findings] == [
        ("", "unknown-key"),
        ("E06", "unknown-tier"),
    ]
