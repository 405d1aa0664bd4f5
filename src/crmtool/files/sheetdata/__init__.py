"""Reads the cells of .xlsx worksheets with whole-array steps over the inflated bytes, a megabyte at a time.

What is not spelled plainly enough ends in `NotPlain`, for a slower reader to judge; no value is guessed.
"""
