"""Radio France Internationale."""

from newsarchive.crawl.platforms import FMM_BODY, FMM_DROP, FMM_TAGS
from newsarchive.crawl.site import SiteSpider

_EDITIONS = {
    "fr": "fr", "en": "en", "ar": "ar", "es": "es", "br": "pt", "pt": "pt", "cn": "zh", "tw": "zh", "fa": "fa",
    "ru": "ru", "ro": "ro", "vi": "vi", "km": "km", "ha": "ha", "sw": "sw", "ma": "man", "ff": "ff", "uk": "uk",
}  # fmt: skip


class RfiSpider(SiteSpider):
    """RFI in its editions; each article's address has its date."""

    name = "rfi"
    publisher = "RFI"
    country = "FR"
    language = "fr"
    allowed_domains = ("rfi.fr",)
    feeds = tuple(f"https://www.rfi.fr/{edition}/rss" for edition in _EDITIONS)
    sitemaps = tuple(f"https://www.rfi.fr/sitemaps/{edition}/news.xml" for edition in _EDITIONS)
    article_pattern = r"/20\d{6}-"
    editions = _EDITIONS
    timezone = "Europe/Paris"
    body_css = FMM_BODY
    tags_css = FMM_TAGS
    drop = FMM_DROP
