"""Near-duplicates: sketches of texts, the index that finds them, the labels they get. Nothing is ever deleted."""
