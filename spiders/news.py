"""Any site, without a declaration."""

from newsarchive.crawl.generic import GenericSpider


class NewsSpider(GenericSpider):
    """`scrapy crawl news -a url=https://any.site/`."""

    name = "news"
