"""Log lines that name an article by its address, not by its whole text."""

import logging
from typing import Any

from scrapy import Spider
from scrapy.http import Response
from scrapy.logformatter import LogFormatter, LogFormatterResult
from twisted.python.failure import Failure


def _line(level: int, message: str, item: Any) -> LogFormatterResult:  # noqa: ANN401 - whatever a spider yields
    return {"level": level, "msg": f"{message}: %(url)s", "args": {"url": getattr(item, "url", item)}}


class ArticleLogFormatter(LogFormatter):
    """Scrapy's lines for articles, shortened."""

    def scraped(self, item: Any, response: Response | Failure | None, spider: Spider) -> LogFormatterResult:  # noqa: ANN401, ARG002 - Scrapy's signature
        """Return the line for an article that has passed every pipeline."""
        return _line(logging.DEBUG, "archived", item)

    def dropped(
        self,
        item: Any,  # noqa: ANN401 - Scrapy's signature
        exception: BaseException,
        response: Response | Failure | None,  # noqa: ARG002 - as above
        spider: Spider,  # noqa: ARG002 - as above
    ) -> LogFormatterResult:
        """Return the line for an article that a pipeline dropped."""
        return _line(logging.DEBUG, f"dropped/{exception}", item)

    def item_error(
        self,
        item: Any,  # noqa: ANN401 - Scrapy's signature
        exception: BaseException,
        response: Response | Failure | None,  # noqa: ARG002 - as above
        spider: Spider,  # noqa: ARG002 - as above
    ) -> LogFormatterResult:
        """Return the line for an article that a pipeline failed on."""
        return _line(logging.ERROR, f"not stored ({exception})", item)
