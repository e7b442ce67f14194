"""Le Monde."""

from newsarchive.crawl.site import SiteSpider

_EDITIONS = {"en": "en"}


class LemondeSpider(SiteSpider):
    """Le Monde, in French and English; an article's address has its date and number."""

    name = "lemonde"
    publisher = "Le Monde"
    country = "FR"
    language = "fr"
    allowed_domains = ("lemonde.fr",)
    feeds = ("https://www.lemonde.fr/international/rss_full.xml", "https://www.lemonde.fr/en/rss/une.xml")
    sitemaps = ("https://www.lemonde.fr/sitemap_news.xml",)
    article_pattern = r"/article/20\d\d/\d\d/\d\d/"
    editions = _EDITIONS
    timezone = "Europe/Paris"
    drop = ("section.catcher",)
