"""What keeps a crawl from working here, each with its remedy; nothing is changed."""
