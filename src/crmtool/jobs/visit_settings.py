"""What `crmtool.yaml` says of visits: its mistakes, each at its place, and what it comes to.

Reading the file is in `crmtool.jobs.settings`; its holidays are read in `crmtool.jobs.days.workdays`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from crmtool.config import Config
from crmtool.rules.language.common import Common
from crmtool.rules.language.nodes import MapNode, Mistakes, node_at, suggestion

if TYPE_CHECKING:
    from crmtool.visits.model import Caps

#: Caps that hold whatever the channel; every other key is a channel.
_SPANS: Final = ("day", "week")


def check_visits(config: Config, root: MapNode, mistakes: Mistakes) -> None:
    """Add a mistake for each cap, festival and manager of a file that cannot be meant."""
    _check_caps(root, mistakes)
    _check_festivals(config, root, mistakes)
    managers = root.get("managers")
    for owner, manager in managers.entries if isinstance(managers, MapNode) else ():
        name = config.managers.get(owner.text, "").strip()
        if not name:
            mistakes.add("expected-text", manager, key=owner.text)
        elif name == owner.text.strip():
            mistakes.add("own-manager", manager)


def _check_caps(root: MapNode, mistakes: Mistakes) -> None:
    caps = root.get("caps")
    keys = [key for key, _ in caps.entries] if isinstance(caps, MapNode) else []
    if all(key.text in _SPANS for key in keys):
        return
    from crmtool.jobs.vocabulary import vocabulary

    channels = vocabulary().channels
    known, labels = (*_SPANS, *channels), {channel.label: [key] for key, channel in channels.items()}
    for key in keys:
        if key.text not in known:
            mistakes.add("unknown-cap", key, **suggestion(key.text, known, labels))


def _check_festivals(config: Config, root: MapNode, mistakes: Mistakes) -> None:
    if not config.festivals:
        return
    from crmtool.visits.calendar.festivals import FESTIVAL_NAMES, read_festival

    for index, name in enumerate(config.festivals):
        if read_festival(name) is None:
            mistakes.add_unknown("unknown-festival", node_at(root, ["festivals", index]), FESTIVAL_NAMES)


def caps_of(config: Config) -> Caps:
    """Return how many visits a person can make, as `caps:` says."""
    from crmtool.visits.model import Caps

    channels = {key: cap for key, cap in config.caps.items() if key not in _SPANS}
    return Caps(config.caps.get("day"), config.caps.get("week"), channels)


def festivals_for(config: Config, common: Common) -> Sequence[str]:
    """Return the names of the festivals that are kept: those of `festivals:`, else the common vocabulary's.

    An empty list is none.
    """
    return config.festivals if "festivals" in config.model_fields_set else common.festivals
