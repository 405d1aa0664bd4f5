"""What a ledger tells about visits: channels, own rhythms, birthdays, known days, visits on record."""
