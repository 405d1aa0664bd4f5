"""Trying a rule set out: cases at its cuts, what its examples leave untried, stubs of examples to fill in."""
