"""The coding queue as screens: whose words come next, one answer at a time, and where people differ."""
