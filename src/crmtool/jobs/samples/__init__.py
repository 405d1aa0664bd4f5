"""A made-up ledger of three customers, and what follows from it, to try templates on without a file."""
