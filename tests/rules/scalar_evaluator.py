"""An independent evaluator of the shipped rule files: one customer at a time, straight from the YAML.

It shares no code with crmtool: own parsing of figures, own date arithmetic, brute-force completions. Values
are plain: money in yuan (Fraction), counts and numbers Fraction, percent Fraction, ages as days (date),
texts.
"""

from __future__ import annotations

import calendar
import itertools
import re
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

import yaml

RULES = Path(__file__).resolve().parents[2] / "rules"
NAMES = ("annual_value", "annual_plan", "value_risk", "four_dimensions", "value_potential")

EMPTY, UNREADABLE, NEVER = "<empty>", "<unreadable>", "<never>"
FAILS, IGNORED = "<fails>", "<ignored>"


def load(name: str) -> dict[str, Any]:
    return yaml.safe_load((RULES / f"{name}.yaml").read_text(encoding="utf-8"))


def months_before(day: date, months: int) -> date:
    year, month = day.year, day.month - months
    while month < 1:
        year, month = year - 1, month + 12
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def span_before(text: str, as_of: date) -> date:
    number, unit = re.fullmatch(r"(\d*)(个月|年|季度|半年|周|天)", text.strip()).groups()
    count = int(number or 1)
    if unit in ("周", "天"):
        return as_of - timedelta(days=count * (7 if unit == "周" else 1))
    return months_before(as_of, count * {"个月": 1, "季度": 3, "半年": 6, "年": 12}[unit])


def figure(text: str) -> Fraction:
    text = str(text).strip()
    match = re.fullmatch(r"(-?[\d.]+)\s*(万元|元|万|%|次|人|单)?", text)
    number, unit = match.groups()
    scale = {"万元": 10_000, "万": 10_000, "%": Fraction(1, 100)}.get(unit, 1)
    return Fraction(number) * scale


@dataclass
class Scalar:
    """One rules file on one as-of date, for a ledger with these absent columns."""

    name: str
    as_of: date
    absent: frozenset[str] = frozenset()
    level_columns: frozenset[str] = frozenset()
    rules: dict[str, Any] = field(init=False)

    def __post_init__(self) -> None:
        self.rules = load(self.name)
        self.fields = self.rules["fields"]
        self.dimensions = self.rules.get("dimensions", {})

    # -- figures and tests ---------------------------------------------------------------------------------

    def param(self, text: str) -> str:
        return self.rules["params"][text[1:]]["value"] if text.startswith("$") else text

    def cut(self, text: str, kind: str) -> Any:
        text = self.param(text.strip())
        return span_before(text, self.as_of) if kind == "age" else figure(text)

    def cuts(self, test: Any, kind: str) -> list[Any]:
        """The figures that a test mentions, for finding values around them."""
        if not isinstance(test, str):
            return []
        if "within" in test:
            return [span_before(self.param(test.split("within")[1].strip()), self.as_of), self.as_of]
        if test[0] in "[(":
            return [self.cut(end, kind) for end in test[1:-1].split(",")]
        return [self.cut(test.lstrip("<>= "), kind)]

    def passes(self, test: Any, value: Any, kind: str) -> bool:
        if value is FAILS:
            return False
        if isinstance(test, list):
            return any(t in value for t in test) if kind == "contains" else value in test
        if test == "present":
            return value is not EMPTY
        if "within" in test:
            start = span_before(self.param(test.split("within")[1].strip()), self.as_of)
            inside = value is not NEVER and start <= value <= self.as_of
            return not inside if test.startswith("not") else inside
        if test[0] in "[(":
            low, high = test[1:-1].split(",")
            signs = ((">=" if test[0] == "[" else ">"), ("<=" if test[-1] == "]" else "<"))
            return all(self.compare(s, t, value, kind) for s, t in zip(signs, (low, high), strict=True))
        sign = re.match(r"[<>]=?", test).group()
        return self.compare(sign, test[len(sign) :], value, kind)

    def compare(self, sign: str, text: str, value: Any, kind: str) -> bool:
        if value is NEVER:
            return "<" in sign
        cut = self.cut(text, kind)
        if kind == "age":  # older is an earlier day
            value, cut = -value.toordinal(), -cut.toordinal()
        return {">=": value >= cut, ">": value > cut, "<=": value <= cut, "<": value < cut}[sign]

    def kind(self, name: str) -> str:
        entry = self.fields[name]
        return "contains" if entry.get("match") == "contains" else entry["type"]

    # -- conditions over known values: True, False, None (ignored) -----------------------------------------

    def applies(self, when: dict[str, Any], values: dict[str, Any]) -> bool:
        """A whole condition; where every one of its tests is ignored it does not apply."""
        names = list(self.names([when]))
        if all(values.get(name) is IGNORED for name in names):
            return False
        return bool(self.holds(when, values))

    def holds(self, when: dict[str, Any], values: dict[str, Any]) -> bool | None:
        return self.joined([self.entry(key, test, values) for key, test in when.items()], all)

    def joined(self, parts: list[bool | None], how: Any) -> bool | None:
        if len(parts) == 1:
            return parts[0]
        told = [part for part in parts if part is not None]
        return how(told) if told else how is all

    def entry(self, key: str, test: Any, values: dict[str, Any]) -> bool | None:
        if key in ("all", "any"):
            return self.joined([self.holds(part, values) for part in test], all if key == "all" else any)
        if key in self.dimensions:
            return self.level(key, values) in test
        if values[key] is IGNORED:
            return None
        return self.passes(test, values[key], self.kind(key))

    def level(self, dimension: str, values: dict[str, Any]) -> str | None:
        given = values.get(f"level:{dimension}")
        if given:
            return given
        for level in self.dimensions[dimension]["levels"]:
            if self.applies(level["when"], values):
                return level["id"]
        return None

    # -- tiers ---------------------------------------------------------------------------------------------

    def told(self, dimension: str) -> bool:
        if dimension in self.level_columns:
            return True
        names = set(self.names(level["when"] for level in self.dimensions[dimension]["levels"]))
        return all(self.told(n) if n in self.dimensions else n not in self.absent for n in names)

    def names(self, whens: Any) -> Any:
        for when in whens:
            for key, test in when.items():
                if key in ("all", "any"):
                    yield from self.names(test)
                else:
                    yield key

    def tier(self, values: dict[str, Any]) -> str | None:
        matrix = self.rules.get("matrix")
        if matrix:
            row, col = self.level(matrix["rows"], values), self.level(matrix["cols"], values)
            return matrix["cells"][row][col]
        values = dict(values)
        for name, score in self.rules.get("scores", {}).items():
            points = []
            for dimension in score["mean"]:
                entry = self.dimensions[dimension]
                if entry.get("absent") == "leave_out" and not self.told(dimension):
                    continue
                level = self.level(dimension, values)
                points += [x["points"] for x in entry["levels"] if x["id"] == level]
            values[name] = Fraction(sum(points), len(points))
        for rule in self.rules["rules"]:
            scores = self.rules.get("scores", {})
            own = {k: v for k, v in rule["when"].items() if k in scores}
            if own:
                if all(self.passes(t, values[k], "number") for k, t in own.items()):
                    return rule["tier"]
            elif self.applies(rule["when"], values):
                return rule["tier"]
        return None

    # -- what is unknown -----------------------------------------------------------------------------------

    def policy(self, name: str) -> Any:
        entry = self.fields[name]
        missing = entry.get("missing", "unknown")
        return entry.get("absent", missing) if name in self.absent else missing

    def settle(self, policy: Any, given: dict[str, Any], name: str) -> Any:
        """The value that a policy gives, or EMPTY where it stays unknown."""
        if isinstance(policy, list):
            for branch in policy:
                if "otherwise" in branch:
                    return self.settle(branch["otherwise"], given, name)
                truths = {
                    self.applies(branch["when"], values)
                    for values in self.completions(self.names([branch["when"]]), given)
                }
                if truths == {True}:
                    return self.settle({"as": branch["as"]}, given, name)
                if truths != {False}:
                    return EMPTY
        if isinstance(policy, dict):
            kind = self.kind(name)
            return self.cut(policy["as"], kind) if kind in ("age", "money", "count") else policy["as"]
        words = {"zero": Fraction(0), "never": NEVER, "fails": FAILS, "ignore": IGNORED, "unknown": EMPTY}
        return words[policy]

    def choices(self, name: str, given: dict[str, Any]) -> list[Any]:
        """Every value worth trying for one field of one customer."""
        value = given.get(name, EMPTY)
        if self.kind(name) == "text":
            return [value] if value is not UNREADABLE else [EMPTY, "x"]
        if value is EMPTY:
            value = self.settle(self.policy(name), given, name)
        if value not in (EMPTY, UNREADABLE):
            return [value]
        never = [NEVER] if self.fields[name].get("missing") == "never" else []
        return self.samples(name) + never

    def samples(self, name: str) -> list[Any]:
        """Values on, just below and just above every cut of a field, and between them."""
        entry, kind = self.fields[name], self.kind(name)
        if kind == "enum":
            return [*entry["values"], *(["其他"] if entry.get("open") else [])]
        if kind == "contains":
            values = entry["values"]
            return [
                "+".join(some) or "无"
                for n in range(len(values) + 1)
                for some in itertools.combinations(values, n)
            ]
        cuts = sorted({cut for test in self.tests(name) for cut in self.cuts(test, kind)})
        return [value for cut in cuts for value in self.around(cut, name)]

    def around(self, cut: Any, name: str) -> list[Any]:
        """Just below, on and just above a cut, as far as the field can have such values."""
        entry, kind = self.fields[name], self.kind(name)
        if kind == "age":
            return [d for n in (-1, 0, 1) if (d := cut + timedelta(days=n)) <= self.as_of]
        step = {"money": Fraction(1, 100), "count": Fraction(1), "percent": Fraction(1, 10_000)}.get(
            kind, Fraction(1, 100)
        )
        low = figure(entry["min"]) if "min" in entry else None
        high = figure(entry["max"]) if "max" in entry else None
        found = [cut + n * step for n in (-1, 0, 1)]
        return [v for v in found if (low is None or v >= low) and (high is None or v <= high)]

    def tests(self, name: str) -> list[Any]:
        """Every test on a field, anywhere in the file; linked ages share their cuts."""
        found: list[Any] = []
        linked = {name, *(x for a in self.rules.get("assume", []) if name in a["le"] for x in a["le"])}

        def walk(node: Any) -> None:
            if isinstance(node, list):
                for part in node:
                    walk(part)
            elif isinstance(node, dict):
                for key, value in node.items():
                    if key in linked and (
                        isinstance(value, str)
                        or (isinstance(value, list) and value and isinstance(value[0], str))
                    ):
                        found.append(value)
                    else:
                        walk(value)

        walk([self.rules.get("rules", []), self.dimensions, self.rules.get("tags", [])])
        return found

    def completions(self, names: Any, given: dict[str, Any]) -> list[dict[str, Any]]:
        needed = [n for n in dict.fromkeys(names) if n in self.fields]
        known = {k: v for k, v in given.items() if k.startswith("level:")}
        tables = [self.choices(name, given) for name in needed]
        found = []
        for combination in itertools.product(*tables):
            values = dict(zip(needed, combination, strict=True))
            if all(self.allows(a["le"], values, given) for a in self.rules.get("assume", [])):
                found.append({**known, **values})
        return found

    def allows(self, pair: list[str], values: dict[str, Any], given: dict[str, Any]) -> bool:
        a, b = (values.get(name) for name in pair)
        unknown = [given.get(name, EMPTY) in (EMPTY, UNREADABLE) for name in pair]
        if not any(unknown) or not isinstance(a, date) or not isinstance(b, date):
            return True
        return a >= b  # the younger age is the later day

    def deciding(self) -> list[str]:
        """The fields that decide tiers, through dimensions too."""
        whens = [rule["when"] for rule in self.rules.get("rules", [])]
        whens += [level["when"] for d in self.dimensions.values() for level in d["levels"]]
        return [n for n in dict.fromkeys(self.names(whens)) if n in self.fields]

    def judge(self, given: dict[str, Any]) -> tuple[set[str | None], set[str]]:
        """The tiers possible, and the fields that can change the tier, by trying everything."""
        names = self.deciding()
        found = [(values, self.tier(values)) for values in self.completions(names, given)]
        tiers = {tier for _, tier in found}
        missing = set()
        if len(tiers) > 1:
            for name in names:
                others: dict[tuple[Any, ...], set[str | None]] = {}
                for values, tier in found:
                    others.setdefault(tuple(str(v) for n, v in values.items() if n != name), set()).add(tier)
                if any(len(group) > 1 for group in others.values()):
                    missing.add(name)
        return tiers, missing

    def tag(self, when: dict[str, Any], given: dict[str, Any]) -> bool | None:
        found = {self.applies(when, values) for values in self.completions(self.names([when]), given)}
        return next(iter(found)) if len(found) == 1 else None
