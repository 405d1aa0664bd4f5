"""What people write for what became of a visit: done, postponed, unreached, cancelled, or not made yet.

Knows words; what follows from an outcome is for `crmtool.visits`, whether a visit counts for `crmtool.rules.measuring`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from crmtool.ledger.values.spelling import fold

DONE, POSTPONED, UNREACHED, CANCELLED = "done", "postponed", "unreached", "cancelled"
#: Written by whoever plans: nothing has become of the visit yet.
PENDING = "pending"
_WORDS: Final[Mapping[str, str]] = {
    DONE: "已完成|完成|完成了|做完了|已回访|已拜访|已联系|已跟进|已沟通|已上门|回访完成|完成回访|已做|已办|成功|有效|是|√|✓|✔"
    "|done|completed|complete|finished|visited|yes|ok",
    POSTPONED: "改期|已改期|延期|已延期|推迟|顺延|已推迟|改约|另约|改日|改时间|postponed|rescheduled|deferred",
    UNREACHED: "未联系上|没联系上|联系不上|未联系到|无法联系|未接通|无法接通|没接通|未接|未接听|无人接听|没人接|没接|拒接"
    "|占线|未见到|未遇|不在|关机|停机|空号|unreached|not reached|no answer|noanswer|unreachable",
    CANCELLED: "取消|已取消|取消回访|不再回访|作废|已作废|客户取消|cancelled|canceled|called off",
    PENDING: "待办|待回访|待拜访|待跟进|待完成|未完成|未回访|未拜访|未跟进|未开始|已约定|已预约|计划中|已计划|进行中|否"
    "|open|planned|pending|agreed|todo|no",
}
_OUTCOMES: Final[Mapping[str, str]] = {
    fold(word): outcome for outcome, words in _WORDS.items() for word in words.split("|")
}
OUTCOMES: Final = (DONE, POSTPONED, UNREACHED, CANCELLED, PENDING)


def outcomes_of(texts: pa.Array) -> pa.Array:
    """Return the outcome that each text names (a string array); null where it names none, or there is no text.

    >>> outcomes_of(pa.array(["已完成 ", "未联系上", "很满意", None])).to_pylist()
    ['done', 'unreached', None, None]
    """
    coded = texts.cast(pa.string()).dictionary_encode()
    read = [_OUTCOMES.get(fold(text)) for text in coded.dictionary.to_pylist()]
    found: pa.Array = pa.array(read, pa.string()).take(coded.indices)
    return found


def took_place(statuses: pa.Array, results: pa.Array | None = None) -> pa.Array:
    """Tell which visits on record were made (bool): all but those whose status, or else result, says otherwise.

    >>> took_place(pa.array(["已完成", "未联系上", None]), pa.array([None, None, "取消"])).to_pylist()
    [True, False, False]
    """
    said = outcomes_of(statuses)
    if results is not None:
        said = pc.coalesce(said, outcomes_of(results))
    made: pa.Array = pc.fill_null(pc.equal(said, DONE), True)
    return made
