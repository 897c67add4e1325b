"""Why it happens: system conditions and the thinking behind them, each with its evidence."""
