"""Whose visits go to whom when a person leaves.

The list that is handed over is a table of `crmtool.tables.handover`.
"""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from crmtool.visits.frames import column, one_of, replaced
from crmtool.visits.model import LIVE


def reassigned(rows: pd.DataFrame, heirs: Mapping[str, str]) -> pd.DataFrame:
    """Return rows with an `owner` in which those who leave are replaced by who takes over (`heirs`: from → to).

    All at once: with 甲=乙 and 乙=丙, what was 甲's goes to 乙 and stays there. Where the rows have a `status`, only
    visits that are still to be made change hands.

    >>> frame = pd.DataFrame({"owner": pd.array(["甲", "乙", None], "string[pyarrow]")})
    >>> reassigned(frame, {"甲": "乙", "乙": "丙"})["owner"].tolist()
    ['乙', '丙', <NA>]
    """
    if not heirs:
        return rows
    owner = column(rows, "owner")
    names = pa.array(list(heirs.values()), pa.string())
    heir = names.take(pc.index_in(owner, pa.array(list(heirs), pa.string())))
    if "status" in rows:
        is_live = one_of(column(rows, "status"), LIVE)
        heir = pc.if_else(is_live, heir, pa.scalar(None, pa.string()))
    return replaced(rows, {"owner": pc.coalesce(heir, owner)})
