"""France 24."""

from newsarchive.crawl.platforms import FMM_BODY, FMM_DROP, FMM_TAGS
from newsarchive.crawl.site import SiteSpider

_EDITIONS = {"fr": "fr", "en": "en", "ar": "ar", "es": "es"}


class France24Spider(SiteSpider):
    """France 24 in its four editions; each article's address has its date."""

    name = "france24"
    publisher = "France 24"
    country = "FR"
    language = "fr"
    allowed_domains = ("france24.com",)
    feeds = tuple(f"https://www.france24.com/{edition}/rss" for edition in _EDITIONS)
    sitemaps = tuple(f"https://www.france24.com/sitemaps/{edition}/news.xml" for edition in _EDITIONS)
    article_pattern = r"/20\d{6}-"
    editions = _EDITIONS
    timezone = "Europe/Paris"
    body_css = FMM_BODY
    tags_css = FMM_TAGS
    drop = FMM_DROP
