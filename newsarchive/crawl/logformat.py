"""Log lines that name an article by its address, not by its whole text."""

import logging

from scrapy.logformatter import LogFormatter, LogFormatterResult


def _line(level: int, message: str, item: object) -> LogFormatterResult:
    return {"level": level, "msg": f"{message}: %(url)s", "args": {"url": getattr(item, "url", item)}}


class ArticleLogFormatter(LogFormatter):
    """Scrapy's lines for articles, shortened; what it tells of the response and the spider is in none of them."""

    def scraped(self, item: object, *_: object, **__: object) -> LogFormatterResult:
        """Return the line for an article that has passed every pipeline."""
        return _line(logging.DEBUG, "archived", item)

    def dropped(self, item: object, exception: BaseException, *_: object, **__: object) -> LogFormatterResult:
        """Return the line for an article that a pipeline dropped."""
        return _line(logging.DEBUG, f"dropped/{exception}", item)

    def item_error(self, item: object, exception: BaseException, *_: object, **__: object) -> LogFormatterResult:
        """Return the line for an article that a pipeline failed on."""
        return _line(logging.ERROR, f"not stored ({exception})", item)
