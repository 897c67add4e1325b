"""Where work runs: over files, gathered by person into buckets, on this machine."""
