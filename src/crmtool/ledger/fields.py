"""What a field is: its names in headers, its kind, and what its cells may hold.

The data dictionary of fields that are everyone's is in `crmtool.ledger.standard.dictionary`; rule sets add their own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from crmtool.ledger.quantities import Duration

Kind = Literal["id", "text", "money", "count", "number", "percent", "date", "age", "enum", "flag"]

#: What a cell of kind flag is once it is read.
YES, NO = "是", "否"


@dataclass(frozen=True, slots=True)
class LevelNames:
    """A dimension's level as a ledger may spell it: `高频`, `高频客户`."""

    id: str
    label: str
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FieldSpec:
    """One field that a column can be.

    `kind`: money is whole fen (int64), count/number/percent float64 (5 % is 0.05), date and age date32 (an age
    may be typed as a date or as a duration, which is laid back from the as-of date), id/text/enum/flag
    string. `values` are an enum's canonical values; `open` enums keep others as they are; `match: contains`
    reads free text in which a value occurs. `minimum`/`maximum` are in the same units as the values.
    A field with `dimension` may be given by one of its `levels` instead of a value (消费频率 = 高频); a field
    with kind text, no synonym of its own and only levels is a pure level column.
    `future` is set where a date may lie after the as-of date (an agreed next visit); elsewhere such a date is a
    finding. `per` is the span that a rate counts over (1个月 for 月均消费次数, 12个月 for 年度购买频率), so that
    `每季度1次` can be read; without it a rate is a finding. Of a `timed` date the time of day is kept beside the day.
    """

    id: str
    label: str
    kind: Kind
    synonyms: tuple[str, ...] = ()
    values: tuple[str, ...] = ()
    open: bool = False
    match: Literal["exact", "contains"] = "exact"
    minimum: float | None = None
    maximum: float | None = None
    dimension: str | None = None
    levels: tuple[LevelNames, ...] = ()
    label_en: str = ""
    future: bool = False
    per: Duration | None = None
    timed: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        """Return every header text that means this field."""
        return (self.label, *self.synonyms)


def spec(
    id: str,
    kind: Kind,
    label: str,
    label_en: str,
    synonyms: str = "",
    *,
    values: tuple[str, ...] = (),
    open: bool = False,
    minimum: float | None = None,
    maximum: float | None = None,
    future: bool = False,
    per: Duration | None = None,
    timed: bool = False,
) -> FieldSpec:
    """Build a standard field from a line of the data dictionary; `synonyms` are joined by `|`.

    The English name is a synonym too.

    >>> spec("city", "text", "城市", "City", "市|所在城市").names
    ('城市', '市', '所在城市', 'City')
    """
    named = [name for name in (*synonyms.split("|"), label_en) if name]
    return FieldSpec(
        id,
        label,
        kind,
        tuple(dict.fromkeys(named)),
        values=values,
        open=open,
        minimum=minimum,
        maximum=maximum,
        label_en=label_en,
        future=future,
        per=per,
        timed=timed,
    )
