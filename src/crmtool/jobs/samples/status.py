"""Made-up standings for the made-up ledger, to try templates of the status workbook on."""

from __future__ import annotations

from datetime import date
from typing import Final

from crmtool.jobs.samples.ledger import SAMPLE_AS_OF
from crmtool.tables.classification import Judged
from crmtool.tables.status import Status
from crmtool.visits.calendar.workdays import Workdays
from crmtool.visits.dues.basis import Basis
from crmtool.visits.model import OUTCOME_DONE, REPORT_COLUMNS, frame_of
from crmtool.visits.standing.made import MADE_COLUMNS
from crmtool.visits.standing.rates import rates_of
from crmtool.visits.standing.standings import HORIZON, standings

_FIRST = date(2024, 1, 1)
_FIRM: Final = "样例甲公司"


def sample_status(judged: Judged) -> Status:
    """Return standings with somebody overdue and somebody never visited, and rates of two visits."""
    visit = {"customer_key": [_FIRM], "channel": ["phone"], "done_on": [date(2024, 4, 8)]}
    records = frame_of(REPORT_COLUMNS, visit | {"outcome": [OUTCOME_DONE]})
    basis = Basis(
        judged.ledger, judged.cases, judged.decisions, judged.rule_set, judged.common, records, ("春节",)
    )
    found = standings(basis, SAMPLE_AS_OF, Workdays.of_weeks(_FIRST, SAMPLE_AS_OF + HORIZON + HORIZON))
    made = frame_of(
        MADE_COLUMNS,
        {
            "visit_id": [f"{_FIRM}-phone-202404", f"{_FIRM}-phone-202405"],
            "customer_key": [_FIRM, _FIRM],
            "tier": ["important", "important"],
            "owner": ["张三", "张三"],
            "channel": ["phone", "phone"],
            "counted_on": [date(2024, 4, 8), date(2024, 5, 8)],
            "made_on": [date(2024, 4, 8), None],
            "is_late": [False, False],
        },
    )
    rates = rates_of(made, judged.rule_set, list(judged.common.channels))
    return Status(found, {"张三": "王经理"}, _FIRST, SAMPLE_AS_OF, rates)
