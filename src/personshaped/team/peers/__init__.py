"""Other places, on equal terms: their context, help asked for and given, agreements, what was learned. No ranking."""
