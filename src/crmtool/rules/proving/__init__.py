"""Proofs about rule sets: a customer of whom something is true, or that there is none."""
