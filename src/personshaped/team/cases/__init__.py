"""The case desk: one person's history built from case files, walked and priced while it grows."""
