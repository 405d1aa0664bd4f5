"""What a comparison of two rule sets says: what is written differently, and which kinds of customers move.

Whom it moves in a ledger is left to `crmtool.jobs.rules_diff`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from crmtool.errors import Finding
from crmtool.rules.model import RuleSet
from crmtool.rules.proving.differ import Difference

#: What a change can do. `tiers`: what it moves is proved. `reading` (what cells are read to, what an empty one means, what a
#: figure is counted from) and `tags` change how customers are judged beside that. `told`: texts, what follows from a tier.
Effect = Literal["tiers", "reading", "tags", "told"]

#: From a tier to a better or worse rank, to one of the same, to one of another scale, to none, or from none.
Direction = Literal["up", "down", "level", "other", "lost", "gained"]


@dataclass(frozen=True, slots=True)
class Change:
    """Something that is written differently, in words of one language.

    `section` and `what` are keys of `messages.rules_diff.WORDS` (`what` is empty for a whole entry), `name` is what people
    call the entry. `before` is empty where it was not there, `after` where it is there no more.
    """

    section: str
    id: str
    name: str
    what: str
    before: str
    after: str
    effect: Effect

    @property
    def way(self) -> Literal["added", "removed", "changed"]:
        """Return whether the entry is new, gone, or says something else."""
        if self.what:
            return "changed"
        return "added" if not self.before else "removed"


@dataclass(frozen=True)
class Comparison:
    """Two versions: what is written differently (in one language), and every move from tier to tier that is possible.

    `findings` say why moves could not be worked out, where that is so; there are none then.
    """

    old: RuleSet
    new: RuleSet
    changes: tuple[Change, ...]
    moves: tuple[Difference, ...]
    findings: tuple[Finding, ...] = ()

    @property
    def differs(self) -> bool:
        """Say whether the two judge differently, or may: texts and what follows from a tier do not count."""
        is_judged = any(change.effect in ("reading", "tags") for change in self.changes)
        return bool(self.moves or self.findings) or is_judged

    def tier_label(self, tier: str, *, is_old: bool) -> str:
        """Return the label of a tier in its own version; empty for none."""
        tiers = (self.old if is_old else self.new).tiers
        return tiers[tier].label if tier in tiers else ""

    def direction(self, before: str, after: str) -> Direction:
        """Return which way a move goes, by the ranks of the new version where it knows both tiers, else of the old one."""
        if not before or not after:
            return "gained" if after else "lost"
        known = next((r.tiers for r in (self.new, self.old) if before in r.tiers and after in r.tiers), None)
        if known is None:
            return "other"
        by = known[before].rank - known[after].rank
        return "up" if by > 0 else "down" if by < 0 else "level"
