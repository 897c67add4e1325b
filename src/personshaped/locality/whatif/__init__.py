"""What if: the synthetic locality, fitted to a study, run again in another way of working."""
