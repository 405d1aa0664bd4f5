"""`crmtool rules schema`: printed, or written into a file that only a newer schema replaces."""

from __future__ import annotations

import json
from pathlib import Path

from command_line import Crmtool


def test_a_schema_is_printed_as_it_would_be_written(crmtool: Crmtool, tmp_path: Path) -> None:
    target = tmp_path / "rules.schema.json"
    ran = crmtool("rules", "schema", "-o", target, "--lang", "zh")
    assert ran.code == 0
    assert "# yaml-language-server: $schema=./rules.schema.json" in ran.out
    assert json.loads(target.read_text(encoding="utf-8")) == crmtool("rules", "schema").document


def test_a_schema_for_one_rule_set_knows_its_names(crmtool: Crmtool) -> None:
    document = crmtool("rules", "schema", "--for", "annual_plan").document
    rule = document["definitions"]["Rule"]["properties"]["tier"]
    assert rule["enum"] == ["important", "general", "new", "small"]


def test_only_a_schema_is_replaced(crmtool: Crmtool, tmp_path: Path) -> None:
    target = tmp_path / "x.json"
    assert crmtool("rules", "schema", "-o", target).code == 0
    document = crmtool("rules", "schema", "--for", "annual_value", "-o", target, "--json").document
    assert document["schema"] == "crmtool.rules-schema/v1"
    assert [output["path"] for output in document["outputs"]] == [str(target)]
    target.write_text("{}", encoding="utf-8")
    ran = crmtool("rules", "schema", "-o", target)
    assert ran.code == 4
    assert "[not-our-output]" in ran.err
    assert target.read_text(encoding="utf-8") == "{}"


def test_what_is_no_rule_set_has_no_schema_of_its_own(crmtool: Crmtool, tmp_path: Path) -> None:
    assert "[rfm-rules-for-tiers]" in crmtool("rules", "schema", "--for", "rfm").err
    assert crmtool("rules", "schema", "--for", "nothing").code == 2
    assert crmtool("rules", "schema", "-o", tmp_path / "no" / "x.json").code == 4
