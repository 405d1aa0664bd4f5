"""What the rows below a header are: customers, orders, totals, blanks; and whose each one is."""
