"""Which headers mean which fields in one kind of sheet, for one rule set.

Knows the order of precedence: what the user declares, the rule set's fields, a system's own names, the data
dictionary. Where the header row is, is left to `crmtool.ledger.headers.finding`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache

from crmtool.ledger.fields import FieldSpec, LevelNames
from crmtool.ledger.headers.texts import HeaderText, fold, normalise
from crmtool.ledger.standard.dictionary import FIELDS, Role
from crmtool.ledger.standard.profiles import Profile
from crmtool.sheets import Peek

TIER = "tier"
#: The target of a declared header that is to be left alone.
IGNORED = "-"
#: What crmtool writes into a ledger beside the tier: results of an earlier run, not what anything is judged by.
RESULT_HEADERS = ("分级依据", "分级日期")
#: How a sheet of findings begins that crmtool put into a ledger: its rows quote headers and names.
FINDINGS_HEADERS = ("级别", "位置", "列", "内容", "说明", "怎么处理", "代码")
#: Rows at the top of a sheet in which its findings' header may stand.
_FINDINGS_WITHIN = 5
#: Kinds whose meaning a remark in the header does not change: 联系人(经理), not 年消费额(去年).
_NOMINAL = frozenset(("id", "text", "enum"))


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a rule set asks of a ledger: its fields, its tier column and the tiers as a ledger may spell them.

    `undecided` is what stands in that column for a customer in no tier yet.
    """

    fields: tuple[FieldSpec, ...] = ()
    tier_column: str = ""
    tiers: tuple[LevelNames, ...] = ()
    undecided: str = ""

    def tier_field(self) -> FieldSpec:
        """Return the tier column as a field of its own."""
        return FieldSpec(TIER, self.tier_column or "客户等级", "text", label_en="Tier")


@dataclass(frozen=True, slots=True)
class Claim:
    """A field that a header may mean; a lower rank is a better name for it."""

    field: FieldSpec
    rank: int


@dataclass(frozen=True)
class Vocabulary:
    """Header keys and what they may mean, the stronger set of claims first."""

    role: Role
    entries: Mapping[str, tuple[tuple[Claim, ...], ...]]
    fields: Mapping[str, FieldSpec]
    ruled: frozenset[str] = frozenset()
    declared: Mapping[str, str] = field(default_factory=dict)

    def claims(self, header: HeaderText) -> tuple[tuple[Claim, ...], ...]:
        """Return what a header may mean, strongest first; empty where it is no exact or declared name."""
        whole = self.entries.get(header.full_key, ())
        if whole or not header.notes:
            return whole
        bare = self.entries.get(header.key, ())
        nominal = (
            tuple(c for c in claims if c.field.kind in _NOMINAL and not c.field.levels) for claims in bare
        )
        return tuple(claims for claims in nominal if claims)

    def field_named(self, name: str) -> FieldSpec | None:
        """Return the field that an id or a header means, e.g. for `--map` or a column of an output table."""
        if name in self.fields:
            return self.fields[name]
        claims = self.claims(normalise(name))
        return claims[0][0].field if claims else None


def vocabulary(role: Role, wanted: Wanted, *, profile: Profile | None = None) -> Vocabulary:
    """Put together what headers mean in a sheet of that role.

    A rule set's field is also known by every name of a standard field that has its id, or whose label it
    claims as a name: 年消费额 in a rule set brings 年度交易额 and Annual Spend with it.
    """
    standard = [_with_profile(spec, profile) for spec in FIELDS[role]]
    ruled = list(wanted.fields) if role == "customers" else []
    claimed = {fold_name(name) for spec in ruled for name in spec.names}
    strong = [
        (spec, (*spec.names, *(n for n in _inherited(spec, standard) if fold_name(n) not in claimed)))
        for spec in ruled
    ]
    if role == "customers" and wanted.tier_column:
        tier = wanted.tier_field()
        strong.append((tier, tier.names))
    taken = {spec.id for spec in ruled}
    weak = [(spec, spec.names) for spec in standard if spec.id not in taken]
    fields = {spec.id: spec for spec in [*standard, *ruled, wanted.tier_field()]}
    return Vocabulary(role, _entries(strong, weak), fields, frozenset(taken))


@lru_cache(maxsize=65536)
def fold_name(name: str) -> str:
    """Return the key under which a field's name is looked up."""
    return normalise(name).full_key


def _with_profile(spec: FieldSpec, profile: Profile | None) -> FieldSpec:
    more = profile.names.get(spec.id, ()) if profile else ()
    if not more:
        return spec
    folded = {fold(name) for name in more}
    rest = (name for name in spec.names if fold(name) not in folded)
    return replace(spec, label=more[0], synonyms=(*more[1:], *rest))


def _inherited(ruled: FieldSpec, standard: Iterable[FieldSpec]) -> list[str]:
    own = {fold_name(name) for name in ruled.names}
    names = [
        name
        for spec in standard
        if spec.id == ruled.id
        or fold_name(spec.label) in own
        or any(fold_name(n) in own for n in spec.names[:1])
        for name in spec.names
    ]
    return [name for name in names if fold_name(name) not in own]


def _entries(
    strong: Iterable[tuple[FieldSpec, tuple[str, ...]]], weak: Iterable[tuple[FieldSpec, tuple[str, ...]]]
) -> dict[str, tuple[tuple[Claim, ...], ...]]:
    first: dict[str, list[Claim]] = {}
    for spec, names in strong:
        for rank, key in enumerate(dict.fromkeys(map(fold_name, names))):
            first.setdefault(key, []).append(Claim(spec, rank))
    later: dict[str, list[Claim]] = {}
    for spec, names in weak:
        for rank, key in enumerate(dict.fromkeys(map(fold_name, names))):
            later.setdefault(key, []).append(Claim(spec, rank))
    return {
        key: (*((tuple(first[key]),) if key in first else ()), *((claim,) for claim in later.get(key, ())))
        for key in (*first, *later)
    }


def is_findings_sheet(peek: Peek) -> bool:
    """Tell whether a sheet is a list of findings that crmtool wrote, and so no table of anybody's."""
    width = len(FINDINGS_HEADERS)
    return any(tuple(row[:width]) == FINDINGS_HEADERS for row in peek.cells[:_FINDINGS_WITHIN])
