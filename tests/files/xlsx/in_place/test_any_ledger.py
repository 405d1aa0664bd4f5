"""Whatever a ledger looks like inside, afterwards another reader finds what was written and all else as it was."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st
from ledger_packages import ROWS, opened, package, sheet_xml, texts, updated

from crmtool.sheets import cell_name

LAST_ROW, LAST_COLUMN = 9, 5
TEXTS = st.one_of(
    st.none(), st.text("甲 &<>\"'=\n", min_size=1, max_size=4).filter(lambda text: "\r" not in text)
)


@dataclass(frozen=True)
class Ledger:
    """Cells by row and column, and how the sheet spells them."""

    cells: dict[tuple[int, int], int]
    has_places: bool
    has_numbers: bool
    gap: str

    @property
    def rows(self) -> list[int]:
        return sorted({row for row, _ in self.cells})

    @property
    def xml(self) -> str:
        made, known = [ROWS.partition("</row>")[0] + "</row>"], set(self.rows)
        for row in range(2, max(known) + 1):
            number = f' r="{row}"' if self.has_numbers else ""
            if row not in known:
                made.append(f"<row{number}/>")
                continue
            made.append(f"<row{number}>{self.gap}{self._row(row)}</row>{self.gap}")
        return "".join(made)

    def _row(self, row: int) -> str:
        filled = [column for column in range(1, LAST_COLUMN + 1) if (row, column) in self.cells]
        if self.has_places:
            spelt = [
                f'<c r="{cell_name(row, c)}" s="{c % 4}"><v>{self.cells[row, c]}</v></c>' for c in filled
            ]
        else:
            spelt = [
                f"<c><v>{self.cells[row, c]}</v></c>" if c in filled else "<c/>"
                for c in range(1, filled[-1] + 1)
            ]
        return self.gap.join(spelt)


@st.composite
def ledgers(draw: st.DrawFn) -> Ledger:
    places = st.tuples(st.integers(2, LAST_ROW), st.integers(1, LAST_COLUMN))
    cells = draw(st.dictionaries(places, st.integers(0, 99), min_size=1, max_size=25))
    return Ledger(cells, draw(st.booleans()), draw(st.booleans()), draw(st.sampled_from(["", "\n  "])))


@settings(max_examples=120)
@given(ledgers(), st.data())
def test_cells_are_where_they_were_asked_for_and_all_others_as_they_were(
    ledger: Ledger, data: st.DataObject
) -> None:
    rows = data.draw(st.lists(st.sampled_from(ledger.rows), min_size=1, unique=True).map(sorted))
    places = data.draw(
        st.lists(st.sampled_from([*range(1, LAST_COLUMN + 1), -1, -2]), min_size=1, max_size=4, unique=True)
    )
    expected: dict[str, Any] = {
        cell_name(row, column): value for (row, column), value in ledger.cells.items()
    }
    expected |= {"A1": "客户名称", "B1": "年消费额"}
    columns, new = [], LAST_COLUMN
    for place in places:
        values = data.draw(st.lists(TEXTS, min_size=len(rows), max_size=len(rows)))
        wanted = data.draw(st.lists(st.booleans(), min_size=len(rows), max_size=len(rows)))
        if place < 0:
            new += 1
            columns.append(texts(f"新{new}", *values))
            expected[cell_name(1, new)] = f"新{new}"
            wanted = [True] * len(rows)
        else:
            columns.append(texts(f"旧{place}", *values, column=place, mask=pa.array(wanted)))
        column = place if place > 0 else new
        for row, value, is_wanted in zip(rows, values, wanted, strict=True):
            if is_wanted:
                expected[cell_name(row, column)] = value
    made, _ = updated(package(sheet_xml(ledger.xml)), columns, rows=rows, edge=(1, LAST_COLUMN))
    found = {
        cell.coordinate: cell.value
        for row in opened(made).iter_rows()
        for cell in row
        if cell.value is not None
    }
    assert found == {name: value for name, value in expected.items() if value is not None}
