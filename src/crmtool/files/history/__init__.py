"""The history: one SQLite file of what was decided when, what is planned, and what was reported."""

from crmtool.files.history.checking import Examined, examine
from crmtool.files.history.model import Run, RunInput, RunOutput
from crmtool.files.history.store import History

__all__ = ["Examined", "History", "Run", "RunInput", "RunOutput", "examine"]
