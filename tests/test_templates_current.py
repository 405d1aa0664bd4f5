"""The committed templates are what the script makes, and are fit to be filled and shipped."""

from __future__ import annotations

import importlib
import re
import sys
import zipfile
from pathlib import Path

import pytest

from crmtool.ledger.headers.texts import normalise
from crmtool.ledger.standard.dictionary import CUSTOMERS

ROOT = Path(__file__).resolve().parents[1]
TEMPLATES = sorted((ROOT / "templates").glob("*.xlsx"))


def parts(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as package:
        return {name: package.read(name) for name in package.namelist()}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("templates")
    sys.path.insert(0, str(ROOT / "scripts"))
    try:
        importlib.import_module("build_templates").build_all(folder)
    finally:
        sys.path.pop(0)
    return folder


def test_the_script_makes_exactly_the_committed_templates(built: Path) -> None:
    assert sorted(path.name for path in built.iterdir()) == [path.name for path in TEMPLATES]
    for path in TEMPLATES:
        assert parts(built / path.name) == parts(path), f"{path.name}: run scripts/build_templates.py"


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.stem)
def test_templates_hold_no_formulas_and_name_crmtool_as_their_creator(path: Path) -> None:
    inside = parts(path)
    assert b"<dc:creator>crmtool</dc:creator>" in inside["docProps/core.xml"]
    for name, content in inside.items():
        if name.startswith("xl/worksheets/"):
            assert not re.search(rb"<f[ >]", content), name


def test_the_ledgers_headers_are_all_known_fields(built: Path) -> None:
    from ledger_columns import LEDGERS

    known = {normalise(name).full_key for field in CUSTOMERS for name in field.names}
    for rule_set, ledger in LEDGERS.items():
        headers = [wanted.header for wanted in ledger.columns]
        unknown = [header for header in headers if normalise(header).full_key not in known]
        assert not unknown, rule_set
        assert len(set(headers)) == len(headers), rule_set
