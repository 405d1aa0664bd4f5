"""Findings about a rule set that can be loaded: what it leaves open, says twice, or says oddly."""
