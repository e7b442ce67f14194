"""Downloader middlewares that keep a crawl polite."""

import logging
from email.utils import parsedate_to_datetime
from time import monotonic
from typing import Any, ClassVar, Self

from scrapy import Request, signals
from scrapy.core.downloader import Slot
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.robotstxt import RobotsTxtMiddleware as ScrapyRobots
from scrapy.http import Response
from scrapy.robotstxt import RobotParser
from scrapy.utils.httpobj import urlparse_cached
from twisted.internet.defer import Deferred
from twisted.python.failure import Failure

from newsarchive import clock
from newsarchive.crawl.addresses import PRIVATE, leads_to_private
from newsarchive.crawl.failures import STOPPED, Refused, Unreachable, reason
from newsarchive.discovery.robots import product_token, rules, sitemap_urls

_DISALLOW_ALL = b"User-agent: *\nDisallow: /\n"
_ALLOW_ALL = b""
_LONGEST_DELAY_SECONDS = 600.0
_BUSY = (429, 503)
_MOST_REFUSALS = 10
_LEAST_WAIT_SECONDS = 1.0
_LONGEST_WAIT_SECONDS = 60.0
_OK, _MULTIPLE, _BAD, _TOO_MANY, _ERROR = 200, 300, 400, 429, 500
_logger = logging.getLogger(__name__)
logging.getLogger("scrapy.downloadermiddlewares.robotstxt").addFilter(lambda _: False)  # we tell it, without traceback


class RobotsMiddleware(ScrapyRobots):
    """Obeys robots.txt as RFC 9309 has it, and its Crawl-delay.

    A robots.txt that cannot be fetched (5xx, 429 after retries, time-out, no connection) disallows everything, however
    long that lasts; one that does not exist (other 4xx) allows everything. `sitemaps` holds what each host's robots.txt
    lists. It is asked for in every run, and again once it is older than `lifetime_seconds`.
    """

    lifetime_seconds: ClassVar[float] = 24 * 3600.0

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self.sitemaps: dict[str, tuple[str, ...]] = {}
        self._delays: dict[str, float] = {}
        self._unreachable: dict[str, str] = {}
        self._known_at: dict[str, float] = {}

    async def process_request(self, request: Request, spider: Any = None) -> None:  # noqa: ANN401, ARG002 - Scrapy's signature
        """Refuse what robots.txt forbids; slow down where it asks for it."""
        if request.meta.get("dont_obey_robotstxt"):
            return
        netloc = urlparse_cached(request).netloc
        parser = await self._asked(request, netloc)
        if why := self._unreachable.get(netloc):
            if leads_to_private(request.url):
                raise Refused(PRIVATE)
            raise Refused(why) if why == STOPPED else Unreachable(f"robots-{why}")
        if not isinstance(parser, RobotParser) or not parser.allowed(request.url, self._agent):
            raise Refused("robots")
        if self._delays.get(netloc):
            request.meta["autothrottle_dont_adjust_delay"] = True

    async def _asked(self, request: Request, netloc: str) -> Any:  # noqa: ANN401 - a RobotParser, or None
        """Return the rules of a host, asked for if they are not known or too old."""
        self._forget_if_old(netloc)
        await self.robot_parser(request)
        # What it returns is right for one of the requests that waited together, None for the others (Scrapy 2.19).
        while isinstance(parser := self._parsers[netloc], Deferred):
            await self.robot_parser(request)
        return parser

    def _forget_if_old(self, netloc: str) -> None:
        known_at = self._known_at.get(netloc)
        if known_at is not None and monotonic() - known_at > self.lifetime_seconds:
            for known in (self._known_at, self._parsers, self._unreachable):
                known.pop(netloc, None)

    @property
    def _agent(self) -> str:
        return product_token(self._robotstxt_useragent or self._default_useragent)

    async def _parse_robots(self, response: Response, netloc: str, request: Request) -> None:
        if response.status >= _ERROR or response.status == _TOO_MANY or _MULTIPLE <= response.status < _BAD:
            self._unreachable[netloc] = f"http-{response.status}"
            response = response.replace(body=_DISALLOW_ALL)
        elif response.status != _OK:
            response = response.replace(body=_ALLOW_ALL)
        self.sitemaps[netloc] = sitemap_urls(response.body, response.url)
        self._known_at[netloc] = monotonic()
        response = response.replace(body=rules(response.body, self._agent).encode())
        await super()._parse_robots(response, netloc, request)
        parser = self._parsers[netloc]
        if parser is not None and not isinstance(parser, Deferred):
            self._apply_delay(parser, request)

    def _apply_delay(self, parser: RobotParser, request: Request) -> None:
        asked = parser.crawl_delay(self._agent) or 0.0
        if not asked:
            return
        delay = min(asked, _LONGEST_DELAY_SECONDS)
        if delay < asked:
            host = urlparse_cached(request).netloc
            _say(self.crawler, f"{host} asks for a Crawl-delay of {asked:.0f} s; {delay:.0f} s are kept")
        delay = max(delay, self.crawler.settings.getfloat("DOWNLOAD_DELAY"))
        self._delays[urlparse_cached(request).netloc] = delay
        downloader = self.crawler.engine.downloader
        host = urlparse_cached(request).hostname or ""
        downloader.per_slot_settings[host] = {"concurrency": 1, "delay": delay, "jitter": 0.0}
        if slot := downloader.slots.get(host):
            slot.concurrency, slot.delay, slot.jitter = 1, max(delay, slot.delay), 0.0

    def _robots_error(self, exc: Exception, netloc: str) -> None:
        self._unreachable[netloc] = reason(exc)
        _logger.warning("robots.txt of %s cannot be had (%s): nothing is fetched there", netloc, reason(exc))
        self._known_at[netloc] = monotonic()
        waiting = self._parsers[netloc]
        parser = self._parserimpl.from_crawler(self.crawler, _DISALLOW_ALL)
        self._parsers[netloc] = parser
        if isinstance(waiting, Deferred):
            waiting.callback(parser)


class ScopeMiddleware:
    """Refuses an article's request that a redirect has sent to another site."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Return the middleware."""
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        """Refuse the request or let it pass."""
        site = request.meta.get("site")
        if site and self._crawler.spider.site_of(request.url) != site:  # type: ignore[union-attr]
            raise Refused("offsite")


class BackoffMiddleware:
    """Slows down for a host that answers 429 or 503, by its Retry-After or doubling; leaves it alone if it goes on."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._refusals: dict[str, int] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Return the middleware, told of answers before the next request leaves the host's slot."""
        middleware = cls(crawler)
        crawler.signals.connect(middleware.response_downloaded, signals.response_downloaded)
        return middleware

    def process_request(self, request: Request) -> None:
        """Refuse requests to a host that has had enough of us."""
        if self._refusals.get(self._host(request), 0) >= _MOST_REFUSALS:
            raise Refused("backed-off")

    def response_downloaded(self, request: Request, response: Response) -> None:
        """Set the host's delay; any other answer ends the count of refusals."""
        host = self._host(request)
        if response.status not in _BUSY:
            self._refusals.pop(host, None)
            return
        asked = retry_after(response)
        enough = _MOST_REFUSALS if asked > _LONGEST_WAIT_SECONDS else self._refusals.get(host, 0) + 1
        self._refusals[host] = enough
        if slot := self._crawler.engine.downloader.slots.get(host):
            # Scrapy counts the delay, which it draws from half to one and a half times the slot's, from there.
            wait = min(max(asked, _LEAST_WAIT_SECONDS), _LONGEST_WAIT_SECONDS)
            slot.lastseen = monotonic() + wait
            slot.delay, slot.concurrency = min(max(slot.delay * 2, wait), _LONGEST_WAIT_SECONDS), 1
            if enough >= _MOST_REFUSALS:
                drop_waiting(slot, "backed-off")

    def _host(self, request: Request) -> str:
        return str(request.meta.get("download_slot") or urlparse_cached(request).hostname or "")


def drop_waiting(slot: Slot, reason: str) -> None:
    """Fail the requests that wait in a download slot, with a policy's reason."""
    while slot.queue:
        _, waiting = slot.queue.popleft()
        waiting.errback(Failure(Refused(reason)))  # type: ignore[no-untyped-call]


def retry_after(response: Response) -> float:
    """Return the seconds a Retry-After header asks for; 0 without one (RFC 9110, section 10.2.3)."""
    text = (response.headers.get("Retry-After") or b"").decode("latin-1").strip()
    if text.isascii() and text.isdigit():
        return float(text[:9])
    try:
        return max(0.0, parsedate_to_datetime(text).timestamp() - clock.now().timestamp())
    except ValueError:
        return 0.0


def _say(crawler: Crawler, sentence: str) -> None:
    """Tell an operator, in the log and where there is a run in its report."""
    _logger.warning("%s", sentence)
    session = getattr(crawler.spider, "session", None)
    if session is not None:
        session.run.problems.append(f"{crawler.spider.name}: {sentence}")  # type: ignore[union-attr]
