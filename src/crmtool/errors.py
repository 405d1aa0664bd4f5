"""What can be wrong: a `Finding` is a value, a `CrmtoolError` ends the command.

Neither holds a sentence: `crmtool.messages` turns a code and its parameters into words.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing a person should look at, with the place to go to.

    `file` is the name as the user gave it, `sheet` and `cell` (A1 style) are empty where the finding is
    about a whole file or sheet. `column` is the user's own header. `value` is what stands there, as text.
    `params` fill the message's pattern beyond these. `count` is above 1 where one finding stands for
    several places of the same kind, of which the given one is the first.
    """

    code: str
    file: str = ""
    sheet: str = ""
    cell: str = ""
    column: str = ""
    value: str = ""
    params: Mapping[str, str] = field(default_factory=dict)
    count: int = 1

    def at(self, *, file: str | None = None, sheet: str | None = None) -> Finding:
        """Return the finding with its file or sheet filled in by someone who knows them."""
        return replace(self, file=file or self.file, sheet=sheet or self.sheet)


class CrmtoolError(Exception):
    """End the command with findings to print and an exit code; the root of all errors crmtool raises."""

    exit_code: ClassVar[int] = 70

    def __init__(self, *findings: Finding) -> None:
        super().__init__("; ".join(finding.code for finding in findings))
        self.findings: tuple[Finding, ...] = findings

    @classmethod
    def of(
        cls, code: str, *, file: str = "", sheet: str = "", cell: str = "", **params: object
    ) -> CrmtoolError:
        """Build the error from one code and the parameters of its message."""
        texts = {key: str(value) for key, value in params.items()}
        return cls(Finding(code, file=file, sheet=sheet, cell=cell, params=texts))

    @classmethod
    def all(cls, findings: Iterable[Finding]) -> CrmtoolError:
        """Build the error from several findings, e.g. all mistakes of one rules file."""
        return cls(*findings)


class UsageError(CrmtoolError):
    """The command line, `crmtool.yaml` or a rules file is wrong."""

    exit_code = 2


class InputError(CrmtoolError):
    """An input cannot be used at all: corrupt, encrypted, over the limits, or no ledger in it."""

    exit_code = 3


class OutputError(CrmtoolError):
    """An output was not written; what was there before is still there, whole."""

    exit_code = 4


class BusyError(CrmtoolError):
    """Another run or a spreadsheet program holds the file; the same command may work later."""

    exit_code = 75
