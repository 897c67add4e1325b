"""Agencies' files into canonical tables: read, map, check, redact words, price rows. Nothing is dropped silently."""

from personshaped.records.folder import StudyFolder, open_folder
from personshaped.records.reading import Records, read

__all__ = ["Records", "StudyFolder", "open_folder", "read"]
