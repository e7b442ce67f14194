"""Deutsche Welle."""

from newsarchive.crawl.site import SiteSpider

_EDITIONS = {
    "de": "de",
    "en": "en",
    "es": "es",
    "ar": "ar",
    "ru": "ru",
    "zh": "zh",
    "tr": "tr",
    "fr": "fr",
    "pt-br": "pt",
}


class DwSpider(SiteSpider):
    """DW; an article's address ends in `a-` and its number."""

    name = "dw"
    publisher = "Deutsche Welle"
    country = "DE"
    language = "de"
    allowed_domains = ("dw.com",)
    feeds = ("https://rss.dw.com/xml/rss-de-all", "https://rss.dw.com/xml/rss-en-all")
    sitemaps = tuple(f"https://www.dw.com/{edition}/news-sitemap.xml" for edition in _EDITIONS)
    article_pattern = r"/a-\d+"
    editions = _EDITIONS
    timezone = "Europe/Berlin"
