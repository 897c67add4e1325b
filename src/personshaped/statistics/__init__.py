"""Arrays in, numbers out: no tables, no files."""
