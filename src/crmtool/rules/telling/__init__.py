"""Verdicts in words: conditions, reasons, advice, and one customer's whole story."""
