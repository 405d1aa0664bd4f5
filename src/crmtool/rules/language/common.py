"""The vocabulary that all rule sets share: channels, festivals, the override's columns, default grading.

Loading is in `crmtool.rules.language.load`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

#: Working days by which a visit may be moved either way where its channel does not say.
DEFAULT_WINDOW: Final = 5


@dataclass(frozen=True, slots=True)
class Channel:
    """A way of contact; `via` are the channels whose labels are printed as 回访方式 instead of its own.

    `window` is the number of working days by which levelling may move a visit either way.
    """

    id: str
    label: str
    via: tuple[str, ...] = ()
    window: int = DEFAULT_WINDOW


@dataclass(frozen=True, slots=True)
class LockColumns:
    """The headers of a manual override: the tier it fixes, why, and until when."""

    tier: str = "等级锁定"
    reason: str = "锁定原因"
    until: str = "锁定至"


@dataclass(frozen=True)
class Common:
    """The file `common.yaml`. `grading` and `adjustment` are as written, for rule sets without theirs."""

    channels: Mapping[str, Channel]
    festivals: tuple[str, ...] = ()
    lock: LockColumns = LockColumns()
    grading: Mapping[str, Any] = field(default_factory=dict)
    adjustment: Mapping[str, Any] = field(default_factory=dict)

    def media(self, channel: str) -> str:
        """Return what is printed as 回访方式: `上门/视频会议` for a channel that goes through others."""
        entry = self.channels[channel]
        return "/".join(self.channels[via].label for via in entry.via) or entry.label
