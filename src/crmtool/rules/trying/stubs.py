"""Examples to be filled in: customers whom no example tries, as lines of a rules file, without what is expected.

What is expected is for people to say: nothing here writes an expectation. Writing the file is left to `crmtool.jobs`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from crmtool.errors import Finding, UsageError
from crmtool.rules.language.nodes import ListNode, MapNode, Node, TextNode
from crmtool.rules.language.source import parse_yaml
from crmtool.rules.model import RuleSet
from crmtool.rules.proving.customers import Customer
from crmtool.rules.trying.coverage import Coverage, Tried

#: Stands in the names of stubs and in the line above each of them, to be looked for.
TODO = "TODO"
#: What goes in a name as it is; anything else is left out of it.
_PLAIN = re.compile(r"[^\w.×·（）() -]")


@dataclass(frozen=True, slots=True)
class Stub:
    """An example without an expectation: which customer, and what is untried of whom."""

    name: str
    about: str
    as_of: date
    given: Mapping[str, str]

    def line(self) -> str:
        """Return the example as one line of a rules file, without the dash; what is expected is left open."""
        given = ", ".join(f"{name}: {_quoted(text)}" for name, text in self.given.items())
        return f'{{name: {_quoted(self.name)}, as_of: "{self.as_of}", given: {{{given}}}, expect: {{}}}}'


def stub_of(tried: Tried, rule_set: RuleSet) -> Stub | None:
    """Return the stub of what no example tries; None where no customer is known."""
    if tried.customer is None:
        return None
    about = f"{_WORDS[tried.kind]} {_PLAIN.sub('', _label(tried, rule_set))}"
    return Stub(f"{TODO} {about}", about, tried.customer.as_of, shown_cells(tried.customer, rule_set))


def shown_cells(customer: Customer, rule_set: RuleSet) -> dict[str, str]:
    """Return the cells that matter to what a customer was found for, in the order of the file."""
    known = (*rule_set.fields, *rule_set.dimensions)
    cells = {name: customer.given[name] for name in known if name in customer.given}
    return {name: text for name, text in cells.items() if name in customer.about} or cells


def is_stubbed(tried: Tried, rule_set: RuleSet) -> bool:
    """Say whether the file has a stub, not filled in yet, of what no example tries."""
    stub = stub_of(tried, rule_set)
    names = {example.name for example in rule_set.examples if not example.expect}
    return stub is not None and stub.name in names


_WORDS = {"rule": "规则", "tier": "等级", "level": "级别", "region": "情形"}


def _label(tried: Tried, rule_set: RuleSet) -> str:
    if tried.kind == "tier":
        return rule_set.tiers[tried.id].label
    if tried.kind == "level":
        dimension = rule_set.dimensions[tried.id.partition(".")[0]]
        level = next(x for x in dimension.levels if x.id == tried.id.partition(".")[2])
        return f"{dimension.label} {level.label}"
    return tried.id


def stubs_for(covered: Coverage, rule_set: RuleSet) -> list[Stub]:
    """Return a stub for each rule and level that no example tries; a tier comes along with its rules.

    Customers that stand in the file already, with or without an expectation, are left out.
    """
    known = [(example.name, example.as_of, dict(example.given)) for example in rule_set.examples]
    names, cells = {name for name, _, _ in known}, [(day, given) for _, day, given in known]
    found: list[Stub] = []
    for each in covered.untried:
        stub = stub_of(each, rule_set) if each.kind in ("rule", "level") else None
        if stub is not None and stub.name not in names and (stub.as_of, stub.given) not in cells:
            cells.append((stub.as_of, dict(stub.given)))
            found.append(stub)
    return found


def with_stubs(text: str, file: str, stubs: Sequence[Stub]) -> str:
    """Return a rules file with stubs below its examples; everything else stays as it is, comments and line ends too.

    Raises `UsageError` where the examples stand in brackets on one line: there is no room for remarks there.
    """
    root = parse_yaml(text, file)
    assert isinstance(root, MapNode)  # the file was loaded
    end = "\r\n" if "\r\n" in text else "\n"
    examples, key = root.get("examples"), root.key("examples")
    if examples is None or key is None:
        gap = "" if not text or text.endswith("\n") else end
        return f"{text}{gap}examples:{end}{_lines(stubs, '  ', end)}"
    assert isinstance(examples, ListNode)
    if not examples.items:
        start, stop = key.place.end, examples.place.end
        after = text.find("\n", stop)
        rest = text[stop:] if after < 0 else text[stop:after]
        below = "" if after < 0 else text[after + 1 :]
        return f"{text[:start]}:{rest.rstrip()}{end}{_lines(stubs, '  ', end)}{below}"
    if text[examples.place.start] == "[":
        place = examples.place
        raise UsageError(Finding("examples-in-one-line", file=file, cell=f"{place.line}:{place.column}"))
    at = _line_end(text, _stop(text, examples))
    gap = "" if text[:at].endswith("\n") else end
    return f"{text[:at]}{gap}{_lines(stubs, ' ' * (examples.place.column - 1), end)}{text[at:]}"


def _lines(stubs: Iterable[Stub], indent: str, end: str) -> str:
    lines = []
    for stub in stubs:
        lines.append(
            f"{indent}# {TODO} 待填：{stub.about} 没有案例；填好 expect（应归入哪一等级）后把 {TODO} 去掉"
        )
        lines.append(f"{indent}- {stub.line()}")
    return "".join(line + end for line in lines)


def _stop(text: str, node: Node) -> int:
    """Return where a node really ends: a block's own mark lies behind the remarks that follow it."""
    is_block = not isinstance(node, TextNode) and text[node.place.start] not in "[{"
    if is_block and isinstance(node, MapNode) and node.entries:
        return _stop(text, node.entries[-1][1])
    if is_block and isinstance(node, ListNode) and node.items:
        return _stop(text, node.items[-1])
    return len(text[: node.place.end].rstrip())


def _line_end(text: str, at: int) -> int:
    after = text.find("\n", at)
    return len(text) if after < 0 else after + 1


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
