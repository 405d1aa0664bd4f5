"""A made-up change of the made-up ledger's rules: one line is lowered, and one customer goes up.

What the workbook says of it is in `crmtool.jobs.samples.contents`.
"""

from __future__ import annotations

import pyarrow as pa

from crmtool.files.resources import read_rules
from crmtool.jobs.samples.ledger import SAMPLE_AS_OF, SAMPLE_RULES, sample_judged
from crmtool.rules.comparing.compare import compare
from crmtool.rules.comparing.on_ledger import COLUMNS, OnLedger
from crmtool.rules.language.load import load_rule_set
from crmtool.tables.rules_diff import Differed

_OLD, _NEW = "value: 50000元", "value: 30000元"


def sample_differed() -> Differed:
    """Return the comparison of the sample's rules with a version whose first line lies lower."""
    text, name = read_rules(SAMPLE_RULES)
    common, _ = read_rules("common")
    assert _OLD in text
    new = text.replace(_OLD, _NEW, 1).replace("2024.1", "2025.1")
    before, after = (load_rule_set(each, name, common=common) for each in (text, new))
    judged = sample_judged()
    cells = {
        "place": [0, 1, 2],
        "row": [2, 3, 4],
        "name": ["样例甲公司", "样例乙商行", "样例丙门店"],
        "owner": ["张三", "李四", "李四"],
        "was": ["important", "general", None],
        "now": ["important", "important", None],
        "fen": [8_600_000, 3_200_000, None],
        "reason_before": [None, "年度购买金额 3.2万元 ≥ 1万元", None],
        "reason_after": [None, "年度购买金额 3.2万元 ≥ 3万元", None],
    }
    table = pa.table({n: pa.array(cells.get(n, [None] * 3), kind) for n, kind in COLUMNS.items()})
    moved = OnLedger(SAMPLE_AS_OF, table)
    return Differed(compare(before, after, "zh"), SAMPLE_AS_OF, moved, judged.ledger, judged.findings)
