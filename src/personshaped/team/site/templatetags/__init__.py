"""Marks of the picture in templates."""
