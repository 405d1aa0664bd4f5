"""The flat outside of the rules files as pydantic models: which keys there are, which are texts or lists.

What stands under `when`, `from`, `missing`, `absent` and the like stays a node here: it is left to `parse`
and `policies`, which can say what is wrong in it. Pydantic's errors become mistakes in `crmtool.rules.language.shape`.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, InstanceOf, model_validator

from crmtool.rules.language.common import DEFAULT_WINDOW
from crmtool.rules.language.nodes import ListNode, MapNode, TextNode

Raw = InstanceOf[MapNode] | InstanceOf[ListNode] | InstanceOf[TextNode]
#: Keys whose value is handed over as a node.
RAW_KEYS = frozenset({"when", "from", "missing", "absent", "cuts", "frozen_cuts", "split", "expect"})
Origin = Literal["source", "resolution"]


def _spelled(value: object) -> object:
    return str(value) if isinstance(value, int | Decimal) and not isinstance(value, bool) else value


#: A figure or word as it is spelled in the file: `120000` and `12万元` alike.
Spelling = Annotated[str, BeforeValidator(_spelled)]


class Shell(BaseModel):
    """A mapping with known keys and no others.

    Each kind of file is built as a whole, when the first one is read: most models only stand inside others.
    """

    model_config = ConfigDict(
        strict=True, frozen=True, extra="forbid", arbitrary_types_allowed=True, defer_build=True
    )


class TextShell(Shell):
    """A text, either plain or as `{text, origin, note}`."""

    text: Spelling
    origin: Origin = "source"
    note: str = ""

    @model_validator(mode="before")
    @classmethod
    def _plain_text(cls, value: object) -> object:
        return value if isinstance(value, dict) else {"text": value}


class Marked(Shell):
    """What may say whose it is: the source document's or ours."""

    origin: Origin = "source"
    note: str = ""


class TableShell(Shell):
    """`table:` the tier column and the columns of the 客户分级表."""

    tier: str
    columns: list[str] = Field(min_length=1)


class ParamShell(Marked):
    """One entry of `params:`."""

    label: TextShell
    value: TextShell


class FieldShell(Marked):
    """One entry of `fields:`."""

    label: TextShell
    type: Literal["id", "text", "money", "count", "number", "percent", "date", "age", "enum", "flag"]
    synonyms: list[str] = []
    values: list[Spelling] = []
    open: bool = False
    match: Literal["exact", "contains"] = "exact"
    min: Spelling | None = None
    max: Spelling | None = None
    better: Literal["up", "down", "none"] = "none"
    movable: bool = True
    derivation: Raw | None = Field(None, alias="from")
    missing: Raw | None = None
    absent: Raw | None = None


class LevelShell(Marked):
    """One level of a dimension."""

    id: str
    label: TextShell
    when: Raw
    aliases: list[str] = []
    points: int | None = None


class DimensionShell(Marked):
    """One entry of `dimensions:`."""

    label: TextShell
    levels: list[LevelShell] = Field(min_length=2)
    absent: Raw | None = None


class TierShell(Marked):
    """One entry of `tiers:`."""

    label: TextShell
    rank: int = Field(ge=1)
    long: str = ""
    goal: TextShell = TextShell(text="")
    traits: TextShell = TextShell(text="")


class RuleShell(Marked):
    """One entry of `rules:`."""

    id: str
    tier: str
    when: Raw
    flag: str = ""


class MatrixShell(Marked):
    """`matrix:` two dimensions and a tier for each pair of levels."""

    rows: str
    cols: str
    cells: dict[str, dict[str, str]]


class ScoreShell(Marked):
    """One entry of `scores:`; `mean` or `sum`, not both."""

    label: TextShell
    mean: list[str] | None = None
    sum: list[str] | None = None


class TagShell(Marked):
    """One entry of `tags:`."""

    id: str
    label: TextShell
    when: Raw
    dimension: str = ""


class UnknownShell(Marked):
    """`on_unknown:` what is printed for an undecided customer."""

    policy: Literal["review", "worst", "best", "default"]
    label: str = "待补资料"
    tier: str | None = None


class EffectiveShell(Shell):
    """`effective:` the first and last day on which the file is in force; either may be left out."""

    start: Raw | None = Field(None, alias="from")
    end: str | None = Field(None, alias="to")


class AssumeShell(Marked):
    """One entry of `assume:`, age a ≤ age b."""

    label: TextShell
    le: list[str] = Field(min_length=2, max_length=2)


class CadenceShell(Marked):
    """One line of `cadence:`."""

    channel: str
    label: TextShell
    every: TextShell | None = None
    after: str | None = None
    by: TextShell | None = None
    start: Raw | None = Field(None, alias="from")
    at: Literal["birthday", "festival"] | None = None
    by_date: TextShell | None = None
    role: TextShell = TextShell(text="")
    prepare: TextShell | None = None
    report: TextShell | None = None


class ResourcesShell(Marked):
    """One entry of `resources:`."""

    invest: TextShell
    role: TextShell


class KpiShell(Marked):
    """One entry of `kpis:`; without a target it is only watched."""

    id: str
    label: TextShell
    target: str | None = None


class OutlineItemShell(Marked):
    """One point of a visit's outline."""

    id: str
    label: TextShell
    ask: TextShell


class OutlineShell(Shell):
    """`outline:` a list of points, or the id of the rule set whose outline is used."""

    like: str | None = None
    items: list[OutlineItemShell] = []

    @model_validator(mode="before")
    @classmethod
    def _either(cls, value: object) -> object:
        return {"items": value} if isinstance(value, list) else {"like": value}


class SlaShell(Marked):
    """One entry of `sla:`."""

    event: TextShell
    until: Literal["replied", "started", "resolved"]
    within: TextShell
    role: TextShell | None = None


class MoveShell(Marked):
    """How a move between tiers is confirmed."""

    confirm: TextShell | None = None
    near: TextShell | None = None
    grace: TextShell | None = None


class TransitionsShell(Marked):
    """`transitions:`"""

    upgrade: MoveShell | None = None
    downgrade: MoveShell | None = None


class GradingShell(Marked):
    """`grading:` the words for how far KPIs were met."""

    by: Literal["worst"]
    levels: dict[str, str] = Field(min_length=1)


class AdjustedShell(Marked):
    """One entry of `adjustment.strategies:`."""

    tier: str
    short: list[str]
    then: list[TextShell]


class AdjustmentShell(Marked):
    """`adjustment:` when a customer stands in the adjustment table, and what is then done."""

    suggest_when: list[dict[Literal["kpi_short", "tier_changed", "marked"], bool]]
    approver: TextShell
    strategies: list[AdjustedShell] = []


class ExampleShell(Marked):
    """One entry of `examples:`; its expectation is read by `crmtool.rules.expectations`."""

    name: TextShell
    as_of: str | None = None
    given: dict[str, Spelling]
    absent: Raw | None = None
    expect: Raw


class FileShell(Marked):
    """What every rules file starts with."""

    id: str
    name: TextShell
    version: str
    source: TextShell
    effective: EffectiveShell | None = None
    on_unknown: UnknownShell = UnknownShell(policy="review")
    examples: list[ExampleShell] = []


class RuleSetShell(FileShell):
    """A whole file of schema crmtool.rules/v1."""

    schema_: Literal["crmtool.rules/v1"] = Field(alias="schema")
    table: TableShell
    hit: Literal["first", "unique"]
    fields_: dict[str, FieldShell] = Field(alias="fields", min_length=1)
    tiers: dict[str, TierShell] = Field(min_length=2)
    params: dict[str, ParamShell] = {}
    assume: list[AssumeShell] = []
    dimensions: dict[str, DimensionShell] = {}
    scores: dict[str, ScoreShell] = {}
    rules: list[RuleShell] = []
    matrix: MatrixShell | None = None
    tags: list[TagShell] = []
    review_every: TextShell | None = None
    cadence: dict[str, list[CadenceShell]] = {}
    strategy: dict[str, list[TextShell]] = {}
    resources: dict[str, ResourcesShell] = {}
    outline: OutlineShell | None = None
    kpis: dict[str, list[KpiShell]] = {}
    sla: list[SlaShell] = []
    transitions: TransitionsShell | None = None
    grading: GradingShell | None = None
    adjustment: AdjustmentShell | None = None


class MeasureShell(Marked):
    """`recency:`, `frequency:`, `monetary:`"""

    label: TextShell
    type: Literal["age", "count", "number", "money"]
    synonyms: list[str] = []
    min: Spelling | None = None
    max: Spelling | None = None
    derivation: Raw | None = Field(None, alias="from")
    missing: Raw | None = None
    absent: Raw | None = None
    cuts: Raw
    bins: int | None = Field(None, ge=2, le=99)


class SegmentShell(Marked):
    """One segment of a map."""

    id: str
    label: TextShell
    label_en: str = ""
    when: Raw


class SegmentMapShell(Marked):
    """One entry of `segment_maps:`."""

    label: TextShell
    hit: Literal["unique"] = "unique"
    split: Raw | None = None
    segments: list[SegmentShell] = Field(min_length=2)


class RfmShell(FileShell):
    """A whole file of schema crmtool.rfm/v1."""

    schema_: Literal["crmtool.rfm/v1"] = Field(alias="schema")
    recency: MeasureShell
    frequency: MeasureShell
    monetary: MeasureShell
    frozen_cuts: Raw | None = None
    segments: str
    segment_maps: dict[str, SegmentMapShell] = Field(min_length=1)


class ChannelShell(Shell):
    """One entry of `channels:`."""

    label: TextShell
    via: list[str] = []
    window: int = Field(DEFAULT_WINDOW, ge=0, le=60)


class LockShell(Shell):
    """The headers of the three columns of a manual override."""

    tier: str
    reason: str
    until: str


class CommonShell(Shell):
    """A whole file of schema crmtool.common/v1."""

    schema_: Literal["crmtool.common/v1"] = Field(alias="schema")
    channels: dict[str, ChannelShell] = Field(min_length=1)
    festivals: list[str] = []
    lock: LockShell
    grading: GradingShell
    adjustment: AdjustmentShell


def shell_data(node: MapNode | ListNode | TextNode) -> Any:
    """Return a node as the models want it: plain dicts, lists and scalars, but nodes under `RAW_KEYS`."""
    if isinstance(node, MapNode):
        return {k.text: v if k.text in RAW_KEYS else shell_data(v) for k, v in node.entries}
    if isinstance(node, ListNode):
        return [shell_data(item) for item in node.items]
    return node.value
