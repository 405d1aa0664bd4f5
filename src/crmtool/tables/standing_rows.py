"""The sheets 逾期预警, 从未回访 and 全部客户: who is late and who is to be told, who is new, and how everybody stands.

How somebody stands is found in `crmtool.visits.standing.standings`; here it becomes words.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from crmtool.content import OutTable, TableColumn
from crmtool.tables.arrays import array, mapped
from crmtool.tables.before_visit import Known
from crmtool.tables.classification import Judged
from crmtool.tables.unplaced import REASONS
from crmtool.tables.visit_words import means, owners, tier_words
from crmtool.visits.frames import joined
from crmtool.visits.standing.standings import LEVEL_LABELS, STANDING_LABELS, Standings


@dataclass(frozen=True)
class StandingRows:
    """The rows of the sheets about customers; `managers` maps an owner to whom what is long overdue is told."""

    judged: Judged
    found: Standings
    managers: Mapping[str, str]

    def overdue(self) -> OutTable:
        """Return one row a missed line of a customer, the longest overdue first."""
        late = self.found.overdue()
        return OutTable(
            "overdue",
            [
                TableColumn("level", "级别", mapped(array(late["level"]), LEVEL_LABELS)),
                TableColumn("overdue_days", "逾期天数", array(late["overdue_days"]), "count"),
                *self._who(late),
                TableColumn("manager", "上级", self._managers(late)),
                *self._what(late),
                TableColumn("standing", "状态", mapped(array(late["standing"]), STANDING_LABELS)),
                TableColumn("planned_on", "已排日期", array(late["planned_on"]), "date"),
                TableColumn(
                    "last_contact", "最近联系", self._last_contact.take(array(late["customer"])), "date"
                ),
                *self._reach(late),
            ],
        )

    def never_visited(self) -> OutTable:
        """Return one row a customer without a contact on record, who was due first comes first."""
        new = self.found.never_visited()
        return OutTable(
            "never_visited",
            [
                *self._who(new),
                *self._what(new),
                TableColumn("overdue_days", "逾期天数", array(new["overdue_days"]), "count"),
                TableColumn("level", "级别", mapped(array(new["level"]), LEVEL_LABELS)),
                TableColumn("planned_on", "已排日期", array(new["planned_on"]), "date"),
                *self._reach(new),
            ],
        )

    def everybody(self) -> OutTable:
        """Return one row a customer, in the ledger's order."""
        everyone = self.found.customers
        return OutTable(
            "standing_all",
            [
                *self._who(everyone),
                TableColumn("standing", "状态", mapped(array(everyone["standing"]), STANDING_LABELS)),
                *self._what(everyone),
                TableColumn("overdue_days", "逾期天数", array(everyone["overdue_days"]), "count"),
                TableColumn("level", "级别", mapped(array(everyone["level"]), LEVEL_LABELS)),
                TableColumn("planned_on", "已排日期", array(everyone["planned_on"]), "date"),
                TableColumn("last_contact", "最近联系", array(everyone["last_contact"]), "date"),
                TableColumn("remark", "说明", _remarks(everyone), "wide"),
            ],
        )

    @cached_property
    def _last_contact(self) -> pa.Array:
        return array(self.found.customers["last_contact"])

    def _who(self, rows: pd.DataFrame) -> list[TableColumn]:
        return [
            TableColumn("customer_id", "客户编号", array(rows["customer_id"])),
            TableColumn("name", "客户名称", array(rows["name"]), "medium"),
            TableColumn("tier", "等级", self._tiers(rows)),
            TableColumn("owner", "负责人", owners(rows)),
        ]

    def _tiers(self, rows: pd.DataFrame) -> pa.Array:
        rule_set = self.judged.rule_set
        return pc.fill_null(tier_words(array(rows["tier"]), rule_set), rule_set.unknown_label)

    def _what(self, rows: pd.DataFrame) -> list[TableColumn]:
        return [
            TableColumn("channel", "回访方式", means(array(rows["channel"]), self.judged.common)),
            TableColumn("label", "回访事项", array(rows["label"])),
            TableColumn("due_on", "应访日期", array(rows["due_on"]), "date"),
        ]

    def _managers(self, rows: pd.DataFrame) -> pa.Array:
        return mapped(array(rows["owner"]), self.managers)

    def _reach(self, rows: pd.DataFrame) -> list[TableColumn]:
        """Return whom to ask for and by which number, as the ledger has them."""
        customers = array(rows["customer"])
        distinct = pc.unique(customers)
        known, at = Known(self.judged, distinct), pc.index_in(customers, distinct)
        return [
            TableColumn("contact", "联系人", known.contact.take(at)),
            TableColumn("phone", "电话", known.phone.take(at)),
        ]


def _remarks(rows: pd.DataFrame) -> pa.Array:
    reason = mapped(array(rows["reason"]), {reason: words[0] for reason, words in REASONS.items()})
    is_agreed = pc.fill_null(array(rows["is_agreed"]), False)
    agreed = pc.if_else(is_agreed, "与客户约定的日子", pa.scalar(None, pa.string()))
    return joined([reason, agreed], "；")
