"""The made-up ledger of three customers with orders, read and judged as any other.

What the workbooks say of it is in `crmtool.jobs.samples.contents`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pyarrow as pa

from crmtool.jobs.rules import load_named, load_rfm_rules
from crmtool.jobs.vocabulary import vocabulary
from crmtool.ledger.build import build_ledger
from crmtool.ledger.headers.finding import find
from crmtool.ledger.ledger import Ledger
from crmtool.ledger.standard.dictionary import Role
from crmtool.rules.deciding.decide import decide
from crmtool.rules.judging.judge import judge
from crmtool.rules.measuring.metrics import measure
from crmtool.rules.model import RuleSet
from crmtool.rules.rfm.scores import score_ledger
from crmtool.rules.wanted import wanted_of
from crmtool.sheets import Column, Peek, RawCell, Sheet
from crmtool.tables.classification import Judged
from crmtool.tables.rfm import Scored

SAMPLE_AS_OF = date(2024, 6, 30)
#: The rule set whose workbook has every sheet.
SAMPLE_RULES = "annual_plan"
_FILE = "sample.xlsx"

_CUSTOMERS: Sequence[Sequence[RawCell]] = (
    ("客户名称", "年度购买金额", "年度购买频率", "生命周期阶段", "首次购买", "最近交易时间", "回访责任人"),
    ("样例甲公司", 86000.0, 12.0, "成熟期", date(2020, 4, 2), date(2024, 6, 20), "张三"),
    ("样例乙商行", "3.2万元", 5.0, "成长期", date(2022, 1, 15), date(2024, 5, 2), "李四"),
    ("样例丙门店", "约8千", None, None, date(2024, 6, 9), date(2024, 6, 9), "李四"),
)
_ORDERS: Sequence[Sequence[RawCell]] = (
    ("订单编号", "客户名称", "订单日期", "订单金额"),
    ("D1", "样例甲公司", date(2024, 6, 20), 86000.0),
    ("D2", "样例乙商行", date(2024, 5, 2), 32000.0),
    ("D3", "样例丙门店", date(2024, 6, 9), 8000.0),
)
_SHEETS = {"客户": _CUSTOMERS, "订单": _ORDERS}


def sample_judged() -> Judged:
    """Return the made-up ledger as `classify` judges it."""
    rule_set = load_named(SAMPLE_RULES)
    ledger = _sample_ledger(rule_set)
    cases = measure(ledger, rule_set)
    judgement = judge(cases, rule_set, SAMPLE_AS_OF)
    decisions = decide(cases, rule_set, judgement, ledger.customers, as_of=SAMPLE_AS_OF, lang="zh")
    rfm_rules = load_rfm_rules()
    scores = score_ledger(ledger, rfm_rules)
    assert scores is not None, "the sample has orders"
    findings = (*ledger.findings, *decisions.findings)
    return Judged(ledger, cases, decisions, rule_set, vocabulary(), findings, Scored(scores, rfm_rules))


def _sample_ledger(rule_set: RuleSet) -> Ledger:
    wanted = wanted_of(rule_set)
    peeks = [Peek(name, rows, len(rows), len(rows[0])) for name, rows in _SHEETS.items()]
    layout = find(peeks, wanted, file=_FILE)
    sheets: dict[Role, list[Sheet]] = {found.role: [_sheet(found.sheet)] for found in layout.sheets}
    return build_ledger(layout, sheets, as_of=SAMPLE_AS_OF)


def _sheet(name: str) -> Sheet:
    header, *rows = _SHEETS[name]
    columns = {number: _column([row[number - 1] for row in rows]) for number in range(1, len(header) + 1)}
    return Sheet(_FILE, name, columns, pa.array(range(2, len(rows) + 2), pa.int32()))


def _column(cells: Sequence[RawCell]) -> Column:
    def only(kind: type, arrow: pa.DataType) -> pa.Array:
        return pa.array([cell if isinstance(cell, kind) else None for cell in cells], arrow)

    text, number = only(str, pa.string()), only(float, pa.float64())
    return Column(len(cells), text, number, only(date, pa.date32()).cast(pa.timestamp("us")))
