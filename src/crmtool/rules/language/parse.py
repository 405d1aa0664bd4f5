"""Nodes to conditions: which field a test is on, whether the test fits it, and `all` / `any` / `not`.

Figures are left to `crmtool.rules.language.quantity`; empty cells and derivations to `crmtool.rules.language.policies`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from crmtool.ledger.fields import NO, YES, FieldSpec, Kind, LevelNames
from crmtool.rules.conditions import All, Any, Atom, Condition, Not, OneOf, Present, Test
from crmtool.rules.language.nodes import ListNode, MapNode, Mistakes, Node, TextNode, suggestion
from crmtool.rules.language.quantity import UnfitError, parse_range

#: Endings that a cell or a rule may leave out: 意向 is 意向客户, 导入期 is 导入.
ENDINGS = ("客户", "阶段", "期")
_JOINS = ("all", "any", "not")
_FIGURE_KINDS = ("money", "count", "number", "percent", "age", "date")


@dataclass(frozen=True)
class Scope:
    """What a condition may name, and where its mistakes go.

    `dimensions` gives the levels of each; `params` the text of each parameter; `words` the fields that are
    tested by a word as well as by a figure (`r: high`), with their words.
    """

    mistakes: Mistakes
    fields: Mapping[str, FieldSpec] = field(default_factory=dict)
    dimensions: Mapping[str, tuple[LevelNames, ...]] = field(default_factory=dict)
    scores: frozenset[str] = frozenset()
    params: Mapping[str, str] = field(default_factory=dict)
    words: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def subjects(self) -> tuple[str, ...]:
        """Return every name that a test can be on."""
        return (*self.fields, *self.dimensions, *sorted(self.scores))

    def lookup(self, figure: str) -> str:
        """Return a figure, or the text of the parameter that `$name` stands for."""
        if not figure.startswith("$"):
            return figure
        name = figure[1:]
        if name not in self.params:
            raise UnfitError("unknown-param", value=figure, **suggestion(name, self.params))
        return self.params[name]

    def only(self, fields: Mapping[str, FieldSpec]) -> Scope:
        """Return the scope with these fields alone, e.g. for what an empty cell means."""
        return replace(self, fields=fields, dimensions={}, scores=frozenset())


def parse_condition(node: Node, scope: Scope) -> Condition | None:
    """Return the condition that a `when:` says, or None where it is wrong; mistakes go to `scope.mistakes`.

    A mapping of one test is that test, of several all of them.
    """
    if not isinstance(node, MapNode) or not node.entries:
        scope.mistakes.add("expected-condition", node)
        return None
    parts = [_parse_entry(key, value, scope) for key, value in node.entries]
    if any(part is None for part in parts):
        return None
    whole = tuple(part for part in parts if part is not None)
    return whole[0] if len(whole) == 1 else All(whole)


def _parse_entry(key: TextNode, value: Node, scope: Scope) -> Condition | None:
    if key.text == "not":
        part = parse_condition(value, scope)
        return Not(part) if part is not None else None
    if key.text in ("all", "any"):
        return _parse_list(key, value, scope)
    if key.text not in scope.subjects:
        scope.mistakes.add_unknown("unknown-subject", key, (*scope.subjects, *_JOINS))
        return None
    try:
        return Atom(key.text, parse_test(key.text, value, scope))
    except UnfitError as error:
        add_unfit(error, value, scope.mistakes, _label(key.text, scope))
        return None


def add_unfit(error: UnfitError, node: Node, mistakes: Mistakes, label: str) -> None:
    """Add the mistake that a figure or test does not fit, at its node; `label` is what it should have fitted."""
    if isinstance(node, ListNode):  # of a list, the entry that does not fit
        texts = (item for item in node.items if isinstance(item, TextNode))
        node = next((item for item in texts if item.text == error.params.get("value")), node)
    params = {"label": label, **error.params}
    shown = params.pop("value", node.text if isinstance(node, TextNode) else "")
    mistakes.add(error.code, node, value=shown, **params)


def _parse_list(key: TextNode, value: Node, scope: Scope) -> Condition | None:
    if not isinstance(value, ListNode) or not value.items:
        scope.mistakes.add("expected-list", value, key=key.text)
        return None
    parts = [parse_condition(item, scope) for item in value.items]
    if any(part is None for part in parts):
        return None
    whole = tuple(part for part in parts if part is not None)
    return All(whole) if key.text == "all" else Any(whole)


def _label(subject: str, scope: Scope) -> str:
    spec = scope.fields.get(subject)
    return spec.label if spec is not None else subject


def parse_test(subject: str, node: Node, scope: Scope) -> Test:
    """Return the test that a node makes of a field, dimension or score.

    Raises `UnfitError` where it does not fit.
    """
    if subject in scope.dimensions:
        return OneOf(_level_ids(_texts(node), scope.dimensions[subject]))
    if isinstance(node, TextNode) and subject in scope.words and node.text in scope.words[subject]:
        return OneOf((node.text,))
    if subject in scope.scores:
        return parse_range(_figure(node, "number"), "number", scope.lookup)
    spec = scope.fields[subject]
    if isinstance(node, TextNode) and node.text == "present":
        return Present()
    if spec.kind in _FIGURE_KINDS:
        return parse_range(_figure(node, spec.kind), spec.kind, scope.lookup)
    if spec.kind == "enum":
        return OneOf(tuple(canonical_value(text, spec) for text in _texts(node)))
    if spec.kind == "flag" and isinstance(node, TextNode) and isinstance(node.value, bool):
        return OneOf((YES if node.value else NO,))
    raise UnfitError("not-a-test", kind=spec.kind)


def _figure(node: Node, kind: Kind) -> str:
    if isinstance(node, TextNode):
        return node.text
    if isinstance(node, ListNode) and len(node.items) == 2:
        low, high = (item.text if isinstance(item, TextNode) else "" for item in node.items)
        shown = f"[{low}, {high}]"
        raise UnfitError(
            "unquoted-interval", value=shown, first=f'"[{low}, {high}]"', second=f'"[{low}, {high})"'
        )
    raise UnfitError("not-a-test", kind=kind)


def _texts(node: Node) -> list[str]:
    nodes: Iterable[Node] = node.items if isinstance(node, ListNode) else (node,)
    texts = [item.text for item in nodes if isinstance(item, TextNode) and item.text]
    if not texts or len(texts) != len(tuple(nodes)):
        raise UnfitError("not-a-list-of-values")
    return texts


def _level_ids(texts: Iterable[str], levels: tuple[LevelNames, ...]) -> tuple[str, ...]:
    ids = {name: level.id for level in levels for name in (*level.aliases, level.label, level.id)}
    for text in texts:
        if text not in ids:
            labels = {name: [id] for name, id in ids.items()}
            known = dict.fromkeys(ids.values())
            raise UnfitError("unknown-level", value=text, **suggestion(text, known, labels))
    return tuple(dict.fromkeys(ids[text] for text in texts))


def canonical_value(text: str, spec: FieldSpec) -> str:
    """Return the listed value that a text means, with or without 客户, 阶段 or 期 at its end.

    A value that is not listed comes back as it is where the field is open, else it raises `UnfitError`.
    """
    stems = {stem(value): value for value in spec.values}
    if text in spec.values:
        return text
    if stem(text) in stems:
        return stems[stem(text)]
    if spec.open:
        return text
    raise UnfitError("unlisted-value", value=text, **suggestion(text, spec.values))


def stem(text: str) -> str:
    """Return a word without the ending that it may have: 意向 for 意向客户."""
    for ending in ENDINGS:
        if text.endswith(ending) and len(text) > len(ending):
            return text.removesuffix(ending)
    return text
