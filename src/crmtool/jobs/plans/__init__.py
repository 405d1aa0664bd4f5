"""Plans on their way in and out: where the earlier one comes from, how one is made, what it comes to."""
