"""Who moved between two days, by what, and who stands near a line."""
