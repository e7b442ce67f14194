"""Scrapy settings: polite, closed, and with the archive's own under NEWSARCHIVE_*.

Each NEWSARCHIVE_* setting can be given as an environment variable, as `-s NAME=value`, and the first three as flags of
`newsarchive`. A project folder's `.env` sets what the environment does not.
"""

import os

from newsarchive import __version__, environment

environment.load()


def _environment(name: str, default: str) -> str:
    return os.environ.get(name) or default


NEWSARCHIVE_URI = _environment("NEWSARCHIVE_URI", "./archive")
NEWSARCHIVE_STATE = _environment("NEWSARCHIVE_STATE", "")
NEWSARCHIVE_ALLOW_PRIVATE = _environment("NEWSARCHIVE_ALLOW_PRIVATE", "0")
NEWSARCHIVE_ENDPOINT_URL = _environment("NEWSARCHIVE_ENDPOINT_URL", "")
NEWSARCHIVE_CONTACT = _environment("NEWSARCHIVE_CONTACT", "")
NEWSARCHIVE_WORKERS = _environment("NEWSARCHIVE_WORKERS", "0")
NEWSARCHIVE_PAGE_SECONDS = _environment("NEWSARCHIVE_PAGE_SECONDS", "20")
NEWSARCHIVE_PAGE_MEMORY_MB = _environment("NEWSARCHIVE_PAGE_MEMORY_MB", "1024")
NEWSARCHIVE_STOP_SECONDS = _environment("NEWSARCHIVE_STOP_SECONDS", "25")
NEWSARCHIVE_SPOOL_MB = _environment("NEWSARCHIVE_SPOOL_MB", "0")
NEWSARCHIVE_REVISIT = _environment("NEWSARCHIVE_REVISIT", "auto")
NEWSARCHIVE_RAW = _environment("NEWSARCHIVE_RAW", "")
NEWSARCHIVE_OBEY = _environment("NEWSARCHIVE_OBEY", "")
NEWSARCHIVE_OPT_OUT = _environment("NEWSARCHIVE_OPT_OUT", "")

BOT_NAME = "newsarchive"
SPIDER_MODULES = ["spiders"]
NEWSPIDER_MODULE = "spiders"
SPIDER_LOADER_CLASS = "newsarchive.crawl.loading.Loader"
COMMANDS_MODULE = "newsarchive.commands"

USER_AGENT = (
    f"newsarchive/{__version__} (+{NEWSARCHIVE_CONTACT})" if NEWSARCHIVE_CONTACT else f"newsarchive/{__version__}"
)
ROBOTSTXT_USER_AGENT = "newsarchive"
ROBOTSTXT_OBEY = True
DOWNLOAD_DELAY = 0.5
AUTOTHROTTLE_ENABLED = True
AUTOTHROTTLE_START_DELAY = 1.0
AUTOTHROTTLE_MAX_DELAY = 60.0
CONCURRENT_REQUESTS = 32
CONCURRENT_REQUESTS_PER_DOMAIN = 8
SCRAPER_SLOT_MAX_ACTIVE_SIZE = 12_000_000  # pages that wait for extraction or their commit: some fifty in all
CONCURRENT_ITEMS = 2  # Scrapy starts as many tasks for every response, and a page is one item
RETRY_TIMES = 2
RETRY_HTTP_CODES = [408, 425, 429, 500, 502, 503, 504, 522, 524]
REDIRECT_MAX_TIMES = 5
METAREFRESH_ENABLED = False
DOWNLOAD_TIMEOUT = 15
DOWNLOAD_MAXSIZE = 10 * 1024 * 1024
DOWNLOAD_WARNSIZE = 0
DOWNLOAD_VERIFY_CERTIFICATES = True
COOKIES_ENABLED = False
REFERRER_POLICY = "no-referrer"
TELNETCONSOLE_ENABLED = False
REMOTE_CONTROL_ENABLED = False
_TRANSPORT = "newsarchive.crawl.transport.Transport"
DOWNLOAD_HANDLERS = {"data": None, "file": None, "ftp": None, "s3": None, "http": _TRANSPORT, "https": _TRANSPORT}
DEFAULT_REQUEST_HEADERS = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}

HTTPPROXY_ENABLED = _environment(
    "HTTPPROXY_ENABLED", "0"
)  # a proxy resolves names, which the resolver then cannot check

ASYNCIO_EVENT_LOOP = "uvloop.Loop"
DOWNLOADER_STATS = False
SPIDER_MIDDLEWARES = {"scrapy.spidermiddlewares.depth.DepthMiddleware": None}
DOWNLOADER_MIDDLEWARES = {
    "newsarchive.crawl.rights.OptOutMiddleware": 5,
    "scrapy.downloadermiddlewares.offsite.OffsiteMiddleware": None,  # it drops a feed on another host uncounted
    "newsarchive.crawl.addresses.AddressMiddleware": 10,
    "scrapy.downloadermiddlewares.httpproxy.HttpProxyMiddleware": None,
    "newsarchive.crawl.proxies.ProxyMiddleware": 12,
    "scrapy.downloadermiddlewares.httpcompression.HttpCompressionMiddleware": None,
    "newsarchive.crawl.unpacking.UnpackingMiddleware": 590,
    "newsarchive.crawl.budget.BudgetMiddleware": 15,
    "newsarchive.crawl.politeness.ScopeMiddleware": 20,
    "newsarchive.crawl.politeness.BackoffMiddleware": 560,
    "scrapy.downloadermiddlewares.redirect.RedirectMiddleware": None,
    "newsarchive.crawl.redirects.RedirectMiddleware": 600,
    "scrapy.downloadermiddlewares.httpauth.HttpAuthMiddleware": None,
    "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
    "newsarchive.crawl.politeness.RobotsMiddleware": 100,
    "newsarchive.crawl.rights.RightsMiddleware": 110,
}
TWISTED_DNS_RESOLVER = "newsarchive.crawl.addresses.Resolver"
EXTENSIONS = {"newsarchive.crawl.bookkeeping.Bookkeeping": 0}
ITEM_PIPELINES = {
    "pipelines.validate.ValidatePipeline": 100,
    "pipelines.dedup.DedupPipeline": 200,
    "pipelines.archive.ArchivePipeline": 300,
}
LOG_FORMATTER = "newsarchive.crawl.logformat.ArticleLogFormatter"
LOG_LEVEL = "INFO"
