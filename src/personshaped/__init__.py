"""What one person asked for across every agency, how often they had to ask again, and whether it helped."""

__version__ = "0.1.0"
