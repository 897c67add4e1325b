"""What people ask, in their own words; how much of it is failure demand, and how we know."""
