"""Decision diagrams: joint completions, what is impossible, and which variables make a difference."""

from __future__ import annotations

import pytest

from crmtool.errors import UsageError
from crmtool.rules.judging import completions
from crmtool.rules.judging.completions import Diagrams


def variable(diagrams: Diagrams, number: int) -> int:
    """The diagram whose value is the point that a variable stands at."""
    return diagrams.branch(number, [diagrams.end(point) for point in range(diagrams.sizes[number])])


def test_equal_functions_are_one_node_however_they_are_put_together() -> None:
    diagrams = Diagrams([2, 2])
    x, y = variable(diagrams, 0), variable(diagrams, 1)
    assert diagrams.combine(lambda a, b: a + b, x, y) == diagrams.combine(lambda a, b: b + a, y, x)
    assert diagrams.combine(lambda a: a * 0, x) == diagrams.end(0)


def test_true_and_one_are_different_values() -> None:
    diagrams = Diagrams([2])
    assert diagrams.end(True) != diagrams.end(1)


def test_values_are_those_of_the_allowed_points_only() -> None:
    diagrams = Diagrams([3, 3])
    total = diagrams.combine(lambda a, b: a + b, variable(diagrams, 0), variable(diagrams, 1))
    assert diagrams.values(total, {0: (0, 2), 1: (1,)}) == {1, 3}
    assert diagrams.values(total) == {0, 1, 2, 3, 4}


def test_a_variable_that_only_seems_to_matter_decides_nothing() -> None:
    diagrams = Diagrams([2, 2])
    x, y = variable(diagrams, 0), variable(diagrams, 1)
    both = diagrams.combine(lambda a, b: bool((a and b) or (a and not b)), x, y)  # that is: a
    points = {0: (0, 1), 1: (0, 1)}
    assert diagrams.deciding(diagrams.restrict(both, points), points) == {0}


def test_points_that_exclude_each_other_make_no_difference_alone() -> None:
    # Only (0, 0) and (1, 1) can be: neither variable can change while the other stays.
    diagrams = Diagrams([2, 2])
    x, y = variable(diagrams, 0), variable(diagrams, 1)
    tied = diagrams.combine(lambda a, b: a if a == b else completions.IMPOSSIBLE, x, y)
    points = {0: (0, 1), 1: (0, 1)}
    assert diagrams.values(tied, points) == {0, 1}
    assert diagrams.deciding(diagrams.restrict(tied, points), points) == frozenset()


def test_rules_that_tangle_beyond_all_measure_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(completions, "NODE_LIMIT", 4)
    with pytest.raises(UsageError) as caught:
        variable(Diagrams([9]), 0)
    assert [finding.code for finding in caught.value.findings] == ["rules-too-tangled"]
