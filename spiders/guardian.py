"""The Guardian."""

from newsarchive.crawl.site import SiteSpider


class GuardianSpider(SiteSpider):
    """The Guardian's international, UK, US and Australian sections; each article's address has its date."""

    name = "guardian"
    publisher = "The Guardian"
    country = "GB"
    language = "en"
    allowed_domains = ("theguardian.com",)
    feeds = ("https://www.theguardian.com/world/rss", "https://www.theguardian.com/international/rss")
    sitemaps = ("https://www.theguardian.com/sitemaps/news.xml",)
    article_pattern = r"/20\d\d/[a-z]{3}/\d\d/"
    timezone = "Europe/London"
