"""What was received and what was wanted, and how cost concentrates and grows."""
