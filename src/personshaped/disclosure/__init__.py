"""What may leave, and who looked: the record of looks at a person."""
