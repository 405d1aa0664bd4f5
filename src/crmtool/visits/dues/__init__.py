"""Which visits are due when: every line of every cadence, all its customers at once."""
