"""BBC News."""

from newsarchive.crawl.site import SiteSpider

_EDITIONS = {
    "news": "en", "arabic": "ar", "mundo": "es", "russian": "ru", "zhongwen": "zh", "persian": "fa", "turkce": "tr",
    "hindi": "hi", "urdu": "ur", "portuguese": "pt", "afrique": "fr", "ukrainian": "uk", "indonesia": "id",
    "vietnamese": "vi", "swahili": "sw", "hausa": "ha", "somali": "so", "bengali": "bn",
}  # fmt: skip


class BbcSpider(SiteSpider):
    """BBC News and the World Service's language sites."""

    name = "bbc"
    publisher = "BBC"
    country = "GB"
    language = "en"
    allowed_domains = ("bbc.co.uk", "bbc.com", "bbci.co.uk")
    feeds = (
        "https://feeds.bbci.co.uk/news/world/rss.xml",
        *(f"https://feeds.bbci.co.uk/{edition}/rss.xml" for edition in _EDITIONS),
    )
    sitemaps = ("https://www.bbc.co.uk/sitemaps/https-index-uk-news.xml",)
    article_pattern = r"/articles/[a-z0-9]{8,}|/news/[a-z0-9-]*\d{8}$"
    editions = _EDITIONS
    timezone = "Europe/London"
    tags_css = "[data-component=tags] a"
    drop = (
        "[data-component=ad-slot]",
        "[data-component=newsletter]",
        "[data-component=links-block]",
        "p:has(a[href*='cloud.email.bbc'])",
    )
