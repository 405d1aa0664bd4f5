"""Where each owner's follow-up sheet goes: the names of sheets and files, and what of an earlier run is left there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from crmtool.errors import Finding
from crmtool.files.names import clean_file_name, clean_sheet_name, numbered
from crmtool.tables.visit_words import NO_OWNER
from crmtool.visits.reporting.sheets import OwnerSheet

TITLE = "跟进表"
_NO_VISITS = "无回访"


@dataclass(frozen=True)
class Handed:
    """One owner's visits, the name of their sheet, and the file that it stands in."""

    owner_sheet: OwnerSheet
    name: str
    path: Path


def placed(sheets: Sequence[OwnerSheet], target: Path, stamp: str, *, is_split: bool) -> tuple[Handed, ...]:
    """Return where each sheet goes: all into the file `target`, or each into a file of its own in that folder.

    Names are clean, and differ whatever the case; `stamp` is the month as files spell it.
    """
    owners = [sheet.owner or (NO_OWNER if len(sheet.visits) else _NO_VISITS) for sheet in sheets]
    titles: list[str] = []
    for owner in owners:
        titles.append(clean_sheet_name(owner, () if is_split else titles, otherwise=NO_OWNER))
    files = [target / name for name in _file_names(owners, stamp)] if is_split else [target] * len(owners)
    return tuple(Handed(*each) for each in zip(sheets, titles, files, strict=True))


def _file_names(owners: Sequence[str], stamp: str) -> list[str]:
    """Return a file name for each owner, all different whatever the case.

    >>> _file_names(["张三", "a/b", "a:b"], "2026-12")
    ['张三-跟进表-2026-12.xlsx', 'a_b-跟进表-2026-12.xlsx', 'a_b (2)-跟进表-2026-12.xlsx']
    """
    names: list[str] = []
    for owner in owners:
        names.append(numbered(partial(_file_name, owner, stamp), names))
    return names


def _file_name(owner: str, stamp: str, number: str) -> str:
    return clean_file_name(f"{owner}{number}-{TITLE}-{stamp}.xlsx")


def left_over(handed: Sequence[Handed], stamp: str) -> Iterator[Finding]:
    """Yield the sheets of the same month that lie in the folder and get no visits any more."""
    folder = handed[0].path.parent
    current = {each.path.name.casefold() for each in handed}
    if not folder.is_dir():
        return
    for path in sorted(folder.glob(f"*-{TITLE}-{stamp}.xlsx")):
        if path.name.casefold() not in current and not path.name.startswith(("~$", ".~")):
            yield Finding("sheet-left-over", file=str(path))
