"""The parts of a review's run: what it compares with, what it carries on, what is to fail it, what is logged."""
