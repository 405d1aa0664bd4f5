"""Which days there are: working days, festivals, the lunar calendar, windows; in whole columns, of no customer."""
