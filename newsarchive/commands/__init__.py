"""Scrapy's own commands, where ours differ."""
