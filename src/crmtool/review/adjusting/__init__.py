"""What is to be changed: the rows of the adjustment table, graded, and what is carried over from the last one."""
