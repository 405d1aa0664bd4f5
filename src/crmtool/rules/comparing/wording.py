"""Changes and moves in words, as the terminal, the workbook and documents say them.

The words themselves are in `crmtool.messages.rules_diff`.
"""

from __future__ import annotations

from collections.abc import Iterator

from crmtool.messages import Lang
from crmtool.rules.comparing.fieldwords import word
from crmtool.rules.comparing.model import Change, Comparison, Direction
from crmtool.rules.proving.boxwords import box_text, customer_text
from crmtool.rules.proving.differ import Difference


def change_name(change: Change, lang: Lang) -> str:
    """Return what a change is of: `高价值客户（hv） 年消费额线`; the section says the rest."""
    what = word(change.what, lang) if change.what else ""
    joint = " " if lang == "zh" and what and change.what not in ("line", "test") else ""
    return f"{change.name}{joint}{what}".strip()


def change_text(change: Change, lang: Lang) -> str:
    """Return a change in one line: `规则 高价值客户（hv） 年消费额线：10万元 → 12万元`."""
    named = f"{word(change.section, lang)} {change_name(change, lang)}".strip()
    colon = "：" if lang == "zh" else ": "
    if change.way == "changed":
        nothing = word("nothing", lang)
        return f"{named}{colon}{change.before or nothing} → {change.after or nothing}"
    return f"{named}{colon}{change.before or change.after}"


def move_word(direction: Direction, lang: Lang) -> str:
    """Return which way a move goes."""
    return word("level-move" if direction == "level" else direction, lang)


def kinds_of(move: Difference, lang: Lang) -> Iterator[tuple[str, str]]:
    """Yield each kind of customers who make a move, in words, and one of them; a last one where there are more."""
    region = move.region
    if region is None:
        yield word("not-proved", lang), ""
        return
    rule_set = region.day.space.rule_set
    for box in region.boxes:
        yield box_text(region, box, lang), customer_text(box.example, rule_set, lang)
    if not region.boxes and move.example is not None:
        yield word("no-region", lang), customer_text(move.example, rule_set, lang)
    elif not region.is_whole:
        yield word("more", lang), ""


def tier_word(comparison: Comparison, tier: str, lang: Lang, *, is_old: bool) -> str:
    """Return a tier's label in its own version, or that there is none."""
    return comparison.tier_label(tier, is_old=is_old) or word("none", lang)
