"""From cases to verdicts: cells, and every completion of what is unknown."""
