"""What a ledger's tiers come to as a cut of the rules moves, and where to put it for a wanted share."""
