"""Pulling expertise in: someone is asked, comes, helps and leaves; the owner stays until a named person accepts."""
