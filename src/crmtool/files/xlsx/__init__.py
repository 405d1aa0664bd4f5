"""Fill .xlsx templates, write into workbooks that are there, and prove what was written.

The public names of this room; how a template is filled is told in `filling`, how a workbook is written into in
`in_place`.
"""

from crmtool.files.xlsx.check import check_workbook
from crmtool.files.xlsx.filling import FillReport, fill
from crmtool.files.xlsx.in_place import (
    NewSheet,
    SheetUpdate,
    UpdateColumn,
    UpdateReport,
    refuse_unwritable,
    update,
)
from crmtool.files.xlsx.listing import markers
from crmtool.files.xlsx.markers import Marker

__all__ = [
    "FillReport",
    "Marker",
    "NewSheet",
    "SheetUpdate",
    "UpdateColumn",
    "UpdateReport",
    "check_workbook",
    "fill",
    "markers",
    "refuse_unwritable",
    "update",
]
