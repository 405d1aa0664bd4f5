"""The sheet RFM明细: each customer's recency, frequency and amount, the three scores, and the segment.

Scores come from `crmtool.rules.rfm.scores`.
"""

from __future__ import annotations

from dataclasses import dataclass

import pyarrow as pa

from crmtool.content import OutTable, Scalar, TableColumn
from crmtool.ledger.ledger import Ledger
from crmtool.messages import text_of
from crmtool.rules.model import RuleSet
from crmtool.rules.rfm.model import MEASURES, Measure, RfmRules
from crmtool.rules.rfm.scores import RfmScores
from crmtool.tables.arrays import array, look_of_texts, yuan
from crmtool.tables.values import customer_columns

#: What the sheet itself says of the scores; all else is about single customers and listed in 问题清单.
_NOTED = frozenset({"rfm-window-empty", "rfm-map-of-other-bins", "rfm-bins-merged", "rfm-score-not-reached"})


@dataclass(frozen=True)
class Scored:
    """The scores of all customers, in the ledger's order, with the rules that gave them."""

    scores: RfmScores
    rules: RfmRules


def build(scored: Scored, ledger: Ledger, rule_set: RuleSet) -> OutTable:
    """Return one row per customer, in the ledger's order; what is unknown stays empty or as it was typed.

    客户分群 is left out where there is no segment map for the scores.
    """
    scores = scored.scores.frame
    segments = array(scores["segment_label"])
    has_segments = bool(scored.rules.segment_map.segments)
    named = [TableColumn("segment", "客户分群", segments, look_of_texts(segments, is_name=True))]
    return OutTable(
        "rfm",
        [
            *(
                known
                for known in customer_columns(ledger, rule_set)
                if known.cells.null_count < len(known.cells)
            ),
            TableColumn(
                "recency", "最近一次购买", array(scores["recency"]), "date", texts=_typed("recency", scored)
            ),
            TableColumn("recency_days", "距今天数", array(scores["recency_days"]), "count"),
            TableColumn(
                "frequency",
                "购买次数",
                array(scores["frequency"]),
                "count",
                texts=_typed("frequency", scored),
            ),
            TableColumn(
                "monetary",
                "购买金额",
                yuan(array(scores["monetary"])),
                "money",
                texts=_typed("monetary", scored),
            ),
            TableColumn("r", "R", array(scores["r"]), "count"),
            TableColumn("f", "F", array(scores["f"]), "count"),
            TableColumn("m", "M", array(scores["m"]), "count"),
            TableColumn("code", "RFM", array(scores["rfm"]), "short"),
            *(named if has_segments else []),
        ],
    )


def _typed(measure: str, scored: Scored) -> pa.Array | None:
    frame = scored.scores.frame
    return array(frame[f"{measure}_typed"]) if f"{measure}_typed" in frame.columns else None


def scalars(scored: Scored) -> dict[str, Scalar]:
    """Return what the RFM sheets say once: where the cuts lie and what to mind, but nothing about single cells."""
    return {
        "rfm_cuts": "；".join(_cuts(measure, scored.scores) for measure in scored.rules.measures),
        "rfm_notes": "\n".join(text_of(note, "zh") for note in scored.scores.notes if note.code in _NOTED),
        "rfm_matrix_note": "格内为客户数；R、F 越大越好。没有评分的客户不在表内。",
    }


def _cuts(measure: Measure, scores: RfmScores) -> str:
    """Return the cuts of one measure: what the scores from 2 up begin with."""
    cuts = "、".join("无" if cut == "none" else cut for cut in scores.cuts[MEASURES[measure.letter]])
    return f"{measure.letter.upper()}（{measure.field.label}）2–{measure.bins} 分起点：{cuts}"
