"""Nodes to what an empty cell or an absent column means (`missing:`, `absent:`) and to derivations (`from:`).

What the policies do to a judgement is in `crmtool.rules.judging.judge`; counting is in `crmtool.rules.measuring.metrics`.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Literal, cast

from crmtool.ledger.fields import NO, YES, FieldSpec, Kind
from crmtool.rules.conditions import Bound
from crmtool.rules.language.nodes import ListNode, MapNode, Node, TextNode
from crmtool.rules.language.parse import Scope, add_unfit, canonical_value, parse_condition
from crmtool.rules.language.quantity import UnfitError, parse_quantity, parse_span
from crmtool.rules.model import Derivation, Policy

#: What an empty cell can be taken as, besides a value or cases.
POLICY_WORDS = ("unknown", "zero", "never", "ignore", "fails", "error")
_FIGURES = ("money", "count", "number", "percent")
_SPANS = ("age", "date")

#: Measures of each table, with the kinds of field that they can fill.
MEASURES: dict[str, dict[str, tuple[Kind, ...]]] = {
    "orders": {
        "sum": ("money", "number"),
        "count": ("count", "number"),
        "max": ("age", "date", "money"),
        "min": ("age", "date", "money"),
        "mean": ("money", "number"),
        "consecutive_years": ("count", "number"),
        "repeat_rate": ("percent",),
        "trend": ("percent",),
        "interval_median": ("count", "number"),
    },
    "visits": {
        "count": ("count", "number"),
        "latest": ("money", "count", "number", "percent", "age", "date", "enum", "text", "flag"),
        "max": ("age", "date", "number"),
        "mean": ("number", "percent"),
    },
    "demands": {"count": ("count", "number"), "max": ("age", "date")},
    "tickets": {"count": ("count", "number"), "share": ("percent",)},
}
_COLUMNS: dict[str, tuple[str, ...]] = {
    "orders": ("amount", "order_date", "count"),
    "demands": ("date",),
    "tickets": ("complaint", "consult", "urgent"),
}
_NEEDS_OF = ("sum", "max", "min", "mean", "consecutive_years", "trend", "latest", "share")
#: What may stand beside the table and its measure.
KEYS = ("of", "window", "versus", "per", "divisor", "at_least", "more_than")


def parse_policy(node: Node, spec: FieldSpec, scope: Scope) -> Policy:
    """Return the policy that a node says for a field; a wrong one is a mistake and comes back as unknown."""
    if isinstance(node, ListNode):
        return _cases(node, spec, scope)
    if isinstance(node, MapNode):
        if [key.text for key, _ in node.entries] == ["as"]:
            return _fixed(node.entries[0][1], spec, scope)
        scope.mistakes.add("expected-policy", node, words=", ".join(POLICY_WORDS))
        return Policy("unknown")
    word = node.text
    if word not in POLICY_WORDS:
        scope.mistakes.add_unknown("unknown-policy", node, POLICY_WORDS)
    elif (word == "zero" and spec.kind not in _FIGURES) or (word == "never" and spec.kind not in _SPANS):
        scope.mistakes.add("policy-mismatch", node, kind=spec.kind, label=spec.label)
    else:
        return Policy(cast(Any, word))
    return Policy("unknown")


def _fixed(node: Node, spec: FieldSpec, scope: Scope) -> Policy:
    if not isinstance(node, TextNode):
        scope.mistakes.add("expected-policy", node, words=", ".join(POLICY_WORDS))
        return Policy("unknown")
    try:
        return Policy("as", value_of(scope.lookup(node.text), spec), node.text)
    except UnfitError as error:
        add_unfit(error, node, scope.mistakes, spec.label)
        return Policy("unknown")


def value_of(text: str, spec: FieldSpec) -> int | float | str | object:
    """Return a value of a field as it stands in a rules file, in the field's unit: fen, float, span or text.

    Raises `UnfitError` where it does not fit.
    """
    if spec.kind in _FIGURES or spec.kind in _SPANS:
        value = parse_quantity(text, spec.kind)
        return float(value) if isinstance(value, Decimal) else value
    if spec.kind == "flag" and text in ("true", "false"):
        return YES if text == "true" else NO
    return canonical_value(text, spec) if spec.kind == "enum" else text


def _cases(node: ListNode, spec: FieldSpec, scope: Scope) -> Policy:
    branches = []
    otherwise: Policy | None = None
    others = scope.only({name: other for name, other in scope.fields.items() if name != spec.id})
    for index, item in enumerate(node.items):
        keys = [key.text for key, _ in item.entries] if isinstance(item, MapNode) else []
        if isinstance(item, MapNode) and sorted(keys) == ["as", "when"]:
            condition = parse_condition(cast(Node, item.get("when")), others)
            policy = _fixed(cast(Node, item.get("as")), spec, scope)
            if condition is not None:
                branches.append((condition, policy))
        elif isinstance(item, MapNode) and keys == ["otherwise"] and index == len(node.items) - 1:
            otherwise = parse_policy(item.entries[0][1], spec, scope)
        else:
            scope.mistakes.add("expected-branch", item)
    if otherwise is None:
        scope.mistakes.add("branch-without-otherwise", node)
    return Policy("cases", cases=tuple(branches), otherwise=otherwise or Policy("unknown"))


def parse_derivation(node: Node, spec: FieldSpec, scope: Scope) -> Derivation | None:
    """Return how a field is counted (`{orders: sum, of: amount}`), or None where it is wrong."""
    entries = {key.text: (key, value) for key, value in node.entries} if isinstance(node, MapNode) else {}
    tables = [name for name in entries if name in MEASURES]
    if len(tables) != 1:
        scope.mistakes.add("expected-derivation", node, tables=", ".join(MEASURES))
        return None
    table = tables[0]
    texts: dict[str, TextNode] = {}
    for name, (key, value) in entries.items():
        if name not in (table, *KEYS):
            scope.mistakes.add_unknown("unknown-key", key, (table, *KEYS))
        elif isinstance(value, TextNode):
            texts[name] = value
        else:
            scope.mistakes.add("expected-text", value, key=name)
    return _derivation(table, texts, spec, scope) if table in texts else None


def _derivation(table: str, texts: dict[str, TextNode], spec: FieldSpec, scope: Scope) -> Derivation | None:
    mistakes, measure = scope.mistakes, texts[table]
    kinds = MEASURES[table].get(measure.text)
    if kinds is None:
        mistakes.add_unknown("unknown-measure", measure, MEASURES[table], table=table)
        return None
    if spec.kind not in kinds:
        mistakes.add("derivation-mismatch", measure, kind=spec.kind, kinds=", ".join(kinds), label=spec.label)
    of = texts.get("of")
    if of is None and measure.text in _NEEDS_OF:
        mistakes.add("missing-key", measure, key="of")
    if of is not None and table in _COLUMNS and of.text not in _COLUMNS[table]:
        mistakes.add_unknown("unknown-source-column", of, _COLUMNS[table], table=table)
    per = texts.get("per")
    return Derivation(
        source=cast(Literal["orders", "visits", "demands", "tickets"], table),
        measure=measure.text,
        of=of.text if of else None,
        window=_span(texts.get("window"), scope),
        versus=_span(texts.get("versus"), scope),
        per="order" if per is not None and per.text == "order" else _span(per, scope),
        divisor=_divisor(texts.get("divisor"), scope),
        threshold=_threshold(texts, measure, scope),
        kind=of.text if of and table == "tickets" else None,
    )


def _span(node: TextNode | None, scope: Scope) -> Any:
    if node is None:
        return None
    try:
        return parse_span(scope.lookup(node.text))
    except UnfitError as error:
        add_unfit(error, node, scope.mistakes, node.text)
        return None


def _divisor(node: TextNode | None, scope: Scope) -> str | None:
    if node is not None and node.text != "active_months":
        scope.mistakes.add_unknown("unknown-word", node, ("active_months",), key="divisor")
    return node.text if node else None


def _threshold(texts: dict[str, TextNode], measure: TextNode, scope: Scope) -> Bound | None:
    names = [name for name in ("at_least", "more_than") if name in texts]
    if (measure.text == "consecutive_years") != (len(names) == 1):
        scope.mistakes.add("threshold-of-years", measure)
        return None
    if not names:
        return None
    node = texts[names[0]]
    try:
        return Bound(parse_quantity(scope.lookup(node.text), "money"), inclusive=names[0] == "at_least")
    except UnfitError as error:
        add_unfit(error, node, scope.mistakes, names[0])
        return None
