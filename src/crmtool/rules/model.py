"""What a rule set is once it is loaded: frozen values, every name resolved, every quantity in its unit.

Loading, with messages at the place of a mistake, is in `crmtool.rules.language.load`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

from crmtool.ledger.fields import FieldSpec
from crmtool.ledger.quantities import Duration
from crmtool.rules.conditions import Bound, Condition
from crmtool.rules.deadlines import Deadline

Origin = Literal["source", "resolution"]
Better = Literal["up", "down", "none"]


@dataclass(frozen=True, slots=True)
class Text:
    """A text of the rule set, and whether it stands in the source document."""

    text: str
    origin: Origin = "source"
    note: str = ""


@dataclass(frozen=True, slots=True)
class Policy:
    """What an empty cell, or a column that is not there, means.

    `kind` is unknown | zero | never | as | ignore | fails | error | cases. `value` is the typed value of
    `as` (fen, float, date span, canonical text), already in the field's unit; `text` its spelling. For `cases`
    the first branch whose condition holds decides, else `otherwise`; a condition that is unknown makes the
    value unknown.
    """

    kind: Literal["unknown", "zero", "never", "as", "ignore", "fails", "error", "cases"]
    value: Any = None
    text: str = ""
    cases: tuple[tuple[Condition, Policy], ...] = ()
    otherwise: Policy | None = None


@dataclass(frozen=True, slots=True)
class Derivation:
    """How a field is counted from orders, visits, demands or tickets (`from:`).

    Windows are (as-of − window, as-of]; `versus` is the length of the window right before it. `per`/`divisor`
    turn a count into a rate per span (`per: 1个月, divisor: active_months`). `threshold` belongs to
    consecutive_years (`more_than` is exclusive, `at_least` inclusive), in the unit of what is summed.
    """

    source: Literal["orders", "visits", "demands", "tickets"]
    measure: str
    of: str | None = None
    window: Duration | None = None
    versus: Duration | None = None
    per: Duration | str | None = None
    divisor: str | None = None
    threshold: Bound | None = None
    kind: str | None = None


@dataclass(frozen=True, slots=True)
class Field:
    """A field as this rule set uses it."""

    spec: FieldSpec
    better: Better = "none"
    movable: bool = True
    missing: Policy = Policy("unknown")
    absent: Policy = Policy("unknown")
    derivation: Derivation | None = None
    origin: Origin = "source"

    @property
    def id(self) -> str:
        """Return the field's id."""
        return self.spec.id

    @property
    def label(self) -> str:
        """Return the field's Chinese name."""
        return self.spec.label


@dataclass(frozen=True, slots=True)
class Level:
    """One level of a dimension; levels are tried in order."""

    id: str
    label: str
    when: Condition
    aliases: tuple[str, ...] = ()
    points: int | None = None
    origin: Origin = "source"


@dataclass(frozen=True, slots=True)
class Dimension:
    """A named scale of levels. With `leave_out` a mean skips it where the ledger cannot tell it."""

    id: str
    label: str
    levels: tuple[Level, ...]
    leave_out: bool = False


@dataclass(frozen=True, slots=True)
class Tier:
    """A class that customers end in; rank 1 is best, equal ranks are neither up nor down."""

    id: str
    label: str
    rank: int
    long: str = ""
    goal: Text = Text("")
    traits: Text = Text("")
    origin: Origin = "source"


@dataclass(frozen=True, slots=True)
class Rule:
    """One row of the decision table."""

    id: str
    tier: str
    when: Condition
    origin: Origin = "source"
    note: str = ""
    flag: str = ""


@dataclass(frozen=True, slots=True)
class Matrix:
    """Two dimensions and the tier of each pair of levels, keyed (row level, column level)."""

    rows: str
    cols: str
    cells: Mapping[tuple[str, str], str]


@dataclass(frozen=True, slots=True)
class Score:
    """The mean or sum of the points of several dimensions."""

    id: str
    label: str
    kind: Literal["mean", "sum"]
    dimensions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Tag:
    """A label beside the tier; `dimension` is the 分类维度 it belongs to in 模板1."""

    id: str
    label: str
    when: Condition
    dimension: str = ""
    origin: Origin = "source"


@dataclass(frozen=True, slots=True)
class Example:
    """A case inside the rules file: `given` field or dimension texts, `absent` columns, what is expected."""

    name: str
    given: Mapping[str, str]
    expect: Mapping[str, Any]
    as_of: date | None = None
    absent: tuple[str, ...] = ()
    origin: Origin = "source"
    line: int = 0


@dataclass(frozen=True, slots=True)
class Param:
    """A named value that rules refer to as `$name`; `text` is its spelling."""

    id: str
    label: str
    text: str
    origin: Origin = "source"
    note: str = ""


@dataclass(frozen=True, slots=True)
class CadenceLine:
    """One line of a tier's rhythm; which keys are set says its kind (every | after … by | at | by_date)."""

    channel: str
    label: str
    every: Duration | None = None
    after: str | None = None
    by: Duration | None = None
    start: Duration | None = None  # `from:`
    at: Literal["birthday", "festival"] | None = None
    by_date: Deadline | None = None
    role: Text = Text("")
    prepare: Duration | None = None
    report: Duration | None = None
    origin: Origin = "source"


@dataclass(frozen=True, slots=True)
class Resources:
    """资源投入 and 责任人 of a tier."""

    invest: str
    role: str
    origin: Origin = "source"


@dataclass(frozen=True)
class RuleSet:
    """One rules file. Mappings are keyed by id and in file order.

    `on_unknown` is what is printed for an undecided customer: review | worst | best | default.
    `plain` holds the sections that later commands use as they stand in the file (kpis, sla, transitions,
    grading, adjustment, outline), checked for their shape only.
    """

    id: str
    name: str
    version: str
    source: str
    file: str
    sha256: str
    tier_column: str
    table: tuple[str, ...]
    hit: Literal["first", "unique"]
    fields: Mapping[str, Field]
    tiers: Mapping[str, Tier]
    dimensions: Mapping[str, Dimension] = field(default_factory=dict)
    scores: Mapping[str, Score] = field(default_factory=dict)
    rules: tuple[Rule, ...] = ()
    matrix: Matrix | None = None
    tags: tuple[Tag, ...] = ()
    params: Mapping[str, Param] = field(default_factory=dict)
    assume: tuple[tuple[str, str], ...] = ()  # (a, b): age a ≤ age b
    on_unknown: Literal["review", "worst", "best", "default"] = "review"
    unknown_label: str = "待补资料"
    default_tier: str | None = None
    review_every: Duration | None = None
    effective: tuple[date | None, date | None] = (None, None)
    cadence: Mapping[str, tuple[CadenceLine, ...]] = field(default_factory=dict)
    strategy: Mapping[str, tuple[Text, ...]] = field(default_factory=dict)
    resources: Mapping[str, Resources] = field(default_factory=dict)
    examples: tuple[Example, ...] = ()
    plain: Mapping[str, Any] = field(default_factory=dict)
