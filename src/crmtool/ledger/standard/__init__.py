"""The data dictionary: the standard fields of every kind of sheet, and what well-known systems call them."""
