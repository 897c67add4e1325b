"""Test and learn: what we believe, try, learn; what changed; the register of cases; measures derived from purpose."""
