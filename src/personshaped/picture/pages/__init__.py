"""The pages of the picture in the method's order: words, asked, happens, met, why, cost, changed, reach, made."""
