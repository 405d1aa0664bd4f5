"""Two versions of a rule set beside each other: what is written differently, and whom that moves."""
