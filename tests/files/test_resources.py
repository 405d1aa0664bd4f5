"""Shipped rules and templates are found from any folder; a user's own are read with care."""

from __future__ import annotations

from pathlib import Path

import pytest

from crmtool.errors import UsageError
from crmtool.files.resources import read_rules, read_template, rule_set_names, template_names

REPOSITORY = Path(__file__).resolve().parents[2]


def test_the_shipped_rule_sets_are_those_of_the_repository() -> None:
    names = rule_set_names()
    assert {"annual_value", "annual_plan", "value_risk", "four_dimensions", "value_potential"} <= set(names)
    assert not {"common", "rfm"} & set(names)
    assert names == sorted(names)


def test_a_shipped_rule_set_reads_the_same_from_any_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    text, shown = read_rules("annual_value")
    assert (text, shown) == (
        (REPOSITORY / "rules" / "annual_value.yaml").read_text(encoding="utf-8"),
        "annual_value.yaml",
    )
    assert read_rules("common")[0] and read_rules("rfm")[0]


def test_every_shipped_template_is_an_xlsx(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert "classification" in template_names()
    assert all(read_template(name).startswith(b"PK\x03\x04") for name in template_names())


def test_a_file_is_read_by_its_path_with_or_without_a_mark(tmp_path: Path) -> None:
    path = tmp_path / "我的规则.yaml"
    path.write_bytes(b"\xef\xbb\xbfid: mine\n")
    assert read_rules(path) == ("id: mine\n", str(path))


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"a: 1\n" + "名: 客户\n".encode("gbk"), "rules-not-utf8"),
        (b"#" * (256 * 1024 + 1), "rules-too-large"),
    ],
)
def test_rules_that_cannot_be_text_are_refused(tmp_path: Path, content: bytes, code: str) -> None:
    path = tmp_path / "a.yaml"
    path.write_bytes(content)
    with pytest.raises(UsageError) as problem:
        read_rules(path)
    (finding,) = problem.value.findings
    assert (finding.code, problem.value.exit_code) == (code, 2)
    if code == "rules-not-utf8":
        assert finding.params["line"] == "2"


def test_an_unknown_name_is_told_with_the_known_ones() -> None:
    with pytest.raises(UsageError) as rules:
        read_rules("anual_value")
    with pytest.raises(UsageError) as template:
        read_template("../classification")
    assert "annual_value" in rules.value.findings[0].params["names"]
    assert template.value.findings[0].code == "unknown-template"
