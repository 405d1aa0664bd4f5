"""Sorts what sheets say into what is new, what was recorded already, what corrects a record and what contradicts it.

Whose visits the rows are was found by `crmtool.visits.reporting.matching`; when two reports agree is told by
`crmtool.visits.reporting.agreeing`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from crmtool.errors import Finding
from crmtool.ledger.rows.masks import Mask, true
from crmtool.visits.model import OUTCOME_LABELS, REPORT_COLUMNS
from crmtool.visits.reading.records import FIELDS
from crmtool.visits.reporting.agreeing import (
    adds,
    as_one,
    contents,
    corrected,
    corrected_cells,
    difference,
    gainsays,
    is_same_attempt,
    visit_keys,
)
from crmtool.visits.reporting.filled import FILLED_COLUMNS, Filled, shown

#: Two reports of a visit that contradict each other: where both stand, and in what they differ.
CONFLICT_COLUMNS: Final[Mapping[str, pa.DataType]] = {
    **{name: REPORT_COLUMNS[name] for name in ("visit_id", "customer_id", "name")},
    **dict.fromkeys(("source", "other", "differs_in", "value", "other_value"), pa.string()),
    "is_recorded": pa.bool_(),
}
#: A cell (`column` of a report) of the record in whose place a sheet's comes: where both stand, and what they say.
CORRECTION_COLUMNS: Final[Mapping[str, pa.DataType]] = {
    **{name: REPORT_COLUMNS[name] for name in ("visit_id", "customer_id", "name")},
    **dict.fromkeys(("source", "other", "column", "header", "before", "after"), pa.string()),
}


class Sorting:
    """Sorts the rows of sheets into new ones, known ones and those at odds, visit by visit."""

    def __init__(self, filled: Filled, chosen: Any, recorded: pa.Table, correctable: Mask) -> None:
        """Sort the chosen rows; `correctable` are the recorded reports in whose place those of sheets may come."""
        self._filled, self._recorded, self._correctable = filled, recorded, correctable
        self.conflicts: list[dict[str, Any]] = []
        self.corrections: list[dict[str, Any]] = []
        self.replaced: list[dict[str, Any]] = []
        self.findings: list[Finding] = []
        rows = filled.rows.take(pa.array(chosen, pa.int64()))
        self._rows, self._chosen = rows, chosen
        keys, said = visit_keys(rows), contents(rows)
        whole = pc.binary_join_element_wise(keys, said, "\x1e")
        first = ~_repeated(whole)
        recorded_keys = visit_keys(recorded)
        recorded_whole = pc.binary_join_element_wise(recorded_keys, contents(recorded), "\x1e")
        is_known = true(pc.is_in(whole, recorded_whole)) | ~first
        others = self._others(recorded_keys, keys, rows)
        is_known &= ~self._is_disputed(others, is_known)
        counts = keys.filter(pa.array(~is_known)).value_counts()
        crowded = counts.field("values").filter(pc.greater(counts.field("counts"), 1))
        is_busy = (
            true(pc.is_in(keys, crowded)) | np.array([bool(each) for each in others], bool)
        ) & ~is_known
        self._is_known = is_known
        self._taken: list[dict[str, Any]] = []
        self._alone = np.flatnonzero(~is_known & ~is_busy)
        self._settle(np.flatnonzero(is_busy).tolist(), keys, others)

    def _is_disputed(self, others: Sequence[tuple[int, ...]], is_known: Mask) -> Mask:
        """Return the known rows that another recorded report contradicts which may be corrected.

        That is what a correction leaves that was written into the ledger and did not come to the history.
        """
        mask = np.zeros(len(others), bool)
        if self._correctable.any():
            for at in np.flatnonzero(is_known & [len(each) > 1 for each in others]).tolist():
                report = self._rows.slice(at, 1).to_pylist()[0]
                rivals = (
                    self._recorded.slice(p, 1).to_pylist()[0] for p in others[at] if self._correctable[p]
                )
                mask[at] = any(difference(report, each) is not None for each in rivals)
        return mask

    def _others(self, recorded_keys: pa.Array, keys: pa.Array, rows: pa.Table) -> list[tuple[int, ...]]:
        """Return for each row the recorded reports of its visit, those without an id by customer, day and channel."""
        nameless = pc.is_null(self._recorded["visit_id"])
        by_day = visit_keys(rows, by_id=False)
        wanted = pc.is_in(recorded_keys, pa.concat_arrays([keys, by_day]))
        places: dict[str, list[int]] = defaultdict(list)
        for place in np.flatnonzero(true(wanted)).tolist():
            places[recorded_keys[place].as_py()].append(place)
        if not places:
            return [()] * len(rows)
        loose = set(np.flatnonzero(true(nameless)).tolist())
        return [
            tuple(dict.fromkeys([*places.get(key, ()), *(p for p in places.get(day, ()) if p in loose)]))
            for key, day in zip(keys.to_pylist(), by_day.to_pylist(), strict=True)
        ]

    def _settle(self, busy: list[int], keys: pa.Array, others: list[tuple[int, ...]]) -> None:
        groups: dict[str, list[int]] = defaultdict(list)
        for at in busy:
            groups[keys[at].as_py()].append(at)
        witnesses = self._witnesses(groups.keys(), keys) if self._correctable.any() else {}
        for key, members in groups.items():
            known = sorted({place for at in members for place in others[at]})
            recorded = {place: self._recorded.slice(place, 1).to_pylist()[0] for place in known}
            self._settle_visit(members, recorded, witnesses.get(key, ()))

    def _witnesses(self, busy: Collection[str], keys: pa.Array) -> dict[str, list[dict[str, Any]]]:
        """Return the rows that say of busy visits what is recorded already."""
        found: dict[str, list[dict[str, Any]]] = defaultdict(list)
        is_busy = true(pc.is_in(keys, pa.array(list(busy), pa.string())))
        for at in np.flatnonzero(is_busy & self._is_known).tolist():
            found[keys[at].as_py()].append(self._rows.slice(at, 1).to_pylist()[0])
        return found

    def _settle_visit(
        self, members: list[int], recorded: dict[int, dict[str, Any]], witnesses: Sequence[dict[str, Any]]
    ) -> None:
        """Settle the rows of one visit, given what is recorded of it and what other rows affirm of that."""
        reports = {at: self._rows.slice(at, 1).to_pylist()[0] for at in members}
        corrects = {at: self._corrected_by(report, recorded) for at, report in reports.items()}
        at_odds = self._at_odds(reports, recorded, corrects, witnesses)
        standing = [
            each
            for place, each in recorded.items()
            if not any(place in corrects[at] for at in members if at not in at_odds)
        ]
        apart: list[dict[str, Any]] = []
        for at in sorted(members, key=lambda at: str(reports[at]["source"])):
            if at in at_odds:
                continue
            replaced = [recorded[place] for place in corrects[at]]
            report = corrected(reports[at], replaced)
            if (
                not replaced
                and not adds(report, standing)
                and any(is_same_attempt(report, each) for each in standing)
            ):
                self._is_known[at] = True
                continue
            same = next((n for n, each in enumerate(apart) if is_same_attempt(report, each)), None)
            if same is None:
                apart.append(report)
            else:
                apart[same] = as_one([apart[same], report])
            self._correct(at, apart[-1 if same is None else same], replaced)
        self._taken += apart

    def _corrected_by(self, report: dict[str, Any], recorded: Mapping[int, dict[str, Any]]) -> list[int]:
        """Return the recorded reports in whose place a report comes."""
        return [
            place
            for place, each in recorded.items()
            if self._correctable[place] and gainsays(report, each) is not None
        ]

    def _at_odds(
        self,
        reports: Mapping[int, dict[str, Any]],
        recorded: Mapping[int, dict[str, Any]],
        corrects: Mapping[int, list[int]],
        witnesses: Sequence[dict[str, Any]],
    ) -> set[int]:
        """Return the rows that contradict what is recorded and may not be corrected, or what another row says."""
        at_odds: set[int] = set()
        for turn, (at, report) in enumerate(reports.items()):
            fixed = [each for place, each in recorded.items() if place not in corrects[at]]
            found: list[tuple[dict[str, Any], str | None, int | None]] = [
                (each, difference(report, each), None) for each in fixed
            ]
            others = list(reports)[turn + 1 :]
            found += [(reports[other], self._clash(at, other, reports, corrects), other) for other in others]
            if corrects[at]:
                found += [(each, gainsays(report, each), at) for each in witnesses]
            for rival, column, other in found:
                if column is not None:
                    self._tell(at, report, rival, column, is_recorded=other is None)
                    at_odds |= {at} if other is None else {at, other}
        return at_odds

    def _clash(
        self, at: int, other: int, reports: Mapping[int, dict[str, Any]], corrects: Mapping[int, list[int]]
    ) -> str | None:
        """Return the column in which two rows contradict each other; two ways of correcting one report do."""
        column = difference(reports[at], reports[other])
        is_one = set(corrects[at]) & set(corrects[other])
        if column is None and is_one and not is_same_attempt(reports[at], reports[other]):
            return "outcome"
        return column

    def _correct(self, at: int, report: dict[str, Any], replaced: Sequence[dict[str, Any]]) -> None:
        """Note which recorded reports a new one takes the place of, and which cells that changes."""
        columns = self._filled.columns[report["file"], report["sheet"]]
        for each in replaced:
            self.replaced.append({**each, "replaced_by": report["source"]})
            for name in corrected_cells(report, each):
                header = columns.get(FIELDS[name])
                self.corrections.append(
                    {key: report[key] for key in ("visit_id", "customer_id", "name", "source")}
                    | {"other": each["source"], "column": name, "header": header.header if header else name}
                    | {"before": shown(each[name]), "after": shown(report[name])}
                )

    def _tell(
        self, at: int, report: Mapping[str, Any], rival: Mapping[str, Any], column: str, *, is_recorded: bool
    ) -> None:
        value, other = (shown(each[column]) for each in (report, rival))
        self.conflicts.append(
            {name: report[name] for name in ("visit_id", "customer_id", "name", "source")}
            | {"other": rival["source"], "differs_in": column, "value": value, "other_value": other}
            | {"is_recorded": is_recorded}
        )
        code = "report-differs-from-record" if is_recorded else "report-conflict"
        # Told in the words of the sheet, where a person is going to look.
        if column == "outcome":
            value, other = (OUTCOME_LABELS.get(text, text) for text in (value, other))
        params = {"other": str(rival["source"] or ""), "theirs": other, "name": str(report["name"] or "")}
        field = FIELDS[column]
        self.findings.append(
            self._filled.finding(code, int(self._chosen[at]), field, "date", value=value, params=params)
        )

    def new(self) -> pa.Table:
        """Return the rows that are to be recorded, by customer, day and what they say."""
        taken = pa.Table.from_pylist(self._taken, schema=pa.schema(list(FILLED_COLUMNS.items())))
        rows = pa.concat_tables([self._rows.take(pa.array(self._alone)).cast(taken.schema), taken])
        ranks = pa.table(
            {
                "key": rows["customer_key"],
                "day": rows["done_on"],
                "id": rows["visit_id"],
                "all": contents(rows),
            }
        )
        order = [("key", "ascending"), ("day", "ascending"), ("id", "ascending"), ("all", "ascending")]
        return rows.take(pc.sort_indices(ranks, sort_keys=order)).combine_chunks()

    def known(self) -> pa.Table:
        """Return the rows that are recorded already, or stand on another sheet too."""
        return self._rows.filter(pa.array(self._is_known))


def _repeated(texts: pa.Array) -> Mask:
    """Return which texts stand further up already."""
    codes = np.asarray(texts.dictionary_encode().indices)
    mask = np.ones(len(codes), dtype=bool)
    mask[np.unique(codes, return_index=True)[1]] = False
    return mask
