"""How a run talks: results on stdout, messages and progress on stderr, in one language.

What is said comes from `crmtool.messages`; Rich is imported only when something is shown with it.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import typer

from crmtool.cli.language import language_of_run
from crmtool.errors import CrmtoolError, Finding, UsageError

if TYPE_CHECKING:
    from rich.console import Console, RenderableType
    from rich.progress import Progress, TaskID

    from crmtool.messages.model import Lang

_SHOWN_PER_CODE = 3
#: Findings on single cells of later days.
_OF_LATER_DAYS = frozenset({"order-after-as-of", "row-after-as-of", "cell-after-as-of"})
#: What they are told as, one for each column; its sentence holds how many there are.
_COUNTED = "days-after-as-of"


@dataclass
class Voice:
    """The options of talking of one run, and the two streams."""

    lang: Lang
    as_json: bool = False
    strict: bool = False
    quiet: bool = False
    verbose: bool = False
    _progress: Progress | None = None
    _task: TaskID | None = None

    @classmethod
    def of(cls, options: Mapping[str, Any]) -> Voice:
        """Build the voice from the options that every command shares."""
        asked = options["lang"]
        refuse_unknown_language(asked)
        lang = asked or language_of_run(sys.argv[1:], os.environ)
        return cls(lang, options["as_json"], options["strict"], options["quiet"], options["verbose"])

    def progress(self, label: str, done: int, total: int) -> None:
        """Show how far long work is, on a terminal only; `done` = `total` ends the bar."""
        if self.quiet or self.as_json or not sys.stderr.isatty():
            return
        from rich.progress import Progress

        from crmtool.messages import say

        if self._progress is None:
            self._progress = Progress(console=_console(sys.stderr), transient=True)
            self._progress.start()
            self._task = self._progress.add_task(say(label, self.lang), total=total)
        assert self._task is not None
        self._progress.update(self._task, description=say(label, self.lang), completed=done, total=total)

    def hush(self) -> None:
        """Take the progress bar away."""
        if self._progress is not None:
            self._progress.stop()
            self._progress = self._task = None

    def show(self, *renderables: RenderableType) -> None:
        """Print results on stdout, with Rich."""
        self.hush()
        if not self.quiet:
            console = _console(sys.stdout)
            for renderable in renderables:
                console.print(renderable)

    def document(self, document: Mapping[str, Any]) -> None:
        """Print one JSON document on stdout."""
        self.hush()
        text = json.dumps(document, ensure_ascii=False, indent=2, allow_nan=False)
        sys.stdout.buffer.write(text.encode("utf-8", "replace") + b"\n")
        sys.stdout.flush()

    def tell(self, findings: Iterable[Finding], *, is_result: bool = False, even_quiet: bool = False) -> None:
        """Print findings, grouped by code, the first few of each: on stdout where they are the result.

        With `even_quiet` they are told under `--quiet` too: of a run that nobody watches they are what there is to say.
        """
        self.hush()
        if (self.quiet and not even_quiet) or self.as_json:
            return
        told = tuple(findings) if self.verbose else tuple(_gathered(findings))
        for line in _grouped(told, self.lang, None if self.verbose else _SHOWN_PER_CODE):
            typer.echo(line, err=not is_result)

    def end(self, findings: Iterable[Finding], *, is_check: bool = False) -> None:
        """End the run: exit code 1 where there are findings above `info` and the command minds them."""
        from crmtool.messages import severity_of

        serious = any(severity_of(finding) != "info" for finding in _gathered(findings))
        if serious and (is_check or self.strict):
            raise typer.Exit(1)


def refuse_unknown_language(asked: str | None) -> None:
    """Raise `UsageError` where `--lang` names a language that crmtool does not speak."""
    if asked not in (None, "zh", "en"):
        raise UsageError.of("unknown-language", value=asked)


def _console(stream: Any) -> Console:
    from rich.console import Console

    return Console(file=stream, highlight=False, markup=False, soft_wrap=not stream.isatty())


def _gathered(findings: Iterable[Finding]) -> Iterable[Finding]:
    """Return findings with those on later days of one column as one, where the as-of day is past: nothing is amiss."""
    later: dict[tuple[str, str, str], Finding] = {}
    others = []
    for finding in findings:
        if finding.code not in _OF_LATER_DAYS or "is_past" not in finding.params:
            others.append(finding)
            continue
        place = (finding.file, finding.sheet, finding.column)
        known = later.get(place, replace(finding, code=_COUNTED, count=0))
        later[place] = replace(known, count=known.count + finding.count)
    return (*others, *later.values())


def _grouped(findings: tuple[Finding, ...], lang: Lang, shown: int | None) -> Iterable[str]:
    from crmtool.messages import help_of, say, severity_of

    by_code: dict[str, list[Finding]] = {}
    for finding in findings:
        by_code.setdefault(finding.code, []).append(finding)
    order = {"error": 0, "warning": 1, "info": 2}
    for group in sorted(by_code.values(), key=lambda group: order[severity_of(group[0])]):
        severity = say(f"severity-{severity_of(group[0])}", lang)
        for finding in group[:shown]:
            yield f"{severity} {_line(finding, lang)}"
        total = sum(1 if finding.code == _COUNTED else finding.count for finding in group)
        rest = total - len(group[:shown])
        if rest > 0:
            yield "  " + say("more-of-the-same" if shown else "not-listed", lang, count=rest)
        advice = help_of(group[0], lang)
        if advice:
            yield f"  {say('help', lang)}{advice}"


def _line(finding: Finding, lang: Lang) -> str:
    """Return place, sentence and code; a file alone is no place where the sentence names it."""
    from crmtool.messages import place_of, text_of

    text, place = text_of(finding, lang), place_of(finding)
    is_said = not place or (place == finding.file and place in text)
    return f"{text} [{finding.code}]" if is_said else f"{place}: {text} [{finding.code}]"


def say_error(error: CrmtoolError, lang: Lang, *, as_json: bool) -> None:
    """Print why a run ended without a result: one line each with code and remedy, or `crmtool.error/v1`."""
    from crmtool.messages import help_of, say

    if as_json:
        from crmtool.jobs.documents.parts import error_document

        text = json.dumps(error_document(error, lang), ensure_ascii=False, indent=2)
        sys.stdout.buffer.write(text.encode() + b"\n")
        return
    for finding in error.findings:
        typer.echo(_line(finding, lang), err=True)
        for extra in ("line_text", "caret"):
            if finding.params.get(extra):
                typer.echo(f"    {finding.params[extra]}", err=True)
        advice = help_of(finding, lang)
        if advice:
            typer.echo(f"  {say('help', lang)}{advice}", err=True)
