"""What two versions of a rule set write differently: entries added, removed and changed, thresholds in words.

Whom that moves is left to `crmtool.rules.proving.differ`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from crmtool.messages import Lang
from crmtool.rules.comparing.entries import entries_of
from crmtool.rules.comparing.model import Change, Effect
from crmtool.rules.comparing.parts import Entry, Part
from crmtool.rules.conditions import Atom, Bound, Condition, Not, Range, Within, atoms
from crmtool.rules.model import RuleSet
from crmtool.rules.telling.words import (
    atom_names,
    criterion_text,
    kind_of,
    label_of,
    quantity_text,
    span_text,
)


def changes_of(old: RuleSet, new: RuleSet, lang: Lang) -> tuple[Change, ...]:
    """Return what the new version writes differently, section by section; empty where it says all the same.

    Comments, and the order of what has no order, are no matter. A test of which only the figure moved is told as a line
    that moved: `年消费额线 10万元 → 12万元`.
    """
    return tuple(_Changes(old, new, lang).all())


@dataclass(frozen=True)
class _Changes:
    old: RuleSet
    new: RuleSet
    lang: Lang

    def all(self) -> Iterator[Change]:
        before, after = (entries_of(rules, self.lang) for rules in (self.old, self.new))
        sections = dict.fromkeys(section for section, _ in (*after, *before))
        for section in sections:
            own = [key for key in dict.fromkeys((*after, *before)) if key[0] == section]
            for key in own:
                yield from self._entry(key, before.get(key), after.get(key))
            yield from self._order(section)

    def _entry(self, key: tuple[str, str], was: Entry | None, now: Entry | None) -> Iterator[Change]:
        section, id = key
        if was is not None and now is not None:
            for what in dict.fromkeys((*now.parts, *was.parts)):
                yield from self._part(
                    Change(section, id, now.name, what, "", "", "told"), was.parts, now.parts
                )
            return
        entry = was or now
        assert entry is not None
        first = next(iter(entry.parts.values()))
        effect: Effect = "tags" if section == "tag" else "tiers" if first.effect == "tiers" else "told"
        text = first.text or entry.name
        texts = ("", text) if was is None else (text, "")
        yield Change(section, id, entry.name, "", *texts, effect)

    def _part(self, told: Change, was: Mapping[str, Part], now: Mapping[str, Part]) -> Iterator[Change]:
        before, after = was[told.what], now[told.what]
        if before.is_same(after):
            return
        change = replace(told, before=before.text, after=after.text, effect=after.effect)
        if isinstance(before.value, Condition) and isinstance(after.value, Condition):
            pairs = _pairs(before.value, after.value)
            if pairs is not None:
                yield from (self._test(change, a, b) for a, b in pairs if a != b)
                return
        yield change

    def _test(self, change: Change, was: Atom, now: Atom) -> Change:
        """Return the change of one test of a condition whose other tests stayed in their places."""
        name = f"{change.name} {label_of(self.new, now.subject, self.lang)}"
        kind = kind_of(self.new, now.subject)
        lines = [_line(atom) for atom in (was, now)]
        if lines[0] is not None and lines[1] is not None and lines[0][0] == lines[1][0]:
            texts = [
                span_text(test.span, self.lang)
                if isinstance(test, Within)
                else quantity_text(line[1].value, kind, self.lang)
                for test, line in zip((was.test, now.test), lines, strict=True)
                if line is not None
            ]
            return replace(change, name=name, what="line", before=texts[0], after=texts[1])
        texts = [
            criterion_text(atom.test, kind, self.lang, atom_names(rules, atom))
            for rules, atom in ((self.old, was), (self.new, now))
        ]
        return replace(change, name=name, what="test", before=texts[0], after=texts[1])

    def _order(self, section: str) -> Iterator[Change]:
        if section == "rule" and "first" in (self.old.hit, self.new.hit):
            ids = [[rule.id for rule in rules.rules] for rules in (self.old, self.new)]
            yield from _reordered("rule", "", "", ids)
        if section == "level":
            for name, dimension in self.new.dimensions.items():
                if name in self.old.dimensions:
                    both = (self.old.dimensions[name], dimension)
                    ids = [[level.id for level in each.levels] for each in both]
                    yield from _reordered("level", name, dimension.label, ids)


def _reordered(section: str, id: str, name: str, ids: Sequence[Sequence[str]]) -> Iterator[Change]:
    """Yield that those which both versions have stand in another order."""
    before, after = ([each for each in own if each in set(ids[0]) & set(ids[1])] for own in ids)
    if before != after:
        yield Change(section, id, name, "order", "、".join(before), "、".join(after), "tiers")


def _pairs(was: Condition, now: Condition) -> list[tuple[Atom, Atom]] | None:
    """Return the tests of two conditions pair by pair; None where the conditions are not built alike."""
    if isinstance(was, Atom) or isinstance(now, Atom):
        is_alike = isinstance(was, Atom) and isinstance(now, Atom) and was.subject == now.subject
        return list(zip(atoms(was), atoms(now), strict=True)) if is_alike else None
    if type(was) is not type(now):
        return None
    inner = [(each.part,) if isinstance(each, Not) else each.parts for each in (was, now)]
    if len(inner[0]) != len(inner[1]):
        return None
    found = [_pairs(a, b) for a, b in zip(*inner, strict=True)]
    return None if any(pair is None for pair in found) else [pair for each in found for pair in each or ()]


def _line(atom: Atom) -> tuple[tuple[str, bool], Bound] | None:
    """Return on which side of one figure a test holds, and the figure; None for other tests."""
    test = atom.test
    if isinstance(test, Within):
        return ("within", test.negated), Bound(test.span, inclusive=True)
    if isinstance(test, Range) and (test.low is None) is not (test.high is None):
        bound = test.low or test.high
        assert bound is not None
        return ("low" if test.low else "high", bound.inclusive), bound
    return None
