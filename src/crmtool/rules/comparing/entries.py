"""Everything that a rule set says, entry by entry, in words: what two versions can be laid side by side by.

Laying them side by side is left to `crmtool.rules.comparing.changes`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from crmtool.messages import Lang
from crmtool.rules.comparing.fieldwords import derivation_text, policy_text, range_text
from crmtool.rules.comparing.followed import followed
from crmtool.rules.comparing.model import Effect
from crmtool.rules.comparing.parts import Entries, Entry, Part
from crmtool.rules.conditions import Condition
from crmtool.rules.model import Dimension, RuleSet
from crmtool.rules.telling.words import condition_text


def entries_of(rule_set: RuleSet, lang: Lang) -> Entries:
    """Return every entry of a rule set by section and id, in the order of the file's sections."""
    return dict(_Entries(rule_set, lang).all())


@dataclass(frozen=True)
class _Entries:
    rule_set: RuleSet
    lang: Lang

    def all(self) -> Iterator[tuple[tuple[str, str], Entry]]:
        yield ("set", ""), self._set()
        yield from ((("param", p.id), _param(p.label, p.text, p.note, p.origin)) for p in self._params())
        yield from ((("field", name), self._field(name)) for name in self.rule_set.fields)
        for lower, upper in self.rule_set.assume:
            name = " ≤ ".join(self.rule_set.fields[each].label for each in (lower, upper))
            yield ("assume", f"{lower},{upper}"), Entry(name, {"value": Part(name, "tiers")})
        for dimension in self.rule_set.dimensions.values():
            yield from self._dimension(dimension)
        for score in self.rule_set.scores.values():
            text = f"{score.kind}: {'、'.join(score.dimensions)}"
            yield ("score", score.id), Entry(score.label, {"value": Part(text, "tiers")})
        yield from self._matrix()
        for rule in self.rule_set.rules:
            yield (
                ("rule", rule.id),
                Entry(
                    f"{self._tier(rule.tier)}（{rule.id}）",
                    {
                        "when": self._when(rule.when),
                        "tier": Part(self._tier(rule.tier), "tiers", rule.tier),
                        "flag": Part(rule.flag, "told"),
                        "note": Part(rule.note, "told"),
                        "origin": Part(rule.origin, "told"),
                    },
                ),
            )
        yield from self._tiers()
        for tag in self.rule_set.tags:
            parts = {"when": self._when(tag.when, "tags"), "label": Part(tag.label, "told")}
            yield ("tag", tag.id), Entry(tag.label, parts)
        yield from followed(self.rule_set)

    def _params(self) -> Any:
        return self.rule_set.params.values()

    def _tier(self, tier: str) -> str:
        return self.rule_set.tiers[tier].label

    def _when(self, when: Condition, effect: Effect = "tiers") -> Part:
        return Part(condition_text(when, self.rule_set, self.lang), effect, when)

    def _set(self) -> Entry:
        rules, (first, last) = self.rule_set, self.rule_set.effective
        effective = (
            " – ".join(day.isoformat() if day else "" for day in (first, last)) if first or last else ""
        )
        unknown = f"{rules.on_unknown} {rules.unknown_label} {rules.default_tier or ''}".strip()
        return Entry(
            "",
            {
                "id": Part(rules.id, "told"),
                "label": Part(rules.name, "told"),
                "version": Part(rules.version, "told"),
                "source": Part(rules.source, "told"),
                "table": Part("、".join((rules.tier_column, *rules.table)), "told"),
                "hit": Part(rules.hit, "tiers"),
                "on_unknown": Part(unknown, "reading"),
                "effective": Part(effective, "told"),
                "review_every": Part(rules.review_every.text() if rules.review_every else "", "told"),
            },
        )

    def _field(self, name: str) -> Entry:
        field, rules, lang = self.rule_set.fields[name], self.rule_set, self.lang
        spec = field.spec
        values = "、".join(spec.values) + (" …" if spec.open else "")
        absent = Part("", "reading")
        if field.absent != field.missing:
            absent = Part(policy_text(field.absent, field, rules, lang), "reading", field.absent)
        parts = {
            "kind": Part(spec.kind, "reading"),
            "values": Part(f"{values} ({spec.match})" if spec.match != "exact" else values, "reading"),
            "range": Part(range_text(spec, lang), "reading"),
            "from": Part(derivation_text(field.derivation), "reading", field.derivation),
            "missing": Part(policy_text(field.missing, field, rules, lang), "reading", field.missing),
            "absent": absent,
            "better": Part(field.better, "told"),
            "movable": Part(str(field.movable).lower(), "told"),
            # A label is a header too.
            "label": Part(field.label, "reading"),
            "synonyms": Part("、".join(spec.synonyms), "reading"),
            "origin": Part(field.origin, "told"),
        }
        return Entry(field.label, parts)

    def _dimension(self, dimension: Dimension) -> Iterator[tuple[tuple[str, str], Entry]]:
        left_out = Part(str(dimension.leave_out).lower(), "reading")
        yield (
            ("dimension", dimension.id),
            Entry(dimension.label, {"label": Part(dimension.label, "told"), "leave_out": left_out}),
        )
        for level in dimension.levels:
            named = "、".join((level.label, *level.aliases))
            points = "" if level.points is None else str(level.points)
            parts = {
                "when": self._when(level.when),
                "points": Part(points, "tiers"),
                "label": Part(named, "reading"),
                "origin": Part(level.origin, "told"),
            }
            yield ("level", f"{dimension.id}.{level.id}"), Entry(f"{dimension.label} {level.label}", parts)

    def _matrix(self) -> Iterator[tuple[tuple[str, str], Entry]]:
        matrix = self.rule_set.matrix
        if matrix is None:
            return
        labels = {
            (name, level.id): level.label
            for name in (matrix.rows, matrix.cols)
            for level in self.rule_set.dimensions[name].levels
        }
        for (row, column), tier in matrix.cells.items():
            name = f"{labels[matrix.rows, row]}×{labels[matrix.cols, column]}"
            key = f"{matrix.rows}.{row},{matrix.cols}.{column}"
            yield ("cell", key), Entry(name, {"tier": Part(self._tier(tier), "tiers", tier)})

    def _tiers(self) -> Iterator[tuple[tuple[str, str], Entry]]:
        for tier in self.rule_set.tiers.values():
            texts: Mapping[str, str] = {
                "label": tier.label,
                "rank": str(tier.rank),
                "long": tier.long,
                "goal": tier.goal.text,
                "traits": tier.traits.text,
                "origin": tier.origin,
            }
            yield ("tier", tier.id), Entry(tier.label, {what: Part(t, "told") for what, t in texts.items()})


def _param(label: str, text: str, note: str, origin: str) -> Entry:
    texts = {"value": text, "label": label, "note": note, "origin": origin}
    effects: dict[str, Effect] = {"value": "tiers"}
    return Entry(label, {what: Part(t, effects.get(what, "told")) for what, t in texts.items()})
