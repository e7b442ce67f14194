"""Finding article links in feeds, sitemaps, robots.txt and pages: functions on bytes that fetch nothing."""
