"""Who is to be visited when: cadences become due visits, due visits become a plan, reports come back to it."""
