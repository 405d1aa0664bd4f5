"""What follows from a tier, entry by entry, in words: rhythm, strategy, resources, KPIs, examples, all else of the file.

None of it changes anybody's tier; how customers are judged is in `crmtool.rules.comparing.entries`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from crmtool.rules.comparing.parts import Entry, Part
from crmtool.rules.model import CadenceLine, RuleSet, Text
from crmtool.rules.telling.rhythm import field_labels, rhythm

Told = Iterator[tuple[tuple[str, str], Entry]]


def followed(rule_set: RuleSet) -> Told:
    """Yield the entries; a tier's are named by its label."""
    labels = {tier.id: tier.label for tier in rule_set.tiers.values()}
    fields = field_labels(rule_set)
    for tier, lines in rule_set.cadence.items():
        text = "；".join(_line(line, fields) for line in lines)
        yield ("cadence", tier), Entry(labels.get(tier, tier), {"value": Part(text, "told", lines)})
    for tier, texts in rule_set.strategy.items():
        parts = {"value": Part("；".join(map(_text, texts)), "told", texts)}
        yield ("strategy", tier), Entry(labels.get(tier, tier), parts)
    for tier, resources in rule_set.resources.items():
        parts = {
            "invest": Part(resources.invest, "told"),
            "role": Part(resources.role, "told"),
            "origin": Part(resources.origin, "told"),
        }
        yield ("resources", tier), Entry(labels.get(tier, tier), parts)
    for name, section in rule_set.plain.items():
        for path, leaf in _leaves(section, ""):
            yield (name, path), Entry(path, {"value": Part(leaf, "told")})
    yield from _examples(rule_set)


def _examples(rule_set: RuleSet) -> Told:
    found: dict[str, int] = {}
    for example in rule_set.examples:
        found[example.name] = number = found.get(example.name, 0) + 1
        given = ", ".join(f"{name} {text}" for name, text in example.given.items())
        expected = ", ".join(f"{name} {value}" for name, value in example.expect.items())
        day = example.as_of.isoformat() if example.as_of else ""
        absent = f" - {', '.join(example.absent)}" if example.absent else ""
        text = f"{day} {given}{absent} → {expected}".strip()
        name = example.name if number == 1 else f"{example.name} ({number})"
        yield ("example", name), Entry(name, {"value": Part(text, "told")})


def _line(line: CadenceLine, fields: Mapping[str, str]) -> str:
    spans = (("prepare", line.prepare), ("report", line.report))
    more = [line.channel, _text(line.role), *(f"{name} {span.text()}" for name, span in spans if span)]
    more += [line.origin] if line.origin == "resolution" else []
    return f"{rhythm([line], fields)}（{'，'.join(part for part in more if part)}）"


def _text(text: Text) -> str:
    return f"{text.text}（{text.origin}）" if text.origin == "resolution" and text.text else text.text


def _leaves(node: Any, path: str) -> Iterator[tuple[str, str]]:
    """Yield every single value of a section and the way there; entries of a list are named by their id, else counted."""
    if isinstance(node, Mapping):
        pairs = [(str(key), value) for key, value in node.items()]
    elif isinstance(node, (list, tuple)):
        named = [entry.get("id") if isinstance(entry, Mapping) else None for entry in node]
        pairs = [
            (str(name or number), v) for number, (name, v) in enumerate(zip(named, node, strict=True), 1)
        ]
    else:
        yield path, str(node)
        return
    for key, value in pairs:
        yield from _leaves(value, f"{path}.{key}" if path else key)
