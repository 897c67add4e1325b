"""Which records are one person: block, compare, judge, cluster. Names stop here (Stat 13)."""
