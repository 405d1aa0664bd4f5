"""Holds a file's nodes against the pydantic models of its shape, and says each misfit at its own place.

The models are in `crmtool.rules.language.shell`.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from types import UnionType
from typing import Annotated, Any, Literal, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from crmtool.rules.language.nodes import MapNode, Mistakes, Node, TextNode, nearest, node_at
from crmtool.rules.language.shell import shell_data

Model = TypeVar("Model", bound=BaseModel)

_EXPECTED = {
    "string_type": "expected-text",
    "int_type": "expected-number",
    "bool_type": "expected-boolean",
    "list_type": "expected-list",
    "dict_type": "expected-mapping",
    "model_type": "expected-mapping",
    "model_attributes_type": "expected-mapping",
    "greater_than_equal": "figure-out-of-bounds",
    "less_than_equal": "figure-out-of-bounds",
    "too_short": "too-few-entries",
    "too_long": "too-many-entries",
}


def read_shape(model: type[Model], root: Node, mistakes: Mistakes) -> Model:
    """Return the file's outside as a model; every misfit is a mistake at its place.

    A misspelt key is taken for the one it is nearest to, and a bare number for its text, so that the rest of
    the file can be looked at too. Raises `UsageError` where that is not enough.
    """
    if not isinstance(root, MapNode):
        mistakes.add("expected-mapping", root, key="")
        raise mistakes.stop()
    data = shell_data(root)
    try:
        return model.model_validate(data)
    except ValidationError as error:
        errors = error.errors(include_url=False, include_input=False)
    _Misfits(model, root, mistakes, data).report(errors)
    try:
        return model.model_validate(data)
    except ValidationError:
        raise mistakes.stop() from None


class _Misfits:
    """The misfits of one file, reported and where possible mended in `data`."""

    def __init__(self, model: type[BaseModel], root: MapNode, mistakes: Mistakes, data: Any) -> None:
        self.model, self.root, self.mistakes, self.data = model, root, mistakes, data

    def report(self, errors: list[ErrorDetails]) -> None:
        """Add a mistake for each error, unknown keys first: what is missing may only be misspelt."""
        taken: set[tuple[int | str, ...]] = set()
        for error in errors:
            if error["type"] == "extra_forbidden":
                taken.add(self._unknown_key(error["loc"]))
        for error in errors:
            if error["type"] != "extra_forbidden" and error["loc"] not in taken:
                self._misfit(error)

    def _unknown_key(self, loc: tuple[int | str, ...]) -> tuple[int | str, ...]:
        word, owner = str(loc[-1]), node_at(self.root, loc[:-1])
        known = _keys_at(self.model, loc[:-1])
        key = owner.key(word) if isinstance(owner, MapNode) else None
        self.mistakes.add_unknown("unknown-key", key or owner, known)
        below = _at(self.data, loc[:-1])
        value, meant = below.pop(word), nearest(word, known)
        if meant and meant not in below:
            below[meant] = value
        return (*loc[:-1], meant)

    def _misfit(self, error: ErrorDetails) -> None:
        loc, context = error["loc"], error.get("ctx", {})
        node = node_at(self.root, loc)
        last = str(next((step for step in reversed(loc) if isinstance(step, str) and step != "text"), ""))
        if error["type"] == "missing":
            self.mistakes.add("missing-key", _first_key(node), key=last, value="")
        elif error["type"] == "literal_error":
            known = [part.strip(" '") for part in str(context["expected"]).replace(" or ", ",").split(",")]
            self.mistakes.add_unknown("unknown-word", node, known, key=last)
        else:
            code = _EXPECTED.get(error["type"], "expected-text")
            bound = str(
                next(
                    (context[name] for name in ("ge", "le", "min_length", "max_length") if name in context),
                    "",
                )
            )
            self.mistakes.add(code, node, key=last, bound=bound)
            if (
                code == "expected-text"
                and isinstance(node, TextNode)
                and isinstance(node.value, int | Decimal)
            ):
                owner = _at(self.data, loc[:-1])
                if isinstance(owner, dict | list):
                    owner[loc[-1]] = node.text  # type: ignore[index]  # a list's step is its index


def _first_key(node: Node) -> Node:
    return node.entries[0][0] if isinstance(node, MapNode) and node.entries else node


def _at(data: Any, loc: tuple[int | str, ...]) -> Any:
    for step in loc:
        if (isinstance(data, dict) and step in data) or (isinstance(data, list) and isinstance(step, int)):
            data = data[step]  # type: ignore[index]
    return data


def _keys_at(model: type[BaseModel], loc: tuple[int | str, ...]) -> list[str]:
    """Return the keys that the model at a path knows, as they are written in files."""
    kind: Any = model
    for step in loc:
        kind = _below(_bare(kind), step)
    kind = _bare(kind)
    if not (isinstance(kind, type) and issubclass(kind, BaseModel)):
        return []
    return [entry.alias or name for name, entry in kind.model_fields.items()]


def _bare(kind: Any) -> Any:
    """Return a type without `Annotated`, `| None`."""
    if get_origin(kind) is Annotated:
        return _bare(get_args(kind)[0])
    if get_origin(kind) in (Union, UnionType):
        return _bare(next(part for part in get_args(kind) if part is not type(None)))
    return kind


def _below(kind: Any, step: int | str) -> Any:
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        for name, entry in kind.model_fields.items():
            if step in (name, entry.alias):
                return entry.annotation
    arguments = get_args(kind)
    if get_origin(kind) in (dict, Mapping):
        return arguments[1]
    return arguments[0] if arguments and get_origin(kind) is not Literal else kind
