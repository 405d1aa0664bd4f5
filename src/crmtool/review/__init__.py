"""The review of a period: what was reached, who moved, and what is to be changed. Opens no file, reads no clock."""
