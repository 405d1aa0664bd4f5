"""How a customer is reached, as the ledger has it: contact, telephone number, address.

Which sheet shows that is for the sheets' own modules.
"""

from __future__ import annotations

from typing import Final

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from crmtool.ledger.ledger import TEXT
from crmtool.tables.arrays import array, no_texts
from crmtool.visits.frames import joined

#: Where a telephone number may stand, in the order in which they are tried.
_PHONES: Final = ("mobile", "phone", "contact_info")


def told(frame: pd.DataFrame, field: str) -> pa.Array:
    """Return what a person sees in a field's cells: what was typed, else the value; null where there is no column."""
    if field not in frame:
        return no_texts(len(frame))
    value: pa.Array = array(frame[field]).cast(pa.string())
    return pc.coalesce(array(frame[field + TEXT]), value) if field + TEXT in frame else value


def phones(frame: pd.DataFrame) -> pa.Array:
    """Return each customer's telephone number, or what stands in its place; null where there is none."""
    return pc.coalesce(*(told(frame, field) for field in _PHONES))


def addresses(frame: pd.DataFrame) -> pa.Array:
    """Return each customer's address, else province and city; null where there is none of them."""
    return pc.coalesce(
        told(frame, "address"), joined([told(frame, name) for name in ("province", "city")], "")
    )
