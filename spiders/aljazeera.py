"""Al Jazeera."""

from newsarchive.crawl.site import SiteSpider


class AljazeeraSpider(SiteSpider):
    """Al Jazeera in English and Arabic; each article's address has its date."""

    name = "aljazeera"
    publisher = "Al Jazeera"
    country = "QA"
    language = "en"
    allowed_domains = ("aljazeera.com", "aljazeera.net")
    feeds = (
        "https://www.aljazeera.com/xml/rss/all.xml",
        "https://www.aljazeera.net/aljazeerarss/a7c186be-1baa-4bd4-9d80-a84db769f779/73d0e1b4-532f-45ef-b135-bfdff8b8cab9",
    )
    sitemaps = ("https://www.aljazeera.com/news-sitemap.xml",)
    article_pattern = r"/20\d\d/\d{1,2}/\d{1,2}/"
    timezone = "Asia/Qatar"
