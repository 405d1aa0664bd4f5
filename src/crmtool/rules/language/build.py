"""The judging part of a rule set from its shape: fields, dimensions, scores, rules, matrix, tags.

What follows from a tier is in `crmtool.rules.language.consequences`; the order of it all in `crmtool.rules.language.load`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from itertools import product

from crmtool.ledger.fields import FieldSpec, LevelNames
from crmtool.rules.conditions import Condition, atoms
from crmtool.rules.language.nodes import ListNode, MapNode, Mistakes, Node, TextNode, node_at
from crmtool.rules.language.parse import Scope, add_unfit, parse_condition
from crmtool.rules.language.policies import parse_derivation, parse_policy, value_of
from crmtool.rules.language.quantity import UnfitError
from crmtool.rules.language.shell import FieldShell, MeasureShell, RuleSetShell, TextShell
from crmtool.rules.model import Dimension, Field, Level, Matrix, Param, Policy, Rule, Score, Tag, Text, Tier

_ID = re.compile(r"[a-z][a-z0-9_]*")
#: Fields that any rule set may test without declaring them: what `rfm` computes.
RFM_FIELDS: Mapping[str, FieldSpec] = {
    "r": FieldSpec("r", "R分", "number", minimum=1),
    "f": FieldSpec("f", "F分", "number", minimum=1),
    "m": FieldSpec("m", "M分", "number", minimum=1),
    "rfm": FieldSpec("rfm", "RFM码", "enum", open=True),
    "segment": FieldSpec("segment", "RFM分群", "enum", open=True),
}


def text_of(shell: TextShell) -> Text:
    """Return a text of the file with its origin."""
    return Text(shell.text, shell.origin, shell.note)


class Builder:
    """Builds the parts of one rule set, in the order in which they need each other."""

    def __init__(self, shell: RuleSetShell, root: MapNode, mistakes: Mistakes) -> None:
        self.shell, self.root, self.mistakes = shell, root, mistakes
        self.params = {
            name: Param(name, entry.label.text, entry.value.text, entry.origin, entry.note)
            for name, entry in shell.params.items()
        }
        params = {name: param.text for name, param in self.params.items()}
        self._check_names()
        self._learn_labels()
        specs = {name: self._spec(name, entry) for name, entry in shell.fields_.items()}
        levels = {name: self._level_names(name) for name in shell.dimensions}
        self.scope = Scope(mistakes, specs, levels, frozenset(shell.scores), params)

    def at(self, *path: str | int) -> Node:
        """Return the node of the file at a path."""
        return node_at(self.root, path)

    def key(self, section: str, name: str) -> Node:
        """Return the key of an entry of a section."""
        owner = self.at(section)
        return (owner.key(name) if isinstance(owner, MapNode) else None) or owner

    def _check_names(self) -> None:
        shell, sections = self.shell, ("fields", "dimensions", "scores", "tiers", "params")
        entries: tuple[Iterable[str], ...] = (
            shell.fields_,
            shell.dimensions,
            shell.scores,
            shell.tiers,
            shell.params,
        )
        taken: dict[str, str] = {}
        for section, names in zip(sections, entries, strict=True):
            for name in names:
                if not _ID.fullmatch(name) or name in ("all", "any", "not"):
                    self.mistakes.add("bad-rule-id", self.key(section, name))
                if section in ("fields", "dimensions", "scores"):
                    if name in taken:
                        self.mistakes.add("duplicate-name", self.key(section, name), first=taken[name])
                    taken[name] = section
        self._check_ids("rules", [rule.id for rule in shell.rules])
        self._check_ids("tags", [tag.id for tag in shell.tags])

    def _learn_labels(self) -> None:
        """Note which id each label of the file belongs to, for the hints about names that are not known."""
        shell, known = self.shell, self.mistakes.labels
        for name, entry in shell.fields_.items():
            for text in (entry.label.text, *entry.synonyms):
                known.setdefault(text, []).append(name)
        for name, tier in shell.tiers.items():
            for text in (tier.label.text, tier.long):
                known.setdefault(text, []).append(name)
        for name, dimension in shell.dimensions.items():
            known.setdefault(dimension.label.text, []).append(name)
            for level in dimension.levels:
                for text in (level.label.text, *level.aliases):
                    known.setdefault(text, []).append(level.id)
        for name, score in shell.scores.items():
            known.setdefault(score.label.text, []).append(name)

    def _check_ids(self, section: str, ids: Iterable[str], *path: str | int) -> None:
        seen: set[str] = set()
        for index, name in enumerate(ids):
            node = self.at(section, *path, index, "id")
            if not _ID.fullmatch(name):
                self.mistakes.add("bad-rule-id", node)
            elif name in seen:
                self.mistakes.add("duplicate-name", node, first=section)
            seen.add(name)

    def _level_names(self, dimension: str) -> tuple[LevelNames, ...]:
        levels = self.shell.dimensions[dimension].levels
        self._check_ids("dimensions", [level.id for level in levels], dimension, "levels")
        taken: dict[str, str] = {}
        for index, level in enumerate(levels):
            at = self.at("dimensions", dimension, "levels", index, "label")
            self._check_labels((level.label.text, *level.aliases), level.id, taken, at)
        return tuple(LevelNames(level.id, level.label.text, tuple(level.aliases)) for level in levels)

    def _spec(self, name: str, entry: FieldShell) -> FieldSpec:
        """Return the field's spec; where its header is also a dimension's, levels may stand in its cells."""
        bare = bare_spec(name, entry)
        if entry.type == "enum" and not entry.values and not entry.open:
            self.mistakes.add("enum-without-values", self.key("fields", name))
        bounds = {
            key: read_bound(self.at("fields", name, key), bare, self.mistakes)
            for key in ("min", "max")
            if getattr(entry, key) is not None
        }
        spec = replace(bare, minimum=bounds.get("min"), maximum=bounds.get("max"))
        for dimension, shell in self.shell.dimensions.items():
            if shell.label.text in spec.names:
                levels = tuple(LevelNames(x.id, x.label.text, tuple(x.aliases)) for x in shell.levels)
                return replace(spec, dimension=dimension, levels=levels)
        return spec

    def fields(self) -> dict[str, Field]:
        """Return the declared fields, and after them those of RFM that some condition names."""
        self._check_headers()
        self._add_rfm_fields()
        fields = {name: self._field(name, entry) for name, entry in self.shell.fields_.items()}
        extra = {name: Field(spec) for name, spec in self.scope.fields.items() if name not in fields}
        return fields | extra

    def _add_rfm_fields(self) -> None:
        used = {
            key.text
            for section in ("dimensions", "rules", "tags")
            for key in _condition_keys(self.at(section))
        }
        extra = {
            name: RFM_FIELDS[name] for name in RFM_FIELDS if name in used and name not in self.scope.subjects
        }
        self.scope = replace(self.scope, fields={**self.scope.fields, **extra})

    def _check_headers(self) -> None:
        taken: dict[str, str] = {}
        for name, spec in self.scope.fields.items():
            for header in spec.names:
                if header in taken:
                    first = taken[header]
                    self.mistakes.add(
                        "duplicate-header", self.key("fields", name), header=header, first=first
                    )
                taken[header] = name

    def _field(self, name: str, entry: FieldShell) -> Field:
        spec = self.scope.fields[name]
        missing, absent = (
            parse_policy(self.at("fields", name, key), spec, self.scope) if node is not None else None
            for key, node in (("missing", entry.missing), ("absent", entry.absent))
        )
        derivation = (
            parse_derivation(entry.derivation, spec, self.scope) if entry.derivation is not None else None
        )
        missing = missing or Policy("unknown")
        return Field(spec, entry.better, entry.movable, missing, absent or missing, derivation, entry.origin)

    def dimensions(self) -> dict[str, Dimension]:
        """Return the dimensions; a level may test the levels of others, but not in a circle."""
        dimensions = {}
        for name, shell in self.shell.dimensions.items():
            levels = []
            for index, level in enumerate(shell.levels):
                when = parse_condition(self.at("dimensions", name, "levels", index, "when"), self.scope)
                if when is not None:
                    names = self.scope.dimensions[name][index]
                    levels.append(
                        Level(names.id, names.label, when, names.aliases, level.points, level.origin)
                    )
            dimensions[name] = Dimension(name, shell.label.text, tuple(levels), self._leaves_out(name))
        self._check_circles(dimensions)
        return dimensions

    def _leaves_out(self, name: str) -> bool:
        node = self.shell.dimensions[name].absent
        if node is not None and not (isinstance(node, TextNode) and node.text == "leave_out"):
            self.mistakes.add_unknown("unknown-word", node, ("leave_out",), key="absent")
        return node is not None

    def _check_circles(self, dimensions: Mapping[str, Dimension]) -> None:
        uses = {name: _subjects(level.when for level in dimensions[name].levels) for name in dimensions}
        for name in dimensions:
            if name in _reach(name, uses):
                self.mistakes.add("circular-dimension", self.key("dimensions", name))
            for score in uses[name] & set(self.shell.scores):
                self.mistakes.add("score-in-dimension", self.key("dimensions", name), score=score)

    def scores(self) -> dict[str, Score]:
        """Return the scores; each level of their dimensions has points."""
        scores = {}
        for name, shell in self.shell.scores.items():
            kind = "mean" if shell.mean is not None else "sum"
            names = shell.mean if shell.mean is not None else shell.sum
            if names is None or (shell.mean is not None and shell.sum is not None):
                self.mistakes.add("score-kind", self.key("scores", name))
                continue
            for index, dimension in enumerate(names):
                self._check_points(self.at("scores", name, kind, index), dimension)
            scores[name] = Score(name, shell.label.text, "mean" if kind == "mean" else "sum", tuple(names))
        return scores

    def _check_points(self, node: Node, dimension: str) -> None:
        if dimension not in self.shell.dimensions:
            self.mistakes.add_unknown("unknown-dimension", node, self.shell.dimensions)
            return
        for index, level in enumerate(self.shell.dimensions[dimension].levels):
            if level.points is None:
                at = self.at("dimensions", dimension, "levels", index)
                self.mistakes.add("level-without-points", at, level=level.id, dimension=dimension)

    def _check_labels(self, labels: Iterable[str], id: str, taken: dict[str, str], node: Node) -> None:
        """Add a mistake where two levels, or two tiers, could be meant by the same text in a ledger."""
        for label in labels:
            if taken.setdefault(label, id) != id:
                self.mistakes.add("duplicate-label", node, value=label, first=taken[label])

    def tiers(self) -> dict[str, Tier]:
        """Return the tiers."""
        taken: dict[str, str] = {}
        for name, shell in self.shell.tiers.items():
            labels = (shell.label.text, shell.long) if shell.long else (shell.label.text,)
            self._check_labels(labels, name, taken, self.at("tiers", name, "label"))
        return {
            name: Tier(name, t.label.text, t.rank, t.long, text_of(t.goal), text_of(t.traits), t.origin)
            for name, t in self.shell.tiers.items()
        }

    def check_tier(self, name: str, node: Node) -> None:
        """Add a mistake where a tier is named that the file does not have."""
        if name not in self.shell.tiers:
            self.mistakes.add_unknown("unknown-tier", node, self.shell.tiers)

    def rules(self) -> tuple[Rule, ...]:
        """Return the rules, in file order."""
        if bool(self.shell.rules) == (self.shell.matrix is not None):
            self.mistakes.add("rules-or-matrix", self.root.entries[0][0], value="")
        rules = []
        for index, shell in enumerate(self.shell.rules):
            self.check_tier(shell.tier, self.at("rules", index, "tier"))
            when = parse_condition(self.at("rules", index, "when"), self.scope)
            if when is not None:
                rules.append(Rule(shell.id, shell.tier, when, shell.origin, shell.note, shell.flag))
        return tuple(rules)

    def matrix(self) -> Matrix | None:
        """Return the matrix; it has a tier for every pair of levels."""
        shell = self.shell.matrix
        if shell is None:
            return None
        for key in ("rows", "cols"):
            if getattr(shell, key) not in self.shell.dimensions:
                self.mistakes.add_unknown("unknown-dimension", self.at("matrix", key), self.shell.dimensions)
                return None
        rows, cols = (
            [level.id for level in self.scope.dimensions[name]] for name in (shell.rows, shell.cols)
        )
        for row, cells in shell.cells.items():
            self._check_level(row, rows, self.at("matrix", "cells"))
            for col, tier in cells.items():
                self._check_level(col, cols, self.at("matrix", "cells", row))
                self.check_tier(tier, self.at("matrix", "cells", row, col))
        for row, col in product(rows, cols):
            if col not in shell.cells.get(row, {}):
                node = self.at("matrix", "cells", row) if row in shell.cells else self.key("matrix", "cells")
                self.mistakes.add("missing-matrix-cell", node, row=row, col=col, value="")
        return Matrix(
            shell.rows, shell.cols, {(r, c): t for r, cells in shell.cells.items() for c, t in cells.items()}
        )

    def _check_level(self, name: str, known: list[str], owner: Node) -> None:
        if name not in known:
            key = owner.key(name) if isinstance(owner, MapNode) else None
            self.mistakes.add_unknown("unknown-level", key or owner, known)

    def tags(self) -> tuple[Tag, ...]:
        """Return the tags, in file order."""
        tags = []
        for index, shell in enumerate(self.shell.tags):
            when = parse_condition(self.at("tags", index, "when"), self.scope)
            if when is not None:
                tags.append(Tag(shell.id, shell.label.text, when, shell.dimension, shell.origin))
        return tuple(tags)

    def assume(self) -> tuple[tuple[str, str], ...]:
        """Return the pairs of ages of which the first is not above the second."""
        pairs = []
        for index, shell in enumerate(self.shell.assume):
            for place, name in enumerate(shell.le):
                spec = self.scope.fields.get(name)
                if spec is None or spec.kind != "age":
                    ages = [x.id for x in self.scope.fields.values() if x.kind == "age"]
                    self.mistakes.add_unknown("unknown-age", self.at("assume", index, "le", place), ages)
            pairs.append((shell.le[0], shell.le[1]))
        return tuple(pairs)


def bare_spec(name: str, entry: FieldShell | MeasureShell) -> FieldSpec:
    """Return a field's spec without its bounds."""
    spec = FieldSpec(name, entry.label.text, entry.type, tuple(entry.synonyms))
    if isinstance(entry, FieldShell):
        return replace(spec, values=tuple(entry.values), open=entry.open, match=entry.match)
    return spec


def read_bound(node: Node, spec: FieldSpec, mistakes: Mistakes) -> float | None:
    """Return a field's least or greatest value in its unit; None with a mistake where it is none."""
    text = node.text if isinstance(node, TextNode) else ""
    try:
        value = value_of(text, spec)
    except UnfitError as error:
        add_unfit(error, node, mistakes, spec.label)
        return None
    if isinstance(value, int | float):
        return float(value)
    mistakes.add("no-bounds", node, label=spec.label, kind=spec.kind)
    return None


def _condition_keys(node: Node) -> Iterable[TextNode]:
    if isinstance(node, MapNode):
        for key, value in node.entries:
            yield key
            yield from _condition_keys(value)
    elif isinstance(node, ListNode):
        for item in node.items:
            yield from _condition_keys(item)


def _subjects(conditions: Iterable[Condition]) -> set[str]:
    return {atom.subject for condition in conditions for atom in atoms(condition)}


def _reach(start: str, uses: Mapping[str, set[str]]) -> set[str]:
    seen: set[str] = set()
    todo = list(uses[start])
    while todo:
        name = todo.pop()
        if name in uses and name not in seen:
            seen.add(name)
            todo.extend(uses[name])
    return seen
