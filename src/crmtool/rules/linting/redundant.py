"""Finds what says nothing new: a test that the rest implies, an alternative that adds nobody, a rule nobody would miss.

What can never be is in `crmtool.rules.linting.contradictions`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from crmtool.rules.conditions import All, Any, Condition, Not
from crmtool.rules.linting.context import Context
from crmtool.rules.linting.contradictions import can_hold, is_met
from crmtool.rules.linting.model import LintFinding
from crmtool.rules.linting.places import Located, Statement
from crmtool.rules.model import Rule
from crmtool.rules.proving.formulas import FALSE, Formula, both, either, no
from crmtool.rules.proving.terms import Terms

Path = tuple[int, ...]


def redundant(context: Context) -> Iterator[LintFinding]:
    """Yield W02 and W09."""
    for statement in context.statements:
        if can_hold(context, statement):
            yield from _parts(context, statement)
    if context.rule_set.hit == "first":
        for place, rule in enumerate(context.rule_set.rules):
            yield from _rule(context, place, rule)


@dataclass(frozen=True, slots=True)
class _Part:
    where: Located
    path: Path
    is_alternative: bool


def _parts(context: Context, statement: Statement) -> Iterator[LintFinding]:
    """Leave out part after part, the outer and the last first, while the condition means the same without them."""
    kept = statement.when.condition
    for part in _inner(statement.when, ()):
        if _has_gone(kept, part.path):
            continue
        without = _without(kept, part.path)
        if part.is_alternative and not is_met(context, part.where):
            continue  # told as E01
        if without is None or _makes_a_difference(context, kept, without, part):
            continue
        kept = without
        sentence = "lint-weak-alternative" if part.is_alternative else "lint-redundant-test"
        quoted = context.quoted(part.where)
        yield context.finding(sentence, part.where.node, id=statement.id, when=quoted)


def _inner(where: Located, path: Path) -> Iterator[_Part]:
    places = range(len(where.parts) - 1, -1, -1)
    if len(where.parts) > 1:
        for index in places:
            yield _Part(where.parts[index], (*path, index), isinstance(where.condition, Any))
    for index in places:
        yield from _inner(where.parts[index], (*path, index))


#: Stands where a part was left out, so that the places of the others stay what they are.
_GONE: Condition = All(())


def _has_gone(condition: Condition, path: Path) -> bool:
    for index in path:
        if condition is _GONE:
            return True
        condition = condition.part if isinstance(condition, Not) else condition.parts[index]  # type: ignore[union-attr]
    return condition is _GONE


def _without(condition: Condition, path: Path) -> Condition | None:
    """Return the condition with the part at a path left out; None where it is the last of its kind."""
    if not path:
        return _GONE
    if isinstance(condition, Not):
        part = _without(condition.part, path[1:])
        return None if part is None else Not(part)
    assert isinstance(condition, All | Any)
    inner = _without(condition.parts[path[0]], path[1:])
    if inner is None:
        return None
    parts = (*condition.parts[: path[0]], inner, *condition.parts[path[0] + 1 :])
    if all(part is _GONE for part in parts):
        return None
    return type(condition)(parts)


def _clean(condition: Condition) -> Condition:
    """Return the condition without what was left out of it."""
    if isinstance(condition, Not):
        return Not(_clean(condition.part))
    if isinstance(condition, All | Any):
        parts = tuple(_clean(part) for part in condition.parts if part is not _GONE)
        return parts[0] if len(parts) == 1 else type(condition)(parts)
    return condition


def _makes_a_difference(context: Context, kept: Condition, without: Condition, part: _Part) -> bool:
    one, other = _clean(kept), _clean(without)

    def differs(terms: Terms) -> Formula:
        a, b = terms.holds(one), terms.holds(other)
        return either(both(a, no(b)), both(b, no(a)))

    code = "W09" if part.is_alternative else "W02"
    return context.is_there(differs, code, part.where.node, otherwise=True)


def _rule(context: Context, place: int, rule: Rule) -> Iterator[LintFinding]:
    """Yield a rule all of whose customers would get the same from the rules after it."""
    statement = context.statement("rule", rule.id)
    if not context.is_there(lambda t: t.decides(rule), "W02", statement.node, otherwise=False):
        return

    def misses(terms: Terms) -> Formula:
        same: Formula = FALSE
        before: list[Formula] = []
        for other in context.rule_set.rules[place + 1 :]:
            truths = terms.whole(other.when)
            if (other.tier, other.flag, other.origin) == (rule.tier, rule.flag, rule.origin):
                same = either(same, both(*before, truths.true))
            before.append(truths.false)
        return both(terms.decides(rule), no(same))

    if not context.is_there(misses, "W02", statement.node, otherwise=True):
        yield context.finding("lint-redundant-rule", statement.node, id=rule.id)
