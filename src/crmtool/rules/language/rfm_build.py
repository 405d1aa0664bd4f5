"""The RFM rules from their shape: measures with cuts, maps in which every code has exactly one segment.

The values are in `crmtool.rules.rfm.model`; scoring customers is in `crmtool.rules.rfm.scores`.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from itertools import product
from typing import Literal

from crmtool.ledger.fields import FieldSpec
from crmtool.rules.conditions import Quantity, Range
from crmtool.rules.language.build import bare_spec, read_bound
from crmtool.rules.language.consequences import read_example
from crmtool.rules.language.nodes import ListNode, MapNode, Mistakes, Node, TextNode, node_at, plain
from crmtool.rules.language.parse import Scope, add_unfit, parse_condition
from crmtool.rules.language.policies import parse_derivation, parse_policy
from crmtool.rules.language.quantity import UnfitError, parse_quantity, parse_range
from crmtool.rules.language.shell import MeasureShell, RfmShell, SegmentMapShell
from crmtool.rules.model import Example, Field, Policy
from crmtool.rules.rfm.model import MEASURES, Measure, Segment, SegmentMap, Split

#: Scores where neither `bins` nor cuts say how many.
DEFAULT_BINS = 5
_WORDS = ("high", "low")


class RfmBuilder:
    """Builds the parts of one RFM file."""

    def __init__(self, shell: RfmShell, root: MapNode, mistakes: Mistakes) -> None:
        self.shell, self.root, self.mistakes = shell, root, mistakes
        shells = {name: getattr(shell, name) for name in MEASURES.values()}
        self.specs = {name: bare_spec(name, entry) for name, entry in shells.items()}

    def at(self, *path: str | int) -> Node:
        """Return the node of the file at a path."""
        return node_at(self.root, path)

    def measure(self, letter: Literal["r", "f", "m"]) -> Measure:
        """Return one measure with its field and cuts."""
        name = MEASURES[letter]
        shell: MeasureShell = getattr(self.shell, name)
        spec = self._spec(name, shell)
        scope = Scope(self.mistakes, self.specs)
        missing = (
            parse_policy(self.at(name, "missing"), spec, scope)
            if shell.missing is not None
            else Policy("unknown")
        )
        absent = parse_policy(self.at(name, "absent"), spec, scope) if shell.absent is not None else missing
        derivation = parse_derivation(shell.derivation, spec, scope) if shell.derivation is not None else None
        better: Literal["up", "down"] = "down" if letter == "r" else "up"
        field = Field(spec, better, True, missing, absent, derivation, shell.origin)
        cuts = self._cuts(self.at(name, "cuts"), spec)
        bins = shell.bins or DEFAULT_BINS
        if not isinstance(cuts, str):
            if shell.bins is not None and shell.bins != len(cuts) + 1:
                self.mistakes.add("bins-and-cuts", self.at(name, "bins"), cuts=len(cuts), bins=len(cuts) + 1)
            bins = len(cuts) + 1
        return Measure(letter, field, cuts, bins, self._frozen(name, spec, bins), shell.origin)

    def _spec(self, name: str, shell: MeasureShell) -> FieldSpec:
        spec = self.specs[name]
        if shell.min is None:
            return spec
        return FieldSpec(
            spec.id,
            spec.label,
            spec.kind,
            spec.synonyms,
            minimum=read_bound(self.at(name, "min"), spec, self.mistakes),
        )

    def _cuts(self, node: Node, spec: FieldSpec) -> Literal["quantile"] | tuple[Quantity, ...]:
        if isinstance(node, TextNode) and node.text == "quantile":
            return "quantile"
        if not isinstance(node, ListNode) or not node.items:
            self.mistakes.add("expected-cuts", node)
            return "quantile"
        read = [self._cut(item, spec) for item in node.items]
        cuts = tuple(cut for cut in read if cut is not None)
        if len(set(cuts)) != len(node.items) and len(cuts) == len(node.items):
            self.mistakes.add("repeated-cut", node)
        return cuts

    def _cut(self, node: Node, spec: FieldSpec) -> Quantity | None:
        try:
            return parse_quantity(node.text if isinstance(node, TextNode) else "", spec.kind)
        except UnfitError as error:
            add_unfit(error, node, self.mistakes, spec.label)
            return None

    def _frozen(self, name: str, spec: FieldSpec, bins: int) -> tuple[Quantity | None, ...] | None:
        frozen = self.root.get("frozen_cuts")
        node = frozen.get(name) if isinstance(frozen, MapNode) else None
        if node is None:
            return None
        if not isinstance(node, ListNode) or len(node.items) != bins - 1:
            self.mistakes.add("wrong-frozen-cuts", node, cuts=bins - 1, label=spec.label)
            return None
        return tuple(None if plain(item) == "none" else self._cut(item, spec) for item in node.items)

    def check_frozen(self) -> None:
        """Add a mistake for each name under `frozen_cuts:` that is no measure."""
        frozen = self.root.get("frozen_cuts")
        for key, _ in frozen.entries if isinstance(frozen, MapNode) else ():
            if key.text not in MEASURES.values():
                self.mistakes.add_unknown("unknown-key", key, MEASURES.values())

    def maps(self, bins: Mapping[str, int]) -> dict[str, SegmentMap]:
        """Return the segment maps; `bins` gives the number of scores of `r`, `f` and `m`."""
        maps = {}
        for name, shell in self.shell.segment_maps.items():
            before = len(self.mistakes.findings)
            built = self._map(name, shell)
            if len(self.mistakes.findings) == before:
                self._check_codes(built, bins)
            maps[name] = built
        if self.shell.segments not in maps:
            self.mistakes.add_unknown("unknown-map", self.at("segments"), maps)
        return maps

    def _map(self, name: str, shell: SegmentMapShell) -> SegmentMap:
        split = self._split(self.at("segment_maps", name, "split")) if shell.split is not None else None
        specs = {letter: FieldSpec(letter, f"{letter.upper()}分", "number") for letter in MEASURES}
        words = dict.fromkeys(MEASURES, _WORDS) if shell.split is not None else {}
        scope = Scope(self.mistakes, specs, words=words)
        segments: dict[str, Segment] = {}
        for index, entry in enumerate(shell.segments):
            path = ("segment_maps", name, "segments", index)
            when = parse_condition(self.at(*path, "when"), scope)
            if entry.id in segments:
                self.mistakes.add("duplicate-name", self.at(*path, "id"), first=name)
            if when is not None:
                segments[entry.id] = Segment(entry.id, entry.label.text, when, entry.label_en, entry.origin)
        return SegmentMap(name, shell.label.text, segments, split, shell.origin)

    def _split(self, node: Node) -> Split | None:
        entries = {key.text: value for key, value in node.entries} if isinstance(node, MapNode) else {}
        high, low = (self._side(entries[word]) if word in entries else None for word in _WORDS)
        if high is None or low is None or len(entries) != 2 or not _are_complements(high, low):
            self.mistakes.add("wrong-split", node)
            return None
        return Split(high[1], is_at_high=high[0] == ">=")

    def _side(self, node: Node) -> tuple[str, Decimal | None] | None:
        text = node.text if isinstance(node, TextNode) else ""
        for sign in (">=", "<=", ">", "<"):
            if text.startswith(sign) and text.removeprefix(sign).strip() == "mean":
                return sign, None
        try:
            test = parse_range(text, "number", lambda figure: figure)
        except UnfitError:
            return None
        bound = test.low or test.high if isinstance(test, Range) and not (test.low and test.high) else None
        if bound is None or not isinstance(bound.value, Decimal) or not isinstance(test, Range):
            return None
        sign = (">" if test.low else "<") + ("=" if bound.inclusive else "")
        return sign, bound.value

    def _check_codes(self, built: SegmentMap, bins: Mapping[str, int]) -> None:
        """Add a mistake that names the first code without, and the first with several segments."""
        for code, found in _codes_that_are_wrong(built, bins).items():
            node = self.at("segment_maps", built.id, "segments")
            if found:
                self.mistakes.add(
                    "code-with-segments", node, map=built.id, rfm=code, segments=", ".join(found), value=""
                )
            else:
                self.mistakes.add("code-without-segment", node, map=built.id, rfm=code, value="")

    def examples(self) -> tuple[Example, ...]:
        """Return the inline examples, every name in them checked."""
        given = (*MEASURES, *MEASURES.values())
        known = (*given, *self.shell.segment_maps, "status", "missing")
        examples = []
        for index, shell in enumerate(self.shell.examples):
            node = self.at("examples", index)
            examples.append(read_example(shell, node, given, tuple(MEASURES.values()), self.mistakes))
            for letter in MEASURES:
                if letter in shell.given and not shell.given[letter].isdecimal():
                    self.mistakes.add("not-a-figure", self.at("examples", index, "given", letter))
            expect = self.at("examples", index, "expect")
            for key, value in expect.entries if isinstance(expect, MapNode) else ():
                if key.text not in known:
                    self.mistakes.add_unknown("unknown-key", key, known)
                elif key.text in self.shell.segment_maps:
                    self._check_segments(key.text, value)
        return tuple(examples)

    def _check_segments(self, name: str, node: Node) -> None:
        known = [segment.id for segment in self.shell.segment_maps[name].segments]
        for item in node.items if isinstance(node, ListNode) else (node,):
            if not isinstance(item, TextNode) or item.text not in known:
                self.mistakes.add_unknown("unknown-expectation", item, known, key=name)


def _are_complements(high: tuple[str, Decimal | None], low: tuple[str, Decimal | None]) -> bool:
    return high[1] == low[1] and (high[0], low[0]) in ((">=", "<"), (">", "<="))


def _codes_that_are_wrong(built: SegmentMap, bins: Mapping[str, int]) -> dict[str, tuple[str, ...]]:
    """Return the first code with no segment and the first with several, each with its segments."""
    wrong: dict[bool, tuple[str, tuple[str, ...]]] = {}
    for digits in product(*(range(1, bins[letter] + 1) for letter in MEASURES)):
        scores = dict(zip(MEASURES, digits, strict=True))
        for is_high in _sides(scores, built.split):
            found = built.segments_of(scores, is_high)
            if len(found) != 1:
                code = "".join(map(str, digits)) if max(digits) < 10 else "-".join(map(str, digits))
                wrong.setdefault(bool(found), (code, found))
    return dict(wrong.values())


def _sides(scores: Mapping[str, int], split: Split | None) -> list[dict[str, bool]]:
    """Return what the split may say of each score; where it is by mean, either side may be."""
    if split is None:
        return [{}]
    if split.at is not None:
        return [{letter: split.is_high(score, 0) for letter, score in scores.items()}]
    return [dict(zip(scores, sides, strict=True)) for sides in product((True, False), repeat=len(scores))]
