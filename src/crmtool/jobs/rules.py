"""Looking at, trying and copying rule sets."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from crmtool.config import DEFAULT_RFM
from crmtool.errors import UsageError
from crmtool.files.resources import read_rules, rule_set_names
from crmtool.jobs.delivery import Written
from crmtool.jobs.request import Request
from crmtool.jobs.settings import digest_of_config, find_config, read_config
from crmtool.jobs.writing import write_new
from crmtool.rules.language.load import load_rfm, load_rule_set
from crmtool.rules.language.nodes import MapNode, TextNode
from crmtool.rules.language.scaffold import scaffold
from crmtool.rules.language.source import parse_yaml
from crmtool.rules.model import RuleSet
from crmtool.rules.rfm.model import RfmRules

if TYPE_CHECKING:
    from crmtool.rules.example_differences import Difference

RFM_SCHEMA = "crmtool.rfm/v1"
_ID = re.compile(r"[a-z][a-z0-9_]*")


@dataclass(frozen=True, slots=True)
class RuleListing:
    """A shipped rule set in a list."""

    id: str
    name: str
    version: str
    source: str
    tiers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TestResult:
    """One inline example: where it stands, and in what it differs from what it expects.

    `is_open`: nothing is expected of it yet, so that it neither passed nor failed.
    """

    rules: str
    name: str
    differences: tuple[Difference, ...]
    is_open: bool = False

    @property
    def passed(self) -> bool:
        """Tell whether everything came out as expected."""
        return not self.differences


@dataclass(frozen=True, slots=True)
class TestOutcome:
    """How all examples went."""

    results: tuple[TestResult, ...]

    @property
    def has_open(self) -> bool:
        """Tell whether an example expects nothing yet."""
        return any(result.is_open for result in self.results)

    @property
    def passed(self) -> bool:
        """Tell whether every example came out as expected."""
        return all(result.passed for result in self.results)


def load_named(name: str, folder: Path = Path()) -> RuleSet:
    """Load a shipped rule set by name, or a file; a relative file is looked for from `folder`.

    Raises `UsageError` for what is no rule set, RFM rules included.
    """
    text, shown = _read_from(name, folder)
    if _is_rfm(text, shown):
        raise UsageError.of("rfm-rules-for-tiers", file=shown)
    common, _ = read_rules("common")
    return load_rule_set(text, shown, common=common)


def load_rfm_rules(name: str = DEFAULT_RFM, folder: Path = Path()) -> RfmRules:
    """Load the shipped RFM rules, or a file of them; a relative file is looked for from `folder`."""
    return load_rfm(*_read_from(name, folder))


def configured_rfm_rules(request: Request) -> RfmRules:
    """Load the RFM rules that the config of a run names, else the shipped ones."""
    path = find_config(request.config, request.ledger)
    return load_rfm_rules(read_config(path).rfm, path.parent if path else Path())


def digests_of_rules(request: Request) -> dict[str, str]:
    """Return the sha256 of the rule set, the RFM rules, what they share, and crmtool.yaml ("" where there is none)."""
    path = find_config(request.config, request.ledger)
    config = read_config(path)
    folder = path.parent if path else Path()
    texts = {
        "rules": _read_from(request.rules or config.rules, Path() if request.rules else folder),
        "rfm": _read_from(config.rfm, folder),
        "common": read_rules("common"),
    }
    digests = {name: hashlib.sha256(text.encode()).hexdigest() for name, (text, _) in texts.items()}
    return {**digests, "config": digest_of_config(path)}


def holds_rfm_rules(name: str) -> bool:
    """Tell whether a rules file, or a shipped one, has the schema of RFM rules."""
    return _is_rfm(*read_rules(name))


def _is_rfm(text: str, shown: str) -> bool:
    # Reading YAML takes far longer than looking for a word.
    if RFM_SCHEMA not in text:
        return False
    root = parse_yaml(text, shown)
    schema = root.get("schema") if isinstance(root, MapNode) else None
    return isinstance(schema, TextNode) and schema.text == RFM_SCHEMA


def _read_from(name: str, folder: Path) -> tuple[str, str]:
    beside = folder / name
    return read_rules(str(beside) if beside.is_file() else name)


def list_rules() -> list[RuleListing]:
    """Return the shipped rule sets."""
    loaded = [load_named(name) for name in rule_set_names()]
    return [
        RuleListing(r.id, r.name, r.version, r.source, tuple(t.label for t in r.tiers.values()))
        for r in loaded
    ]


def test_rules(names: Sequence[str]) -> TestOutcome:
    """Run the inline examples of rule sets; all shipped ones and the RFM rules where none is named."""
    # Every command that judges loads rules by this module; only this one runs their examples.
    from crmtool.rules.examples import run_examples, run_rfm_examples

    results = []
    for name in names or [*rule_set_names(), "rfm"]:
        is_rfm = holds_rfm_rules(name)
        found = run_rfm_examples(load_rfm_rules(name)) if is_rfm else run_examples(load_named(name))
        results += [TestResult(name, r.name, tuple(r.differences), r.is_open) for r in found]
    return TestOutcome(tuple(results))


def new_rules(name: str, source: str, output: Path | None) -> list[Written]:
    """Write a copy of a rule set under a new id, comments kept; never over an existing file."""
    if not _ID.fullmatch(name):
        raise UsageError.of("bad-rules-name", value=name)
    text, _ = read_rules(source)
    return [write_new(output or Path(f"{name}.yaml"), scaffold(text, name).encode())]
