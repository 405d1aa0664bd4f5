"""From due visits to a plan: what stays of the earlier one, who takes over, and the order of it all."""
