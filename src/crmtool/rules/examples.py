"""The cases inside a rules file: each is judged as a ledger of one row would be, and held against what it expects.

Reading cells is left to `crmtool.ledger.values`, judging to `crmtool.rules.judging.judge`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import product
from typing import Any

import pyarrow as pa

from crmtool.ledger.fields import FieldSpec
from crmtool.ledger.ledger import EMPTY, HIGH, LEVEL, NEVER, STATE, UNREAD
from crmtool.ledger.quantities import Duration
from crmtool.ledger.values import CellReading, read_text
from crmtool.ledger.values.bulk import TYPES
from crmtool.rules.cases import Cases
from crmtool.rules.deciding.labels import tiers_of
from crmtool.rules.example_differences import Difference, differences_of, no_tier
from crmtool.rules.judging.fitting import has_no_column
from crmtool.rules.judging.judge import judge
from crmtool.rules.model import Example, Origin, RuleSet
from crmtool.rules.rfm.model import MEASURES, Measure, RfmRules, SegmentMap
from crmtool.rules.wanted import level_column

#: What an example writes for a date that has not happened.
NEVER_WORD = "never"


@dataclass(frozen=True, slots=True)
class ExampleResult:
    """How one example went, and in what it differs. `is_open`: nothing is expected of it yet."""

    name: str
    line: int
    origin: Origin
    differences: tuple[Difference, ...] = ()
    is_open: bool = False

    @property
    def passed(self) -> bool:
        """Tell whether everything came out as expected."""
        return not self.differences


def run_examples(rule_set: RuleSet) -> list[ExampleResult]:
    """Judge every inline example of a rule set, in file order."""
    return [_result(example, _run(example, rule_set)) for example in rule_set.examples]


def _result(example: Example, differences: Iterable[Difference]) -> ExampleResult:
    found = tuple(differences)
    return ExampleResult(example.name, example.line, example.origin, found, not example.expect)


def _run(example: Example, rule_set: RuleSet) -> list[Difference]:
    assert example.as_of is not None  # loading makes sure
    cases, unread = example_cases(example, rule_set)
    if unread:
        return [Difference(text, text) for text in unread]
    judgement = judge(cases, rule_set, example.as_of)
    verdict = judgement.verdicts[judgement.classes[0].as_py()]
    named = tiers_of(pa.array([example.given.get("tier")], pa.string()), rule_set)
    given = named[0].as_py() if has_no_column(rule_set, cases) else None
    tags = [tag.id for tag in rule_set.tags if judgement.tags[tag.id][0].as_py() == 1]
    found: dict[str, Any] = {
        "tier": given or verdict.tier or None,
        "rule": "|".join(verdict.rules),
        "tags": tags,
        "status": None if given or verdict.is_decided else "unknown",
        "possible": list(verdict.possible),
        "missing": list(verdict.missing),
        "origin": "given" if given else "computed",
    }
    if not example.expect.get("tier") or given or verdict.is_decided:
        wanted = {"status": None, **example.expect} if "tier" in example.expect else example.expect
        return differences_of(wanted, found)
    # Nothing came out; the status says no more than that where it is not asked for.
    rest = {key: wanted for key, wanted in example.expect.items() if key != "tier"}
    return [no_tier(example.expect["tier"], verdict), *differences_of(rest, found)]


def example_cases(example: Example, rule_set: RuleSet) -> tuple[Cases, list[str]]:
    """Return the example as a ledger of one row, and which of its cells cannot be read.

    A field that is not given is an empty cell; a dimension given by its label is a level column.
    """
    assert example.as_of is not None
    # With every column absent the frame still has its one row.
    columns: dict[str, pa.Array] = {"customer": pa.array([0], pa.int64())}
    unread = []
    for field in rule_set.fields.values():
        if field.id not in example.absent:
            reading = _read(example.given.get(field.id), field.spec, example.as_of)
            columns |= _columns(field.spec, reading)
            unread += _unread(field.id, example, reading)
    levels = [name for name in rule_set.dimensions if name in example.given]
    for name in levels:
        reading = _read(example.given[name], level_column(rule_set.dimensions[name]), example.as_of)
        columns[name + LEVEL] = pa.array([reading.level], pa.string())
        unread += _unread(name, example, reading)
    return Cases(pa.table(columns), frozenset(example.absent), level_columns=frozenset(levels)), unread


def _read(text: str | None, spec: FieldSpec, as_of: date) -> CellReading:
    if text is None:
        return CellReading(state=EMPTY)
    if text == NEVER_WORD and spec.kind in ("age", "date"):
        return CellReading(state=NEVER)
    return read_text(text, spec, as_of)


def _unread(name: str, example: Example, reading: CellReading) -> list[str]:
    if reading.state != UNREAD and reading.problem is None:
        return []
    code = reading.problem.code if reading.problem is not None else "unreadable"
    return [f"{name}: {example.given.get(name)} [{code}]"]


def _columns(spec: FieldSpec, reading: CellReading) -> dict[str, pa.Array]:
    columns = {
        spec.id: pa.array([reading.value], TYPES[spec.kind]),
        spec.id + STATE: pa.array([reading.state], pa.int8()),
    }
    if reading.high is not None:
        columns[spec.id + HIGH] = pa.array([reading.high], TYPES[spec.kind])
    if reading.level is not None and spec.dimension is not None:
        columns[spec.dimension + LEVEL] = pa.array([reading.level], pa.string())
    return columns


def run_rfm_examples(rules: RfmRules) -> list[ExampleResult]:
    """Score every inline example of the RFM rules, in file order.

    An example gives scores (`r: 5`) or, where the measure has given cuts, values (`frequency: 4次`).
    """
    return [_result(example, _run_rfm(example, rules)) for example in rules.examples]


def _run_rfm(example: Example, rules: RfmRules) -> list[Difference]:
    found: dict[str, Any] = {}
    scores: dict[str, int] = {}
    for measure in rules.measures:
        score = _score(measure, example)
        if score is not None:
            scores[measure.letter] = found[measure.letter] = score
    missing = [letter for letter in MEASURES if letter not in scores]
    bins: dict[str, int] = {measure.letter: measure.bins for measure in rules.measures}
    completions = [
        scores | dict(zip(missing, rest, strict=True))
        for rest in product(*(range(1, bins[letter] + 1) for letter in missing))
    ]
    for name, segment_map in rules.maps.items():
        possible = {segment for code in completions for segment in _segments(segment_map, code, bins)}
        ordered = [segment for segment in segment_map.segments if segment in possible]
        found[name] = ordered[0] if len(ordered) == 1 else ordered
    if missing:
        found |= {"status": "unknown", "missing": missing}
    return differences_of(example.expect, found)


def _segments(segment_map: SegmentMap, code: Mapping[str, int], bins: Mapping[str, int]) -> tuple[str, ...]:
    split = segment_map.split
    if split is None:
        return segment_map.segments_of(code, {})
    # A split by the mean of the customers judged has no mean here: the middle of the scale stands for it.
    is_high = {letter: split.is_high(score, (1 + bins[letter]) / 2) for letter, score in code.items()}
    return segment_map.segments_of(code, is_high)


def _score(measure: Measure, example: Example) -> int | None:
    if measure.letter in example.given:
        return int(example.given[measure.letter])
    text = example.given.get(MEASURES[measure.letter])
    cuts = measure.frozen or measure.cuts
    if text is None or isinstance(cuts, str):
        return None
    as_of = example.as_of or date(2024, 1, 1)
    value = read_text(text, measure.field.spec, as_of).value
    if value is None:
        return None
    return 1 + sum(_is_reached(value, cut, as_of) for cut in cuts if cut is not None)


def _is_reached(value: Any, cut: int | Decimal | Duration, as_of: date) -> bool:
    return bool(cut.before(as_of) <= value if isinstance(cut, Duration) else value >= cut)
