"""Who signs in, what they may do, and which agencies share what."""
