"""Watching: what runs found at each site, compared with what is usual there, and told to those who should know."""
