"""Every completion of what is unknown, at once: functions of several variables as shared decision diagrams.

A diagram asks its variables in one fixed order, one branch for each point a variable can stand at, and ends
in values; equal parts are one node, so twenty unknown fields cost no more than the distinctions that matter.
What the variables and the values mean is left to `crmtool.rules.judging.outcomes`.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import Final

from crmtool.errors import UsageError

#: A value that stands for "this completion cannot be".
IMPOSSIBLE: Final = "impossible"
#: More nodes than this are no rule set that a person wrote: some 100 MB, some seconds.
NODE_LIMIT = 500_000

Node = int


class Diagrams:
    """A store of reduced ordered decision diagrams over variables 0 … n − 1, asked in that order.

    In a reduced diagram a variable that occurs makes a difference for some values of the others, so the
    variables that occur are exactly those that can change the result (Bryant 1986, for many-valued
    variables).
    """

    def __init__(self, sizes: Sequence[int]) -> None:
        self.sizes = tuple(sizes)
        self._nodes: list[tuple[int, tuple[Node, ...]]] = []  # variable, children; for an end: (n, ())
        self._values: dict[Node, Hashable] = {}
        self._ends: dict[Hashable, Node] = {}
        self._known: dict[tuple[int, tuple[Node, ...]], Node] = {}

    def end(self, value: Hashable) -> Node:
        """Return the diagram that is `value` everywhere."""
        key = (type(value), value)  # True and 1 are two values
        if key not in self._ends:
            self._ends[key] = self._add(len(self.sizes), ())
            self._values[self._ends[key]] = value
        return self._ends[key]

    def branch(self, variable: int, children: Sequence[Node]) -> Node:
        """Return the diagram that asks `variable` and goes on with the child of the point it stands at."""
        kept = tuple(children)
        if all(child == kept[0] for child in kept):
            return kept[0]
        key = (variable, kept)
        if key not in self._known:
            self._known[key] = self._add(*key)
        return self._known[key]

    def _add(self, variable: int, children: tuple[Node, ...]) -> Node:
        if len(self._nodes) >= NODE_LIMIT:
            raise UsageError.of("rules-too-tangled", limit=NODE_LIMIT)
        self._nodes.append((variable, children))
        return len(self._nodes) - 1

    def variable_of(self, node: Node) -> int:
        """Return the variable that a node asks; the number of variables for an end."""
        return self._nodes[node][0]

    def combine(self, function: Callable[..., Hashable], *nodes: Node) -> Node:
        """Return the diagram of `function` applied to the values of the given diagrams, point by point."""
        memo: dict[tuple[Node, ...], Node] = {}
        last = len(self.sizes)

        def go(parts: tuple[Node, ...]) -> Node:
            if parts in memo:
                return memo[parts]
            top = min(self._nodes[part][0] for part in parts)
            if top == last:
                result = self.end(function(*(self._values[part] for part in parts)))
            else:
                result = self.branch(
                    top,
                    [
                        go(tuple(self.child(part, top, point) for part in parts))
                        for point in range(self.sizes[top])
                    ],
                )
            memo[parts] = result
            return result

        return go(nodes)

    def child(self, node: Node, variable: int, point: int) -> Node:
        """Return the rest of a diagram once `variable` (not below its top) stands at `point`."""
        top, children = self._nodes[node]
        return children[point] if top == variable else node

    def restrict(self, node: Node, points: Mapping[int, Sequence[int]]) -> Node:
        """Return the diagram with each variable held to the points it may stand at.

        A variable with one point is gone; one with several keeps its other points as `IMPOSSIBLE`, unless all
        its points lead to the same: then it is gone too.
        """
        memo: dict[Node, Node] = {}
        impossible = self.end(IMPOSSIBLE)

        def go(part: Node) -> Node:
            variable, children = self._nodes[part]
            if not children:
                return part
            if part not in memo:
                allowed = points[variable]
                rest = {point: go(children[point]) for point in allowed}
                if len(set(rest.values())) == 1:
                    memo[part] = rest[allowed[0]]
                else:
                    full = [rest.get(point, impossible) for point in range(self.sizes[variable])]
                    memo[part] = self.branch(variable, full)
            return memo[part]

        return go(node)

    def values(self, node: Node, points: Mapping[int, Sequence[int]] | None = None) -> frozenset[Hashable]:
        """Return every value a diagram can have, with each variable at one of its given points (or any)."""
        seen: set[Node] = set()
        found: set[Hashable] = set()
        todo = [node]
        while todo:
            part = todo.pop()
            if part in seen:
                continue
            seen.add(part)
            variable, children = self._nodes[part]
            if not children:
                found.add(self._values[part])
            elif points is None:
                todo.extend(children)
            else:
                todo.extend(children[point] for point in points[variable])
        return frozenset(found - {IMPOSSIBLE})

    def least_costs(self, node: Node, costs: Mapping[int, Mapping[int, int]]) -> Mapping[Hashable, int]:
        """Return every value that a diagram can have and the least that its points cost together.

        `costs` has for each variable the points that it may stand at and what each costs; a variable that the diagram
        does not ask costs nothing.
        """
        memo: dict[Node, dict[Hashable, int]] = {}

        def go(part: Node) -> dict[Hashable, int]:
            if part not in memo:
                variable, children = self._nodes[part]
                found: dict[Hashable, int] = {} if children else {self._values[part]: 0}
                for point, cost in costs[variable].items() if children else ():
                    for value, further in go(children[point]).items():
                        found[value] = min(cost + further, found.get(value, cost + further))
                memo[part] = found
            return memo[part]

        return {value: cost for value, cost in go(node).items() if value != IMPOSSIBLE}

    def support(self, node: Node) -> frozenset[int]:
        """Return the variables that occur in a diagram."""
        seen: set[Node] = set()
        found: set[int] = set()
        todo = [node]
        while todo:
            part = todo.pop()
            if part not in seen:
                seen.add(part)
                variable, children = self._nodes[part]
                if children:
                    found.add(variable)
                    todo.extend(children)
        return frozenset(found)

    def deciding(self, node: Node, points: Mapping[int, Sequence[int]]) -> frozenset[int]:
        """Return the variables that can change the value of a restricted diagram.

        A variable can if two possible completions that differ in nothing else have different values.
        """
        return frozenset(v for v in self.support(node) if self._can_change(node, v, points[v]))

    def _can_change(self, node: Node, variable: int, allowed: Sequence[int]) -> bool:
        cofactors = sorted({self._fix(node, variable, point) for point in allowed})
        memo: dict[tuple[Node, Node], bool] = {}
        return any(self._differ(a, b, memo) for i, a in enumerate(cofactors) for b in cofactors[:i])

    def _fix(self, node: Node, variable: int, point: int) -> Node:
        every = {v: range(size) for v, size in enumerate(self.sizes)}
        memo: dict[Node, Node] = {}

        def go(part: Node) -> Node:
            top, children = self._nodes[part]
            if top > variable:
                return part
            if top == variable:
                return children[point]
            if part not in memo:
                memo[part] = self.branch(top, [go(children[p]) for p in every[top]])
            return memo[part]

        return go(node)

    def _differ(self, a: Node, b: Node, memo: dict[tuple[Node, Node], bool]) -> bool:
        """Say whether two diagrams have different values somewhere where both are possible."""
        impossible = self.end(IMPOSSIBLE)
        if a == b or impossible in (a, b):
            return False
        if (a, b) not in memo:
            top = min(self._nodes[a][0], self._nodes[b][0])
            memo[a, b] = top == len(self.sizes) or any(
                self._differ(self.child(a, top, point), self.child(b, top, point), memo)
                for point in range(self.sizes[top])
            )
        return memo[a, b]
