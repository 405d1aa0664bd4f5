"""What is handed out to be filled in, and what comes back: whose visit each row reports, and what it changes."""
