"""What was reached: the figures of a period, for all customers, each tier and each customer, against targets."""
