"""`crmtool rules test`: what no example tries, the cases at the cuts, and stubs written into a file."""

from __future__ import annotations

from pathlib import Path

import pytest
from command_line import Crmtool

RULES = """schema: crmtool.rules/v1
id: demo
name: demo
version: "1"
source: none
table: {tier: 等级, columns: [客户名称, 等级]}
hit: first
fields:
  amount: {label: 年消费额, type: money, min: 0}
tiers:
  high: {label: 高, rank: 1}
  low: {label: 低, rank: 2}
rules:
  - {id: big, tier: high, when: {amount: ">= 10万元"}}
  - {id: rest, tier: low, when: {amount: "< 10万元"}}
examples:
  - {name: 大, as_of: "2024-06-30", given: {amount: 12万元}, expect: {tier: high}}   # 照录
"""


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    path = tmp_path / "demo.yaml"
    path.write_text(RULES, encoding="utf-8")
    return path


def test_what_no_example_tries_is_told_with_a_customer_and_a_line_to_copy(
    crmtool: Crmtool, rules: Path
) -> None:
    ran = crmtool("rules", "test", rules, "--lang", "zh")
    assert ran.code == 0
    assert "案例覆盖 规则 1/2 · 等级 1/2" in ran.out.replace("\n", "")
    assert "没有案例的规则：rest" in ran.out
    assert "没有案例的等级：低" not in ran.out
    assert "没有案例的等级：low" in ran.out
    copied = next(line for line in ran.out.splitlines() if "expect: {}" in line).strip()
    assert copied.startswith('- {name: "TODO 规则 rest", as_of: "2024-06-30", given: {amount: "')
    rules.write_text(RULES + "  " + copied.replace("{}", "{rule: rest}") + "\n", encoding="utf-8")
    again = crmtool("rules", "test", rules, "--lang", "zh", "--strict")
    assert again.code == 0
    assert "规则 2/2 · 等级 2/2" in again.out


def test_strict_asks_for_an_example_of_everything(crmtool: Crmtool, rules: Path) -> None:
    assert crmtool("rules", "test", rules, "--strict").code == 1


def test_cases_at_the_cuts_are_listed_where_asked_for(crmtool: Crmtool, rules: Path) -> None:
    assert "99,999.99元" not in crmtool("rules", "test", rules, "--lang", "zh").out
    ran = crmtool("rules", "test", rules, "--cases", "--lang", "zh")
    rows = [" ".join(line.split()) for line in ran.out.splitlines()]
    start = rows.index("年消费额 10万元")
    assert rows[start + 1 : start + 5] == [
        "99,999.99元 低 [rest]",
        "10万元 高 [big]",
        "100,000.01元 高 [big]",
        "（空白） 不能确定：高/低",
    ]


def test_the_document_has_coverage_regions_and_boundaries(crmtool: Crmtool, rules: Path) -> None:
    document = crmtool("rules", "test", rules, "--json", "--lang", "zh").document
    (covered,) = document["coverage"]
    assert covered["rules_file"] == str(rules)
    assert covered["rules"][0] == {"rule": "big", "examples": ["大"]}
    rest = covered["rules"][1]
    assert (rest["rule"], rest["examples"]) == ("rest", [])
    assert set(rest["customer"]) == {"as_of", "given", "words"}
    assert rest["example"].endswith("expect: {}}")
    assert [(each["rule"], each["words"]) for each in covered["regions"]] == [
        ("big", "年消费额 ≥ 10万元"),
        ("rest", "年消费额 < 10万元"),
    ]
    assert covered["more_regions"] == []
    (tried,) = document["boundaries"]
    assert [(case["side"], case.get("tier")) for case in tried["cases"]] == [
        ("below", "low"),
        ("on", "high"),
        ("above", "high"),
        ("missing", None),
    ]
    assert tried["cases"][3]["possible"] == ["high", "low"]


def test_update_writes_stubs_and_never_an_expectation(crmtool: Crmtool, rules: Path) -> None:
    rules.write_bytes(b"\xef\xbb\xbf" + rules.read_bytes())
    ran = crmtool("rules", "test", rules, "--update", "--lang", "zh")
    assert ran.code == 0
    assert "添加 1 个待填案例" in ran.out
    assert "另有 1 个案例还没写期望" in ran.out
    written = rules.read_bytes().decode("utf-8")
    assert written.startswith("\ufeff" + RULES)
    remark, stub = written.removeprefix("\ufeff" + RULES).splitlines()
    assert remark.startswith("  # TODO 待填：规则 rest 没有案例")
    assert stub.startswith('  - {name: "TODO 规则 rest", ')
    assert stub.endswith(", expect: {}}")
    again = crmtool("rules", "test", rules, "--update", "--lang", "zh")
    assert "已有 1 个待填案例，请填好 expect；没有改动" in again.out
    assert "每条规则、每个级别都有案例" not in again.out
    assert "文件里有它的待填案例" in again.out
    assert rules.read_bytes().decode("utf-8") == written
    assert crmtool("rules", "test", rules, "--strict").code == 1


def test_an_update_is_told_in_the_document(crmtool: Crmtool, rules: Path) -> None:
    document = crmtool("rules", "test", rules, "--update", "--json").document
    (stub,) = document["stubs"]
    assert stub.endswith("expect: {}}")
    assert [output["path"] for output in document["outputs"]] == [str(rules)]
    assert [(each["name"], each["passed"], each["open"]) for each in document["examples"]] == [
        ("大", True, False),
        ("TODO 规则 rest", False, True),
    ]


@pytest.mark.parametrize(
    ("names", "code"),
    [
        ((), "update-without-file"),
        (("annual_value",), "shipped-rules-stay"),
        (("rfm",), "shipped-rules-stay"),
        (("none.yaml",), "no-such-resource"),
    ],
)
def test_shipped_rules_are_never_written_into(crmtool: Crmtool, names: tuple[str, ...], code: str) -> None:
    ran = crmtool("rules", "test", *names, "--update")
    assert ran.code == 2
    assert f"[{code}]" in ran.err


def test_rfm_rules_of_ones_own_have_no_tiers_to_try(crmtool: Crmtool, tmp_path: Path) -> None:
    path = tmp_path / "my_rfm.yaml"
    assert crmtool("rules", "new", "my_rfm", "--from", "rfm", "-o", path).code == 0
    assert crmtool("rules", "test", path, "--cases").code == 0
    ran = crmtool("rules", "test", path, "--update")
    assert ran.code == 2
    assert "[rfm-rules-for-tiers]" in ran.err


def test_a_file_that_may_not_be_written_stays_as_it_is(crmtool: Crmtool, rules: Path) -> None:
    rules.write_text(
        RULES.replace("examples:\n  - ", "examples: [").rstrip().replace("   # 照录", "]") + "\n"
    )
    before = rules.read_bytes()
    ran = crmtool("rules", "test", rules, "--update")
    assert ran.code == 2
    assert "[examples-in-one-line]" in ran.err
    rules.write_text(RULES, encoding="utf-8")
    rules.chmod(0o444)
    assert crmtool("rules", "test", rules, "--update").code == 4
    assert rules.read_text(encoding="utf-8") == RULES
    assert before != rules.read_bytes()
