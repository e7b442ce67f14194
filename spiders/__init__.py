"""What to crawl: a declared site per file, and the generic spider."""
