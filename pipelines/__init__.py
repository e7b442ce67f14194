"""Thin adapters between Scrapy and newsarchive."""
