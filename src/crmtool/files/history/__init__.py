"""The history: one SQLite file of what was decided when, what is planned, and what was reported."""

from crmtool.files.history.model import Run, RunInput, RunOutput
from crmtool.files.history.store import History

__all__ = ["History", "Run", "RunInput", "RunOutput"]
