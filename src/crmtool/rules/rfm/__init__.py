"""Recency, frequency and monetary: scores, segments, and R's way of scoring."""
