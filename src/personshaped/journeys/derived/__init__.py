"""One file for each derived table: the walk's arrays → Arrow tables as declared in `tables.DERIVED`."""
