"""The words of 审批结果 are those that the page on the review lists."""

from __future__ import annotations

import re
from pathlib import Path

import pyarrow as pa
import pytest

from crmtool.review.adjusting.reading import _VERDICTS, verdicts_of

PAGE = (Path(__file__).parents[2] / "docs" / "review.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("verdict", ["approved", "rejected", "undecided"])
def test_the_page_lists_the_words_of_each_verdict(verdict: str) -> None:
    (line,) = re.findall(rf"^\| {verdict} \| (.*) \|$", PAGE, re.MULTILINE)
    words = [word for word in line.replace("an empty cell", "").split() if word != "·"]
    assert verdicts_of(pa.array(words)).to_pylist() == [verdict] * len(words)
    assert sorted(words) == sorted(word for word, means in _VERDICTS.items() if means == verdict)


def test_case_blanks_and_a_full_stop_do_not_count() -> None:
    typed = pa.array(["OK", " 通 过 。", "Ok!", "原则上同意"])
    assert verdicts_of(typed).to_pylist() == ["approved", "approved", "approved", None]
