"""Writing into the user's own ledger: what goes where, and the ledger replaced whole."""
