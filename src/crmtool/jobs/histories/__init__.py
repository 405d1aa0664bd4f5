"""Looking into the history, and carrying it from one file to another."""
