"""Articles from pages that are already stored: those of the archive's own WARCs, and those of others'."""
