"""Makes an output table that holds only texts, from its rows."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import pyarrow as pa

from crmtool.content import OutTable, TableColumn


def text_table(
    name: str, headers: Mapping[str, str], rows: Sequence[Sequence[str]], wide: Collection[str] = ()
) -> OutTable:
    """Return a table of texts: `headers` by column id, each row in their order; an empty text is an empty cell."""
    cells = zip(*rows, strict=True) if rows else ((),) * len(headers)
    return OutTable(
        name,
        [
            TableColumn(
                key,
                header,
                pa.array([text or None for text in texts], pa.string()),
                "wide" if key in wide else "text",
            )
            for (key, header), texts in zip(headers.items(), cells, strict=True)
        ],
    )
