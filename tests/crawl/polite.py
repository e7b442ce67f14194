"""A crawl of addresses through our middlewares only: prints what became of each as JSON.

Arguments: NEWSARCHIVE_ALLOW_PRIVATE, then the addresses.
"""

import json
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[2]))

from scrapy import Request, Spider
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.http import Response
from scrapy.settings import Settings

from newsarchive.crawl.failures import reason

OUTCOMES: dict[str, str] = {}


class Asking(Spider):
    """Fetches every address at once."""

    name = "asking"

    async def start(self) -> AsyncIterator[Any]:
        """Yield the requests."""
        for url in sys.argv[2:]:
            yield Request(url, callback=self.parse, errback=self.failed, dont_filter=True, meta={"asked": url})

    def parse(self, response: Response, **_: Any) -> None:  # noqa: ANN401 - Scrapy's signature
        """Note a fetched page."""
        OUTCOMES[response.meta["asked"]] = "fetched"

    def failed(self, failure: Any) -> None:  # noqa: ANN401 - Twisted's Failure, with Scrapy's request on it
        """Note a refusal or a failure."""
        OUTCOMES[failure.request.meta["asked"]] = reason(failure.value)


def main() -> None:
    """Crawl and print."""
    settings = Settings()
    settings.setmodule("newsarchive.settings", priority="project")
    middlewares = ("AddressMiddleware", "RobotsMiddleware", "BackoffMiddleware")
    ours = settings["DOWNLOADER_MIDDLEWARES"]
    kept = {name: order for name, order in ours.items() if name.endswith(middlewares) or order is None}
    own = {
        "DOWNLOADER_MIDDLEWARES": kept,
        "NEWSARCHIVE_ALLOW_PRIVATE": sys.argv[1],
        "EXTENSIONS": {},
        "ITEM_PIPELINES": {},
        "AUTOTHROTTLE_ENABLED": False,
        "DOWNLOAD_DELAY": 0,
        "DOWNLOAD_TIMEOUT": 2,
        "RETRY_TIMES": 0,
        "LOG_LEVEL": "ERROR",
    }
    settings.update(own, priority="cmdline")
    process = AsyncCrawlerProcess(settings)
    process.crawl(Asking)
    process.start()
    print(json.dumps(OUTCOMES))  # noqa: T201 - the result


main()
