"""What becomes of a workbook when columns are added to it: kept, or refused with a code; each found out once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from xml.parsers.expat import ExpatError

from added_columns import Added, add_columns, may_change
from areas import area_differences, column_differences
from canonical import package_differences, sheet_differences
from growth import book_differences, style_differences, table_differences
from packages import contents_of, related
from xlsxwriter_books import build

from crmtool.errors import CrmtoolError

#: What may reach over the new columns where it was about the whole ledger; `areas` holds what it must keep.
PLACES = {"cols", "autoFilter@ref", "conditionalFormatting@sqref"}
SHARED = Path(__file__).resolve().parents[3] / "shared" / "data" / "workbooks"
REAL = sorted(path for path in SHARED.glob("*/*") if path.suffix.lower() in (".xlsx", ".xlsm"))


@dataclass(frozen=True)
class Outcome:
    """`refused` are the codes of a refusal, `lost` the differences that should not be, `is_foreign` tells of a
    package that none of the independent readers here takes apart, `is_empty` of one without any rows."""

    refused: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()
    is_foreign: bool = False
    is_empty: bool = False

    @property
    def is_kept(self) -> bool:
        """Tell whether columns were added and nothing else was changed."""
        return self == Outcome()


@cache
def of_feature(name: str) -> Outcome:
    """Return what becomes of a generated workbook."""
    return _outcome(build(name))


@cache
def of_real(path: Path) -> Outcome:
    """Return what becomes of somebody's workbook."""
    return _outcome(path.read_bytes())


def _outcome(before: bytes) -> Outcome:
    try:
        added = add_columns(before)
    except CrmtoolError as error:
        return Outcome(refused=tuple(finding.code for finding in error.findings))
    except (ValueError, KeyError, IndexError, AssertionError, StopIteration, SyntaxError, ExpatError):
        return Outcome(is_foreign=True)
    if added is None:
        return Outcome(is_empty=True)
    return Outcome(lost=tuple(differences(before, added)))


def differences(before: bytes, added: Added) -> list[str]:
    """Return what differs and was not to."""
    old, new = contents_of(before), contents_of(added.data)
    changed = may_change(old, added.part)
    told = package_differences(before, added.data, changed=changed)
    told += sheet_differences(old[added.part], new[added.part], cells=added.cells, places=PLACES)
    told += area_differences(old[added.part], new[added.part])
    told += column_differences(old[added.part], new[added.part], range(added.column, added.column + 3))
    for part in changed:
        if part in related(old, _relations(added.part), "table"):
            told += table_differences(old[part], new[part])
        elif part.endswith("styles.xml"):
            told += style_differences(old[part], new[part])
        elif part != added.part:
            told += book_differences(old[part], new[part])
    return told


def _relations(part: str) -> str:
    folder, _, file = part.rpartition("/")
    return f"{folder}/_rels/{file}.rels"


def counted(outcomes: Iterable[Outcome]) -> dict[str, int]:
    """Count outcomes: kept, refused, and those of packages that were no use here."""
    found = list(outcomes)
    return {
        "kept": sum(each.is_kept for each in found),
        "refused": sum(bool(each.refused) for each in found),
        "damaged": sum(each.is_foreign for each in found),
        "empty": sum(each.is_empty for each in found),
        "lost": sum(bool(each.lost) for each in found),
    }
