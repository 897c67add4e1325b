"""Same person? Pairs of records to review: the judgement is people's, is reversible, and shows what it changes."""
