"""What follows from a tier, from its shape: cadence, strategy, resources, KPIs, examples, plain sections.

The judging part is in `crmtool.rules.language.build`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from typing import Any

from crmtool.rules.deadlines import Deadline, parse_deadline
from crmtool.rules.hours import parse_hours
from crmtool.rules.language.build import Builder, text_of
from crmtool.rules.language.common import Common
from crmtool.rules.language.nodes import ListNode, MapNode, Mistakes, Node, TextNode, plain
from crmtool.rules.language.parse import add_unfit
from crmtool.rules.language.quantity import UnfitError, parse_reviews, parse_share, parse_span
from crmtool.rules.language.shell import CadenceShell, ExampleShell
from crmtool.rules.model import CadenceLine, Example, Resources, Text
from crmtool.rules.reviewing import gap_in, read_grade
from crmtool.rules.targets import target_of

#: Sections that later commands use as they stand.
PLAIN_SECTIONS = ("outline", "kpis", "sla", "transitions", "grading", "adjustment")


def span_at(node: Node, mistakes: Mistakes) -> Any:
    """Return the span that a text node says; None with a mistake where it is none."""
    text = node.get("text") if isinstance(node, MapNode) else node
    if not isinstance(text, TextNode):
        mistakes.add("expected-text", node, key="")
        return None
    try:
        return parse_span(text.text)
    except UnfitError as error:
        add_unfit(error, text, mistakes, "")
        return None


def day_at(node: Node, mistakes: Mistakes) -> date | None:
    """Return the day that a text node says as YYYY-MM-DD; None with a mistake where it is none."""
    text = node.text if isinstance(node, TextNode) else ""
    try:
        if len(text) != len("2024-06-30"):
            raise ValueError(text)
        return date.fromisoformat(text)
    except ValueError:
        mistakes.add("not-a-day", node)
        return None


def check_grading(levels: Node, mistakes: Mistakes) -> None:
    """Add a mistake for each grade that is no test of an attainment, and one where an attainment has no grade."""
    entries = levels.entries if isinstance(levels, MapNode) else ()
    grades = []
    for label, test in entries:
        grade = read_grade(label.text, test.text) if isinstance(test, TextNode) else None
        if grade is None:
            mistakes.add("not-a-grade", test)
        else:
            grades.append(grade)
    gap = gap_in(grades) if len(grades) == len(entries) else None
    if gap is not None:
        mistakes.add("grades-leave-a-gap", levels, gap=f"{(gap * 100).normalize():f}%")


class Consequences:
    """Builds what follows from the tiers of one rule set."""

    def __init__(self, builder: Builder, common: Common | None) -> None:
        self.builder, self.shell, self.mistakes = builder, builder.shell, builder.mistakes
        self.common = common

    def _tiers_of(self, section: str, also: Collection[str] = ()) -> None:
        for name in getattr(self.shell, section):
            if name not in also:
                self.builder.check_tier(name, self.builder.key(section, name))

    def cadence(self) -> dict[str, tuple[CadenceLine, ...]]:
        """Return the rhythm of each tier."""
        self._tiers_of("cadence")
        return {
            tier: tuple(self._line(line, "cadence", tier, index) for index, line in enumerate(lines))
            for tier, lines in self.shell.cadence.items()
        }

    def _line(self, line: CadenceShell, *path: str | int) -> CadenceLine:
        at, mistakes = self.builder.at, self.mistakes
        spans = {
            key: span_at(at(*path, key), mistakes)
            for key, value in (("every", line.every), ("by", line.by), ("from", line.start))
            if value is not None
        }
        notice = {
            key: span_at(at(*path, key), mistakes)
            for key, value in (("prepare", line.prepare), ("report", line.report))
            if value is not None
        }
        keys = {*spans, *(key for key in ("after", "at", "by_date") if getattr(line, key) is not None)}
        if keys not in ({"every"}, {"after", "by"}, {"after", "from", "every"}, {"at"}, {"by_date"}):
            mistakes.add("cadence-kind", at(*path))
        if line.after is not None and line.after not in self.builder.scope.fields:
            mistakes.add_unknown("unknown-subject", at(*path, "after"), self.builder.scope.fields)
        if self.common is not None and line.channel not in self.common.channels:
            mistakes.add_unknown("unknown-channel", at(*path, "channel"), self.common.channels)
        parts = [part for part in (line.every, line.by, line.by_date) if part is not None]
        ours = line.origin == "resolution" or any(part.origin == "resolution" for part in parts)
        return CadenceLine(
            channel=line.channel,
            label=line.label.text,
            every=spans.get("every"),
            after=line.after,
            by=spans.get("by"),
            start=spans.get("from"),
            at=line.at,
            by_date=self._deadline(*path) if line.by_date is not None else None,
            role=text_of(line.role),
            prepare=notice.get("prepare"),
            report=notice.get("report"),
            origin="resolution" if ours else "source",
        )

    def _deadline(self, *path: str | int) -> Deadline | None:
        node = self.builder.at(*path, "by_date")
        text = node.get("text") if isinstance(node, MapNode) else node
        read = parse_deadline(text.text) if isinstance(text, TextNode) else None
        if read is None:
            self.mistakes.add("not-a-deadline", text or node)
        return read

    def strategy(self) -> dict[str, tuple[Text, ...]]:
        """Return the actions of each tier."""
        self._tiers_of("strategy")
        return {tier: tuple(text_of(text) for text in texts) for tier, texts in self.shell.strategy.items()}

    def resources(self) -> dict[str, Resources]:
        """Return what is invested in each tier, and who answers for it."""
        self._tiers_of("resources")
        return {t: Resources(r.invest.text, r.role.text, r.origin) for t, r in self.shell.resources.items()}

    def plain(self) -> dict[str, Any]:
        """Return the sections for later commands as they stand, their names checked."""
        self._tiers_of("kpis", also=("all",))
        kpis = {kpi.id for kpis in self.shell.kpis.values() for kpi in kpis}
        for tier, entries in self.shell.kpis.items():
            for index, kpi in enumerate(entries):
                if kpi.target is not None:
                    self._check_target(self.builder.at("kpis", tier, index, "target"), kpi.target)
        self._check_sla()
        for index, entry in enumerate(self.shell.adjustment.strategies if self.shell.adjustment else ()):
            path = ("adjustment", "strategies", index)
            self.builder.check_tier(entry.tier, self.builder.at(*path, "tier"))
            for place, name in enumerate(entry.short):
                if name not in kpis:
                    self.mistakes.add_unknown("unknown-kpi", self.builder.at(*path, "short", place), kpis)
        if self.shell.grading is not None:
            check_grading(self.builder.at("grading", "levels"), self.mistakes)
        self._check_transitions()
        sections = ((name, self.builder.root.get(name)) for name in PLAIN_SECTIONS)
        return {name: plain(node) for name, node in sections if node is not None}

    def _check_sla(self) -> None:
        for index, line in enumerate(self.shell.sla):
            if parse_hours(line.within.text) is None:
                node = self.builder.at("sla", index, "within")
                text = node.get("text") if isinstance(node, MapNode) else node
                self.mistakes.add("not-a-response-time", text or node)

    def _check_transitions(self) -> None:
        """Tell what a change of tier asks for where it says no number of reviews, no span, or no share."""
        parsers = {"confirm": parse_reviews, "grace": parse_span, "near": parse_share}
        for way in ("upgrade", "downgrade"):
            move = getattr(self.shell.transitions, way, None)
            for name, parse in parsers.items():
                if move is not None and (asked := getattr(move, name)) is not None:
                    try:
                        parse(asked.text)
                    except UnfitError as error:
                        node = self.builder.at("transitions", way, name)
                        text = node.get("text") if isinstance(node, MapNode) else node
                        self.mistakes.add(error.code, text or node)

    def _check_target(self, node: Node, target: str) -> None:
        asked = target_of(target)
        if not asked.lines:
            self.mistakes.add("not-a-target", node)
        elif asked.is_empty:
            self.mistakes.add("empty-target", node)

    def examples(self) -> tuple[Example, ...]:
        """Return the inline examples, every name in them checked."""
        known = (*self.builder.scope.fields, *self.builder.scope.dimensions)
        examples = []
        for index, shell in enumerate(self.shell.examples):
            node = self.builder.at("examples", index)
            if shell.as_of is None:
                self.mistakes.add("missing-key", node, key="as_of")
            examples.append(read_example(shell, node, (*known, "tier"), known, self.mistakes))
            self._check_expectation(index)
        return tuple(examples)

    def _check_expectation(self, index: int) -> None:
        names: dict[str, Iterable[str]] = {
            "tier": self.shell.tiers,
            "rule": [rule.id for rule in self.shell.rules],
            "tags": [tag.id for tag in self.shell.tags],
            "possible": self.shell.tiers,
            "missing": (*self.builder.scope.fields, *self.builder.scope.dimensions),
            "origin": ("computed", "given", "locked"),
            "status": ("unknown",),
        }
        expect = self.builder.at("examples", index, "expect")
        if not isinstance(expect, MapNode):
            self.mistakes.add("expected-mapping", expect, key="expect")
            return
        for key, value in expect.entries:
            if key.text not in names:
                self.mistakes.add_unknown("unknown-key", key, names)
                continue
            known = list(names[key.text])
            for item in value.items if isinstance(value, ListNode) else (value,):
                if not isinstance(item, TextNode) or item.text not in known:
                    self.mistakes.add_unknown("unknown-expectation", item, known, key=key.text)


def read_example(
    shell: ExampleShell, node: Node, given: Collection[str], absent: Collection[str], mistakes: Mistakes
) -> Example:
    """Return an example with the names in `given:` and `absent:` checked; `expect` stands as in the file."""
    entries = node if isinstance(node, MapNode) else MapNode(node.place, ())
    values = entries.get("given")
    for key, _ in values.entries if isinstance(values, MapNode) else ():
        if key.text not in given:
            mistakes.add_unknown("unknown-subject", key, given)
    columns = entries.get("absent")
    names = columns.items if isinstance(columns, ListNode) else ()
    for name in names:
        if not isinstance(name, TextNode) or name.text not in absent:
            mistakes.add_unknown("unknown-subject", name, absent)
    day = entries.get("as_of")
    expect = plain(entries.get("expect") or entries)
    return Example(
        name=shell.name.text,
        given=shell.given,
        expect=expect if isinstance(expect, Mapping) else {},
        as_of=day_at(day, mistakes) if day is not None else None,
        absent=tuple(name.text for name in names if isinstance(name, TextNode)),
        origin=shell.origin,
        line=node.place.line,
    )
