"""From a ledger to cases: what its cells say, else what its sheets count."""
