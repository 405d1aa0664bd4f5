"""Knows which way of contact a text means: 上门拜访 is onsite, 微信 counts as phone.

The channels themselves are those of the common vocabulary; who is visited by which is left to the cadences.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final

import pyarrow as pa

from crmtool.ledger.values.spelling import fold, normalise
from crmtool.rules.language.common import Common
from crmtool.visits.reading.columns import distinct_texts

EXECUTIVE: Final = "executive"

#: Everyday words for the shipped channels, beside their labels; the longer one counts where both begin together.
_ALSO: Final[Mapping[str, str]] = {
    "phone": "电话|致电|电联|电访|来电|去电|通话|微信|企微|短信|qq|钉钉|飞书|邮件|邮箱|phone|call|wechat|sms|email|e-mail",
    "onsite": "上门|拜访|走访|面访|面谈|登门|实地|现场|当面|见面|到访|onsite|on-site|visit",
    "video": "视频|微信视频|视频电话|线上会议|网络会议|远程会议|腾讯会议|video|zoom|teams",
    EXECUTIVE: "高层|高管|executive",
    "survey": "问卷|调研|调查|survey|questionnaire",
    "campaign": "活动|沙龙|展会|campaign|event",
    "gift": "礼品|礼物|赠礼|gift",
    "proposal": "方案|proposal",
    "any": "任意|不限|均可|any",
}
#: Spaces within Chinese, which say nothing; those between English words do.
_GAP: Final = re.compile("(?<![a-z]) +| +(?![a-z])")


def channel_of(text: str, common: Common) -> str | None:
    """Return the id of the channel that a text names, None where it names none.

    Where several are named it is the first; but whatever names executives is theirs (`高层上门`).

    >>> from crmtool.rules.language.common import Channel
    >>> common = Common({"onsite": Channel("onsite", "上门"), "phone": Channel("phone", "电话")})
    >>> channel_of("登门拜访", common), channel_of("微信", common), channel_of("回访", common)
    ('onsite', 'phone', None)
    """
    named = channels_in(text, common)
    return EXECUTIVE if EXECUTIVE in named else named[0] if named else None


def channels_in(text: str, common: Common) -> tuple[str, ...]:
    """Return the ids of all channels that a text names, each once and in its order."""
    words, pattern = _words(tuple((key, channel.label) for key, channel in common.channels.items()))
    body = _GAP.sub("", normalise(text).casefold())
    found = (match[0] for match in pattern.finditer(body) if match[0])
    return tuple(dict.fromkeys(words.get(word) or words[word.removesuffix("s")] for word in found))


def channels_of(column: Any, common: Common) -> pa.Array:
    """Return the channel id of each text of a column (Arrow or Arrow-backed), null where it names none."""
    texts, codes = distinct_texts(column)
    known = pa.array([*(channel_of(text, common) for text in texts), None], pa.string())
    return known.take(pa.array(codes % len(known)))


@lru_cache(maxsize=8)
def _words(channels: tuple[tuple[str, str], ...]) -> tuple[dict[str, str], re.Pattern[str]]:
    """Return which word means which channel, and the pattern that finds the longest of them."""
    words = {word: key for key, _ in channels for word in _ALSO.get(key, key).split("|")}
    words |= {fold(key): key for key, _ in channels} | {fold(label): key for key, label in channels}
    longest_first = sorted(words, key=lambda word: (-len(word), word))
    return words, re.compile("|".join(map(_pattern, longest_first)))


def _pattern(word: str) -> str:
    """Return the pattern of a word; an English one stands alone, maybe in the plural: no `any` in `company`."""
    return rf"(?<![a-z]){re.escape(word)}s?(?![a-z])" if word.isascii() else re.escape(word)
