"""Draws a customer in one line, 客户画像: A类-制造业-年额50万-关注性价比-偏好线下拜访.

The parts and their order are those of 《通用客户关系管理框架》 step 3; a part that is not known is left out.
"""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from crmtool.ledger.fields import FieldSpec
from crmtool.ledger.ledger import HIGH, Ledger
from crmtool.rules.cases import Cases
from crmtool.rules.decisions import Decisions
from crmtool.rules.model import RuleSet
from crmtool.tables.arrays import array, mapped, no_texts
from crmtool.tables.tiers import labels
from crmtool.tables.values import column, spec_of
from crmtool.visits.frames import joined

_FEN_PER_WAN = 1_000_000


def portrait(ledger: Ledger, cases: Cases, decisions: Decisions, rule_set: RuleSet) -> pa.Array:
    """Return the portrait of each customer as text; null where nothing is known."""
    parts = [
        mapped(array(decisions.frame["tier"]), labels(rule_set)),
        _typed("行业", "", ledger, cases, rule_set),
        _prefixed(_yearly_amount(cases, rule_set, len(decisions.frame)), "年额"),
        _typed("关注点", "关注", ledger, cases, rule_set),
        _typed("偏好渠道", "偏好", ledger, cases, rule_set),
    ]
    return joined(parts, "-")


def money_field(rule_set: RuleSet) -> FieldSpec | None:
    """Return the field that stands for a customer's yearly amount: the rule set's first that holds money."""
    return next((field.spec for field in rule_set.fields.values() if field.spec.kind == "money"), None)


def exact_amounts(cases: Cases, rule_set: RuleSet, rows: int) -> pa.Array:
    """Return each customer's amount in whole fen (int64); null where it is unknown or only a range."""
    spec = money_field(rule_set)
    frame = cases.frame
    if spec is None or spec.id not in frame.columns:
        return pa.nulls(rows, pa.int64())
    fen = array(frame[spec.id])
    if spec.id + HIGH not in frame.columns:
        return fen
    is_range = pc.is_valid(array(frame[spec.id + HIGH]))
    return pc.if_else(is_range, pa.scalar(None, fen.type), fen)


def wan(fen: pa.Array) -> pa.Array:
    """Return amounts in short words: in 万 from ten thousand yuan up, below that in whole yuan.

    >>> wan(pa.array([50_000_000, 1_234_500, 999_949, -3_000_000, None])).to_pylist()
    ['50万', '1.23万', '9999元', '-3万', None]
    """
    in_wan = pc.round(pc.divide(pc.cast(fen, pa.float64(), safe=False), float(_FEN_PER_WAN)), 2)
    in_yuan = pc.round(pc.divide(pc.cast(fen, pa.float64(), safe=False), 100.0))
    is_small = pc.less(pc.abs(fen), _FEN_PER_WAN)
    coded = pc.if_else(is_small, in_yuan, in_wan).dictionary_encode()
    number = pc.cast(coded.dictionary, pa.decimal128(20, 2))
    digits = pc.replace_substring_regex(pc.cast(number, pa.string()), r"\.?0+$", "").take(coded.indices)
    return pc.binary_join_element_wise(digits, pc.if_else(is_small, "元", "万"), "")


def _yearly_amount(cases: Cases, rule_set: RuleSet, rows: int) -> pa.Array:
    return wan(exact_amounts(cases, rule_set, rows))


def _typed(header: str, prefix: str, ledger: Ledger, cases: Cases, rule_set: RuleSet) -> pa.Array:
    spec = spec_of(header, ledger, rule_set)
    cells = None if spec is None else column(header, header, spec, ledger, cases)
    if cells is None or not pa.types.is_string(cells.cells.type):
        return no_texts(len(ledger.customers.frame))
    return _prefixed(cells.cells, prefix)


def _prefixed(texts: pa.Array, prefix: str) -> pa.Array:
    """Return the texts with a word in front, unless they contain it: 决策人关注性价比 stays as it is."""
    if not prefix:
        return texts
    return pc.if_else(
        pc.match_substring(texts, prefix), texts, pc.binary_join_element_wise(prefix, texts, "")
    )
