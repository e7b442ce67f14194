"""A crawl of addresses through our middlewares only: prints what became of each, and the hosts' slots, as JSON.

Arguments: a JSON object (`allow_private`, `one_by_one`, `settings`), then the addresses. The setting `lifetime` is how
many seconds a robots.txt is kept.
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
from newsarchive.crawl.politeness import RobotsMiddleware

GIVEN: dict[str, Any] = json.loads(sys.argv[1])
OUTCOMES: dict[str, str] = {}
SLOTS: dict[str, tuple[float, int]] = {}


class Asking(Spider):
    """Fetches every address."""

    name = "asking"

    async def start(self) -> AsyncIterator[Any]:
        """Yield the requests, or make them one after the other."""
        for url in sys.argv[2:]:
            try:
                request = Request(url, callback=self.parse, errback=self.failed, dont_filter=True, meta={"asked": url})
            except ValueError:
                OUTCOMES[url] = "no address"
                continue
            if not GIVEN["one_by_one"]:
                yield request
                continue
            try:
                self.parse(await self.crawler.engine.download_async(request))
            except Exception as error:  # noqa: BLE001 - noted by its reason, as below
                OUTCOMES[url] = reason(error)

    def parse(self, response: Response, **_: Any) -> None:  # noqa: ANN401 - Scrapy's signature
        """Note a fetched page."""
        OUTCOMES[response.meta["asked"]] = "fetched"
        slots = self.crawler.engine.downloader.slots.items()
        SLOTS.update({host: (slot.delay, slot.concurrency) for host, slot in slots})

    def failed(self, failure: Any) -> None:  # noqa: ANN401 - Twisted's Failure, with Scrapy's request on it
        """Note a refusal or a failure."""
        OUTCOMES[failure.request.meta["asked"]] = reason(failure.value)


def main() -> None:
    """Crawl and print."""
    settings = Settings()
    settings.setmodule("newsarchive.settings", priority="project")
    middlewares = (
        "AddressMiddleware",
        "RobotsMiddleware",
        "BackoffMiddleware",
        "ProxyMiddleware",
        "RedirectMiddleware",
    )
    ours = settings["DOWNLOADER_MIDDLEWARES"]
    kept = {name: order for name, order in ours.items() if name.endswith(middlewares) or order is None}
    given = dict(GIVEN["settings"])
    RobotsMiddleware.lifetime_seconds = float(given.pop("lifetime", RobotsMiddleware.lifetime_seconds))
    own = {
        "DOWNLOADER_MIDDLEWARES": kept,
        "NEWSARCHIVE_ALLOW_PRIVATE": GIVEN["allow_private"],
        "EXTENSIONS": {},
        "ITEM_PIPELINES": {},
        "AUTOTHROTTLE_ENABLED": False,
        "DOWNLOAD_DELAY": 0,
        "DOWNLOAD_TIMEOUT": 2,
        "RETRY_TIMES": 0,
        "LOG_LEVEL": "ERROR",
        **given,
    }
    settings.update(own, priority="cmdline")
    process = AsyncCrawlerProcess(settings)
    process.crawl(Asking)
    process.start()
    print(json.dumps({"outcomes": OUTCOMES, "slots": SLOTS}))  # noqa: T201 - the result


main()
