"""What a classification writes into the ledger itself: each customer's tier, why, as of when, and the findings.

Which sheet column each goes to is decided where the ledger is read; how it gets there, in `crmtool.files`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import pyarrow as pa
import pyarrow.compute as pc

from crmtool.content import OutTable, TableColumn
from crmtool.errors import Finding
from crmtool.rules.decisions import Decisions
from crmtool.rules.model import RuleSet
from crmtool.tables import findings as findings_table
from crmtool.tables.arrays import array

#: Taken for the tier where the ledger has a column of the rule set's name that holds something else.
OTHER_TIER_COLUMN = "分级结果"
REASON, JUDGED_ON = "分级依据", "分级日期"
FINDINGS_SHEET = "问题清单"


def result_columns(decisions: Decisions, rule_set: RuleSet, as_of: date) -> list[TableColumn]:
    """Return the columns to write, a cell for each customer in the ledger's order.

    The first is headed as the rule set heads its tier; a customer in no tier has the words for that.
    """
    frame = decisions.frame
    day = pa.repeat(pa.scalar(as_of, pa.date32()), len(frame))
    # The reason comes last: longer than any column is wide, it runs on over the empty cells to its right.
    return [
        TableColumn("tier", rule_set.tier_column, array(frame["label"]), "text"),
        TableColumn("judged_on", JUDGED_ON, day, "date"),
        TableColumn("reason", REASON, array(frame["reason"]), "wide"),
    ]


def findings_in(findings: Sequence[Finding], ledger: str) -> OutTable:
    """Return the rows of 问题清单 as they stand in the ledger, whose name is given.

    Places in the ledger itself go without its name, and their links stay inside it.
    """
    table = findings_table.build(findings, {})
    own = f"{ledger}#"
    columns = [
        column
        if column.links is None
        else replace(
            column,
            cells=pc.replace_substring_regex(column.cells, f"^{_escaped(f'[{ledger}]')}", ""),
            links=pc.replace_substring_regex(column.links, f"^{_escaped(own)}", "#"),
        )
        for column in table.columns
    ]
    return OutTable(table.name, columns)


def _escaped(text: str) -> str:
    return "".join(f"\\{letter}" if not letter.isalnum() else letter for letter in text)
