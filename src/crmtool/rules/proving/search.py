"""Searching for points of which a statement is true: narrow what must be, split what may be, until one is found.

Exact within its budget, which counts steps and not seconds, so that the same question always has the same
answer. What the points mean is left to `crmtool.rules.proving.space`.
"""

from __future__ import annotations

from collections.abc import Sequence

from crmtool.rules.proving.formulas import FALSE, TRUE, And, Formula, Lit, Or, Points, any_of, either, no

#: Steps for one question; a step looks at one choice. Rule sets that people write take hundreds, a second some 80,000.
BUDGET = 100_000
#: So many times the steps of one question are there for all questions about one rule set.
IN_ALL = 50


class OutOfBudgetError(Exception):
    """The question was given up before it had an answer."""


class Search:
    """Answers one question, or several that belong together; `left` are the steps that it may still take."""

    def __init__(self, budget: int = BUDGET) -> None:
        self.budget = self.left = budget

    @property
    def taken(self) -> int:
        """Return the steps taken."""
        return self.budget - max(self.left, 0)

    def first(self, formula: Formula, points: Sequence[Points]) -> list[Points] | None:
        """Return a box, the points each variable may stand at, all of which the statement is true of.

        None is a proof that there is no such point among those given. Raises `OutOfBudgetError`.
        """
        todo: list[tuple[list[Points], list[Or], list[Formula]]] = [(list(points), [], [formula])]
        while todo:
            box, choices, goals = todo.pop()
            open_ = self._narrow(box, choices, goals)
            if open_ is None:
                continue
            if not open_:
                return box
            place = min(range(len(open_)), key=lambda i: len(open_[i].parts))
            chosen, rest = open_[place], [*open_[:place], *open_[place + 1 :]]
            first, others = chosen.parts[0], either(*chosen.parts[1:])
            todo.append((list(box), rest, [no(first), others]))
            todo.append((box, rest, [first]))
        return None

    def _narrow(self, box: list[Points], open_: list[Or], goals: list[Formula]) -> list[Or] | None:
        """Narrow a box by what the goals leave no choice about; return the choices left, None where there is none.

        The choices that were open before are looked at again only where a variable they speak of was narrowed.
        """
        while True:
            changed, fresh = 0, list[Or]()
            while goals:
                goal = goals.pop()
                if isinstance(goal, Lit):
                    narrowed = box[goal.variable] & goal.points
                    if not narrowed:
                        return None
                    if narrowed != box[goal.variable]:
                        box[goal.variable] = narrowed
                        changed |= goal.spoken
                elif isinstance(goal, And):
                    goals.extend(goal.parts)
                else:
                    fresh.append(goal)
            if not changed and not fresh:
                return open_
            untouched = [choice for choice in open_ if not choice.spoken & changed]
            fresh += [choice for choice in open_ if choice.spoken & changed]
            open_ = untouched
            for choice in fresh:
                rest = self._rest(choice, box)
                if rest is FALSE:
                    return None
                if isinstance(rest, Or):
                    open_.append(rest)
                elif rest is not TRUE:
                    goals.append(rest)

    def _rest(self, choice: Or, box: Sequence[Points]) -> Formula:
        """Return what is left of a choice within a box: TRUE, FALSE, the only part left, or a choice."""
        self.left -= 1
        if self.left < 0:
            raise OutOfBudgetError
        kept: list[Formula] = []
        known: dict[int, bool | None] = {}
        for part in choice.parts:
            truth = _truth(part, box, known)
            if truth is True:
                return TRUE
            if truth is None:
                kept.append(part)
        if not kept:
            return FALSE
        return (
            kept[0] if len(kept) == 1 else choice if len(kept) == len(choice.parts) else any_of(tuple(kept))
        )


def _truth(formula: Formula, box: Sequence[Points], known: dict[int, bool | None]) -> bool | None:
    """Return what a statement is all over a box, None where it differs (or may); parts are shared."""
    if isinstance(formula, Lit):
        points = box[formula.variable]
        return True if not points & ~formula.points else None if points & formula.points else False
    if id(formula) in known:
        return known[id(formula)]
    is_and = isinstance(formula, And)
    result: bool | None = is_and
    for part in formula.parts:
        truth = _truth(part, box, known)
        if truth is not None and truth is not is_and:
            result = truth
            break
        if truth is None:
            result = None
    known[id(formula)] = result
    return result
