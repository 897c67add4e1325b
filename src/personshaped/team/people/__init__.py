"""People, what matters to them, what they need, and who is with them."""
