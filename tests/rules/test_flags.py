"""A field of type flag holds 是 or 否, and a rule's `true` and `false` mean these."""

from __future__ import annotations

import pytest

from crmtool.rules.examples import run_examples
from crmtool.rules.language.load import load_rule_set

FILE = """schema: crmtool.rules/v1
id: demo
name: demo
version: "1"
source: none
table: {{tier: 等级, columns: [客户名称, 等级]}}
hit: first
fields:
  member: {{label: 会员, type: flag, missing: {missing}}}
tiers: {{high: {{label: 高, rank: 1}}, low: {{label: 低, rank: 2}}}}
rules:
  - {{id: members, tier: high, when: {{member: true}}}}
  - {{id: others, tier: low, when: {{not: {{member: true}}}}}}
examples:
  - {{name: 一例, as_of: "2024-06-30", given: {given}, expect: {expect}}}
"""


@pytest.mark.parametrize(
    ("given", "missing", "expect"),
    [
        ("{member: 是}", "unknown", "{tier: high}"),
        ('{member: "1"}', "unknown", "{tier: high}"),
        ("{member: 否}", "unknown", "{tier: low}"),
        ("{}", "unknown", "{possible: [high, low], missing: [member]}"),
        ("{}", "{as: true}", "{tier: high}"),
        ("{}", "{as: false}", "{tier: low}"),
        ("{}", "fails", "{tier: low}"),
    ],
)
def test_a_flag_is_what_the_rules_ask_for(given: str, missing: str, expect: str) -> None:
    text = FILE.format(given=given, missing=missing, expect=expect)
    (result,) = run_examples(load_rule_set(text, "demo.yaml"))
    assert result.differences == ()
