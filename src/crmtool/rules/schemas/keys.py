"""Rules files as JSON Schema: their keys as the models of `crmtool.rules.language.shell` have them.

What stands inside the keys is in `crmtool.rules.schemas.parts`; what each key is for in `crmtool.messages.rules_keys`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel, BeforeValidator
from pydantic.fields import FieldInfo

from crmtool.messages.rules_keys import RULES_KEYS
from crmtool.rules.language.shell import (
    CommonShell,
    OutlineItemShell,
    OutlineShell,
    RfmShell,
    RuleSetShell,
    TextShell,
)
from crmtool.rules.schemas import parts
from crmtool.rules.schemas.names import Names
from crmtool.rules.schemas.parts import Schema, by_name, one_of, ref, text
from crmtool.rules.schemas.patterns import DEADLINE, GRADE, HOURS, ID, REVIEWS, SHARE, SPAN

#: Says that a file is a schema of ours, which may be replaced by a newer one.
MARK = "crmtool rules schema"
#: Keys under which the names are tiers, with what may stand beside these.
_BY_TIER: Mapping[str, tuple[str, ...]] = {
    "RuleSet.cadence": (),
    "RuleSet.strategy": (),
    "RuleSet.resources": (),
    "RuleSet.kpis": ("all",),
}
DRAFT = "http://json-schema.org/draft-07/schema#"


def rules_schema(
    names: Names | None = None,
    *,
    channels: Iterable[str] | None = None,
    matrix: tuple[str, str] | None = None,
) -> Schema:
    """Return the schema of rules files: of any, or with `names` of one rule set alone.

    `channels` are those that cadences may name, `matrix` the dimensions of the rule set's rows and columns. Keys, words
    and bounds are those of the models that loading uses, figures those that it reads. The schema says less than loading:
    what hangs together over several keys is left to that.
    """
    keys = _Keys(names, tuple(channels) if channels is not None else None, matrix)
    if names is not None:
        root = ref(keys.define(RuleSetShell))
        return _whole(root, keys, title="crmtool rules")
    kinds: dict[str, type[BaseModel]] = {"crmtool.rfm/v1": RfmShell, "crmtool.common/v1": CommonShell}
    root = ref(keys.define(RuleSetShell))
    for schema, model in kinds.items():
        is_it = {"properties": {"schema": {"const": schema}}, "required": ["schema"]}
        root = {"if": is_it, "then": ref(keys.define(model)), "else": root}
    return _whole(root, keys, title="crmtool rules, RFM rules, common.yaml")


def _whole(root: Schema, keys: _Keys, title: str) -> Schema:
    return {
        "$schema": DRAFT,
        "$comment": MARK,
        "title": title,
        "allOf": [root],
        "definitions": {
            "condition": parts.condition(keys.names),
            "rfm_condition": parts.rfm_condition(),
            "policy": parts.policy(),
            "derivation": parts.derivation(keys.names.params if keys.names else None),
            **dict(sorted(keys.definitions.items())),
        },
    }


class _Keys:
    """Makes a definition of each model, by its name without Shell."""

    def __init__(
        self, names: Names | None, channels: tuple[str, ...] | None, matrix: tuple[str, str] | None
    ) -> None:
        self.names, self.definitions = names, dict[str, Schema]()
        self.inside = _inside(names, channels, matrix)

    def define(self, model: type[BaseModel]) -> str:
        """Return the name of a model's definition, which is made where it is missing."""
        name = _name(model)
        if name not in self.definitions:
            self.definitions[name] = {}
            self.definitions[name] = self._mapping(model)
        return name

    def _mapping(self, model: type[BaseModel]) -> Schema:
        entries = {info.alias or key: info for key, info in model.model_fields.items()}
        return {
            "type": "object",
            "properties": {key: self._key(model, key, info) for key, info in entries.items()},
            "required": [key for key, info in entries.items() if info.is_required()],
            "additionalProperties": False,
        }

    def _key(self, model: type[BaseModel], key: str, info: FieldInfo) -> Schema:
        zh, en = described(model, key)
        inside = self.inside.get(f"{_name(model)}.{key}")
        # A definition is not described where it is named: what stands beside `$ref` is passed over.
        if f"{_name(model)}.{key}" in _BY_TIER:
            made = self._by_tier(info.annotation, _BY_TIER[f"{_name(model)}.{key}"])
        else:
            made = dict(inside()) if inside else self._kind(info.annotation, info.metadata)
        made = {"allOf": [made]} if "$ref" in made else made
        made["description"] = f"{zh}\n{en}"
        if isinstance(info.default, str | int | bool) and info.default != "":
            made["default"] = info.default
        return made

    def _kind(self, kind: Any, metadata: Iterable[object] = ()) -> Schema:
        """Return the schema of a type of the models."""
        origin, arguments = get_origin(kind), get_args(kind)
        if origin is Annotated:
            return self._kind(arguments[0], arguments[1:])
        if origin in (Union, UnionType):
            (left,) = (part for part in arguments if part is not type(None))
            return self._kind(left, metadata)
        if origin is Literal:
            return {"enum": list(arguments)}
        if origin is list:
            return {"type": "array", "items": self._kind(arguments[0]), **_lengths(metadata, "Items")}
        if origin is dict:
            return self._dict(arguments, metadata)
        if kind is TextShell:
            return text()
        if kind is OutlineShell:
            items = {"type": "array", "items": ref(self.define(OutlineItemShell)), "minItems": 1}
            return {"anyOf": [{"type": "string"}, items]}
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            return ref(self.define(kind))
        return _scalar(kind, metadata)

    def _dict(self, arguments: tuple[Any, ...], metadata: Iterable[object]) -> Schema:
        made: Schema = {"type": "object", "additionalProperties": self._kind(arguments[1])}
        if get_origin(arguments[0]) is Literal:
            made["propertyNames"] = {"enum": list(get_args(arguments[0]))}
        elif isinstance(arguments[1], type) and issubclass(arguments[1], BaseModel):
            made["propertyNames"] = {"pattern": ID}
        return made | _lengths(metadata, "Properties")

    def _by_tier(self, kind: Any, more: tuple[str, ...]) -> Schema:
        """Return the schema of a mapping from tiers."""
        return by_name(self.names.tiers if self.names else None, self._kind(get_args(kind)[1]), more)


def described(model: type[BaseModel], key: str) -> tuple[str, str]:
    """Return what a key of a model is, in Chinese and English; a key that a model has from another is told there."""
    owners = (_name(owner) for owner in model.__mro__ if issubclass(owner, BaseModel))
    return next(RULES_KEYS[f"{owner}.{key}"] for owner in owners if f"{owner}.{key}" in RULES_KEYS)


def _name(model: type) -> str:
    return model.__name__.removesuffix("Shell")


def _scalar(kind: Any, metadata: Iterable[object]) -> Schema:
    metadata = tuple(metadata)
    if kind is str:
        is_spelled = any(isinstance(each, BeforeValidator) for each in metadata)
        return dict(parts.SPELLED) if is_spelled else {"type": "string"}
    types = {int: "integer", bool: "boolean"}
    return {"type": types[kind], **_bounds(metadata, {"ge": "minimum", "le": "maximum"})}


def _lengths(metadata: Iterable[object], of: str) -> Schema:
    return _bounds(metadata, {"min_length": f"min{of}", "max_length": f"max{of}"})


def _bounds(metadata: Iterable[object], words: Mapping[str, str]) -> Schema:
    """Return the bounds that pydantic keeps with a field, by JSON Schema's words."""
    found = ((word, getattr(each, name, None)) for each in metadata for name, word in words.items())
    return {word: bound for word, bound in found if bound is not None}


def _inside(
    names: Names | None, channels: tuple[str, ...] | None, matrix: tuple[str, str] | None
) -> Mapping[str, Callable[[], Schema]]:
    """Return what stands inside the keys of which the models say no more than that they are texts or nodes."""
    tier = one_of(names.tiers if names else None)
    dimension = one_of(names.dimensions if names else None)
    dimensions = {"type": "array", "items": dimension, "minItems": 1}
    known = one_of(names.given if names else None)
    ages = {"type": "array", "items": one_of(names.ages if names else None), "minItems": 2, "maxItems": 2}
    id_text = {"type": "string", "pattern": ID}
    spans = ("RuleSet.review_every", "Cadence.every", "Cadence.by", "Cadence.from", "Cadence.prepare")
    made: dict[str, Callable[[], Schema]] = {
        **dict.fromkeys((*spans, "Cadence.report"), parts.span_text),
        **{key: lambda: ref("condition") for key in ("Level.when", "Rule.when", "Tag.when")},
        **{key: lambda: id_text for key in ("Level.id", "Rule.id", "Tag.id", "Segment.id")},
        **{key: lambda: tier for key in ("Rule.tier", "Unknown.tier", "Adjusted.tier")},
        **{key: lambda: parts.DAY_TEXT for key in ("Effective.from", "Effective.to", "Example.as_of")},
        **{key: lambda: ref("policy") for key in ("Field.missing", "Field.absent")},
        **{key: lambda: ref("policy") for key in ("Measure.missing", "Measure.absent")},
        **{key: lambda: ref("derivation") for key in ("Field.from", "Measure.from")},
        **{key: lambda: dimension for key in ("Matrix.rows", "Matrix.cols")},
        **{key: lambda: dimensions for key in ("Score.mean", "Score.sum")},
        "Dimension.absent": lambda: {"const": "leave_out"},
        "Matrix.cells": lambda: parts.cells(names, matrix),
        "Assume.le": lambda: ages,
        "Cadence.channel": lambda: one_of(channels),
        "Cadence.after": lambda: one_of(names.fields if names else None),
        "Cadence.by_date": lambda: text(DEADLINE, "03-15", "3月15日"),
        "Sla.within": lambda: text(HOURS, "24小时"),
        "Move.confirm": lambda: text(REVIEWS, "2期"),
        "Move.near": lambda: text(SHARE, "10%"),
        "Move.grace": lambda: text(SPAN, "1季度"),
        "Grading.levels": lambda: _levels_of_grading(),
        "Adjusted.short": lambda: {"type": "array", "items": one_of(names.kpis if names else None)},
        "Example.given": lambda: parts.given(names),
        "Example.absent": lambda: {"type": "array", "items": known},
        "Example.expect": lambda: parts.expected(names),
        "Measure.cuts": parts.cuts,
        "Rfm.frozen_cuts": parts.frozen_cuts,
        "SegmentMap.split": parts.split,
        "Segment.when": lambda: ref("rfm_condition"),
    }
    return made


def _levels_of_grading() -> Schema:
    return {
        "type": "object",
        "additionalProperties": {"type": "string", "pattern": GRADE},
        "minProperties": 1,
    }
