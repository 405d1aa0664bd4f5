"""Rules files as JSON Schema: shipped files are valid by an independent validator, and slips of the pen are caught."""

from __future__ import annotations

import re
from collections.abc import Iterator
from copy import deepcopy
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft7Validator

from crmtool.jobs.schema import schema_of
from crmtool.messages.rules_keys import RULES_KEYS
from crmtool.rules.language import shell
from crmtool.rules.language.quantity import UnfitError, parse_range
from crmtool.rules.schemas.keys import described
from crmtool.rules.schemas.patterns import NO_TEST, spelling_of_tests

FOLDER = Path(__file__).parents[2] / "rules"
RULE_SETS = ("annual_plan", "annual_value", "four_dimensions", "value_potential", "value_risk")


@cache
def _schema(name: str | None) -> dict[str, Any]:
    return schema_of(name)


def _file(name: str) -> Any:
    return yaml.safe_load((FOLDER / f"{name}.yaml").read_text(encoding="utf-8"))


def _misfits(schema: dict[str, Any], data: Any) -> list[str]:
    return ["/".join(map(str, error.absolute_path)) for error in Draft7Validator(schema).iter_errors(data)]


@pytest.mark.parametrize("name", [*RULE_SETS, "rfm", "common"])
def test_shipped_files_are_valid(name: str) -> None:
    assert _misfits(_schema(None), _file(name)) == []


@pytest.mark.parametrize("name", RULE_SETS)
def test_a_rule_set_is_valid_by_the_schema_for_itself_and_not_by_that_for_another(name: str) -> None:
    own = _schema(name)
    Draft7Validator.check_schema(own)
    assert own["$schema"] == "http://json-schema.org/draft-07/schema#"
    assert _misfits(own, _file(name)) == []
    other = RULE_SETS[RULE_SETS.index(name) - 1]
    assert _misfits(own, _file(other)) != []


def test_the_schema_of_all_files_is_one() -> None:
    Draft7Validator.check_schema(_schema(None))


# -- slips of the pen --------------------------------------------------------------------------------------------

RULES = """schema: crmtool.rules/v1
id: demo
name: 我司
version: "2026.1"
source: 会议纪要
table: {tier: 等级, columns: [客户名称, 等级]}
hit: first
params:
  line: {label: 线, value: 10万元}
fields:
  amount: {label: 年消费额, type: money, from: {orders: sum, of: amount, window: 12个月}, missing: unknown}
  last: {label: 最近订单, type: age}
  stage: {label: 阶段, type: enum, values: [导入, 成熟]}
tiers:
  high: {label: 高, rank: 1}
  low: {label: 低, rank: 2}
rules:
  - {id: big, tier: high, when: {amount: ">= $line", last: "within 3个月", stage: [成熟期]}}
  - {id: rest, tier: low, when: {any: [{amount: "[5万元, 10万元)"}, {not: {stage: 成熟}}]}}
cadence:
  high: [{every: 1个月, channel: phone, label: 电话}]
examples:
  - {name: 大, as_of: "2026-06-30", given: {amount: 12万元, last: never}, expect: {tier: high}}
"""
#: (what is written, what is written instead, where it is wrong, whether only the file's own names tell)
SLIPS = [
    ("hit: first", "hits: first", "", False),
    ("hit: first", "hit: best", "hit", False),
    ("schema: crmtool.rules/v1\n", "", "", False),
    ("id: demo\n", "", "", False),
    ('version: "2026.1"', "version: 2026.1", "version", False),
    ("missing: unknown", "missing: nul", "fields/amount/missing", False),
    ("orders: sum", "orders: total", "fields/amount/from/orders", False),
    ("orders: sum", "order: sum", "fields/amount/from", False),
    ("window: 12个月", "window: 12", "fields/amount/from/window", False),
    ("type: money", "type: cash", "fields/amount/type", False),
    ("rank: 1", "rank: 0", "tiers/high/rank", False),
    ("rank: 1", "rank: 一", "tiers/high/rank", False),
    ("channel: phone", "channel: fax", "cadence/high/0/channel", False),
    ("every: 1个月", "every: 1", "cadence/high/0/every", False),
    ('"[5万元, 10万元)"', "5-10万元", "rules/1/when/any/0/amount", False),
    ('"[5万元, 10万元)"', '"[5万元, 10万元"', "rules/1/when/any/0/amount", False),
    ('"[5万元, 10万元)"', "10万元以上", "rules/1/when/any/0/amount", False),
    ('"within 3个月"', "within 3", "rules/0/when/last", False),
    ("tier: high, when", "teir: high, when", "rules/0", False),
    ("any: [{", "any: []\n    # [{", "rules/1/when/any", False),
    ('as_of: "2026-06-30"', "as_of: 2026-06-30", "examples/0/as_of", False),
    ('as_of: "2026-06-30"', 'as_of: "2026/6/30"', "examples/0/as_of", False),
    ("tier: high, when", "tier: 高, when", "rules/0/tier", True),
    ('{amount: ">= $line"', '{amout: ">= $line"', "rules/0/when", True),
    (">= $line", ">= $lime", "rules/0/when/amount", True),
    (">= $line", ">= 3个月", "rules/0/when/amount", True),
    ("[成熟期]", "[成长]", "rules/0/when/stage", True),
    ("  high: [{every", "  higher: [{every", "cadence", True),
    ("given: {amount", "given: {money", "examples/0/given", True),
    ("expect: {tier: high}", "expect: {tier: big}", "examples/0/expect/tier", True),
    ("expect: {tier: high}", "expect: {tire: high}", "examples/0/expect", True),
]


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    path = tmp_path_factory.mktemp("rules") / "demo.yaml"
    path.write_text(RULES, encoding="utf-8")
    return schema_of(str(path))


def test_the_file_without_a_slip_is_valid(own: dict[str, Any]) -> None:
    assert _misfits(_schema(None), yaml.safe_load(RULES)) == []
    assert _misfits(own, yaml.safe_load(RULES)) == []


@pytest.mark.parametrize(("right", "wrong", "place", "is_own"), SLIPS)
def test_a_slip_is_caught_at_its_place(
    own: dict[str, Any], right: str, wrong: str, place: str, is_own: bool
) -> None:
    assert RULES.count(right) == 1
    cut = RULES.replace(right, wrong)
    data = yaml.safe_load(cut.partition("\n    # [{")[0] + "}}\n" if "# [{" in cut else cut)
    assert any(_is_at(found, place) for found in _deepest(own, data)), _deepest(own, data)
    if not is_own:
        assert any(_is_at(found, place) for found in _deepest(_schema(None), data))


def _is_at(found: str, place: str) -> bool:
    return found == place or found.startswith(f"{place}/")


def _deepest(schema: dict[str, Any], data: Any) -> list[str]:
    """Return the places of the errors, those inside alternatives too."""
    found = []
    todo = list(Draft7Validator(schema).iter_errors(data))
    while todo:
        error = todo.pop()
        found.append("/".join(map(str, error.absolute_path)))
        todo += error.context or []
    return found


def test_a_missing_cell_of_a_matrix_is_caught() -> None:
    data = deepcopy(_file("value_risk"))
    rows = data["matrix"]["cells"]
    first = next(iter(rows))
    rows[first].pop(next(iter(rows[first])))
    assert _misfits(_schema("value_risk"), data) == [f"matrix/cells/{first}"]


def test_a_stub_of_an_example_is_valid(own: dict[str, Any]) -> None:
    data = yaml.safe_load(RULES.replace("expect: {tier: high}", "expect: {}"))
    assert _misfits(own, data) == []


# -- it cannot drift ---------------------------------------------------------------------------------------------


def _models() -> list[type[shell.Shell]]:
    found, todo = list[type[shell.Shell]](), [shell.Shell]
    while todo:
        model = todo.pop()
        found.append(model)
        todo += model.__subclasses__()
    return found


#: Wrappers that the schema has in place: a text, an outline.
INLINE = {"Text": {"text", "origin", "note"}, "Outline": {"like", "items"}}
ABSTRACT = {"", "Marked", "File"}


def test_every_key_that_loading_knows_is_in_the_schema_and_described() -> None:
    definitions = _schema(None)["definitions"]
    told = set()
    for model in _models():
        name = model.__name__.removesuffix("Shell")
        keys = {info.alias or key for key, info in model.model_fields.items()}
        if name in INLINE:
            assert keys == INLINE[name]
        elif name not in ABSTRACT:
            properties = definitions[name]["properties"]
            assert set(properties) == keys
            required = {info.alias or key for key, info in model.model_fields.items() if info.is_required()}
            assert set(definitions[name]["required"]) == required
            for key in keys:
                assert properties[key]["description"] == "\n".join(described(model, key))
                told |= {text for text, pair in RULES_KEYS.items() if pair == described(model, key)}
    stale = {text for text in RULES_KEYS if text.split(".")[0] not in INLINE} - told
    assert stale == set()


def test_descriptions_can_be_shown_on_a_gbk_console() -> None:
    assert [zh for zh, en in RULES_KEYS.values() if not (zh.encode("gbk") and en.encode("gbk"))] == []


def _patterns(node: Any) -> Iterator[tuple[str, list[Any]]]:
    if isinstance(node, dict):
        if isinstance(node.get("pattern"), str):
            yield node["pattern"], node.get("examples", [])
        for pattern in node.get("patternProperties", {}):
            yield pattern, []
        for inner in node.values():
            yield from _patterns(inner)
    elif isinstance(node, list):
        for inner in node:
            yield from _patterns(inner)


@pytest.mark.parametrize("name", [None, *RULE_SETS])
def test_patterns_are_ones_that_editors_know_and_match_their_samples(name: str | None) -> None:
    for pattern, samples in _patterns(_schema(name)):
        # In an editor's patterns (ECMA 262, `u`) nothing else may be escaped; named groups and (?P are Python's.
        assert set(re.findall(r"\\(.)", pattern)) <= set("^$\\.*+?()[]{}|/sSb")
        assert "(?P" not in pattern
        for sample in samples:
            assert re.search(pattern, sample), (pattern, sample)


_FIGURES = st.sampled_from(
    [*("10万元", "5万", "1.5亿", "200", "-3千", "3次", "4.5分", "2.5", "１０万元", "0"),
     *("5%", "0", "12.5 %", "3个月", "1年6个月", "半年", "2 周", "0天", "1季度", "$line", "$ line", "10 万元")]
)  # fmt: skip
_SIGNS = st.sampled_from([">=", "<=", ">", "<", "=", "≥", "≤", "＞", "within ", "not within ", "≥ ", ""])
_TEXTS = st.one_of(
    st.tuples(_SIGNS, _FIGURES).map("".join),
    st.tuples(st.sampled_from("[(［"), _FIGURES, st.sampled_from([",", ", ", "，", "-"]), _FIGURES, st.sampled_from(")］]"))
    .map("".join),
)  # fmt: skip


@settings(max_examples=400, deadline=None)
@given(text=_TEXTS, kind=st.sampled_from(["money", "count", "number", "percent", "age", "date"]))
def test_a_test_that_loading_reads_is_one_for_the_schema_too(text: str, kind: Any) -> None:
    figures = {"$line": "10万元" if kind == "money" else "3个月" if kind in ("age", "date") else "5%"}
    if kind in ("count", "number"):
        figures["$line"] = "3"
    try:
        parse_range(text, kind, lambda figure: figures.get(figure, figure))
    except UnfitError:
        return
    assert re.search(spelling_of_tests(kind, ("line",)), text)
    assert re.search(NO_TEST, text)  # so it is never taken for a word


@pytest.mark.parametrize(
    "text",
    ["5-10万元", "5万-10万", "10万元以上", "不超过5%", "近3个月", "within 3", "3~6个月", ">> 3", "[1, 2"],
)
def test_a_text_that_loading_refuses_as_a_test_is_no_word_either(text: str) -> None:
    assert re.search(NO_TEST, text)
    for kind in ("money", "count", "number", "percent", "age"):
        assert not re.search(spelling_of_tests(kind), text)  # type: ignore[arg-type]


@pytest.mark.parametrize("word", ["成熟", "3星", "A类", "2024级", "制造业-电子", "present", "大客户以上"])
def test_words_of_enums_are_words(word: str) -> None:
    assert not re.search(NO_TEST, word)
