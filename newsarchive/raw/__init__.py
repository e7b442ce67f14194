"""Pages as they were fetched, kept as WARC (ISO 28500) beside the articles."""
