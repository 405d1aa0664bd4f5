"""What the project says of itself is so: README commands, examples, docs pages, the wheel, the doctests."""

from __future__ import annotations

import doctest
import importlib
import importlib.util
import os
import pkgutil
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import crmtool
from crmtool.cli import main
from crmtool.jobs.rules import list_rules

ROOT = Path(__file__).parents[1]
READMES = [ROOT / "README.md", ROOT / "README.zh-CN.md"]
PAGES = [*READMES, ROOT / "examples" / "README.md", *sorted((ROOT / "docs").glob("*.md"))]


def script(name: str) -> ModuleType:
    """Import a script of `scripts/`."""
    spec = importlib.util.spec_from_file_location(name, ROOT / "scripts" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


def commands_in(page: Path) -> Iterator[str]:
    """Yield each `crmtool …` line or inline command that a page shows a reader, without its comment."""
    text = page.read_text(encoding="utf-8")
    for line in re.findall(r"^crmtool .*$", text, re.MULTILINE) + re.findall(r"`(crmtool [^`\n]+)`", text):
        yield re.split(r"\s+#", line)[0].strip()


def documented() -> list[Any]:
    return [
        pytest.param(line, id=f"{page.relative_to(ROOT)}: {line}")
        for page in PAGES
        for line in dict.fromkeys(commands_in(page))
        if page.name not in ("cli.md", "findings.md")  # made from the code; findings have {placeholders}
    ]


@pytest.mark.parametrize("line", documented())
def test_every_command_that_is_shown_is_one_that_crmtool_takes(line: str) -> None:
    words = shlex.split(line)[1:]
    if words and words[0] in ("--help", "--version"):
        return
    command, path = main.build("en"), []
    while getattr(command, "commands", None) and words:
        path.append(words.pop(0))
        assert path[-1] in command.commands, line
        command = command.commands[path[-1]]
    if words and "…" not in words:
        assert command.make_context(path[-1], words).command is command


def test_the_readmes_two_commands_are_one_line_each_and_the_same_in_both() -> None:
    found = [
        re.findall(r"^python3 -m venv .*$", page.read_text(encoding="utf-8"), re.MULTILINE)
        for page in READMES
    ]
    assert found[0] == found[1]
    classify, tests = found[0]
    assert re.search(r"&& \S*/crmtool classify examples/customers\.xlsx --as-of \d{4}-\d\d-\d\d$", classify)
    assert re.search(r"pip install --quiet --editable '\.\[test\]' && \S*/python -m pytest --quiet$", tests)


def test_ci_runs_the_command_of_the_readme() -> None:
    ci = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    (pattern,) = re.findall(r"grep -m1 -E '(.*?)' README\.md", ci)
    lines = [line for line in READMES[0].read_text(encoding="utf-8").splitlines() if re.search(pattern, line)]
    assert len(lines) == 1
    assert lines[0].endswith("pytest --quiet")
    assert os.access(ROOT / ".ci" / "run", os.X_OK)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_page_that_is_linked_is_there(page: Path) -> None:
    links = re.findall(r"\]\(([^)#:\s]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8"))
    assert [link for link in links if not (page.parent / link).exists()] == []


def test_every_exit_code_is_in_the_readmes() -> None:
    for page in READMES:
        table = re.findall(r"^\| (\d+) \|", page.read_text(encoding="utf-8"), re.MULTILINE)
        assert table == ["0", "1", "2", "3", "4", "70", "75"]


def test_every_shipped_rule_set_is_in_the_readmes_with_its_tiers() -> None:
    for page in READMES:
        text = page.read_text(encoding="utf-8")
        for listing in list_rules():
            (row,) = re.findall(rf"^\| `{listing.id}`.*\| (.*) \|$", text, re.MULTILINE)
            assert [tier.strip() for tier in row.split("·")] == list(listing.tiers)


def example_commands() -> list[str]:
    return [line for line in commands_in(ROOT / "examples" / "README.md") if "examples/" in line]


@pytest.mark.parametrize("line", example_commands())
def test_every_example_runs_as_its_page_says(
    line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(ROOT / "examples", tmp_path / "examples", ignore=shutil.ignore_patterns("*客户分级*"))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", shlex.split(line))
    with pytest.raises(SystemExit) as ended:
        main.run()
    assert ended.value.code == (1 if line.split()[1] == "check" else 0), capsys.readouterr().err


def test_there_is_a_line_for_every_example() -> None:
    ledgers = {path.name for path in (ROOT / "examples").glob("*.xlsx") if "客户分级" not in path.name}
    assert {Path(shlex.split(line)[2]).name for line in example_commands()} == ledgers


def parts(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as package:
        return {name: package.read(name) for name in package.namelist()}


def test_the_examples_are_what_their_script_builds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(ROOT / "scripts"))
    book, builder = script("example_book"), script("build_examples")
    monkeypatch.setattr(book, "EXAMPLES", tmp_path)
    for name in (
        "customers",
        "annual_plan",
        "four_dimensions",
        "value_risk",
        "value_potential",
        "messy",
        "visits",
    ):
        getattr(builder, name)()
    for built in tmp_path.glob("*.xlsx"):
        assert parts(built) == parts(ROOT / "examples" / built.name), built.name


def test_the_pages_made_from_the_code_are_current() -> None:
    builder = script("build_docs")
    stale = [
        name
        for name, page in builder.PAGES.items()
        if (builder.DOCS / name).read_text(encoding="utf-8") != page()
    ]
    assert stale == [], "run python scripts/build_docs.py"


def test_the_wheel_is_told_to_hold_rules_and_templates() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    wheel = project["tool"]["hatch"]["build"]["targets"]["wheel"]
    assert wheel["packages"] == ["src/crmtool"]
    assert wheel["force-include"] == {
        "rules": "crmtool/_shipped/rules",
        "templates": "crmtool/_shipped/templates",
    }
    assert project["project"]["scripts"] == {"crmtool": "crmtool.cli.main:run"}
    assert project["project"]["version"] == crmtool.__version__


@pytest.mark.slow
def test_the_wheel_works_from_any_folder(tmp_path: Path) -> None:
    source = tmp_path / "source"
    ignore = shutil.ignore_patterns(".*_cache", ".hypothesis", "__pycache__", ".git", "dist", ".venv*")
    shutil.copytree(ROOT, source, ignore=ignore)
    pip = [
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "--quiet",
        "--no-deps",
        "--wheel-dir",
        str(tmp_path),
        str(source),
    ]
    subprocess.run(pip, check=True, timeout=300)
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as package:
        names = set(package.namelist())
        package.extractall(tmp_path / "installed")
    for kind in ("rules", "templates"):
        shipped = {
            f"crmtool/_shipped/{kind}/{path.name}" for path in (ROOT / kind).iterdir() if path.is_file()
        }
        assert shipped <= names
    ledger = shutil.copy(ROOT / "examples" / "value_potential.xlsx", tmp_path)
    classify = ["classify", ledger, "--rules", "value_potential", "--as-of", "2024-03-01"]
    done = subprocess.run(
        [sys.executable, "-m", "crmtool.cli.main", *classify],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(tmp_path / "installed"), "LANG": "C.UTF-8"},
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "value_potential-客户分级-2024-03-01.xlsx").is_file()


def modules() -> list[str]:
    return [found.name for found in pkgutil.walk_packages(crmtool.__path__, "crmtool.")]


def test_every_doctest_holds() -> None:
    failed = {name: doctest.testmod(importlib.import_module(name)).failed for name in modules()}
    assert {name: count for name, count in failed.items() if count} == {}
    assert len(failed) > 100


def test_every_module_says_what_it_knows() -> None:
    found = [importlib.import_module(name) for name in modules()]
    assert [
        module.__name__ for module in found if not module.__doc__ and not hasattr(module, "__path__")
    ] == []
