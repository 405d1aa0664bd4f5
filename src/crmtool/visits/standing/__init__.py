"""How customers stand on a day: on track, due, overdue, never visited; and how many due visits were made."""
