"""From verdicts to decisions: given tiers, locks, and what to print for the undecided."""
