"""Puts the review workbook together: the tables and single values of all its sheets.

Each sheet's rows are made in its own module; the template says how they look.
"""

from __future__ import annotations

from crmtool.content import Content
from crmtool.review.model import Review
from crmtool.tables.classification import Judged


def content(judged: Judged, review: Review) -> Content:
    """Return what fills the template `review.xlsx`."""
    raise NotImplementedError
