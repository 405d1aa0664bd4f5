"""Write into a workbook where it stands, part by part, cell by cell.

The public names of this room; how it is done is told in `update`.
"""

from crmtool.files.xlsx.in_place.asked import NewSheet, SheetUpdate, UpdateColumn, UpdateReport
from crmtool.files.xlsx.in_place.update import refuse_unwritable, update

__all__ = ["NewSheet", "SheetUpdate", "UpdateColumn", "UpdateReport", "refuse_unwritable", "update"]
