"""Which sheet of a workbook is what, and which column is which field."""
