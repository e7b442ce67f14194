"""El País."""

from newsarchive.crawl.site import SiteSpider


class ElpaisSpider(SiteSpider):
    """El País; an article's address has its date."""

    name = "elpais"
    publisher = "El País"
    country = "ES"
    language = "es"
    allowed_domains = ("elpais.com",)
    feeds = ("https://feeds.elpais.com/mrss-s/pages/ep/site/elpais.com/portada",)
    section_pages = ("https://elpais.com/internacional/",)
    article_pattern = r"/20\d\d-\d\d-\d\d/"
    timezone = "Europe/Madrid"
    body_css = "[data-dtm-region=articulo_cuerpo]"
    drop = ("section.a_b-nl", ".a_com")
