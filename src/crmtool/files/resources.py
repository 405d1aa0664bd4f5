"""Knows where the shipped rules and templates lie, in a wheel and in a checkout, and reads a user's own.

What they mean is left to the rules and to the template engine.
"""

from __future__ import annotations

from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Literal

from crmtool.errors import UsageError

MAX_RULES_BYTES = 256 * 1024
#: Shipped beside the rule sets, but none: what they share, and the scores.
NOT_RULE_SETS = frozenset({"common", "rfm"})


def rule_set_names() -> list[str]:
    """Return the names of the shipped rule sets, sorted."""
    return [name for name in _names("rules", ".yaml") if name not in NOT_RULE_SETS]


def template_names() -> list[str]:
    """Return the names of the shipped templates, sorted."""
    return _names("templates", ".xlsx")


def read_rules(name_or_path: str | Path) -> tuple[str, str]:
    """Return the text of a rules file and the name to show for it.

    A shipped name (`annual_value`, also `common` and `rfm`) wins over a file of that name without an ending.
    Raises UsageError for what is neither, is over 256 KB, or is not UTF-8 (with the line).
    """
    source, shown = _find("rules", ".yaml", name_or_path, "unknown-rules", rule_set_names())
    data = _read(source, shown)
    if len(data) > MAX_RULES_BYTES:
        raise UsageError.of("rules-too-large", file=shown, size=len(data), limit=MAX_RULES_BYTES)
    try:
        return data.decode("utf-8-sig"), shown
    except UnicodeDecodeError as problem:
        line = data.count(b"\n", 0, problem.start) + 1
        raise UsageError.of("rules-not-utf8", file=shown, line=line) from problem


def read_template(name_or_path: str | Path) -> bytes:
    """Return the bytes of a template, shipped or the user's own; UsageError where there is none."""
    source, shown = _find("templates", ".xlsx", name_or_path, "unknown-template", template_names())
    return _read(source, shown)


def _shipped(kind: Literal["rules", "templates"]) -> Traversable:
    in_wheel = files("crmtool") / "_shipped" / kind
    return in_wheel if in_wheel.is_dir() else Path(__file__).parents[3] / kind


def _names(kind: Literal["rules", "templates"], ending: str) -> list[str]:
    folder = _shipped(kind)
    if not folder.is_dir():
        return []
    names = (entry.name for entry in folder.iterdir())
    return sorted(
        name.removesuffix(ending)
        for name in names
        if name.endswith(ending) and not name.startswith((".", "~"))
    )


def _find(
    kind: Literal["rules", "templates"], ending: str, name_or_path: str | Path, unknown: str, known: list[str]
) -> tuple[Traversable, str]:
    name = str(name_or_path)
    if name in _names(kind, ending):
        return _shipped(kind) / f"{name}{ending}", f"{name}{ending}"
    path = Path(name)
    if path.is_file():
        return path, name
    if path.suffix == ending:
        raise UsageError.of("no-such-resource", file=name)
    beside = path.with_name(path.name + ending) if path.name else path
    if beside.is_file():
        raise UsageError.of("resource-needs-ending", file=name, name=str(beside))
    raise UsageError.of(unknown, file=name, name=name, names="、".join(known))


def _read(source: Traversable, shown: str) -> bytes:
    try:
        return source.read_bytes()
    except OSError as problem:
        raise UsageError.of(
            "unreadable-resource", file=shown, reason=problem.strerror or problem
        ) from problem
