"""What the page on writing rules shows is true."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from crmtool.rules.examples import run_examples
from crmtool.rules.language.load import load_rule_set
from crmtool.rules.language.policies import MEASURES
from crmtool.rules.language.shell import CadenceShell, FieldShell, RuleSetShell
from crmtool.rules.language.source import parse_yaml

PAGE = (Path(__file__).parents[2] / "docs" / "rules.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)


def test_the_whole_file_on_the_page_loads_and_its_examples_come_out() -> None:
    results = run_examples(load_rule_set(BLOCKS[0], "rules/our_rules.yaml"))
    assert len(results) == 3 and all(result.passed for result in results)


@pytest.mark.parametrize("block", BLOCKS)
def test_every_block_is_yaml_that_is_taken(block: str) -> None:
    assert parse_yaml(block, "docs/rules.md")


@pytest.mark.parametrize("shell", [RuleSetShell, FieldShell, CadenceShell])
def test_every_key_is_on_the_page(shell: type[RuleSetShell | FieldShell | CadenceShell]) -> None:
    keys = {entry.alias or name for name, entry in shell.model_fields.items()}
    words = set(re.findall(r"[a-z_]+", PAGE))
    assert keys - words == set()


def test_every_measure_is_on_the_page() -> None:
    assert {m for measures in MEASURES.values() for m in measures} - set(
        re.findall(r"[a-z_]+", PAGE)
    ) == set()
