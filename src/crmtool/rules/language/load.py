"""A rules file from its text: a `RuleSet`, the RFM rules or the common vocabulary, or all its mistakes.

Which file is read is left to `crmtool.jobs`; the parts are made in `build`, `consequences`, `rfm_build`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from hashlib import sha256
from itertools import pairwise
from typing import cast

from crmtool.errors import Finding, UsageError
from crmtool.rules.language.build import Builder
from crmtool.rules.language.common import Channel, Common, LockColumns
from crmtool.rules.language.consequences import Consequences, check_grading, day_at, span_at
from crmtool.rules.language.nodes import MapNode, Mistakes, node_at, plain
from crmtool.rules.language.rfm_build import RfmBuilder
from crmtool.rules.language.shape import read_shape
from crmtool.rules.language.shell import CommonShell, EffectiveShell, RfmShell, RuleSetShell
from crmtool.rules.language.source import parse_yaml
from crmtool.rules.model import Derivation, Field, RuleSet
from crmtool.rules.rfm.model import RfmRules

Effective = tuple[date | None, date | None]


def load_rule_set(text: str, name: str, *, common: str | None = None) -> RuleSet:
    """Return the rule set that a YAML text says; `name` is the file's name in messages (`rules/x.yaml`).

    `common` is the text of `common.yaml`; without it channels are not checked. Every name in the result
    resolves, every figure is in its field's unit. Raises `UsageError` with a finding for each mistake, in
    file order.
    """
    vocabulary = load_common(common, "rules/common.yaml") if common is not None else None
    root, mistakes = cast(MapNode, parse_yaml(text, name)), Mistakes(text, name)
    shell = read_shape(RuleSetShell, root, mistakes)
    builder = Builder(shell, root, mistakes)
    after = Consequences(builder, vocabulary)
    unknown = shell.on_unknown
    if unknown.policy == "default" or unknown.tier is not None:
        builder.check_tier(unknown.tier or "", builder.at("on_unknown", "tier"))
    fields = {name: _with_rate(field) for name, field in builder.fields().items()}
    built = RuleSet(
        id=shell.id,
        name=shell.name.text,
        version=shell.version,
        source=shell.source.text,
        file=name,
        sha256=sha256(text.encode("utf-8")).hexdigest(),
        tier_column=shell.table.tier,
        table=tuple(shell.table.columns),
        hit=shell.hit,
        fields=fields,
        tiers=builder.tiers(),
        dimensions=builder.dimensions(),
        scores=builder.scores(),
        rules=builder.rules(),
        matrix=builder.matrix(),
        tags=builder.tags(),
        params=builder.params,
        assume=builder.assume(),
        on_unknown=unknown.policy,
        unknown_label=unknown.label,
        default_tier=unknown.tier,
        review_every=span_at(builder.at("review_every"), mistakes) if shell.review_every else None,
        effective=_effective(shell.effective, root, mistakes),
        cadence=after.cadence(),
        strategy=after.strategy(),
        resources=after.resources(),
        examples=after.examples(),
        plain=after.plain(),
    )
    _check_table(shell, root, mistakes)
    mistakes.check()
    return built


def _with_rate(field: Field) -> Field:
    """Return the field with the span that a rate in its cells counts over: `每季度1次` is 4 a year."""
    derivation = field.derivation or Derivation("orders", "")
    span = derivation.window if derivation.measure == "count" and derivation.per is None else derivation.per
    if span is None or isinstance(span, str):
        return field
    return replace(field, spec=replace(field.spec, per=span))


def _effective(shell: EffectiveShell | None, root: MapNode, mistakes: Mistakes) -> Effective:
    if shell is None:
        return (None, None)
    nodes = (node_at(root, ("effective", "from")), node_at(root, ("effective", "to")))
    start = day_at(nodes[0], mistakes) if shell.start is not None else None
    end = day_at(nodes[1], mistakes) if shell.end is not None else None
    if start is not None and end is not None and end < start:
        mistakes.add("effective-backwards", nodes[1], start=start)
    return (start, end)


def _check_table(shell: RuleSetShell, root: MapNode, mistakes: Mistakes) -> None:
    columns = shell.table.columns
    node = node_at(root, ("table", "columns"))
    if columns.count(shell.table.tier) != 1:
        mistakes.add("table-without-tier", node, tier=shell.table.tier, value="")
    for index, header in enumerate(columns):
        if not header.strip() or header in columns[:index]:
            mistakes.add("duplicate-table-column", node_at(root, ("table", "columns", index)))


def load_rfm(text: str, name: str) -> RfmRules:
    """Return the RFM rules that a YAML text says.

    Every code has exactly one segment in each map. Raises `UsageError` with a finding for each mistake.
    """
    root, mistakes = cast(MapNode, parse_yaml(text, name)), Mistakes(text, name)
    shell = read_shape(RfmShell, root, mistakes)
    builder = RfmBuilder(shell, root, mistakes)
    recency, frequency, monetary = builder.measure("r"), builder.measure("f"), builder.measure("m")
    builder.check_frozen()
    bins = {measure.letter: measure.bins for measure in (recency, frequency, monetary)}
    rules = RfmRules(
        id=shell.id,
        name=shell.name.text,
        version=shell.version,
        source=shell.source.text,
        file=name,
        sha256=sha256(text.encode("utf-8")).hexdigest(),
        recency=recency,
        frequency=replace(frequency, field=_with_rate(frequency.field)),
        monetary=monetary,
        maps=builder.maps({str(letter): count for letter, count in bins.items()}),
        chosen=shell.segments,
        unknown_label=shell.on_unknown.label,
        effective=_effective(shell.effective, root, mistakes),
        examples=builder.examples(),
    )
    mistakes.check()
    return rules


def load_common(text: str, name: str = "rules/common.yaml") -> Common:
    """Return the common vocabulary; raises `UsageError` with a finding for each mistake."""
    root, mistakes = cast(MapNode, parse_yaml(text, name)), Mistakes(text, name)
    shell = read_shape(CommonShell, root, mistakes)
    for channel, entry in shell.channels.items():
        for index, via in enumerate(entry.via):
            if via not in shell.channels:
                mistakes.add_unknown(
                    "unknown-channel", node_at(root, ("channels", channel, "via", index)), shell.channels
                )
    check_grading(node_at(root, ("grading", "levels")), mistakes)
    mistakes.check()
    sections = {key.text: plain(value) for key, value in root.entries}
    return Common(
        channels={
            key: Channel(key, entry.label.text, tuple(entry.via), entry.window)
            for key, entry in shell.channels.items()
        },
        festivals=tuple(shell.festivals),
        lock=LockColumns(shell.lock.tier, shell.lock.reason, shell.lock.until),
        grading=cast(dict[str, object], sections["grading"]),
        adjustment=cast(dict[str, object], sections["adjustment"]),
    )


def choose(rule_sets: Sequence[RuleSet], as_of: date) -> RuleSet:
    """Return the rule set that is in force on a day, out of the files of one id.

    Raises `UsageError` where two are in force on the same day, whichever day it is, or none on this one.
    """
    ordered = sorted(rule_sets, key=lambda rules: rules.effective[0] or date.min)
    for earlier, later in pairwise(ordered):
        if (earlier.effective[1] or date.max) >= (later.effective[0] or date.min):
            raise UsageError(
                Finding("effective-overlap", file=later.file, value=later.id, params={"other": earlier.file})
            )
    for rules in ordered:
        if (rules.effective[0] or date.min) <= as_of <= (rules.effective[1] or date.max):
            return rules
    names = ", ".join(rules.file for rules in ordered)
    raise UsageError(Finding("not-effective", file=names, value=as_of.isoformat()))
