"""Knows the 调整原因 that crmtool puts together itself, tells it from what people wrote, and adds news to approved ones.

What falls short and who moved is for `crmtool.review.adjusting.rows`.
"""

from __future__ import annotations

import re
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from crmtool.review.adjusting.spreading import each_distinct
from crmtool.review.model import DOWN, LEVEL, MOVE_LABELS, UP
from crmtool.visits.frames import one_array

#: What stands for a reason where nothing else does: the ledger marks the customer; the row is open since last time.
CAUSE_MARKED: Final = "台账中标记需调整"
CAUSE_WAITING: Final = "上期未决"
#: Around the reason of an approval that is still open, and before what is to be said of this period.
_APPROVED, _NEWS = "此前已批", "；本期："
_WITH_NEWS: Final = re.compile(f"{_APPROVED}(?:：(?P<cause>.*?))?{_NEWS}.*", re.DOTALL)
#: How a reason begins, or what it is, that crmtool put together itself.
_OURS: Final = (
    "^(?:"
    + "|".join(
        re.escape(word) + "：" for word in ("未达标", *(MOVE_LABELS[kind] for kind in (UP, DOWN, LEVEL)))
    )
    + f"|{CAUSE_MARKED}$|{CAUSE_WAITING}$)"
)


def is_ours(causes: pa.Array) -> pa.Array:
    """Tell which reasons crmtool put together itself."""
    return one_array(pc.fill_null(pc.match_substring_regex(causes, _OURS), False))


def with_news(causes: pa.Array, news: pa.Array) -> pa.Array:
    """Return reasons of approvals with what is new in this period behind them; alone where that is nothing, or the same.

    >>> with_news(pa.array(["换了采购", None, "甲"]), pa.array(["未达标：乙", "未达标：乙", None])).to_pylist()
    ['此前已批：换了采购；本期：未达标：乙', '此前已批；本期：未达标：乙', '甲']
    """
    approved = pc.binary_join_element_wise(f"{_APPROVED}：", causes, "")
    news = pc.if_else(pc.fill_null(pc.equal(causes, news), False), pa.scalar(None, pa.string()), news)
    told = pc.binary_join_element_wise(pc.coalesce(approved, _APPROVED), news, _NEWS)
    return one_array(pc.coalesce(told, causes))


def without_news(causes: pa.Array) -> pa.Array:
    """Return reasons without what `with_news` of an earlier period added.

    >>> without_news(pa.array(["此前已批：换了采购；本期：未达标：乙", "此前已批；本期：未达标：乙", "甲"])).to_pylist()
    ['换了采购', None, '甲']
    """
    return each_distinct(causes, _approved)


def _approved(text: str) -> str | None:
    found = _WITH_NEWS.fullmatch(text)
    return found["cause"] if found else text
