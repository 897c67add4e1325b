"""How well, over time, the whole system meets need as the person sees it."""
