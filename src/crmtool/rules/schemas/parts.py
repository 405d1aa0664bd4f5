"""Schemas of what stands inside the keys of a rules file: conditions, policies, derivations, figures, names.

Which key holds which of them is in `crmtool.rules.schemas.keys`; the patterns of figures in `patterns`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from crmtool.ledger.fields import FieldSpec, Kind
from crmtool.rules.language.parse import ENDINGS, stem
from crmtool.rules.language.policies import KEYS, MEASURES, POLICY_WORDS
from crmtool.rules.schemas.names import Names
from crmtool.rules.schemas.patterns import (
    DAY,
    ID,
    NO_TEST,
    SIDE,
    SPAN,
    any_test,
    escaped,
    figure,
    spelling_of_tests,
)

Schema = dict[str, Any]

#: A word or figure as it is spelled in the file.
SPELLED: Schema = {"type": ["string", "number"]}
DAY_TEXT: Schema = {"type": "string", "pattern": DAY, "examples": ["2026-06-30"]}
_SUBJECT = "^(?!(?:all|any|not)$)[a-z][a-z0-9_]*$"
_FIGURES: tuple[Kind, ...] = ("money", "count", "number", "percent", "age", "date")
_SAMPLES: Mapping[Kind, tuple[str, ...]] = {
    "money": (">= 10万元", "[5万元, 10万元)", "< 2万元"),
    "count": (">= 4次", "[2, 3]", "= 1"),
    "number": (">= 4.5", "[2, 5]"),
    "percent": ("> 5%", "<= 0%"),
    "age": ("within 3个月", "not within 6个月", ">= 1年"),
    "date": ("within 3个月", "not within 6个月", ">= 1年"),
}


def ref(name: str) -> Schema:
    """Return a reference to a definition."""
    return {"$ref": f"#/definitions/{name}"}


def text(pattern: str | None = None, *samples: str) -> Schema:
    """Return the schema of a text, plain or as `{text, origin, note}`."""
    plain: Schema = dict(SPELLED)
    if pattern is not None:
        plain = {"type": "string", "pattern": pattern}
    if samples:
        plain["examples"] = list(samples)
    marked = {
        "type": "object",
        "properties": {
            "text": plain,
            "origin": {"enum": ["source", "resolution"]},
            "note": {"type": "string"},
        },
        "required": ["text"],
        "additionalProperties": False,
    }
    return {"anyOf": [plain, marked]}


def one_of(names: Iterable[str] | None) -> Schema:
    """Return the schema of a name, one of those known where they are known."""
    return {"type": "string"} if names is None else {"enum": list(names)}


def by_name(names: Iterable[str] | None, inside: Schema, more: tuple[str, ...] = ()) -> Schema:
    """Return the schema of a mapping from names, those known where they are known, to schemas."""
    if names is None:
        return {"type": "object", "additionalProperties": inside, "propertyNames": {"pattern": ID}}
    properties = dict.fromkeys((*names, *more), inside)
    return {"type": "object", "properties": properties, "additionalProperties": False}


# -- conditions --------------------------------------------------------------------------------------------------


def condition(names: Names | None, itself: str = "condition") -> Schema:
    """Return the schema of a condition; `itself` is the name of its definition."""
    parts = {"type": "array", "items": ref(itself), "minItems": 1}
    properties: Schema = {"all": parts, "any": parts, "not": ref(itself)}
    if names is None:
        return _conditions(properties) | {"patternProperties": {_SUBJECT: _any_test()}}
    for name, spec in names.tested.items():
        properties[name] = {"title": spec.label, **_test_of(spec, names)}
    for name, dimension in names.dimensions.items():
        ids = [level.id for level in dimension.levels]
        others = {label for level in dimension.levels for label in (level.label, *level.aliases)} - set(ids)
        properties[name] = {"title": dimension.label, **_words([*ids, *sorted(others)])}
    for name, label in names.scores.items():
        pattern = spelling_of_tests("number", names.params)
        properties[name] = {"title": label, "type": "string", "pattern": pattern, "examples": [">= 2.5"]}
    return _conditions(properties)


def _conditions(properties: Schema) -> Schema:
    return {"type": "object", "minProperties": 1, "properties": properties, "additionalProperties": False}


def rfm_condition() -> Schema:
    """Return the schema of a segment's condition: tests on scores, or `high` and `low`."""
    score = {"anyOf": [{"type": "string", "pattern": spelling_of_tests("number")}, {"enum": ["high", "low"]}]}
    parts = {"type": "array", "items": ref("rfm_condition"), "minItems": 1}
    properties: Schema = {"all": parts, "any": parts, "not": ref("rfm_condition")}
    return _conditions(properties | dict.fromkeys("rfm", score))


def _any_test() -> Schema:
    samples = [sample for samples in _SAMPLES.values() for sample in samples]
    return {
        "anyOf": [
            {"type": "string", "pattern": any_test(), "examples": list(dict.fromkeys(samples))},
            {"type": "string", "minLength": 1, "not": {"pattern": NO_TEST}},
            {"type": "array", "items": {"type": ["string", "number"]}, "minItems": 1},
            {"type": "boolean"},
        ]
    }


def _test_of(spec: FieldSpec, names: Names) -> Schema:
    present = {"const": "present"}
    if spec.kind in _FIGURES:
        pattern = spelling_of_tests(spec.kind, names.params)
        samples = list(_SAMPLES[spec.kind])
        return {
            "anyOf": [
                {"type": "string", "pattern": pattern, "examples": list(dict.fromkeys(samples))},
                present,
            ]
        }
    if spec.kind == "flag":
        return {"anyOf": [{"type": "boolean"}, present]}
    if spec.kind == "enum":
        words = _words(spec.values, open=spec.open, has_endings=True)
        return {"anyOf": [*words["anyOf"], present]}
    return present


def _words(values: Iterable[str], *, open: bool = False, has_endings: bool = False) -> Schema:
    """Return the schema of one of some words or of a list of them."""
    known: list[str | int] = list(values)
    known += [int(word) for word in known if isinstance(word, str) and word.isdecimal() and word.isascii()]
    ways: list[Schema] = [{"enum": known}] if known else []
    if has_endings and known:
        stems = "|".join(dict.fromkeys(escaped(stem(word)) for word in known if isinstance(word, str)))
        ways.append({"type": "string", "pattern": f"^(?:{stems})(?:{'|'.join(ENDINGS)})?$"})
    if open:
        ways.append({"type": ["string", "number"]})
    word = ways[0] if len(ways) == 1 else {"anyOf": ways}
    return {"anyOf": [{"type": "array", "items": word, "minItems": 1}, *ways]}


# -- what is empty, what is counted ------------------------------------------------------------------------------


def policy() -> Schema:
    """Return the schema of what an empty cell means."""
    value = {"type": ["string", "number", "boolean"]}
    fixed = {
        "type": "object",
        "properties": {"as": value},
        "required": ["as"],
        "additionalProperties": False,
    }
    branch = {
        "type": "object",
        "properties": {"when": ref("condition"), "as": value},
        "required": ["when", "as"],
        "additionalProperties": False,
    }
    last = {
        "type": "object",
        "properties": {"otherwise": ref("policy")},
        "required": ["otherwise"],
        "additionalProperties": False,
    }
    cases = {"type": "array", "items": {"anyOf": [branch, last]}, "contains": last, "minItems": 1}
    return {"anyOf": [{"enum": list(POLICY_WORDS)}, fixed, cases]}


def derivation(params: Iterable[str] | None) -> Schema:
    """Return the schema of how a field is counted: one table with one of its measures."""
    params = None if params is None else tuple(params)
    span = {"type": "string", "pattern": figure("age", params), "examples": ["12个月"]}
    amount = {"type": ["string", "number"], "pattern": figure("money", params)}
    shared: Schema = {
        "of": {"type": "string"},
        "window": span,
        "versus": span,
        "per": {"anyOf": [span, {"const": "order"}]},
        "divisor": {"const": "active_months"},
        "at_least": amount,
        "more_than": amount,
    }
    assert set(shared) == set(KEYS)
    tables = {table: {"enum": list(measures)} for table, measures in MEASURES.items()}
    return {
        "type": "object",
        "properties": {**tables, **shared},
        "additionalProperties": False,
        "oneOf": [{"required": [table]} for table in tables],
    }


# -- examples ----------------------------------------------------------------------------------------------------


def given(names: Names | None) -> Schema:
    """Return the schema of an example's cells."""
    if names is None:
        return {"type": "object", "additionalProperties": SPELLED}
    return by_name(names.given, SPELLED, more=("tier",))


def expected(names: Names | None) -> Schema:
    """Return the schema of what an example expects; nothing yet is allowed."""
    if names is None:
        return {"type": "object"}
    kinds: dict[str, tuple[str, ...]] = {
        "tier": (*names.tiers,),
        "rule": names.rules,
        "tags": names.tags,
        "possible": (*names.tiers,),
        "missing": names.given,
        "origin": ("computed", "given", "locked"),
        "status": ("unknown",),
    }
    lists = ("tags", "possible", "missing")
    properties = {
        key: {"type": "array", "items": {"enum": list(known)}} if key in lists else {"enum": list(known)}
        for key, known in kinds.items()
        if known
    }
    return {"type": "object", "properties": properties, "additionalProperties": False}


def cells(names: Names | None, matrix: tuple[str, str] | None) -> Schema:
    """Return the schema of a matrix's cells; where its dimensions are known, each pair of levels has to be there."""
    tier = one_of(names.tiers if names else None)
    if names is None or matrix is None:
        return {"type": "object", "additionalProperties": {"type": "object", "additionalProperties": tier}}
    row, column = ([level.id for level in names.dimensions[name].levels] for name in matrix)
    inner = by_name(column, tier) | {"required": column}
    return by_name(row, inner) | {"required": row}


def cuts() -> Schema:
    """Return the schema of the cuts of a score."""
    figures = {"type": "array", "items": SPELLED, "minItems": 1}
    return {"anyOf": [{"const": "quantile"}, figures]}


def frozen_cuts() -> Schema:
    """Return the schema of cuts that were copied from an earlier result."""
    return by_name(("recency", "frequency", "monetary"), {"type": "array", "items": SPELLED})


def split() -> Schema:
    """Return the schema of what is high and what is low."""
    side = {"type": "string", "pattern": SIDE}
    return by_name(("high", "low"), side) | {"required": ["high", "low"]}


def span_text() -> Schema:
    """Return the schema of a calendar span, plain or marked."""
    return text(SPAN, "1个月", "1季度")
