"""Build the pages of `docs/` that come from the code: cli, findings, fields.

`python scripts/build_docs.py` writes them; `--check` writes nothing and fails where one is out of date.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

from crmtool.cli.main import build
from crmtool.ledger.standard.dictionary import FIELDS, ROLES
from crmtool.messages import CATALOG

DOCS = Path(__file__).parents[1] / "docs"
NOTE = "<!-- Made by scripts/build_docs.py; edit the code, not this page. -->"


def _commands(command: Any, path: str) -> Iterator[tuple[str, Any]]:
    yield path, command
    for name, child in getattr(command, "commands", {}).items():
        yield from _commands(child, f"{path} {name}")


def _help(path: str, lang: str) -> str:
    words = path.split()
    shown = io.StringIO()
    with redirect_stdout(shown):
        build(lang).main([*words[1:], "--help"], standalone_mode=False, obj=lang, prog_name=words[0])  # type: ignore[arg-type]
    return "\n".join(line.rstrip() for line in shown.getvalue().splitlines()).strip()


def cli_page() -> str:
    """Return the help of every command in both languages."""
    parts = [NOTE, "# Commands", "The help of each command, in English and in Chinese."]
    for path, _ in _commands(build("en"), "crmtool"):
        parts += [f"## {path}", f"```text\n{_help(path, 'en')}\n```", f"```text\n{_help(path, 'zh')}\n```"]
    return "\n\n".join(parts) + "\n"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def findings_page() -> str:
    """Return every finding code with its words."""
    parts = [
        NOTE,
        "# Findings",
        "Every problem has a stable code. Words in braces are filled in.",
        "| code | severity | 中文 | English | 建议 | what to do |\n|---|---|---|---|---|---|",
    ]
    rows = [
        f"| `{code}` | {m.severity} | "
        + " | ".join(_cell(t) for t in (m.zh, m.en, m.help_zh, m.help_en))
        + " |"
        for code, m in sorted(CATALOG.items())
    ]
    return "\n\n".join(parts) + "\n" + "\n".join(rows) + "\n"


def fields_page() -> str:
    """Return the data dictionary: every field that is everyone's, with the headers that mean it."""
    parts = [
        NOTE,
        "# Fields",
        "Headers that crmtool knows in every ledger. A rule set adds its own (see the file, or `crmtool rules show`).",
    ]
    for role in ROLES:
        rows = [
            f"| `{f.id}` | {f.label} | {f.label_en} | {f.kind} | {_cell('、'.join(f.synonyms))} |"
            for f in FIELDS[role]
        ]
        head = "| field | 表头 | English | kind | also called |\n|---|---|---|---|---|"
        parts += [f"## {role}", head + "\n" + "\n".join(rows)]
    return "\n\n".join(parts) + "\n"


PAGES = {"cli.md": cli_page, "findings.md": findings_page, "fields.md": fields_page}


def main(arguments: list[str]) -> int:
    """Write the pages, or check them; return the exit code."""
    stale = []
    for name, page in PAGES.items():
        path, text = DOCS / name, page()
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            stale.append(name)
            if "--check" not in arguments:
                path.write_text(text, encoding="utf-8")
    print(
        "fresh"
        if not stale
        else f"{'out of date' if '--check' in arguments else 'written'}: {', '.join(stale)}"
    )
    return 1 if stale and "--check" in arguments else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
