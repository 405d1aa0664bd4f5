"""The page of what is kept and what is refused says what the corpus shows."""

from __future__ import annotations

import os
from pathlib import Path

from outcomes import REAL, of_feature, of_real
from page import GROUPS, REFUSALS, page, real_page
from xlsxwriter_books import BOOKS

PAGE = Path(__file__).parents[2] / "docs" / "workbooks.md"


def test_every_feature_is_in_one_group() -> None:
    words = [word for words in GROUPS.values() for word in words]
    assert len(words) == len(set(words))
    assert {name.split("-")[0] for name in BOOKS} == set(words)


def test_every_refusal_of_the_corpus_is_on_the_page() -> None:
    codes = {code for name in BOOKS for code in of_feature(name).refused}
    codes |= {code for path in REAL for code in of_real(path).refused}
    # These two tell of packages that cannot even be read.
    assert codes <= {*REFUSALS, "damaged-package", "lying-part-size", "broken-package", "not-a-workbook"}


def test_the_page_is_current() -> None:
    made = page(sorted(BOOKS), of_feature)
    if REAL:
        made += "\n" + real_page(REAL, of_real)
    if os.environ.get("CRMTOOL_WRITE_PAGES") == "1":
        PAGE.write_text(made, encoding="utf-8")
    # Without the real workbooks beside the checkout only the first part can be compared.
    assert PAGE.read_text(encoding="utf-8").startswith(made)
