"""The web page on an archive: an index for search and counts, and the pages made from it."""
