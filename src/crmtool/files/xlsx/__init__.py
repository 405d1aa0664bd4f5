"""Fill .xlsx templates as a stream and prove what was written.

The public names of this room; how a template is filled is told in `filling`.
"""

from crmtool.files.xlsx.check import check_workbook
from crmtool.files.xlsx.filling import FillReport, fill
from crmtool.files.xlsx.listing import markers
from crmtool.files.xlsx.markers import Marker

__all__ = ["FillReport", "Marker", "check_workbook", "fill", "markers"]
