"""Crawling: declarations, spiders, politeness, and the session that ties a run to its archive."""
