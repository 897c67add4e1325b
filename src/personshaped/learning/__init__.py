"""What changed, and for whom: old and new ways, honest reporting, early signs, and how far it might reach."""
