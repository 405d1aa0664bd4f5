"""What the modules that find due days hand to `crmtool.visits.dues.due`: parallel columns, one place a due visit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from crmtool.visits.calendar.days import Days, Numbers
from crmtool.visits.calendar.span import Windows
from crmtool.visits.dues.lines import Line

#: No day was missed.
NOT_OVERDUE: Final = -1


@dataclass(frozen=True, eq=False)
class Found:
    """Due visits of one line and one kind.

    `period` ends their ids. `overdue` are days since the oldest one missed, or `NOT_OVERDUE`. `is_first` marks the
    first visit that a customer's line has in the plan.
    """

    line: Line
    kind: str
    customer: Numbers
    due_on: Days
    windows: Windows
    period: pa.Array
    overdue: Numbers
    is_first: NDArray[np.bool_]
    occasion: pa.Array | None = None

    @classmethod
    def of(
        cls,
        line: Line,
        kind: str,
        customer: Numbers,
        due_on: Days,
        windows: Windows,
        period: pa.Array,
        *,
        overdue: Numbers | None = None,
        is_first: NDArray[np.bool_] | None = None,
        occasion: pa.Array | None = None,
    ) -> Found:
        """Return due visits; without `overdue` none is, without `is_first` none is the first of its line."""
        none = np.full(len(customer), NOT_OVERDUE, np.int64)
        return cls(
            line,
            kind,
            customer,
            due_on,
            windows,
            period,
            none if overdue is None else overdue,
            np.zeros(len(customer), bool) if is_first is None else is_first,
            occasion,
        )


def repeated(text: str, count: int) -> pa.Array:
    """Return a text as a column."""
    return pa.repeat(pa.scalar(text, pa.string()), count)


def looked_up(texts: Sequence[str], places: Numbers) -> pa.Array:
    """Return the text at each place of a short list."""
    return pa.array(texts, pa.string()).take(pa.array(places))
